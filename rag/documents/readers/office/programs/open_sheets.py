"""An OpenDocument spreadsheet on standard input -> its pieces (`office/composer.py`) as JSON.

kreuzberg reads it, too, but not which row is which, and repeated cells are few elements: lxml reads them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from rag.documents.readers.office.programs.grid import Cells, Piece, read_tables
from rag.documents.readers.office.programs.open_document import STYLE, TABLE, TEXT, open_document, plain

MOST_REPEATED = 1_000  # rows or columns with the same words that one element may stand for
MOST_ONE = 10_000  # cells that may be one


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a spreadsheet."""
    content, properties = open_document(raw)
    unseen = {
        style.getparent().get(f"{STYLE}name")
        for style in content.iter(f"{STYLE}table-properties")
        if style.get(f"{TABLE}display") == "false"
    }
    sheets = (
        sheet for sheet in content.iter(f"{TABLE}table") if sheet.getparent().tag.endswith("spreadsheet")
    )
    return {
        "pieces": [piece for sheet in sheets for piece in _read_sheet(sheet, unseen)],
        "properties": properties,
    }


def _read_sheet(sheet: Any, unseen: set[str]) -> Iterator[Piece]:
    title = sheet.get(f"{TABLE}name") or ""
    yield ["page", f"sheet {title}" + (" (hidden)" if sheet.get(f"{TABLE}style-name") in unseen else "")]
    rows: dict[int, Cells] = {}
    merged: dict[tuple[int, int], list[int]] = {}
    hidden: set[int] = set()
    number = 1
    for row in sheet.iter(f"{TABLE}table-row"):
        repeated = _number(row, "number-rows-repeated")
        cells = _read_row(row, number, merged)
        for at in range(number, number + min(repeated, MOST_REPEATED)) if cells else ():
            rows[at] = cells
            if row.get(f"{TABLE}visibility") in ("collapse", "filter"):
                hidden.add(at)
        number += repeated
    yield from read_tables(title, rows, merged, hidden)


def _read_row(row: Any, number: int, merged: dict[tuple[int, int], list[int]]) -> Cells:
    """The cells of a row that hold something, as they are shown; those that are one are added to `merged`."""
    cells: Cells = {}
    column = 0
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        repeated = _number(cell, "number-columns-repeated")
        text = " ".join(plain(paragraph) for paragraph in cell.iterchildren(f"{TEXT}p")).strip()
        for at in range(column, column + min(repeated, MOST_REPEATED)) if text else ():
            cells[at] = text
        down, right = _number(cell, "number-rows-spanned"), _number(cell, "number-columns-spanned")
        if 1 < down * right <= MOST_ONE:
            spanned = ((r, c) for r in range(number, number + down) for c in range(column, column + right))
            merged |= {place: [number, column] for place in spanned}
        column += repeated
    return cells


def _number(element: Any, name: str) -> int:
    value = element.get(f"{TABLE}{name}") or "1"
    return int(value) if value.isdecimal() else 1


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
