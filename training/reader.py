"""Train the reader: on cloze questions, on windows of real ones, then on all windows of a question at once.

    python -m training.reader SETS DATA [--begin FILE] [--part N] [--most N] [--checkpoints DIR] [--out DIR]

SETS holds the public test sets, DATA the training data (eval/README.md says where they are from).  With
--begin the reader of a file is trained on, in place of the first stage; each --part, from 0, takes other
questions of DATA, at most --most with those of training/folders/.  With --checkpoints a run that was broken
off goes on where it was.  The file and its card go to rag/models/weights/.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from transformers import AutoModelForTokenClassification
from transformers.utils import logging

from rag import load_embedder
from rag.models.bert import Tokens
from rag.models.embedder import DEFAULT_MODEL, model_folder
from rag.models.reader import ANSWERS, BEGINS, ENDS, LONGEST, Batch, Reader, Window, encode, tokens_of
from rag.models.trained import FROZEN, OUTPUTS, WEIGHTS, load_pair_tokenizer
from training.cloze import cloze
from training.examples import Example, read_examples, read_texts
from training.folders import choose_windows, mine_folders
from training.mining import Group, mine

SETS = ("squad2", "covidqa", "clapnq", "mtragun", "chroma_chunking")
CLOZE = 12_000
EPOCHS = 3
REPEATED = 600  # cloze questions among the real ones of an epoch, so that they are not forgotten
BATCH = 16  # windows
MOST_GROUPS = 30_000  # questions, a quarter of them with wrong windows: 37 minutes on one core
FOLDERS_REPEATED = 2  # times that each question of training/folders/ is among them
GROUPS = 16  # questions of a step where some have many windows
RATE = 1e-4  # of the layers; the outputs learn five times as fast while they are new
SEED = 20221206
KEPT = 200  # steps from one checkpoint to the next


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, metavar="SETS")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--begin", type=Path, metavar="FILE")
    parser.add_argument("--part", type=int, default=0, metavar="N")
    parser.add_argument("--most", type=int, default=MOST_GROUPS, metavar="N", help="default: %(default)s")
    parser.add_argument("--checkpoints", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    model, tokenizer = load_network(), load_pair_tokenizer(LONGEST)
    with open_checkpoints(asked.checkpoints, asked.out) as folder:
        if asked.begin:
            load_layers(model, load_file(asked.begin))
        elif not restore(model, folder / "windows.done"):
            windows = _read_windows(asked.sets)
            fit(model, windows, partial(loss, model, tokenizer), folder / "windows")
        if not restore(model, folder / "questions.done"):
            groups = _mine_all(asked.sets, asked.data, folder, asked.part, asked.most)
            steps = [groups[i : i + GROUPS] for i in range(0, len(groups), GROUPS)]
            fit(model, steps, partial(group_loss, model, tokenizer), folder / "questions", new=False)
    measured = figures(model, tokenizer, read_held_out(asked.sets))
    print("at the end", measured, flush=True)
    save(model, asked.out / "reader.safetensors", measured)


@contextmanager
def open_checkpoints(checkpoints: Path | None, out: Path) -> Iterator[Path]:
    """The folder of a run's checkpoints, one for the run alone if none is named; `out` is made, too."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = checkpoints or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def _read_windows(sets: Path) -> list[list[Example]]:
    """The steps of the first stage: cloze questions once, then real ones, each beside single windows."""
    rng = random.Random(SEED)
    trained_on = list(read_texts(sets / "squad2", "distractors.jsonl").values())
    for name in SETS:
        trained_on += [text for text in read_texts(sets / name).values() if not text.held_out]
    steps = list(_batches(cloze(trained_on, CLOZE, rng)))
    for _ in range(EPOCHS):
        real = [e for name in SETS for e in read_examples(sets / name, rng, held_out=False)]
        steps += _batches([*real, *cloze(trained_on, REPEATED, rng)])
    return steps


def _mine_all(sets: Path, data: Path, cache: Path, part: int, most: int) -> list[Group]:
    """The questions of the second stage in random order: those about folders, each time with some others of
    their windows, and public ones."""
    rng = random.Random(SEED + part)
    of_folders = list(mine_folders(cache, load_embedder(), SEED))
    groups = [choose_windows(group, rng) for _ in range(FOLDERS_REPEATED) for group in of_folders]
    groups += mine(sets, SETS, data, SEED, part)[: most - len(groups)]
    rng.shuffle(groups)
    return groups


