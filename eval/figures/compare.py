"""Say of two runs of the eval set whether they really differ, from the files that `rag eval --out` wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.figures.aggregate import HALVES, LEVEL, RESAMPLES, Row, by_half, draws, estimates, interval, points
from rag import RagError

_SAME = ("kind", "expects", "question", "facts")  # what makes it the same question


def read_rows(path: Path) -> list[Row]:
    """What came of each question, from a file that `rag eval --out` wrote.

    Raises RagError if it is no such file, or one of a version that kept less.
    """
    try:
        rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["questions"]
        points(rows)
        if all({"id", "half", *_SAME} <= set(row) for row in rows):
            return rows
        problem = "a question lacks a field"
    except OSError as error:
        problem = str(error.strerror)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        problem = f"{type(error).__name__}: {error}"
    raise RagError(
        f"cannot compare {path} ({problem}): expected what this version of `rag eval --out {path}` writes"
    )


def compare(before: Sequence[Row], after: Sequence[Row]) -> dict[str, Any]:
    """By half the difference of each figure, `after` minus `before`, over the questions that both have.

    Its interval is of questions drawn in pairs: both runs are seen on the same draw (Sakai, SIGIR 2006).
    The difference is real if the interval leaves out 0.  A half is the one `after` has it in.

    Raises RagError if the two have no question in common, or another one under the same id.
    """
    earlier = {row["id"]: row for row in before}
    common = [row for row in after if row["id"] in earlier]
    if not common:
        raise RagError("the two results have no question in common: compare two runs of one set")
    for row in common:
        changed = [name for name in _SAME if row[name] != earlier[row["id"]][name]]
        if changed:
            raise RagError(
                f"the two results differ in the {changed[0]} of question {row['id']}: "
                f"{str(earlier[row['id']][changed[0]])[:40]!r}, then {str(row[changed[0]])[:40]!r}; "
                "compare two runs of one set"
            )
    differences = {
        half: _differences([earlier[row["id"]] for row in rows], rows)
        for half, rows in by_half(common).items()
    }
    return {
        "questions": len(common),
        "left_out": len(before) + len(after) - 2 * len(common),
        "differences": differences,
    }


def comparison_table(comparison: dict[str, Any]) -> str:
    """The differences as lines of text, a column a half that has questions."""
    differences = comparison["differences"]
    halves = [half for half in HALVES if differences[half]]
    lines = [
        f"second minus first, {comparison['questions']} questions that both have "
        f"({comparison['left_out']} left out), {LEVEL:.0%} interval of {RESAMPLES:,} paired resamples; "
        "real: it leaves out 0",
        "",
        f"{'':22}" + "".join(f"{half:^30}" for half in halves).rstrip(),
    ]
    for name in differences["all"]:
        cells = "".join(f"{_cell(differences[half].get(name)):30}" for half in halves)
        lines.append(f"{name:22}{cells}".rstrip())
    return "\n".join(lines)


def _differences(before: Sequence[Row], after: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """The difference of each figure that both rows of runs, in the same order, have."""
    were, are = points(before), points(after)
    if not were:
        return {}
    drawn = draws(len(after))
    every, later = estimates(before, drawn), estimates(after, drawn)
    differences = {}
    for name in [name for name in are if name in were]:
        low, high = interval(np.subtract(later[name], every[name]))
        differences[name] = {
            "difference": round(are[name] - were[name], 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "real": low < high and (low > 0 or high < 0),  # of one question nothing is known
        }
    return differences


def _cell(values: dict[str, Any] | None) -> str:
    if values is None:
        return ""
    if not (values["difference"] or values["low"] or values["high"]):
        return "  the same"
    said = "real" if values["real"] else ""
    return f"{values['difference']:+.3f} [{values['low']:+.3f}, {values['high']:+.3f}] {said}"
