"""Reduce what came of the questions to figures, each with its interval.

Most figures are shares: what the questions add above the line by what they add below it.  So one
function gives a figure of all questions and of every resample of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.figures.metrics import Floats, auroc, calibration_error, risk_coverage

Row = dict[str, Any]  # what came of one question, as `eval.run.judge` gives it
Draws = NDArray[np.intp]

HALVES = ("tune", "report", "all")
FIGURES = {
    "Retrieval": {
        "recall@1": "share of the needed pieces that the first passage holds whole",
        "recall@5": "… that one of the first five holds",
        "recall@10": "… of the first ten",
        "mrr": "one over the rank of the first passage to hold a piece",
        "ndcg@10": "gain 1 for each piece, less the later its passage comes",
    },
    "Answers": {
        "answer_hit": "every fact stands in the answer",
        "first_hit": "its first citation is gold evidence",
        "exact_match": "SQuAD: the answer is the gold one; of short answers and of refusals",
        "token_f1": "SQuAD: the words it shares with the gold one",
        "statements": "sentences an answer has",
    },
    "Citations": {
        "citation_recall": "share of the needed pieces that a citation quotes",
        "citation_precision": "share of an answer's citations that are gold evidence",
        "statement_precision": "share of all statements with a citation that is",
        "statements_supported": "share of all statements whose numbers, dates and names their quotes hold",
        "quote_faithfulness": "share of the quotes that stand in the file, read again",
    },
    "Refusals": {
        "refused": "share of the questions that were refused",
        "refusal_precision": "share of the refusals that were right",
        "refusal_recall": "share of the unanswerable that were refused",
        "refusal_f1": "the harmonic mean of the two",
        "false_refusals": "share of the answerable that were refused",
        "balanced_accuracy": "mean of the shares answered of the answerable, refused of the others",
    },
    "Confidence": {
        "auroc": "chance that it is higher for an answerable question than for one that is not",
        "brier": "mean square of what it lacks to 1 if the first statement is right, else to 0; less is good",
        "ece": "how far it is from the share whose first statement is right, in ten bins; less is better",
        "aurc": "mean risk over all coverages; less is better",
    },
}
BY_KIND = ("questions", "recall@5", "answer_hit", "exact_match", "token_f1", "refused")
RESAMPLES = 1_000  # as many as Efron & Tibshirani, 1993, section 13.3, ask for
LEVEL = 0.95
SEED = 0

_ASKED = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "answer_hit", "first_hit", "citation_recall")


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures by half and by kind, and under "intervals" those of each half."""
    halves = by_half(rows)
    kinds = sorted({row["kind"] for row in rows})
    return {
        **{half: reduce(ours) for half, ours in halves.items()},
        "intervals": {half: intervals(ours) for half, ours in halves.items()},
        "kinds": {kind: reduce([row for row in rows if row["kind"] == kind]) for kind in kinds},
    }


