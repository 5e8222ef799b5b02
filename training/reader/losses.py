"""What the outputs of the network cost: of single windows, and of all windows of a question at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from rag.models.reader import ANSWERS, BEGINS, ENDS, Window, encode, tokens_of
from training.data.examples import Example
from training.data.mining import Group
from training.reader.network import run

BATCH = 16  # windows


def loss(model: Any, tokenizer: Any, examples: Sequence[Example]) -> torch.Tensor:
    """Cross-entropy over the sentences of each window and none, and over begins and ends and none."""
    batch = encode(tokenizer, [(e.question, Window(e.text, e.sentences)) for e in examples])
    logits = run(model, batch)
    open_to = torch.from_numpy(batch.offsets[:, :, 0] < batch.offsets[:, :, 1])
    open_to[:, 0] = True
    parts = []
    for row, example in enumerate(examples):
        tokens = [tokens_of(batch.offsets[row], span) for span in example.sentences]
        gold = [i for i in sorted(example.gold) if len(tokens[i])]
        scores = torch.stack(
            [logits[row, 0, ANSWERS], *(logits[row, t, ANSWERS].mean() for t in tokens if len(t))]
        )
        kept = [i for i, t in enumerate(tokens) if len(t)]
        right = [1 + kept.index(i) for i in gold] or [0]
        parts.append(scores.logsumexp(0) - scores[right].logsumexp(0))
        if example.gold and not example.answer:
            continue
        answer = tokens_of(batch.offsets[row], example.answer) if example.answer else np.zeros(1, np.intp)
        if not len(answer):
            continue
        for output, token in ((BEGINS, answer[0]), (ENDS, answer[-1])):
            only = logits[row, :, output].masked_fill(~open_to[row], -1e4)
            parts.append(0.5 * (only.logsumexp(0) - only[int(token)]))
    return torch.stack(parts).sum() / len(examples)


def group_loss(model: Any, tokenizer: Any, groups: Sequence[Group]) -> torch.Tensor:
    """Cross-entropy over the sentences of all windows of a question and nothing, and over begins and ends.

    What a window gives is measured against its own first token, as when it is read; so "nothing" is 0, and
    counts once for all windows of the question.
    """
    windows = [window for group in groups for window in group.windows]
    order = sorted(range(len(windows)), key=lambda i: len(windows[i].text))
    scores: dict[int, _WindowScores] = {}
    for begin in range(0, len(order), BATCH):
        some = order[begin : begin + BATCH]
        pairs = [(windows[i].question, Window(windows[i].text, windows[i].sentences)) for i in some]
        batch = encode(tokenizer, pairs)
        logits = run(model, batch)
        for row, i in enumerate(some):
            scores[i] = _window_scores(logits[row], batch.offsets[row], windows[i])
    parts, first = [], 0
    for group in groups:
        own = [scores[i] for i in range(first, first + len(group.windows))]
        first += len(group.windows)
        right = torch.cat([score.sentences[score.gold] for score in own])
        parts.append(_against_nothing([score.sentences for score in own], right))
        places = [(score, score.answer) for score in own if score.answer]
        if len(right) and not places:
            continue  # which words answer is not known
        for output, end in ((BEGINS, 0), (ENDS, 1)):
            tokens = [score.words[[answer[end]], output] for score, answer in places]
            right = torch.cat(tokens) if tokens else torch.zeros(0)
            parts.append(0.5 * _against_nothing([score.words[:, output] for score in own], right))
    return torch.stack(parts).sum() / len(groups)


@dataclass(frozen=True, slots=True)
class _WindowScores:
    """What the network gives the sentences and tokens of a window, above what it gives nothing.

    `sentences` is ``(n,)``, those that were cut off left out, `gold` the places in it of those that answer;
    `words` is ``(tokens, outputs)``, `answer` the first and last row of it that answer, None if none do.
    """

    sentences: torch.Tensor
    gold: list[int]
    words: torch.Tensor
    answer: tuple[int, int] | None


def _window_scores(logits: torch.Tensor, offsets: Any, example: Example) -> _WindowScores:
    above = logits - logits[0]
    tokens = [tokens_of(offsets, span) for span in example.sentences]
    seen = [i for i, held in enumerate(tokens) if len(held)]
    sentences = torch.stack([above[tokens[i], ANSWERS].mean() for i in seen]) if seen else torch.zeros(0)
    window = np.flatnonzero(offsets[:, 0] < offsets[:, 1])
    answer = tokens_of(offsets, example.answer or (0, 0))
    return _WindowScores(
        sentences,
        [seen.index(i) for i in sorted(example.gold) if i in seen],
        above[window],
        (int(answer[0] - window[0]), int(answer[-1] - window[0])) if len(answer) else None,
    )


def _against_nothing(scores: Sequence[torch.Tensor], right: torch.Tensor) -> torch.Tensor:
    """Minus the log of the chance of what is `right`, nothing if that is empty, among all `scores`."""
    nothing = torch.zeros(1)
    everything = torch.cat([nothing, *scores])
    return everything.logsumexp(0) - (right if len(right) else nothing).logsumexp(0)
