"""An Excel file on standard input -> its pieces (`office/composer.py`) as JSON.

openpyxl reads it row by row, the values of formulas as they were last reckoned.  Which cells are one and
which rows are hidden it tells only of a whole sheet in memory, so that is read from the XML.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MOST_ONE = 10_000  # cells that may be one
# The first part of a format of numbers: what stands before, the digits, per cent, what stands behind.
_FORMAT = re.compile(
    r"(?P<before>[^#0?%;]*)(?P<digits>[#0?][#0?,. ]*)(?P<percent>%?)(?P<behind>[^#0?%;]*)(?:;.*)?"
)
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\\(.)|([$€£¥])|_.|\*.|\[[^\]]*\]')

Piece = list[Any]
Cells = dict[
    int, str | list[int]
]  # what stands in a column, or row and column of the cell that it is one with


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    core = book.properties
    return {
        "pieces": [piece for sheet in book.worksheets for piece in _read_sheet(sheet, book._archive)],
        "properties": {"title": core.title, "author": core.creator, "created": core.created},
    }


def _read_sheet(sheet: Any, archive: Any) -> Iterator[Piece]:
    yield ["page", f"sheet {sheet.title}" + (" (hidden)" if sheet.sheet_state != "visible" else "")]
    with archive.open(sheet._worksheet_path) as file:
        merged, hidden = _read_shape(file)
    sheet.reset_dimensions()  # which a file may say wrongly
    rows: dict[int, Cells] = {}
    for row in sheet.iter_rows():
        cells: Cells = {c.column - 1: text for c in row if c.value is not None and (text := _show(c))}
        if cells:
            rows[next(c.row for c in row if c.value is not None)] = cells
    heading = False
    for table in _split_tables(rows):
        if not heading:
            yield ["heading", 2, sheet.title]
            heading = True
        yield from _read_table(table, merged, hidden)


def _read_shape(file: Any) -> tuple[dict[tuple[int, int], list[int]], set[int]]:
    """Of each cell that is one with another, which; and the hidden rows."""
    merged: dict[tuple[int, int], list[int]] = {}
    hidden: set[int] = set()
    for _, element in etree.iterparse(file, tag=(f"{_S}row", f"{_S}mergeCell"), resolve_entities=False):
        if element.tag == f"{_S}row":
            if element.get("hidden") in ("1", "true") and (element.get("r") or "").isdecimal():
                hidden.add(int(element.get("r")))
        else:
            left, top, right, bottom = range_boundaries(element.get("ref"))
            if (right - left + 1) * (bottom - top + 1) <= MOST_ONE:
                cells = ((r, c - 1) for r in range(top, bottom + 1) for c in range(left, right + 1))
                merged |= {cell: [top, left - 1] for cell in cells}
        element.clear()
    return merged, hidden


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


def _show(cell: Any) -> str:
    """A value as the sheet shows it: a share in per cent, a sum with its currency, a day as 2026-03-04."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, int | float):
        return _show_number(value, cell.number_format or "General")
    return str(value) if isinstance(value, str | date | time | timedelta) else ""


def _show_number(value: float, form: str) -> str:
    match = _FORMAT.fullmatch(form)
    if match is None or "E" in form:
        return f"{value:.15g}"
    value = value * 100 if match["percent"] else value
    whole, _, decimals = match["digits"].strip().partition(".")
    places = len(re.sub(r"[^0?#]", "", decimals))
    comma = "," if "," in whole.rstrip(",") else ""
    shown = f"{value:{comma}.{places}f}" if places or comma else f"{value:.15g}"
    return f"{_literal(match['before'])}{shown}{match['percent']}{_literal(match['behind'])}".strip()


def _literal(form: str) -> str:
    """The words and signs of currency in a format."""
    return "".join("".join(map(str, filter(None, part.groups()))) for part in _LITERAL.finditer(form)) + (
        " " if form.endswith(" ") else ""
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read()), default=str))