def by_half(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each of `HALVES`; one may be empty."""
    return {half: [row for row in rows if half in (row["half"], "all")] for half in HALVES}


def reduce(rows: Sequence[Row]) -> dict[str, Any]:
    """How many questions there are of which sort, and the figures that they say something of."""
    counts = {
        "questions": len(rows),
        "answerable": sum(row["expects"] == "answer" for row in rows),
        "unanswerable": sum(row["expects"] == "refusal" for row in rows),
        "short": sum("exact_match" in row for row in rows),
    }
    return counts | {name: round(value, 4) for name, value in points(rows).items()}


def points(rows: Sequence[Row]) -> dict[str, float]:
    """The figures of the rows as they are, in the order of `FIGURES`."""
    if not rows:
        return {}
    every = estimates(rows, np.arange(len(rows))[None, :])
    return {name: float(value) for name, (value,) in every.items() if not np.isnan(value)}


def intervals(rows: Sequence[Row]) -> dict[str, list[float]]:
    """The lower and the upper end of each figure's interval, over questions drawn with replacement.

    Percentile interval of `RESAMPLES` draws at `LEVEL`, as `eval.figures.metrics.paired_bootstrap`.
    """
    known = points(rows)
    drawn = estimates(rows, draws(len(rows))) if known else {}
    return {name: [round(end, 4) for end in interval(drawn[name])] for name in known}


def draws(count: int, resamples: int = RESAMPLES) -> Draws:
    """Which of `count` questions each resample takes: ``(resamples, count)``, always the same."""
    return np.random.default_rng(SEED).integers(0, count, (resamples, count))


def interval(values: Floats) -> tuple[float, float]:
    """The ends between which `LEVEL` of the values lie; those that are nan are left out."""
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def estimates(rows: Sequence[Row], drawn: Draws) -> dict[str, Floats]:
    """Every figure of each draw ``(resamples, n)`` of the rows, nan where it says nothing of one."""
    shares = [_shares(row) for row in rows]
    found: dict[str, Floats] = {}
    for name in dict.fromkeys(name for share in shares for name in share):
        parts = np.array([share.get(name, (0, 0)) for share in shares], dtype=float)
        above, below = parts[drawn].sum(axis=1).T
        found[name] = np.divide(above, below, out=np.full(len(drawn), np.nan), where=below > 0)
    if "refusal_recall" in found and "false_refusals" in found:
        found["balanced_accuracy"] = (found["refusal_recall"] + 1 - found["false_refusals"]) / 2
    decided = np.array([row["expects"] != "either" for row in rows])
    place, outcome = np.cumsum(decided) - 1, outcomes(rows)
    rankings = [
        _ranking_figures(*(values[place[draw[decided[draw]]]] for values in outcome)) for draw in drawn
    ]
    found |= {name: np.array([figures[name] for figures in rankings]) for name in ("auroc", "ece", "aurc")}
    return {name: found[name] for names in FIGURES.values() for name in names if name in found}


def outcomes(rows: Sequence[Row]) -> tuple[Floats, Floats, Floats, Floats]:
    """Of the questions that are to be answered or refused: the confidence, 1 if answerable, 1 if not hit, and
    1 if the first statement is right, nan if it was refused."""
    decided = [row for row in rows if row["expects"] != "either"]
    confidence = np.array([row["confidence"] for row in decided], dtype=float)
    answerable = np.array([row["expects"] == "answer" for row in decided], dtype=float)
    loss = np.array([not row.get("answer_hit", False) for row in decided], dtype=float)
    return confidence, answerable, loss, np.array([first_right(row) for row in decided], dtype=float)


def first_right(row: Row) -> float:
    """1 if the first statement of an answer is right, 0 if not, nan if there is none."""
    return float(row["statements"][0]["gold"]) if row["statements"] else np.nan


def _ranking_figures(confidence: Floats, answerable: Floats, loss: Floats, right: Floats) -> dict[str, float]:
    """The figures of the confidence that are no shares; nan where they say nothing."""
    if not len(confidence):
        return dict.fromkeys(("auroc", "ece", "aurc"), np.nan)
    told = ~np.isnan(right)
    return {
        "auroc": auroc(confidence, answerable),
        "ece": calibration_error(confidence[told], right[told]) if told.any() else np.nan,
        "aurc": float(risk_coverage(confidence, loss)[1].mean()),
    }


def _shares(row: Row) -> dict[str, tuple[float, float]]:
    """What one question adds above and below the line of each figure that it belongs to."""
    refused, statements, citations = row["refused"], row["statements"], row["citations"]
    answerable, unanswerable = row["expects"] == "answer", row["expects"] == "refusal"
    shares: dict[str, tuple[float, float]] = {
        "refused": (refused, 1),
        "statements_supported": (sum(not s["unsupported"] for s in statements), len(statements)),
        "quote_faithfulness": (sum(c["faithful"] for c in citations), len(citations)),
    }
    shares |= {name: (row[name], 1) for name in ("exact_match", "token_f1") if name in row}
    if answerable:
        shares |= {name: (row[name], 1) for name in _ASKED} | {"false_refusals": (refused, 1)}
    if answerable and not refused:
        shares["citation_precision"] = (row["citation_precision"], 1)
        shares["statement_precision"] = (sum(s["gold"] for s in statements), len(statements))
        shares["statements"] = (len(statements), 1)
    if unanswerable:
        shares["refusal_recall"] = (refused, 1)
    if answerable or unanswerable:
        right = refused and unanswerable
        shares["refusal_precision"] = (right, refused)
        shares["refusal_f1"] = (2 * right, refused + unanswerable)
        if statements:
            shares["brier"] = ((row["confidence"] - first_right(row)) ** 2, 1)
    return shares


# As lines of text


def table(results: dict[str, Any]) -> str:
    """The figures with their intervals as lines of text, a column a half, then some by kind."""
    lines = [f"{'':22}" + "".join(f"{half:^22}" for half in HALVES)]
    for name in results["all"]:
        cells = (_with_interval(results, half, name) for half in HALVES)
        lines.append(f"{name:22}" + "".join(f"{cell:22}" for cell in cells).rstrip())
    lines += ["", f"{'kind':16}" + "".join(f"{name:>13}" for name in BY_KIND)]
    for kind, figures in results["kinds"].items():
        lines.append(f"{kind:16}" + "".join(f"{cell(figures.get(name)):>13}" for name in BY_KIND))
    return "\n".join(lines)


def cell(value: float | int | None) -> str:
    """A figure as it is shown: a count whole, what is not known empty.

    >>> cell(0.25), cell(7), cell(None)
    ('0.250', '7', '')
    """
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def _with_interval(results: dict[str, Any], half: str, name: str) -> str:
    shown = f"{cell(results[half].get(name)):>5}"
    ends = results["intervals"][half].get(name)
    return f"{shown} [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else shown
