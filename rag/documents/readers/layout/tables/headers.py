"""The rows of a table -> whether the first of them names the columns.

A regression over how the first row differs from those below it (headers.json), fitted by
`python -m training.headers` on tables that say so.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

WEIGHTS = Path(__file__).with_name("headers.json")
MOST_ROWS = 60  # that are looked at
MOST_FIGURES = 2 / 3  # share of the cells below a name from which on they are a column of figures
COLUMNS_OF_FORM = 2
LEAST = 0.6  # chance from which on the first row names the columns,
LEAST_ABOVE_FIGURES = 0.3  # and where words stand above a column of figures

_FIGURE = re.compile(r"[^\w\s]{0,2}\s?\d[\d.,:/–-]*\s?(?:%|[^\W\d]{1,12}\.?)?(?:\s?\(\S+\))?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# What is told of each column.
_OF_COLUMNS = (
    "figures below words",
    "repeats below",
    "occurs below",
    "looks as below",
    "longer than below",
)


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows, each the texts of its cells, names the columns."""
    if len(rows) < 2 or not any(any(map(str.isalpha, name)) for name in rows[0]):
        return False
    intercept, weights = _load_weights()
    features = describe_first_row(rows)
    if len(rows[0]) == COLUMNS_OF_FORM and not features["a column of figures"]:
        return False  # as like a label and its value
    odds = intercept + sum(weight * features[name] for name, weight in weights.items())
    least = LEAST_ABOVE_FIGURES if features["a column of figures"] else LEAST
    return 1 / (1 + math.exp(-odds)) >= least


def describe_first_row(rows: Sequence[Sequence[str]]) -> dict[str, float]:
    """How the first row differs from the others, by name; the most are shares of the columns, 0 to 1."""
    names = [name.strip() for name in rows[0]]
    below = [
        [row[n].strip() for row in rows[1:MOST_ROWS] if n < len(row) and row[n].strip()]
        for n in range(len(names))
    ]
    columns = [(name, cells) for name, cells in zip(names, below, strict=True) if cells]
    figure = [bool(_FIGURE.fullmatch(name)) for name in names]
    measured = [_column(name, cells) for name, cells in columns]
    width = max(len(names), 1)
    highest = max((column["figures below words"] for column in measured), default=0.0)
    shares = {name: sum(column[name] for column in measured) / width for name in _OF_COLUMNS}
    return {
        **shares,
        "figures": sum(figure) / width,
        "a figure": float(any(figure)),
        "a column of figures": float(highest >= MOST_FIGURES and not any(figure)),
        "years": float(width > 2 and all(map(_YEAR.fullmatch, names[1:]))),
        "differ": float(len({name.casefold() for name in names}) == len(names)),
        "one is empty": float(not all(names)),
        "letters first": sum(name[:1].isalpha() for name in names) / width,
        "rows": math.log(min(len(rows), MOST_ROWS)),
    }


def _column(name: str, cells: Sequence[str]) -> dict[str, float]:
    """How the name of one column differs from its cells, none of them empty."""
    low = [cell.casefold() for cell in cells]
    there = name.casefold() in low
    figures = sum(bool(_FIGURE.fullmatch(cell)) for cell in cells) / len(cells)
    shapes = Counter(map(_shape, cells))
    length = sum(map(len, cells)) / len(cells)
    return {
        "figures below words": figures if name and not _FIGURE.fullmatch(name) else 0.0,
        "repeats below": 1 - len({*low}) / len(low) if name and not there else 0.0,
        "occurs below": float(bool(name) and there),
        "looks as below": shapes[_shape(name)] / len(cells) if name else 0.0,
        "longer than below": math.log((len(name) + 1) / (length + 1)),
    }


def _shape(text: str) -> str:
    """A text by its kinds of character, runs of one kind as one, capitals told apart.

    >>> _shape("12 May 2025"), _shape("Leeds"), _shape("wk 20")
    ('0 Aa 0', 'Aa', 'a 0')
    """
    text = re.sub(r"\d+", "0", text)
    return re.sub(r"[^\W\d_]+", lambda word: ("A" if word[0][0].isupper() else "") + "a", text)


@cache
def _load_weights() -> tuple[float, dict[str, float]]:
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return fitted["intercept"], fitted["weights"]
