"""Cells of a column -> what they measure: amounts of one unit, days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from rag.documents.outline import Outline
from rag.language.dates import find_dates
from rag.language.measures import find_size

MOST_OF = 0.8  # of the cells of a column that tell what kind it is
_CODE = re.compile(r"\d{2,}-\d{3,}|[A-Za-z]+[-/.]?\d[\w.-]*")
YEARS = range(1900, 2101)
_AMOUNT = re.compile(r"[^\w\s]{0,2}\s?\d[\d,.  ]*(?:\s?[%°]?[^\W\d_]{0,5})?")
_FIGURE = re.compile(
    r"(?:(?:from|about|approx|around|over|under|up to|circa|[^\W\d_]{1,3})(?:\.|\s)\s?)?[^\w+−-]{0,3}"
    r"(?P<figure>[-+−]?\d[\d,  ]*(?:\.\d+)?)",
    re.IGNORECASE,
)


def cell_text(outline: Outline, row: int, column: int) -> str:
    """The text of a cell of a row, "" if it has so few."""
    there = column < len(outline.blocks[row].cells)
    return outline.rows.cell_text(outline.rows.value_of(row, column)).strip() if there else ""


def figure_of(cell: str) -> float | None:
    """The number that a cell begins with, be it behind a sign or short word, whatever it measures.

    >>> figure_of("from £1,250.50 a year"), figure_of("on request")
    (1250.5, None)
    """
    found = _FIGURE.match(cell)
    return float(re.sub(r"[,  ]", "", found["figure"]).replace("−", "-")) if found else None


def sizes_of(cells: Mapping[int, str]) -> dict[int, float]:
    """The number that each cell begins with, those of several units in the same; none if the units measure
    different things.  Cells without one are left out."""
    plain = {row: value for row, cell in cells.items() if (value := figure_of(cell)) is not None}
    sizes = {row: size for row in plain if (size := find_size(cells[row]))}
    units = {unit for unit, _ in sizes.values()} - {""}
    if len(sizes) == len(plain) and len(units) == 1 and all(unit for unit, _ in sizes.values()):
        return {row: value for row, (_, value) in sizes.items()}
    scales = {value / (plain[row] or 1) for row, (unit, value) in sizes.items() if unit}
    return plain if len(units) < 2 and len(scales) < 2 else {}  # with or without the one unit there is


def days_of(cells: Mapping[int, str]) -> dict[int, float]:
    """The first day of what each cell names with its year, as a number; those without one are left out."""
    found = {
        row: [day for day in find_dates(cell) if day.years[0] == day.years[1]] for row, cell in cells.items()
    }
    return {row: float(days[0].first_day.toordinal()) for row, days in found.items() if days}


def find_amounts(outline: Outline, rows: Sequence[int]) -> list[int]:
    """The columns in which most cells are an amount and nothing else, but for those that number the rows or
    name years."""
    columns = range(max((len(outline.blocks[row].cells) for row in rows), default=0))
    texts = [[cell_text(outline, row, column) for row in rows] for column in columns]
    return [column for column in columns if _are_amounts(texts[column])]


def are_codes(cells: Iterable[str]) -> bool:
    """Whether most cells are numbers that name something and measure nothing.

    >>> [are_codes(cells) for cells in (["40-1001", "40-1002"], ["A7", "B12"], ["12 m"], ["7/12"], ["9-2"])]
    [True, True, False, False, False]
    """
    codes = [bool(_CODE.fullmatch(cell)) for cell in cells]
    return sum(codes) >= MOST_OF * len(codes) > 0


def _are_amounts(cells: Sequence[str]) -> bool:
    figures = [
        figure for cell in cells if _AMOUNT.fullmatch(cell) and (figure := figure_of(cell)) is not None
    ]
    numbering = len(figures) > 1 and {b - a for a, b in pairwise(figures)} == {1.0}
    years = all(figure in YEARS for figure in figures)
    return len(figures) >= MOST_OF * len(cells) and not numbering and not years
