"""The tree of a web page -> its blocks, with their places in the text that is drawn of it.

Signs that stand nowhere else go into the tree before it is drawn, and are taken out of the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from rag.datatypes import Block, BlockKind
from rag.documents.readers.markup.html_roles import Place
from rag.documents.readers.markup.html_tables import Row
from rag.documents.readers.markup.paragraphs import is_question, is_title
from rag.spans import Span, has_letters, subtract, trim

_PRIVATE = range(0xF0000, 0xFFFFD)  # code points for private use


@dataclass(frozen=True, slots=True)
class Signs:
    """Characters that a page does not show: where a block begins and ends, and on both sides of a cell."""

    start: str
    end: str
    cell: str

    @classmethod
    def for_page(cls, page: HtmlElement) -> Signs:
        """Three signs that do not stand in the page."""
        shown = set(html.unescape("".join(page.itertext())))
        free = (chr(code) for code in _PRIVATE if chr(code) not in shown)
        return cls(next(free), next(free), next(free))


Fragment = tuple[HtmlElement, str]  # an element, and "text" or "tail"


@dataclass(slots=True)
class _Piece:
    """What becomes a block: its first and last words, and where in the page they stand."""

    place: Place
    first: Fragment
    last: Fragment
    bold: bool
    row: HtmlElement | None = None
    cells: dict[HtmlElement, list[Fragment]] = field(default_factory=dict)


class Pieces:
    """The pieces of a page, in order, which bear signs when they are drawn."""

    def __init__(self, page: HtmlElement, rows: Mapping[HtmlElement, Row], signs: Signs) -> None:
        self._rows, self._signs = rows, signs
        self._pieces: list[_Piece] = []
        self._is_new = True
        self._cell: HtmlElement | None = None
        self._visit(page, Place.of_page(page), None)
        self._sign()

    def _visit(self, element: HtmlElement, above: Place, row: HtmlElement | None) -> None:
        place = above.within(element) if row is None else above
        divides = row is None and place is not above
        row = element if row is None and element in self._rows else row
        if row is not None and element.tag in ("td", "th"):
            self._cell = element
        self._is_new = self._is_new or divides
        self._add((element, "text"), place, row)
        for child in element:
            self._visit(child, place, row)
            self._add((child, "tail"), place, row)
        self._is_new = self._is_new or divides
        if element.tag in ("td", "th"):
            self._cell = None

    def _add(self, fragment: Fragment, place: Place, row: HtmlElement | None) -> None:
        """Put words to the piece that they belong to."""
        words = getattr(*fragment)
        if not words or words.isspace():
            return
        element, side = fragment
        inside = element if side == "text" else element.getparent()
        bold = any(tag in ("b", "strong") for tag in _inline_tags(inside))
        if self._is_new or not self._pieces:
            self._pieces.append(_Piece(place, fragment, fragment, bold, row))
            self._is_new = False
        piece = self._pieces[-1]
        piece.last, piece.bold = fragment, piece.bold and bold
        if self._cell is not None:
            piece.cells.setdefault(self._cell, []).append(fragment)

    def _sign(self) -> None:
        for piece in self._pieces:
            for fragments in piece.cells.values():
                _put(fragments[0], self._signs.cell, behind=False)
                _put(fragments[-1], self._signs.cell, behind=True)
            _put(piece.first, self._signs.start, behind=False)
            _put(piece.last, self._signs.end, behind=True)

    def find_blocks(self, drawn: str) -> tuple[str, tuple[Block, ...]]:
        """The text that was drawn, without the signs and too many blank lines, and its blocks."""
        text, places = _take_signs(drawn, self._signs)
        starts, ends, sides = places[self._signs.start], places[self._signs.end], places[self._signs.cell]
        lines = _Lines(text)
        cells = iter(zip(sides[::2], sides[1::2], strict=False))
        spans: dict[HtmlElement, Span] = {}
        blocks: list[Block] = []
        for piece, start, end in zip(self._pieces, starts, ends, strict=False):
            span = trim(text, (lines.start(start), lines.end(end))) if start <= end else (0, 0)
            if piece.row is not None:
                row = self._rows[piece.row]
                spans.update(zip(row.own if row.drawn else piece.cells, cells, strict=False))
                columns = (spans.get(cell, (span[0], span[0])) for cell in row.columns)
                kind: BlockKind = "furniture" if piece.place.furniture else "row"
                found = tuple(columns) if kind == "row" else ()
                blocks.append(Block(kind, *span, header=kind == "row" and row.header, cells=found))
            else:
                blocks.append(piece.place.block(span))
        kept = [block for block in blocks if has_letters(text, (block.start, block.end))]
        refined = list(_refine(text, kept, self._bold_spans(text, lines, starts)))
        bullets = _uncovered(text, refined)
        return text, tuple(sorted([*refined, *bullets], key=lambda block: block.start))

    def _bold_spans(self, text: str, lines: _Lines, starts: list[int]) -> set[int]:
        """Where the pieces begin all of whose words are bold."""
        pairs = zip(self._pieces, starts, strict=False)
        return {trim(text, (lines.start(start), lines.end(start)))[0] for piece, start in pairs if piece.bold}


class _Lines:
    """Where the lines of a text begin and end."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._length = len(text)

    def start(self, at: int) -> int:
        """Where the line begins in which `at` stands."""
        return self._starts[bisect_right(self._starts, at) - 1]

    def end(self, at: int) -> int:
        """Where the line ends in which `at` stands."""
        line = bisect_right(self._starts, at)
        return self._starts[line] - 1 if line < len(self._starts) else self._length


