"""A span of a document -> its words as HTML, without its markup, with what is cited marked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

import rag
from rag.datatypes import Block, Mark
from rag.spans import Span, holds, overlap, subtract

_HARD_BREAK = re.compile(r" {2,}\r?\n(?=.)")
_BREAK = re.compile(r"<br\b|\\$", re.IGNORECASE)
_NOTE = re.compile(r"\[\^([^\]]+)\](:?)\s*")  # the number of a footnote, which is no markup to a reader


class MarkedWords:
    """The words of one document, of which `quote` is marked and `others` faintly; all is escaped.

    The first mark of the quote that is drawn has the id "cited".  One of `others` that overlaps what is
    marked already is not marked.
    """

    def __init__(
        self, document: rag.Document, blocks: Sequence[Block], quote: Span | None, others: Sequence[Span]
    ) -> None:
        self._document, self._text = document, document.text
        self._furniture = [block for block in blocks if block.kind == "furniture"]
        self._furniture_edges, self._marks_edges = _edges(self._furniture), _edges(document.marks)
        self._quotes = [(*quote, True)] if quote else []
        for start, end in others:
            if not any(overlap((start, end), (first, last)) for first, last, _ in self._quotes):
                self._quotes.append((start, end, False))
        self._has_id = False

    def html(self, start: int, end: int, *, aside: bool = False, verbatim: bool = False) -> str:
        """What is shown of a span; furniture in it is faint, unless all of it is `aside`.

        If it is `verbatim`, as code is, its lines end where they end.
        """
        if self._is_plain(start, end):
            return self._escaped(start, end, verbatim)
        shown = []
        for (quoted, faint), pieces in groupby(self._pieces(start, end, verbatim), lambda piece: piece[0]):
            words = "".join(html for _, html in pieces)
            if quoted is not None and words.strip():
                words = f"<mark{self._attributes(quoted)}>{words}</mark>"
            shown.append(f'<span class="furniture-text">{words}</span>' if faint and not aside else words)
        return "".join(shown)

    def bare(self, start: int, end: int) -> str:
        """What of the text of a span is no markup."""
        marks = self._marks(start, end)
        apart = subtract((start, end), ((mark.start, mark.end) for mark in marks))
        return "".join(self._text[first:last] for first, last in apart)

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether a span is shown just as it stands."""
        if any(first < end and start < last for first, last, _ in self._quotes):
            return False
        return not (self._marks(start, end) or self._faint(start, end))

    def _marks(self, start: int, end: int) -> Sequence[Mark]:
        return self._document.marks[_within(self._marks_edges, start, end)]

    def _faint(self, start: int, end: int) -> Sequence[Block]:
        return self._furniture[_within(self._furniture_edges, start, end)]

    def _attributes(self, quoted: bool) -> str:
        if not quoted:
            return ' class="other"'
        first, self._has_id = not self._has_id, True
        return ' id="cited" tabindex="-1"' if first else ' class="cited"'

    def _pieces(self, start: int, end: int, verbatim: bool) -> Iterator[tuple[tuple[bool | None, bool], str]]:
        """The HTML of a span in pieces, each with whether it is cited (None: by nobody), and faint."""
        marks = self._marks(start, end)
        quotes = [quote for quote in self._quotes if overlap(quote[:2], (start, end))]
        faint = [b for b in self._faint(start, end) if start < b.start or b.end < end]
        cut = (
            [(q[0], q[1]) for q in quotes]
            + [(m.start, m.end) for m in marks]
            + [(b.start, b.end) for b in faint]
        )
        edges = sorted({start, end, *(at for span in cut for at in span if start < at < end)})
        shown_at = {mark.start: mark for mark in marks}
        reached = marks[0].end if marks and marks[0].start < start else start
        for first, last in pairwise(edges):
            quoted = next((cited for s, e, cited in quotes if holds((s, e), first)), None)
            state = quoted, any(holds((b.start, b.end), first) for b in faint)
            if mark := shown_at.get(first):
                yield state, self._shown(mark)
                reached = mark.end
            if first >= reached:
                yield state, self._escaped(first, last, verbatim)

    def _shown(self, mark: Mark) -> str:
        """What is seen in place of a mark: the number of a footnote, a new line, or what it says."""
        markup = self._text[mark.start : mark.end]
        if note := _NOTE.fullmatch(markup):
            return f"<sup>{escape(note[1])}</sup>{' ' if note[2] else ''}"
        ends = markup != "\\" or self._text[mark.end : mark.end + 1] in ("\r", "\n")
        return escape(mark.shown) + ("<br>" if ends and _BREAK.match(markup) else "")

    def _escaped(self, start: int, end: int, verbatim: bool) -> str:
        words = escape(self._text[start:end])
        return _HARD_BREAK.sub("<br>\n", words) if self._document.blocks and not verbatim else words


def _edges(spans: Sequence[Block] | Sequence[Mark]) -> tuple[list[int], list[int]]:
    """The starts and the ends of spans in order, none overlapping another."""
    return [span.start for span in spans], [span.end for span in spans]


def _within(edges: tuple[list[int], list[int]], start: int, end: int) -> slice:
    """Which spans have something of what is between `start` and `end`."""
    starts, ends = edges
    first = bisect_right(ends, start)
    return slice(first, max(first, bisect_left(starts, end)))
