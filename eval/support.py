"""How well the check of words and the verifier tell claims that their sources bear out from others.

    python -m eval.support FOLDER

FOLDER holds pairs.jsonl: a claim, the sentences of its source and a label of WiCE a line (Kamoi et
al., "WiCE: Real-World Entailment for Claims in Wikipedia", EMNLP 2023).  A claim that is partially
supported is one that is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.figures.metrics import auroc
from rag.answers.support import find_unsupported, support
from rag.errors import RagError
from rag.generation.verification import BORNE_OUT_HELD
from rag.language.words import stems
from rag.models.verifier import Verifier, load_verifier

PAIRS = "pairs.jsonl"
TOGETHER = 3  # sentences of a source that are read at once with a claim
SUPPORTED, PARTIALLY, NOT = LABELS = ("supported", "partially_supported", "not_supported")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a claim that is labelled: how many things lack support, what share of its words
    has it, and the chance that it is borne out, as the verifier reads it."""

    label: str
    lacking: int
    share: float
    borne_out: float


# By what a claim passes, and what orders claims.
PASSES: dict[str, Callable[[Verdict], bool]] = {
    "words": lambda verdict: verdict.lacking == 0,
    "read": lambda verdict: verdict.borne_out >= 0.5,
    "both": lambda verdict: verdict.lacking == 0 and verdict.borne_out >= BORNE_OUT_HELD,
}
SCORES: dict[str, Callable[[Verdict], float]] = {
    "words": lambda verdict: verdict.share / (1 + verdict.lacking),
    "read": lambda verdict: verdict.borne_out,
    "both": lambda verdict: verdict.borne_out * verdict.share / (1 + verdict.lacking),
}


def verdicts(path: Path) -> list[Verdict]:
    """The verdict on each pair of `path`, in order.

    Raises RagError if the file cannot be read, or is of another form.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            pairs = [json.loads(line) for line in lines if line.strip()]
        verifier = load_verifier()
        return [_verdict(verifier, pair["claim"], pair["evidence"], pair["label"]) for pair in pairs]
    except OSError as problem:
        raise RagError(
            f"cannot read {path} ({problem.strerror}): expected claims with their sources"
        ) from None
    except (ValueError, KeyError, TypeError) as problem:
        raise RagError(
            f"{path} has a line of another form ({problem!r}): expected claim, evidence, label"
        ) from None


def table(judged: Sequence[Verdict]) -> str:
    """The figures as lines of text: the claims that pass by their words, as they are read, and by both, then
    how well each of that tells the labels apart.

    Raises RagError if a label has no claim.
    """
    of = {label: [verdict for verdict in judged if verdict.label == label] for label in LABELS}
    if not all(of.values()):
        raise RagError(f"the labels are {sorted({v.label for v in judged})}, expected {', '.join(LABELS)}")
    columns = "".join(f"{name:>8}" for name in PASSES)
    lines = [f"{'pass by':22}{'claims':>8}{columns}"]
    for label in LABELS:
        shares = "".join(f"{_pass_share(of[label], passes):>8.3f}" for passes in PASSES.values())
        lines.append(f"{label:22}{len(of[label]):>8}{shares}")
    scores = "".join(f"{name:>8}" for name in SCORES)
    lines += [
        "",
        f"{'supported against':22}{'balanced accuracy':>24}{'AUROC':>24}",
        f"{'':22}{columns}{scores}",
    ]
    for name, others in (("all others", of[PARTIALLY] + of[NOT]), (NOT, of[NOT])):
        balanced = [(_pass_share(of[SUPPORTED], p) + 1 - _pass_share(others, p)) / 2 for p in PASSES.values()]
        both = [*of[SUPPORTED], *others]
        outcome = np.array([float(verdict.label == SUPPORTED) for verdict in both])
        areas = [auroc(np.array([score(v) for v in both], float), outcome) for score in SCORES.values()]
        lines.append(f"{name:22}" + "".join(f"{figure:>8.3f}" for figure in [*balanced, *areas]))
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


def _verdict(verifier: Verifier, claim: str, evidence: Sequence[str], label: str) -> Verdict:
    chances = verifier.verify([(claim, window) for window in _windows(claim, evidence)])
    borne_out = max((one.borne_out for one in chances), default=0.0)
    return Verdict(label, len(find_unsupported(claim, evidence)), support(claim, evidence), borne_out)


def _windows(claim: str, sentences: Sequence[str]) -> list[str]:
    """What of a source is read with a claim: the sentence that has most of its words, with those around it,
    and the three that have most of them together."""
    words = {*stems(claim)}
    held = [words.intersection(stems(sentence)) for sentence in sentences]
    chosen: list[int] = []
    for _ in range(min(TOGETHER, len(sentences))):
        known = {word for row in chosen for word in held[row]}
        chosen.append(max(range(len(sentences)), key=lambda row: len(held[row] - known)))
    runs = [range(max(0, row - 1), min(len(sentences), row + 2)) for row in chosen[:1]]
    return [" ".join(sentences[row] for row in run) for run in [*runs, sorted({*chosen})] if run]


def _pass_share(judged: Sequence[Verdict], passes: Callable[[Verdict], bool]) -> float:
    return sum(map(passes, judged)) / len(judged)


if __name__ == "__main__":
    sys.exit(main())
