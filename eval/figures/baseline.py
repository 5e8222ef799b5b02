"""A run of the eval set in short, to be kept with the code: its figures, and a hash of each answer."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from eval.figures.aggregate import HALVES, Row

HASH = 12  # hexadecimal digits of a sha256


def baseline_json(results: dict[str, Any]) -> str:
    """What `eval.run.evaluate` gives, as JSON with a line a figure and a line an answer.

    "figures" has each figure by half, "answers" by the id of its question each verdict and `fingerprint`.
    """
    figures = {
        name: {half: results[half][name] for half in HALVES if name in results[half]}
        for name in results["all"]
    }
    answers = {row["id"]: [row["verdict"], fingerprint(row)] for row in results["questions"]}
    head = f'{{\n"threshold": {results["threshold"]},\n'
    return f'{head}"figures": {_lines(figures)},\n"answers": {_lines(answers)}\n}}\n'


def fingerprint(row: Row) -> str:
    """A hash of what is answered and quoted, or why it is refused; no figure goes into it."""
    statements = [(statement["attribution"], statement["text"]) for statement in row["statements"]]
    places = [(citation["document"], citation["start"], citation["end"]) for citation in row["citations"]]
    return hashlib.sha256(json.dumps([row["reason"], statements, places]).encode()).hexdigest()[:HASH]


def _lines(values: dict[str, Any]) -> str:
    """An object with a line a key."""
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(values[key])}" for key in values) + "\n}"
