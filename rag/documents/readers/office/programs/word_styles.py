"""The style of a paragraph of Word, and the list that it is numbered by -> the kind of block that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document

from rag.documents.readers.office.programs.word_text import W, number_of, value_of

MOST_DEEP = 20  # styles that are based on one another
NO_LIST = "0"  # the number of a list that takes a paragraph out of one
KINDS = {"title": "title", "caption": "caption", "quote": "quotation", "intense quote": "quotation"}
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_DEEPER = re.compile(r"\s([2-9])$")  # in the name of a style of lists


class Styles:
    """The styles and lists of a document."""

    def __init__(self, document: Document) -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._ordered = _read_list_kinds(document)

    def role(self, paragraph: Any) -> tuple[str, int]:
        """The kind of block that the style of a paragraph makes it, and the level of a heading."""
        outline = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None and value_of(outline) < 9:
            return "heading", value_of(outline) + 1
        kind = ""
        for style in self._line(paragraph):
            name = style.name or ""
            if heading := _HEADING.match(name):
                return "heading", int(heading[1])
            outline = style.element.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None and value_of(outline) < 9:
                return "heading", value_of(outline) + 1
            kind = kind or KINDS.get(name.lower(), "")
        return (kind or ("item" if self.list_of(paragraph) else "paragraph")), 0

    def list_of(self, paragraph: Any) -> tuple[bool, int] | None:
        """Whether the list that a paragraph is an item of is counted, and how deep it is; None if of none."""
        line = list(self._line(paragraph))
        for element, name in ((paragraph, ""), *((style.element, style.name or "") for style in line)):
            number = element.find(f"{W}pPr/{W}numPr/{W}numId")
            if number is not None:
                id, level = number.get(f"{W}val"), value_of(element.find(f"{W}pPr/{W}numPr/{W}ilvl"))
                deeper = _DEEPER.search(name)
                depth = int(deeper[1]) - 1 if deeper else level
                return None if id == NO_LIST else (self._ordered.get((id, level), False), depth)
        return None

    def _line(self, paragraph: Any) -> Iterator[Any]:
        """The style of a paragraph, the one that it is based on, and so on."""
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        style = self._styles.get(named.get(f"{W}val")) if named is not None else None
        for _ in range(MOST_DEEP):
            if style is None:
                return
            yield style
            style = getattr(style, "base_style", None)


def _read_list_kinds(document: Document) -> dict[tuple[str, int], bool]:
    """Whether the items of a list count, by its number and their level."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    kinds: dict[str, dict[int, bool]] = {}
    for abstract in numbering.iterchildren(f"{W}abstractNum"):
        levels = kinds.setdefault(abstract.get(f"{W}abstractNumId"), {})
        for level in abstract.iterchildren(f"{W}lvl"):
            form = level.find(f"{W}numFmt")
            counts = form is not None and form.get(f"{W}val") not in ("bullet", "none")
            levels[number_of(level, "ilvl")] = counts
    return {
        (number.get(f"{W}numId"), level): counts
        for number in numbering.iterchildren(f"{W}num")
        for level, counts in kinds.get(number.find(f"{W}abstractNumId").get(f"{W}val"), {}).items()
    }