def _inline_tags(element: HtmlElement | None) -> Iterator[str]:
    """The tags that words stand in, up to that of their block."""
    while element is not None and not Place.divides(element):
        yield element.tag
        element = element.getparent()


def _put(fragment: Fragment, sign: str, behind: bool) -> None:
    """Write a sign before or behind the words of a fragment, but not beyond the space around them."""
    element, side = fragment
    words = getattr(element, side)
    at = len(words.rstrip()) if behind else len(words) - len(words.lstrip())
    setattr(element, side, words[:at] + sign + words[at:])


def _take_signs(drawn: str, signs: Signs) -> tuple[str, dict[str, list[int]]]:
    """The text without signs, no line ending in a space and none but single ones blank; where they stood."""
    places: dict[str, list[int]] = {signs.start: [], signs.end: [], signs.cell: []}
    pattern = re.compile("|".join(places))
    lines: list[str] = []
    at = 0
    for line in drawn.split("\n"):
        bare = pattern.sub("", line).rstrip()
        for number, sign in enumerate(pattern.finditer(line)):
            before = not bare and sign[0] == signs.end  # an end where nothing shows is one of the line above
            places[sign[0]].append(at - before + min(sign.start() - number, len(bare)))
        if bare or (lines and lines[-1]):
            lines.append(bare)
            at += len(bare) + 1
    return "\n".join(lines).strip("\n"), places


def _refine(text: str, blocks: list[Block], bold: set[int]) -> Iterator[Block]:
    """The blocks, with bold lines as the questions or headings that they are."""
    level = 0
    for number, block in enumerate(blocks):
        below = blocks[number + 1].kind if number + 1 < len(blocks) else "heading"
        words = text[block.start : block.end]
        if block.kind == "heading":
            level = block.level or min(level + 1, 7)  # what opens a part that folds has none of its own
            block = replace(block, level=level)
            if is_question(words) and blocks[number].level == 0:
                block = replace(block, kind="question", level=0)
        elif block.kind == "paragraph" and below not in ("heading", "furniture"):
            if is_question(words, block.start in bold):
                block = replace(block, kind="question")
            elif block.start in bold and is_title(words):
                block = replace(block, kind="heading", level=min(level + 1, 7))
        yield block


def _uncovered(text: str, blocks: list[Block]) -> Iterator[Block]:
    """Items for the numbers of a list that stand by themselves, above a list or table."""
    for start, end in subtract((0, len(text)), ((block.start, block.end) for block in blocks)):
        for line in re.finditer(r"[^\n]+", text[start:end]):
            span = trim(text, (start + line.start(), start + line.end()))
            if has_letters(text, span):
                yield Block("item", *span, ordered=True)
