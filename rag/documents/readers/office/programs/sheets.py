"""An Excel file on standard input -> its pieces (`office/composer.py`) as JSON.

openpyxl reads it row by row, the values of formulas as they were last reckoned.  Which cells are one and
which rows are hidden it tells only of a whole sheet in memory, so that is read from the XML.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries

from rag.documents.readers.office.programs.grid import Cells, Piece, read_tables
from rag.documents.readers.office.programs.number_formats import show_number

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MOST_ONE = 10_000  # cells that may be one


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
    yield from read_tables(sheet.title, rows, merged, hidden)


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


def _show(cell: Any) -> str:
    """A value as the sheet shows it: a share in per cent, a sum with its currency, a day as 2026-03-04."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, int | float):
        return show_number(value, cell.number_format)
    return str(value) if isinstance(value, str | date | time | timedelta) else ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read()), default=str))
