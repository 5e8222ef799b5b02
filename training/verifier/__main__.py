"""Train the verifier, from the reader's layers.

    python -m training.verifier DATA [--checkpoints DIR] [--out DIR]

DATA holds the training data (eval/README.md says where they are from).  With --checkpoints a run that was
broken off goes on where it was.  The file and its card go to rag/models/weights/.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from scipy.optimize import minimize_scalar
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from rag.models.bert import stack_tokens
from rag.models.reader import READER, Batch
from rag.models.trained import HEAD, WEIGHTS, load_pair_tokenizer
from rag.models.verifier import BORNE_OUT, LONGEST
from training.reader.network import (
    SEED,
    fit,
    load_layers,
    load_network,
    open_checkpoints,
    restore,
    run,
    save,
)
from training.verifier.pairs import MADE, Pair, make_pairs, read_pairs, read_paraphrases, read_yes_no

BATCH = 32


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--checkpoints", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    model, tokenizer = load_network(), load_pair_tokenizer(LONGEST)
    load_layers(model, {n: array for n, array in load_file(READER).items() if not n.startswith(HEAD)})
    with open_checkpoints(asked.checkpoints, asked.out) as folder:
        if not restore(model, folder / "pairs.done"):
            rng = Random(SEED)
            pairs = [*read_pairs(asked.data, rng, held_out=False), *read_paraphrases(asked.data)]
            pairs += make_pairs(asked.data, MADE, rng)
            pairs += read_yes_no(asked.data, rng, held_out=False)
            rng.shuffle(pairs)

            def lost(some: Sequence[Pair]) -> torch.Tensor:
                return loss(logits_of(model, tokenizer, some), some)

            fit(model, list(batches(pairs)), lost, folder / "pairs")
    held = read_pairs(asked.data, Random(SEED), held_out=True)
    held += read_yes_no(asked.data, Random(SEED), held_out=True)
    tuned, measured = ([p for p in held if p.tunes == tunes] for tunes in (True, False))
    temperature = cool(model, read(model, tokenizer, tuned), tuned)
    found = figures(read(model, tokenizer, measured), measured)
    print(f"temperature {temperature:.2f}", found, flush=True)
    save(model, asked.out / "verifier.safetensors", found)


def batches(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """In the order given but for this: those of like length together, so that little is padded."""
    size = 16 * BATCH
    for begin in range(0, len(pairs), size):
        some = sorted(pairs[begin : begin + size], key=lambda pair: len(pair.claim) + len(pair.evidence))
        groups = [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
        Random(begin).shuffle(groups)
        yield from groups


def logits_of(model: Any, tokenizer: Any, pairs: Sequence[Pair]) -> torch.Tensor:
    """What the network gives each pair for each of the three, ``(n, 3)``."""
    encoded = tokenizer.encode_batch([(pair.claim, pair.evidence) for pair in pairs])
    return run(model, Batch(*stack_tokens(encoded), np.zeros(0, np.int64)))[:, 0]


def loss(logits: torch.Tensor, pairs: Sequence[Pair]) -> torch.Tensor:
    """Minus the log of the chance that `logits` give what each pair may be, on average."""
    allowed = torch.full_like(logits, -torch.inf)
    for row, pair in enumerate(pairs):
        allowed[row, list(pair.labels)] = 0.0
    return (logits.logsumexp(1) - (logits + allowed).logsumexp(1)).mean()


def read(model: Any, tokenizer: Any, pairs: Sequence[Pair]) -> torch.Tensor:
    """The logits of pairs it is not trained on, in their order."""
    model.eval()
    with torch.inference_mode():
        return torch.cat(
            [logits_of(model, tokenizer, pairs[i : i + BATCH]) for i in range(0, len(pairs), BATCH)]
        )


def cool(model: Any, logits: torch.Tensor, pairs: Sequence[Pair]) -> float:
    """Divide the outputs of the network by what makes its chances those that are found, and give that.

    (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.)
    """
    by = minimize_scalar(lambda t: float(loss(logits / t, pairs)), bounds=(0.2, 5.0), method="bounded").x
    with torch.no_grad():
        for parameter in model.classifier.parameters():
            parameter /= float(by)
    return float(by)


def figures(logits: torch.Tensor, pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """Of each set how many pairs were given what they may be, all labels counted alike; and of how many it
    was told rightly whether they are borne out, at a chance of one half, with the area under the curve."""
    measured = {}
    for name in dict.fromkeys(pair.source for pair in pairs):
        rows = [row for row, pair in enumerate(pairs) if pair.source == name]
        chances = logits[rows].softmax(1).numpy()
        labels = [pairs[row].labels for row in rows]
        right = [int(best) in label for best, label in zip(chances.argmax(1), labels, strict=True)]
        of = {label: [r for r, own in zip(right, labels, strict=True) if own == label] for label in labels}
        truly = [BORNE_OUT in label for label in labels]
        borne_out = chances[:, BORNE_OUT]
        measured[name] = {
            "n": len(rows),
            "accuracy": round(float(np.mean(right)), 3),
            "balanced": round(float(np.mean([np.mean(r) for r in of.values()])), 3),
            "borne_out": round(float(balanced_accuracy_score(truly, borne_out > 0.5)), 3),
            "auroc": round(float(roc_auc_score(truly, borne_out)), 3),
        }
    return measured


if __name__ == "__main__":
    main()