def fit(
    model: Any,
    steps: Sequence[Any],
    loss_of: Callable[[Any], torch.Tensor],
    checkpoint: Path,
    *,
    new: bool = True,
) -> None:
    """Train on each of `steps` in turn; the rate rises for a twentieth of them, then falls.

    `new` says that the outputs begin untrained.  A run goes on from the `checkpoint` there is.
    """
    heads = list(model.classifier.parameters())
    layers = [p for p in model.bert.parameters() if p.requires_grad]
    rates = [RATE, 5 * RATE if new else RATE]
    optimizer = torch.optim.AdamW([{"params": layers}, {"params": heads}], lr=RATE)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=len(steps) + 1, pct_start=0.05, anneal_strategy="linear"
    )
    done = 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        done = kept["done"]
        for part, name in ((model, "model"), (optimizer, "optimizer"), (scheduler, "scheduler")):
            part.load_state_dict(kept[name])
    model.train()
    losses: list[float] = []
    started = time.time()
    for step in range(done, len(steps)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = loss_of(steps[step])
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        losses.append(value.item())
        if step % KEPT == KEPT - 1:
            parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
            states = {name: part.state_dict() for name, part in parts.items()}
            torch.save({"done": step + 1, **states}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
            left = (time.time() - started) / (step + 1 - done) * (len(steps) - step - 1)
            line = f"{checkpoint.name}: step {step + 1} of {len(steps)}, loss {np.mean(losses[-KEPT:]):.3f}"
            print(f"{line}, {left / 60:.0f} minutes left", flush=True)
    torch.save({"model": model.state_dict()}, checkpoint.with_suffix(".done"))


def restore(model: Any, done: Path) -> bool:
    """Load what a stage made of `model`, if it was ended; whether it was."""
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True)["model"])
    return done.exists()


def load_network() -> Any:
    """The network of transformers before it learned anything; its embedding layers are not to learn."""
    torch.manual_seed(SEED)
    logging.disable_progress_bar()
    logging.set_verbosity_error()  # it says that the new outputs are new
    folder = str(model_folder(DEFAULT_MODEL))
    model = AutoModelForTokenClassification.from_pretrained(
        folder,
        num_labels=OUTPUTS,
        local_files_only=True,
        # On a processor the step back through fused attention takes as long as all the rest together.
        attn_implementation="eager",
        # Nearly all is read once, so there is nothing to learn by heart.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    return model


def load_layers(model: Any, layers: Mapping[str, torch.Tensor]) -> None:
    """Give the network of `load_network` the layers and outputs of a file that `save` wrote."""
    model.load_state_dict({name: tensor.float() for name, tensor in layers.items()}, strict=False)


def read_held_out(sets: Path) -> dict[str, list[Example]]:
    """The windows of each test set below `sets` whose documents are not trained on."""
    return {name: read_examples(sets / name, random.Random(SEED), held_out=True) for name in SETS}


def run(model: Any, batch: Batch) -> torch.Tensor:
    """The outputs of the network for each token of a batch, ``(n, length, OUTPUTS)``."""
    ids, mask, types = map(torch.from_numpy, (batch.ids, batch.mask, batch.types))
    outputs: torch.Tensor = model(input_ids=ids, attention_mask=mask, token_type_ids=types).logits
    return outputs.float()


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


def figures(model: Any, tokenizer: Any, held: dict[str, list[Example]]) -> dict[str, dict[str, float]]:
    """On documents not trained on: how often the best sentence is gold, where there is one; how well
    the best sentence tells windows with an answer from those without; the words' exact matches."""

    def network(ids: Tokens, mask: Tokens, types: Tokens) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            return run(model, Batch(ids, mask, types, np.zeros(0, np.int64))).numpy()

    model.eval()
    reader = Reader(network, tokenizer)
    measured = {}
    for name, examples in held.items():
        if not examples:
            continue
        first, exact, best, has = [], [], [], []
        for e in examples:
            readings = reader.read(e.question, [Window(e.text, e.sentences)])[0]
            top = max(range(len(readings)), key=lambda i: readings[i].answers)
            best.append(max(r.answers for r in readings))
            has.append(bool(e.gold))
            if e.gold and len(readings) > 1:
                first.append(top in e.gold)
            if e.answer:
                sure = max(readings, key=lambda r: r.certainty)
                exact.append(e.text[slice(*sure.fact)] == e.text[slice(*e.answer)])
        measured[name] = {
            "first": round(float(np.mean(first)), 3),
            "auroc": round(float(roc_auc_score(has, best)), 3),
            **({"exact": round(float(np.mean(exact)), 3)} if exact else {}),
        }
    return measured


def save(model: Any, path: Path, measured: dict[str, Any]) -> None:
    """The layers that were trained, in half precision, and beside them their checksum and figures."""
    state = {
        name: tensor.to(torch.float16).contiguous()
        for name, tensor in model.state_dict().items()
        if not name.startswith(FROZEN)
    }
    save_file(state, path)
    card = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "seed": SEED, "held_out": measured}
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """In the order given but for this: those of like length together, so that little is padded."""
    size = 16 * BATCH
    for begin in range(0, len(examples), size):
        some = list(examples[begin : begin + size])
        some.sort(key=lambda e: len(e.text))
        groups = [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
        random.Random(begin).shuffle(groups)
        yield from groups


if __name__ == "__main__":
    main()
