"""An OpenDocument presentation on standard input -> its pieces (`office/composer.py`) as JSON.

kreuzberg does not read it, and it holds few kinds of elements: lxml reads them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from rag.documents.readers.office.programs.open_document import (
    DRAW,
    SHOW,
    STYLE,
    TABLE,
    TEXT,
    open_document,
    plain,
)

_EDGES = ("header", "footer", "date-time", "page-number")
MOST_REPEATED = 1_000  # rows or columns that one element may stand for

Piece = list[Any]


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a presentation."""
    content, properties = open_document(raw)
    return {"pieces": list(_read_slides(content)), "properties": properties}


def _read_slides(content: Any) -> Iterator[Piece]:
    hidden = {
        style.getparent().get(f"{STYLE}name")
        for style in content.iter(f"{STYLE}drawing-page-properties")
        if style.get(f"{SHOW}visibility") == "hidden"
    }
    for number, page in enumerate(content.iter(f"{DRAW}page"), 1):
        yield ["page", f"slide {number}" + (" (hidden)" if page.get(f"{DRAW}style-name") in hidden else "")]
        for shape in page:
            if shape.tag != f"{SHOW}notes":
                yield from _read_shape(shape)
        for notes in page.iterchildren(f"{SHOW}notes"):
            yield ["detail", "speaker notes"]
            yield from (["paragraph", plain(paragraph)] for paragraph in notes.iter(f"{TEXT}p"))


def _read_shape(shape: Any) -> Iterator[Piece]:
    role = shape.get(f"{SHOW}class")
    for element in shape.iter(f"{TEXT}p", f"{TEXT}h", f"{TABLE}table"):
        if element.tag == f"{TABLE}table":
            yield _read_table(element)
            continue
        if next(element.iterancestors(f"{TABLE}table"), None) is not None:
            continue
        text = plain(element)
        depth = sum(1 for _ in element.iterancestors(f"{TEXT}list"))
        if role == "title" or element.tag == f"{TEXT}h":
            yield ["heading", 2, text]
        elif role in _EDGES:
            yield ["furniture", text]
        elif depth:
            yield ["item", depth - 1, False, text]
        else:
            yield ["paragraph", text]


def _read_table(table: Any) -> Piece:
    rows: list[tuple[str, list[Any]]] = []
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[Any] = []
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            text = " ".join(plain(paragraph) for paragraph in cell.iter(f"{TEXT}p"))
            cells += [text] * min(int(cell.get(f"{TABLE}number-columns-repeated") or 1), MOST_REPEATED)
        rows.append(("", cells))
    return ["table", int(len(rows) > 1), rows]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
