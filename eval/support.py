"""How well the check of support tells claims that their sources bear out from those they do not.

    python -m eval.support FOLDER

FOLDER holds pairs.jsonl: a claim, the sentences of its source and a label of WiCE a line (Kamoi et
al., "WiCE: Real-World Entailment for Claims in Wikipedia", EMNLP 2023).  A claim that is partially
supported is one that is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.metrics import auroc
from rag.answers.support import find_unsupported, support
from rag.errors import RagError

PAIRS = "pairs.jsonl"
SUPPORTED, PARTIALLY, NOT = LABELS = ("supported", "partially_supported", "not_supported")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a claim that is labelled: how many things lack support, and what share of
    its words has it."""

    label: str
    lacking: int
    share: float

    @property
    def score(self) -> float:
        """The share of words, divided by one more than the things that lack support."""
        return self.share / (1 + self.lacking)


def verdicts(path: Path) -> list[Verdict]:
    """The verdict on each pair of `path`, in order.

    Raises RagError if the file cannot be read, or is of another form.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            pairs = [json.loads(line) for line in lines if line.strip()]
        return [_verdict(pair["claim"], pair["evidence"], pair["label"]) for pair in pairs]
    except OSError as problem:
        raise RagError(
            f"cannot read {path} ({problem.strerror}): expected claims with their sources"
        ) from None
    except (ValueError, KeyError, TypeError) as problem:
        raise RagError(
            f"{path} has a line of another form ({problem!r}): expected claim, evidence, label"
        ) from None


def table(judged: Sequence[Verdict]) -> str:
    """The figures as lines of text: the claims that pass, then how well that tells the labels apart.

    Raises RagError if a label has no claim.
    """
    of = {label: [verdict for verdict in judged if verdict.label == label] for label in LABELS}
    if not all(of.values()):
        raise RagError(f"the labels are {sorted({v.label for v in judged})}, expected {', '.join(LABELS)}")
    lines = [f"{'':22}{'claims':>8}{'pass':>8}"]
    lines += [f"{label:22}{len(of[label]):>8}{_pass_share(of[label]):>8.3f}" for label in LABELS]
    lines += ["", f"{'supported against':22}{'balanced':>10}{'AUROC: lacking':>16}{'words':>8}{'both':>8}"]
    for name, others in (("all others", of[PARTIALLY] + of[NOT]), (NOT, of[NOT])):
        balanced = (_pass_share(of[SUPPORTED]) + 1 - _pass_share(others)) / 2
        both = [*of[SUPPORTED], *others]
        outcome = np.array([float(verdict.label == SUPPORTED) for verdict in both])
        scores = ([-v.lacking for v in both], [v.share for v in both], [v.score for v in both])
        areas = [auroc(np.array(values, float), outcome) for values in scores]
        lines.append(f"{name:22}{balanced:>10.3f}{areas[0]:>16.3f}{areas[1]:>8.3f}{areas[2]:>8.3f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the folder that `arguments` name; 1 after one line of error."""
    parser = argparse.ArgumentParser(prog="python -m eval.support", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help=f"a folder that holds {PAIRS}")
    folder = parser.parse_args(arguments).folder
    try:
        print(table(verdicts(folder / PAIRS)))
    except RagError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def _verdict(claim: str, evidence: Sequence[str], label: str) -> Verdict:
    return Verdict(label, len(find_unsupported(claim, evidence)), support(claim, evidence))


def _pass_share(judged: Sequence[Verdict]) -> float:
    return sum(verdict.lacking == 0 for verdict in judged) / len(judged)


if __name__ == "__main__":
    sys.exit(main())
