"""A span of a document -> its words as a reader sees them, each character with its place."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.datatypes import Document, Mark
from rag.spans import MARGIN, Span, holds

_WORD = re.compile(rf"[^\s{MARGIN}]+")
ADDED = -1  # the place of a character that does not stand in the document


@dataclass(slots=True)
class Rendering:
    """A text to be shown; `places` says of each character where it stands in the document, or `ADDED`."""

    text: str = ""
    places: list[int] = field(default_factory=list)

    def append_text(self, text: str) -> None:
        """Add a text that is not the document's."""
        self.text += text
        self.places += [ADDED] * len(text)

    def append(self, other: Rendering) -> None:
        self.text += other.text
        self.places += other.places

    def append_line(self, other: Rendering) -> None:
        """Add `other` on a line of its own, if it shows anything."""
        if other.text:
            self.append_text("\n" if self.text else "")
            self.append(other)

    def span_of(self, span: Span) -> Span | None:
        """Where the part of the document that is `span` is shown, None if it is not."""
        shown = [i for i, place in enumerate(self.places) if holds(span, place)]
        return (shown[0], shown[-1] + 1) if shown else None

    def source_of(self, span: Span) -> Span | None:
        """The part of the document that is shown at `span`, None if nothing of it is the document's."""
        places = [place for place in self.places[slice(*span)] if place != ADDED]
        return (min(places), max(places) + 1) if places else None


def render(document: Document, span: Span, hidden: Sequence[Span], *, verbatim: bool = False) -> Rendering:
    """What is shown of `span`, without its markup and without `hidden`; white space is one space each.

    If it is `verbatim`, as code is, its spaces and lines stay.
    """
    seen = _visible(document, span, hidden)
    if verbatim:
        text = seen.text.rstrip()
        return Rendering(text, seen.places[: len(text)])
    words = [match.span() for match in _WORD.finditer(seen.text)]
    places: list[int] = []
    for n, (start, end) in enumerate(words):
        blank = words[n - 1][1] if n else start  # the first of several stands for all
        places += seen.places[blank : blank + (n > 0)] + seen.places[start:end]
    return Rendering(" ".join(seen.text[start:end] for start, end in words), places)


def _visible(document: Document, span: Span, hidden: Sequence[Span]) -> Rendering:
    """The characters that are shown, each with its place; those of a character reference share one."""
    start, end = span
    replaced = [(mark.start, mark.end, mark.shown) for mark in _marks_within(document, span)]
    within = ((*inner, " ") for inner in hidden if start < inner[1] and inner[0] < end)
    seen, places, at = "", [], start
    for first, last, shown in sorted([*replaced, *within]):
        if last <= at or first >= end:
            continue
        upto = max(at, first)
        seen += document.text[at:upto] + shown
        places += [*range(at, upto), *(upto for _ in shown)]
        at = max(at, last)
    return Rendering(seen + document.text[at:end], [*places, *range(at, max(at, end))])


def _marks_within(document: Document, span: Span) -> Sequence[Mark]:
    first = bisect.bisect_right(document.marks, span[0], key=lambda mark: mark.end)
    last = bisect.bisect_left(document.marks, span[1], key=lambda mark: mark.start)
    return document.marks[first:last]
