"""A PowerPoint file on standard input -> its pieces (`office/composer.py`) as JSON.

python-pptx gives the shapes of each slide, groups, tables and charts among them, and the speaker's notes.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.package import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
BULLETED = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
EDGES = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
MOST_DEEP = 20  # groups in groups

Piece = list[Any]


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a file of slides."""
    package = Package.open(io.BytesIO(raw))
    core = package.core_properties
    return {
        "pieces": list(_read_slides(package.presentation_part.presentation)),
        "properties": {"title": core.title, "author": core.author, "created": core.created},
    }


def _read_slides(presentation: Any) -> Iterator[Piece]:
    for number, slide in enumerate(presentation.slides, 1):
        hidden = " (hidden)" if slide._element.get("show") in ("0", "false") else ""
        yield ["page", f"slide {number}{hidden}"]
        title = slide.shapes.title
        shapes = [shape for shape in slide.shapes if title is None or shape._element is not title._element]
        for shape in [title, *shapes] if title is not None else shapes:
            yield from _read_shape(shape, 0)
        if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
            yield ["detail", "speaker notes"]
            yield from (["paragraph", paragraph.text] for paragraph in frame.paragraphs)


def _read_shape(shape: Any, depth: int) -> Iterator[Piece]:
    if hasattr(shape, "shapes"):
        for inner in shape.shapes if depth < MOST_DEEP else ():
            yield from _read_shape(inner, depth + 1)
    elif shape.has_text_frame:
        yield from _read_text(shape)
    elif getattr(shape, "has_table", False):
        yield _read_table(shape.table)
    elif getattr(shape, "has_chart", False):
        yield from _read_chart(shape.chart)
    else:
        yield from _read_diagram(shape)


def _read_text(shape: Any) -> Iterator[Piece]:
    role = shape.placeholder_format.type if shape.is_placeholder else None
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
    if role in TITLES:
        yield ["heading", 2, " ".join(paragraph.text for paragraph in paragraphs)]
        return
    for paragraph in paragraphs:
        text, level = paragraph.text.replace("\v", " "), paragraph.level
        ordered = _has(paragraph, "buAutoNum")
        bulleted = role in BULLETED and len(paragraphs) > 1 and not _has(paragraph, "buNone")
        if role in EDGES:
            yield ["furniture", text]
        elif ordered or level or bulleted or _has(paragraph, "buChar"):
            yield ["item", level, ordered, text]
        else:
            yield ["paragraph", text]


def _has(paragraph: Any, sign: str) -> bool:
    return paragraph._p.find(f"{_A}pPr/{_A}{sign}") is not None


def _read_table(table: Any) -> Piece:
    rows: list[tuple[str, list[Any]]] = []
    origins: dict[tuple[int, int], list[int]] = {}
    for r, row in enumerate(table.rows):
        cells: list[Any] = []
        for c, cell in enumerate(row.cells):
            if cell.is_merge_origin:
                spanned = (
                    (r + down, c + right)
                    for down in range(cell.span_height)
                    for right in range(cell.span_width)
                )
                origins |= {place: [r, c] for place in spanned}
            cells.append(origins[r, c] if cell.is_spanned and (r, c) in origins else cell.text)
        rows.append(("", cells))
    return ["table", int(table.first_row and len(rows) > 1), rows]


def _read_chart(chart: Any) -> Iterator[Piece]:
    """The figures behind a chart, a row each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield ["caption", chart.chart_title.text_frame.text]
    for plot in chart.plots:
        names = [str(series.name) for series in plot.series]
        values = [list(series.values) for series in plot.series]
        rows: list[tuple[str, list[Any]]] = [("", ["", *names])]
        for n, category in enumerate(plot.categories):
            row = [column[n] if n < len(column) else None for column in values]
            rows.append(
                ("", [str(category), *(f"{value:.15g}" if value is not None else "" for value in row)])
            )
        yield ["table", 1, rows]


def _read_diagram(shape: Any) -> Iterator[Piece]:
    """The words of a drawing of boxes and arrows, which stand in a part of their own."""
    for ids in shape._element.iter(f"{{{_DIAGRAM}}}relIds"):
        root = etree.fromstring(
            shape.part.related_part(ids.get(f"{_R}dm")).blob, etree.XMLParser(resolve_entities=False)
        )
        for paragraph in root.iter(f"{_A}p"):
            yield ["item", 0, False, "".join(text.text or "" for text in paragraph.iter(f"{_A}t"))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read()), default=str))
