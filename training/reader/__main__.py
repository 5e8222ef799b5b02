"""Train the reader: on cloze questions, on windows of real ones, then on all windows of a question at once.

    python -m training.reader SETS DATA [--begin FILE] [--part N] [--most N] [--checkpoints DIR] [--out DIR]

SETS holds the public test sets, DATA the training data (eval/README.md says where they are from).  With
--begin the reader of a file is trained on, in place of the first stage; each --part, from 0, takes other
questions of DATA, at most --most with those of training/folders/.  With --checkpoints a run that was broken
off goes on where it was.  The file and its card go to rag/models/weights/.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from safetensors.torch import load_file

from rag import load_embedder
from rag.models.reader import LONGEST
from rag.models.trained import WEIGHTS, load_pair_tokenizer
from training.data.cloze import cloze
from training.data.examples import Example, read_examples, read_texts
from training.data.folders import choose_windows, mine_folders
from training.data.mining import Group, mine
from training.reader.held_out import SETS, figures, read_held_out
from training.reader.losses import BATCH, group_loss, loss
from training.reader.network import SEED, fit, load_layers, load_network, open_checkpoints, restore, save

CLOZE = 12_000
EPOCHS = 3
REPEATED = 600  # cloze questions among the real ones of an epoch, so that they are not forgotten
MOST_GROUPS = 30_000  # questions, a quarter of them with wrong windows: 37 minutes on one core
FOLDERS_REPEATED = 2  # times that each question of training/folders/ is among them
GROUPS = 16  # questions of a step where some have many windows


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
