"""A document -> the pieces of it that are searched, what each stands under, and how it is shown."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from functools import cache, cached_property, partial

from rag.datatypes import Block, Document
from rag.documents.blocks import LEADS, NOTHING, find_parents
from rag.documents.readers.plain_layout import find_blocks
from rag.documents.rendering import Rendering, render
from rag.documents.rows import Rows
from rag.documents.sentences import bullet_end, split_lines, split_sentences
from rag.language.words import detect_language
from rag.spans import Span, trim

_QUOTED = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)  # what each line of a quoted mail begins with
LONGEST_HEADING = 120  # characters of a heading or introduction that are told with what stands under it
LONGEST_CODE = 600  # characters of code that are one piece
MOST = 0.7  # share of a document from which on a heading that it stands under tells nothing apart
BETWEEN = " › "


class Outline:
    """One document as it is laid out.

    `pieces` are the spans that are searched and may be quoted, in order, none overlapping another:
    sentences, items, rows, headings, lines of code.  They hold every letter of the text.  `rows` are its
    tables' and records'.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks = document.blocks or find_blocks(document.text)
        self.parents = find_parents(document.text, self.blocks)
        self._starts = [block.start for block in self.blocks]
        self.rows = Rows(document, self.blocks, self.parents)
        # No method: that would hold this when nobody does any more.
        self._quotation_marks = cache(partial(_find_quotation_marks, document.text))
        self._sections: dict[int, tuple[str, ...]] = {}  # below each block that others stand under
        self._outer: list[int] = []  # of each block the place of the one that it stands in, or else its own
        for place, block in enumerate(self.blocks):
            outer = self._outer[-1] if self._outer else place
            self._outer.append(outer if self.blocks[outer].end > block.start else place)

    @cached_property
    def language(self) -> str:
        """The code of the language that it is in, by `rag.language.words.detect_language`."""
        return detect_language(self.document.text)

    @cached_property
    def pieces(self) -> list[Span]:
        return [piece for runs in self.runs for piece in runs]

    @cached_property
    def runs(self) -> list[list[Span]]:
        """The pieces in runs that may be read as one: below one heading, furniture apart."""
        runs: list[list[Span]] = [[]]
        before: Block | None = None
        reached = 0
        for block in self.blocks:
            if block.end <= reached:  # furniture within a paragraph
                continue
            apart = before and (block.kind == "furniture") != (before.kind == "furniture")
            if apart or (block.kind == "heading" and before and before.kind != "heading"):
                runs.append([])
            runs[-1] += self._split(block)
            before, reached = block, block.end
        return [run for run in runs if run]

    def block_at(self, at: int) -> int:
        """The place of the block that holds the character `at`, or else of the last that begins before.

        Of one within another it is the outer one.
        """
        place = max(0, bisect.bisect_right(self._starts, at) - 1)
        outer = self._outer[place]
        return outer if self.blocks[outer].end > at else place

    def kind_at(self, at: int) -> str:
        """What kind of block the character `at` stands in."""
        return self.blocks[self.block_at(at)].kind

    def section(self, at: int) -> tuple[str, ...]:
        """The headings above the character `at`, the highest first; not the title of the document again."""
        place = self.parents[self.block_at(at)] if self.blocks else NOTHING
        if place not in self._sections:
            headings = [block for block in self.above(at) if block.kind == "heading"]
            self._sections[place] = tuple(self.shown(b) for b in headings if b is not self._title)
        return self._sections[place]

    def telling_headings(self, at: int) -> tuple[str, ...]:
        """The headings above the character `at`, without those that most of the document stands under: they
        tell no part of it from another."""
        above = (block for block in self.above(at) if block.kind == "heading")
        return tuple(self.shown(block) for block in above if block.start not in self._general)

    @cached_property
    def _general(self) -> set[int]:
        """The starts of the headings that most of the document stands under."""
        headings = [block for block in self.blocks if block.kind == "heading"]
        length = len(self.document.text)
        general: set[int] = set()
        for place, heading in enumerate(headings):
            if heading.start > (1 - MOST) * length:
                break
            below = (other.start for other in headings[place + 1 :] if other.level <= heading.level)
            if next(below, length) - heading.start >= MOST * length:
                general.add(heading.start)
        return general

    @cached_property
    def _title(self) -> Block | None:
        """The heading that all others stand under, if it is the title of the document."""
        headings = [block for block in self.blocks if block.kind == "heading"]
        alone = headings and all(block.level > headings[0].level for block in headings[1:])
        titles = alone and self.shown(headings[0]).casefold() == self.document.title.casefold()
        return headings[0] if titles else None

    def section_text(self, at: int) -> str:
        """The headings above the character `at` in one line; "" if there are none."""
        return BETWEEN.join(self.section(at))

    def below(self, place: int) -> list[int]:
        """The places of the blocks that stand right under one, in order."""
        last = self.headings_end(place)
        return [other for other in range(place + 1, last) if self.parents[other] == place]

    def pieces_of(self, place: int) -> list[Span]:
        """The pieces of the block at `place`."""
        return list(self._split(self.blocks[place]))

    def lead(self, at: int) -> str:
        """What the block at `at` stands under that is no heading: what introduces its list, the question
        that it answers, who speaks; "" if nothing does.  The names of columns stand with each cell."""
        above = (b for b in self.above(at) if b.kind != "heading" and not b.header)
        return BETWEEN.join(self.shown(block) for block in above)

    def context(self, at: int) -> str:
        """All that the character `at` stands under in one line, the title of the document first."""
        parts = (self.document.title, *self.section(at), self.lead(at))
        return BETWEEN.join(part for part in parts if part)

    def shown(self, block: Block) -> str:
        """The words of a block above others, on one line, shortened: the last of an introduction."""
        text = render(self.document, self._body(block), self._hidden(block)).text.strip("#* ")
        if len(text) <= LONGEST_HEADING:
            return text
        if block.kind == "heading" or block.kind in LEADS:
            return text[: LONGEST_HEADING - 1].rsplit(" ", 1)[0] + "…"
        spans = list(split_sentences(text, (0, len(text)), language=self.language))
        last = text[slice(*spans[-1])]
        return last if len(last) <= LONGEST_HEADING else "…" + last[1 - LONGEST_HEADING :].split(" ", 1)[-1]

    def show(self, start: int, end: int) -> Rendering:
        """The document's words from `start` to `end` as a reader sees them: without markup, a row of a table
        with the names of its columns, one line for each item and row."""
        joined = Rendering()
        first = self.block_at(start) if self.blocks else 0
        reached = start
        for place in range(first, len(self.blocks)):
            block = self.blocks[place]
            if block.start >= end:
                break
            if block.end <= reached:
                continue
            inside = max(reached, block.start), min(end, block.end)
            joined.append_line(self._show_block(place, inside))
            reached = inside[1]
        return joined if joined.text else render(self.document, (start, end), [])

    def _show_block(self, place: int, span: Span) -> Rendering:
        block = self.blocks[place]
        if block.kind == "row":
            return self.rows.show(place, span)
        return render(self.document, span, self._hidden(block), verbatim=block.kind == "code")

    def headings_end(self, place: int) -> int:
        """The place of the first heading behind a block."""
        following = range(place + 1, len(self.blocks))
        return next((other for other in following if self.blocks[other].kind == "heading"), len(self.blocks))

    def above(self, at: int) -> list[Block]:
        """The blocks that the one at `at` stands under, the highest first."""
        above = []
        place = self.parents[self.block_at(at)] if self.blocks else NOTHING
        while place != NOTHING:
            above.append(self.blocks[place])
            place = self.parents[place]
        return above[::-1]

    def _hidden(self, block: Block) -> list[Span]:
        """What is not shown of a block: the furniture within it and the marks of what is quoted."""
        marks = self._quotation_marks(block.start, block.end) if block.kind == "quotation" else []
        return self._inner(block) + marks

    def _inner(self, block: Block) -> list[Span]:
        """The furniture within a block, which a sentence goes on behind."""
        first = bisect.bisect_right(self._starts, block.start)
        last = bisect.bisect_left(self._starts, block.end)
        inner = self.blocks[first:last]
        return [(b.start, b.end) for b in inner if b.kind == "furniture" and b.end <= block.end]

    def _body(self, block: Block) -> Span:
        """A block without bullet and margin."""
        start = (
            bullet_end(self.document.text, block.start, block.end) if block.kind == "item" else block.start
        )
        return trim(self.document.text, (start, block.end))

    def _split(self, block: Block) -> Iterator[Span]:
        text = self.document.text
        body = self._body(block)
        if block.kind in ("row", "heading", "caption"):
            yield from split_sentences(text, body, whole=True)
        elif block.kind == "code":
            yield from split_lines(text, body, LONGEST_CODE)
        elif block.kind == "metadata":
            yield from split_lines(text, body, 0)
        elif block.kind == "furniture":
            for line in split_lines(text, body, 0):
                yield from split_sentences(text, line, language=self.language)
        else:
            yield from split_sentences(text, body, self._inner(block), language=self.language)


def _find_quotation_marks(text: str, start: int, end: int) -> list[Span]:
    """What the lines of a quoted mail begin with, from the line of `start` on."""
    return [match.span() for match in _QUOTED.finditer(text, text.rfind("\n", 0, start) + 1, end)]
