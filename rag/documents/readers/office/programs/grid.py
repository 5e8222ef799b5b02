"""The cells of a sheet -> its tables: rows between empty ones, and beside an empty column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Piece = list[Any]  # of `office/composer.py`
Cells = dict[int, str]  # what stands in a column, from 0


def read_tables(
    title: str, rows: dict[int, Cells], merged: dict[tuple[int, int], list[int]], hidden: set[int]
) -> Iterator[Piece]:
    """The pieces of a sheet below its title: of each row its number, from 1, is the place.

    `rows` are those that hold something; of a cell, by row and column, `merged` says which it is one with.
    """
    if rows:
        yield ["heading", 2, title]
    for table in _split_tables(rows):
        yield from _read_table(table, merged, hidden)


def _split_tables(rows: dict[int, Cells]) -> Iterator[dict[int, Cells]]:
    """The rows between empty ones, those with an empty column in the middle in two."""
    band: dict[int, Cells] = {}
    for number, cells in rows.items():
        if band and number - 1 not in band:
            yield from _split_columns(band)
            band = {}
        band[number] = cells
    if band:
        yield from _split_columns(band)


def _split_columns(band: dict[int, Cells]) -> Iterator[dict[int, Cells]]:
    used = sorted({column for cells in band.values() for column in cells})
    runs: list[list[int]] = []
    for column in used:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    if len(band) < 2 or any(len(run) < 2 for run in runs):  # a column left free in one table
        runs = [used]
    for run in runs:
        parts = {number: {c: cells[c] for c in run if c in cells} for number, cells in band.items()}
        yield {number: cells for number, cells in parts.items() if cells}


def _read_table(
    rows: dict[int, Cells], merged: dict[tuple[int, int], list[int]], hidden: set[int]
) -> Iterator[Piece]:
    """The rows of a table, a line above or below it that fills one cell as a paragraph."""
    first = min(column for cells in rows.values() for column in cells)
    last = max(column for cells in rows.values() for column in cells)
    names = {number: f"row {number}" + (" (hidden)" if number in hidden else "") for number in rows}
    alone = [number for number, cells in rows.items() if len(cells) == 1]
    numbers = list(rows)
    begin, end = 0, len(numbers)
    while begin < end and numbers[begin] in alone:
        begin += 1
    while end > begin and numbers[end - 1] in alone and first in rows[numbers[end - 1]] and first < last:
        end -= 1
    for number in numbers[:begin]:
        yield from (["detail", names[number]], ["paragraph", *rows[number].values()])
    place = {number: n for n, number in enumerate(numbers[begin:end])}
    table = []
    for number in numbers[begin:end]:
        cells: list[Any] = []
        for column in range(first, last + 1):
            row, of = merged.get((number, column), (number, column))
            if (row, of) != (number, column) and row in place and first <= of:
                cells.append([place[row], of - first])
            else:
                cells.append(rows[number].get(column, ""))
        table.append((names[number], cells))
    if table:
        yield ["table", int(len(table) > 1 and _names_columns(table[0][1])), table]
    for number in numbers[end:]:
        yield from (["detail", names[number]], ["paragraph", *rows[number].values()])


def _names_columns(cells: list[Any]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell]
    return len(texts) > 1 and not any(re.fullmatch(r"[\W\d]+", text) for text in texts[1:])
