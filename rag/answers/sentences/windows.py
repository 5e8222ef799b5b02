"""Candidates -> windows of text around them, and what the reader makes of these."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from rag.answers.sentences.candidates import Candidate
from rag.documents.labels import published_text
from rag.documents.outline import BETWEEN, Outline
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.models.reader import Reader, Reading, Window
from rag.spans import Span, contains

WINDOW = 600  # characters that are read at once as they are shown, beside what they stand under


def read_candidates(
    reader: Reader, index: Index, lexicon: Lexicon, question: str, found: Sequence[Candidate], most: int
) -> dict[int, Reading]:
    """What `reader` makes of the sentences around the first of `found`, by row: of at most `most` windows.

    Each is read below what it stands under, the question with its acronyms.  The spans are those of the
    document.
    """
    rows = [sentence.row for sentence in found]
    windows = [ReadWindow(index, window) for window in find_windows(index, rows, most)]
    by_question: dict[str, list[ReadWindow]] = {}
    for window in windows:
        by_question.setdefault(lexicon.as_in(window.window.text, question), []).append(window)
    readings: dict[int, Reading] = {}
    for asked, group in by_question.items():
        for window, read in zip(group, reader.read(asked, [w.window for w in group]), strict=True):
            readings |= window.in_document(read)
    return readings


class ReadWindow:
    """Sentences of one section, `rows` of the index, as they are read: on the first line what they stand
    under."""

    def __init__(self, index: Index, rows: Sequence[int]) -> None:
        self.rows = rows
        self._spans = [(index.sentences[row].start, index.sentences[row].end) for row in rows]
        outline = index.outlines[index.sentences[rows[0]].document_id]
        self._shown = [outline.show(*span) for span in self._spans]
        text = f"{_reading_context(outline, self._spans[0][0])}\n"
        self._begins: list[int] = []
        for (start, _), shown in zip(self._spans, self._shown, strict=True):
            at = outline.block_at(start)
            apart = not self._begins or outline.blocks[at].start == start or outline.blocks[at].kind == "item"
            text += "" if text.endswith("\n") else "\n" if apart else " "
            self._begins.append(len(text))
            text += shown.text
        spans = zip(self._begins, self._shown, strict=True)
        self.window = Window(text, tuple((begin, begin + len(shown.text)) for begin, shown in spans))

    def span_of(self, span: Span) -> Span | None:
        """Where a span of the document stands in the window, None if it is not shown there."""
        for own, begin, shown in zip(self._spans, self._begins, self._shown, strict=True):
            if contains(own, span) and (found := shown.span_of(span)):
                return begin + found[0], begin + found[1]
        return None

    def in_document(self, read: Sequence[Reading]) -> dict[int, Reading]:
        """The readings by the rows of their sentences, with their spans in the document."""
        found = {}
        for row, begin, shown, span, reading in zip(
            self.rows, self._begins, self._shown, self._spans, read, strict=True
        ):
            first, last = reading.fact
            there = shown.source_of((max(0, first - begin), max(0, last - begin)))
            found[row] = replace(reading, fact=there or (span[0], span[0]))
        return found


def _reading_context(outline: Outline, at: int) -> str:
    """What the character `at` stands under in one line: behind the title, who published the text and when."""
    document = outline.document
    source = [document.publisher, published_text(document) if document.published else None]
    told = ", ".join(filter(None, source))
    title = f"{document.title} ({told})" if told else document.title
    return BETWEEN.join(filter(None, (title, *outline.section(at), outline.lead(at))))


def find_windows(index: Index, rows: Sequence[int], most: int) -> list[range]:
    """The rows of at most `most` windows, none in two: around the first of `rows`, then around the first
    that is in none yet, and so on."""
    windows: list[range] = []
    taken: set[int] = set()
    for row in rows:
        if len(windows) == most:
            break
        if row not in taken:
            windows.append(_window(index, row, taken))
            taken.update(windows[-1])
    return windows


def _window(index: Index, row: int, taken: Set[int]) -> range:
    """The rows around one that go on in the same section, the nearest first, as many as fit."""
    first = last = row
    length = _shown_length(index, row)
    while True:
        ways = [first - 1] if first - 1 not in taken and _adjoin(index, first - 1) else []
        ways += [last + 1] if last + 1 not in taken and _adjoin(index, last) else []
        lengths = {way: length + 1 + _shown_length(index, way) for way in ways}
        ways = [way for way in ways if lengths[way] <= WINDOW]
        if not ways:
            return range(first, last + 1)
        nearest = min(ways, key=lambda way: abs(way - row))
        first, last, length = min(first, nearest), max(last, nearest), lengths[nearest]


def _shown_length(index: Index, row: int) -> int:
    """How many characters a sentence is shown with: a row of a table has more than it is written with."""
    this = index.sentences[row]
    outline = index.outlines[this.document_id]
    as_row = outline.kind_at(this.start) == "row"
    return len(outline.show(this.start, this.end).text) if as_row else this.end - this.start


def _adjoin(index: Index, row: int) -> bool:
    """Whether the sentence after that of `row` goes on in the same section."""
    if row < 0 or row + 1 >= len(index.sentences):
        return False
    this, following = index.sentences[row : row + 2]
    if this.document_id != following.document_id:
        return False
    outline = index.outlines[this.document_id]
    if outline.kind_at(this.start) == "heading":
        return False
    return outline.section(this.start) == outline.section(following.start)
