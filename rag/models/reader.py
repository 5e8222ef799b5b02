"""The reader: question and text read together -> which sentence answers, and with which words.

A small network that learned this on public questions (rag/models/weights/README.md, `make train`): the layers
of the shipped embedding model, trained on, with three outputs a token: how much it begins the
answer, ends it, and belongs to a sentence that answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from rag.models.trained import OUTPUTS, WEIGHTS, load_pair_tokenizer, load_trained
from rag.spans import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.models.bert import Tokens

READER = WEIGHTS / "reader.safetensors"
BEGINS, ENDS, ANSWERS = range(OUTPUTS)  # the answer; and stands in a sentence that does
LONGEST = 384  # word pieces of question and window together; what is beyond is cut
LONGEST_FACT = 24  # word pieces
AT_ONCE = 8  # windows


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences of one text, read at once; the spans are offsets in `text`."""

    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a sentence.

    `answers` is how much rather the sentence answers than nothing in its window (log-odds);
    `fact` are the words that answer, a span of the window's text, and `certainty` how much rather
    they do than no words of it.
    """

    answers: float
    fact: Span
    certainty: float


class Network(Protocol):
    """Gives each token of some texts its outputs: ``(n, length, OUTPUTS)``."""

    def __call__(self, ids: Tokens, mask: Tokens, types: Tokens) -> npt.NDArray[np.float32]: ...


class Reader:
    """Reads with a network and its tokenizer; `load_reader` gives the trained one."""

    def __init__(self, network: Network, tokenizer: Tokenizer) -> None:
        self._network, self._tokenizer = network, tokenizer

    def read(self, question: str, windows: Sequence[Window]) -> list[list[Reading]]:
        """For each window, in order, the reading of each of its sentences, in theirs."""
        readings: dict[int, list[Reading]] = {}
        lengths = [len(window.text) for window in windows]
        order = sorted(range(len(windows)), key=lambda i: (lengths[i], i))
        for begin in range(0, len(order), AT_ONCE):
            some = order[begin : begin + AT_ONCE]
            batch = encode(self._tokenizer, [(question, windows[i]) for i in some])
            logits = self._network(batch.ids, batch.mask, batch.types)
            for row, i in enumerate(some):
                readings[i] = _readings(logits[row], batch.offsets[row], windows[i])
        return [readings[i] for i in range(len(windows))]


@lru_cache(maxsize=1)
def load_reader(path: Path = READER) -> Reader:
    """The reader that was trained, loaded once and shared by all who ask for the same again.

    Raises EmbedderError if its file is missing or altered.
    """
    return Reader(load_trained(path), load_pair_tokenizer(LONGEST))


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded pairs: the network's inputs, and of each token the span of the window it stands for.

    The inputs are ``(n, length)``, `offsets` is ``(n, length, 2)``; tokens that are not of the window have an
    empty span.
    """

    ids: Tokens
    mask: Tokens
    types: Tokens
    offsets: npt.NDArray[np.int64]


def encode(tokenizer: Tokenizer, pairs: Sequence[tuple[str, Window]]) -> Batch:
    """Questions and windows as the network takes them, padded to the longest."""
    from rag.models.bert import stack_tokens

    encoded = tokenizer.encode_batch([(question, window.text) for question, window in pairs])
    ids, mask, types = stack_tokens(encoded)
    offsets = np.array([one.offsets for one in encoded], np.int64)
    offsets[types == 0] = 0
    return Batch(ids, mask, types, offsets)


def tokens_of(offsets: npt.NDArray[np.int64], span: Span) -> npt.NDArray[np.intp]:
    """Which tokens stand, whole or in part, in `span`: their places in the sequence, in order."""
    starts, ends = offsets[:, 0], offsets[:, 1]
    return np.flatnonzero((starts < ends) & (starts < span[1]) & (span[0] < ends))


def _readings(
    logits: npt.NDArray[np.float32], offsets: npt.NDArray[np.int64], window: Window
) -> list[Reading]:
    """The first token stands for no answer: what the others give is measured against what it gives."""
    nothing = logits[0]
    readings = []
    for span in window.sentences:
        tokens = tokens_of(offsets, span)
        if not len(tokens):  # cut off
            readings.append(Reading(-10.0, (span[0], span[0]), -20.0))
            continue
        answers = float(logits[tokens, ANSWERS].mean() - nothing[ANSWERS])
        sums = logits[tokens, BEGINS][:, None] + logits[tokens, ENDS][None, :]
        allowed = np.triu(np.tril(np.ones_like(sums), LONGEST_FACT - 1)) > 0
        first, last = np.unravel_index(np.where(allowed, sums, -np.inf).argmax(), sums.shape)
        fact = (
            int(max(span[0], offsets[tokens[first], 0])),
            int(min(span[1], offsets[tokens[last], 1])),
        )
        certainty = float(sums[first, last] - nothing[BEGINS] - nothing[ENDS])
        readings.append(Reading(answers, fact, certainty))
    return readings
