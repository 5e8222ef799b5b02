"""An OpenDocument presentation on standard input -> its pieces (`office/composer.py`) as JSON.

kreuzberg does not read it, and what it holds is few elements: lxml reads them.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_DRAW, _TEXT, _TABLE = f"{{{_NAMES}drawing:1.0}}", f"{{{_NAMES}text:1.0}}", f"{{{_NAMES}table:1.0}}"
_SHOW, _META = f"{{{_NAMES}presentation:1.0}}", f"{{{_NAMES}meta:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_EDGES = ("header", "footer", "date-time", "page-number")
LARGEST = 200_000_000  # bytes of a part when unpacked
MOST_REPEATED = 1_000  # rows or columns that one element may stand for

Piece = list[Any]


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a presentation."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
            raise ValueError("encrypted")
        content = _parse(_part(archive, "content.xml"))
        meta = _parse(_part(archive, "meta.xml") or b"<none/>")
    created = meta.findtext(f".//{_META}creation-date") or meta.findtext(f".//{_DC}date")
    author = meta.findtext(f".//{_META}initial-creator") or meta.findtext(f".//{_DC}creator")
    return {
        "pieces": list(_read_slides(content)),
        "properties": {"title": meta.findtext(f".//{_DC}title"), "author": author, "created": created},
    }


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} has {archive.getinfo(name).file_size} bytes, at most {LARGEST} are read")
    return archive.read(name)


def _parse(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _read_slides(content: Any) -> Iterator[Piece]:
    hidden = {
        style.getparent().get(f"{{{_NAMES}style:1.0}}name")
        for style in content.iter(f"{{{_NAMES}style:1.0}}drawing-page-properties")
        if style.get(f"{_SHOW}visibility") == "hidden"
    }
    for number, page in enumerate(content.iter(f"{_DRAW}page"), 1):
        yield ["page", f"slide {number}" + (" (hidden)" if page.get(f"{_DRAW}style-name") in hidden else "")]
        for shape in page:
            if shape.tag != f"{_SHOW}notes":
                yield from _read_shape(shape)
        for notes in page.iterchildren(f"{_SHOW}notes"):
            yield ["detail", "speaker notes"]
            yield from (["paragraph", _plain(paragraph)] for paragraph in notes.iter(f"{_TEXT}p"))


def _read_shape(shape: Any) -> Iterator[Piece]:
    role = shape.get(f"{_SHOW}class")
    for element in shape.iter(f"{_TEXT}p", f"{_TEXT}h", f"{_TABLE}table"):
        if element.tag == f"{_TABLE}table":
            yield _read_table(element)
            continue
        if next(element.iterancestors(f"{_TABLE}table"), None) is not None:
            continue
        text = _plain(element)
        depth = sum(1 for _ in element.iterancestors(f"{_TEXT}list"))
        if role == "title" or element.tag == f"{_TEXT}h":
            yield ["heading", 2, text]
        elif role in _EDGES:
            yield ["furniture", text]
        elif depth:
            yield ["item", depth - 1, False, text]
        else:
            yield ["paragraph", text]


def _read_table(table: Any) -> Piece:
    rows: list[tuple[str, list[Any]]] = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[Any] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            text = " ".join(_plain(paragraph) for paragraph in cell.iter(f"{_TEXT}p"))
            cells += [text] * min(int(cell.get(f"{_TABLE}number-columns-repeated") or 1), MOST_REPEATED)
        rows.append(("", cells))
    return ["table", int(len(rows) > 1), rows]


def _plain(paragraph: Any) -> str:
    """The words of a paragraph; a blank, a tab or a new line is an element there."""
    words = [paragraph.text or ""]
    for element in paragraph.iterdescendants():
        blank = element.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break")
        words += [" " if blank else element.text or "", element.tail or ""]
    return "".join(words)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
