"""A Word file on standard input -> its pieces (`office/composer.py`) and properties as JSON.

python-docx opens it and knows its styles; what a paragraph holds is read from the XML, for only there
stand insertions and deletions, footnotes, boxes and what is hidden.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE
from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from rag.documents.readers.office.programs.word_styles import Styles
from rag.documents.readers.office.programs.word_text import (
    W,
    blocks_of,
    cells_of,
    goes_on,
    plain,
    value_of,
    walk,
)

_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
SIBLINGS = (  # the same in another wrapping: with macros, or as a template
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
MOST_DEEP = 20  # tables in tables, boxes in boxes
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Piece = list[Any]


def read(raw: bytes) -> dict[str, Any]:
    """The pieces and properties of a Word file."""
    for kind in SIBLINGS:
        PartFactory.part_type_for[kind] = DocumentPart
    part = Package.open(io.BytesIO(raw)).main_document_part
    if not isinstance(part, DocumentPart):
        raise ValueError(f"its main part is {part.content_type}, expected {CONTENT_TYPE.WML_DOCUMENT_MAIN}")
    document = part.document
    core = document.core_properties
    return {
        "pieces": list(_Reader(document).read()),
        "properties": {"title": core.title, "author": core.author, "created": core.created},
    }


class _Reader:
    """One pass over a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._styles = Styles(document)
        self._footnotes = self._read_notes("footnote") | self._read_notes("endnote")
        self._comments = self._read_notes("comment")
        self._numbers: dict[str, int] = {}  # of footnotes, in the order in which they are referred to
        self._depth = 0
        self._under_title = any(
            block.tag == f"{W}p" and self._styles.role(block)[0] == "title"
            for block in blocks_of(document.element.body)
        )

    def read(self) -> Iterator[Piece]:
        yield from self._edges("header")
        yield from self._read_blocks(self._document.element.body)
        yield from self._edges("footer")

    def _edges(self, which: str) -> Iterator[Piece]:
        """The words of the running heads or feet of all sections, each once."""
        told: dict[str, None] = {}
        for section in self._document.sections:
            for edge in (getattr(section, f"{kind}{which}") for kind in ("first_page_", "", "even_page_")):
                for paragraph in edge.paragraphs if not edge.is_linked_to_previous else ():
                    told[self._text(paragraph._p)[0]] = None
        yield from (["furniture", text] for text in told)

    def _read_blocks(self, parent: Any) -> Iterator[Piece]:
        self._depth += 1
        for block in blocks_of(parent) if self._depth < MOST_DEEP else ():
            yield from self._read_paragraph(block) if block.tag == f"{W}p" else self._read_table(block)
        self._depth -= 1

    def _read_paragraph(self, paragraph: Any) -> Iterator[Piece]:
        text, behind, boxes = self._text(paragraph)
        kind, level = self._styles.role(paragraph)
        if kind == "heading":
            yield ["heading", level + self._under_title, text]
        elif kind == "title":
            yield ["heading", 1, text]
        elif kind == "item":
            ordered, depth = self._styles.list_of(paragraph) or (False, 0)
            yield ["item", depth, ordered, text]
        else:
            yield [kind, text]
        yield from behind
        for box in boxes:
            yield from self._read_blocks(box)

    def _text(self, paragraph: Any) -> tuple[str, list[Piece], list[Any]]:
        """What a paragraph shows, the notes that belong to it, and the boxes that hang on it."""
        words: list[str] = []
        behind: list[Piece] = []
        boxes: list[Any] = []
        for element in walk(paragraph):
            tag = element.tag
            if tag == f"{W}t":
                words.append(element.text or "")
            elif tag in (f"{W}tab", f"{W}br", f"{W}cr") and element.getparent().tag == f"{W}r":
                words.append(" ")
            elif tag == f"{W}noBreakHyphen":
                words.append("-")
            elif tag == f"{W}txbxContent":
                boxes.append(element)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                key = tag.removeprefix(W).removesuffix("Reference") + str(element.get(f"{W}id"))
                if key in self._footnotes:
                    number = str(self._numbers.setdefault(key, len(self._numbers) + 1)).translate(_RAISED)
                    words.append(number)
                    behind.append(["footnote", f"{number} {self._footnotes[key]}"])
            elif tag == f"{W}commentReference":
                told = self._comments.get(f"comment{element.get(f'{W}id')}")
                behind += [["footnote", f"Comment by {told}"]] if told else []
        return "".join(words), behind, boxes

    def _read_table(self, table: Any) -> Iterator[Piece]:
        rows: list[tuple[str, list[Any]]] = []
        behind: list[Piece] = []
        nested: list[Any] = []
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            cells: list[Any] = [""] * value_of(row.find(f"{W}trPr/{W}gridBefore"))
            for cell in cells_of(row):
                at = [len(rows), len(cells)]
                if goes_on(cell) and rows and len(cells) < len(rows[-1][1]):
                    above = rows[-1][1][len(cells)]
                    at = above if isinstance(above, list) else [len(rows) - 1, len(cells)]
                    cells.append(at)
                else:
                    texts = []
                    for block in blocks_of(cell):
                        if block.tag == f"{W}tbl":
                            nested.append(block)
                            continue
                        text, notes, boxes = self._text(block)
                        texts.append(text)
                        behind += notes
                        nested += boxes
                    cells.append(" ".join(filter(None, texts)))
                width = value_of(cell.find(f"{W}tcPr/{W}gridSpan")) or 1
                cells += [at] * (width - 1)
            rows.append(("", cells))
        yield ["table", int(len(rows) > 1), rows]
        yield from behind
        for inner in nested:
            if inner.tag == f"{W}tbl":
                yield from self._read_blocks([inner])
            else:
                yield from self._read_blocks(inner)

    def _read_notes(self, kind: str) -> dict[str, str]:
        """The texts of the footnotes, endnotes or comments, by their kind and id."""
        notes = {}
        for relation in self._document.part.rels.values():
            if relation.reltype == f"{_MAIN}{kind}s" and not relation.is_external:
                root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))
                for note in root.iterchildren(f"{W}{kind}"):
                    text = " ".join(plain(p) for p in note.iter(f"{W}p")).strip()
                    author = f"{note.get(f'{W}author') or 'somebody'}: " if kind == "comment" else ""
                    if text and note.get(f"{W}type") in (None, "normal"):
                        notes[f"{kind}{note.get(f'{W}id')}"] = author + text
        return notes


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read()), default=str))
