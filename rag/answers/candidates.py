"""Passages -> the sentences that may answer, as the reader reads them, and the statements that quote them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from rag.answers.statements import cite, cite_spans
from rag.datatypes import Chunk, Document, Passage, Statement
from rag.documents.labels import full_label
from rag.documents.outline import Outline
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.models.reader import Reader, Reading, Window
from rag.spans import Span, contains, trim

WINDOW = 600  # characters that are read at once as they are shown, beside what they stand under
MOST_ITEMS = 20  # of a list that a sentence announces
MOST_BEFORE = 400  # characters of a sentence that comes along with the one behind it
ALONE = ("row", "item", "term", "heading")  # kinds of block that are not read by those beside them
NEVER = ("speaker",)  # kinds of block that say nothing by themselves
# The beginning of a sentence that says nothing without the one before it.
_DANGLING = re.compile(
    r"[\W_]*(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|but|however|instead|also"
    r"|the (?:same|latter|former|report|survey|study|paper)|as a result|in addition|for example|in this"
    r"|at that)\b",
    re.IGNORECASE,
)

Place = tuple[Document, int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, item or row of a passage, its row in the index, and the text it stands in.

    `text` is how it is shown, `above` what it stands under, `context` both with what stands around it.
    `score` are the log-odds that it answers.  `fact` are the words in it that do, a span of the
    document, None if none do in particular; `certainty` are the reader's log-odds that any do.
    """

    outline: Outline
    start: int
    end: int
    row: int
    kind: str
    text: str
    above: str
    context: str
    score: float = 0.0
    fact: tuple[int, int] | None = None
    certainty: float = 0.0

    @property
    def document(self) -> Document:
        return self.outline.document

    def at(self, place: int, fact: Span | None) -> Candidate:
        """The same for another block of its document, with the words in it that answer."""
        block = self.outline.blocks[place]
        start, end = trim(self.document.text, (block.start, block.end))
        text = self.outline.show(start, end).text
        return replace(self, start=start, end=end, row=-1, kind=block.kind, text=text, fact=fact)

    def shown_span(self, span: Span) -> Span | None:
        """Where a span of the document is shown in `text`, None if it is not."""
        return self.outline.show(self.start, self.end).span_of(span)

    def source_span(self, span: Span) -> Span | None:
        """The span of the document that is shown at a span of `text`, None if nothing of it is there."""
        return self.outline.show(self.start, self.end).source_of(span)


def needs_before(sentence: str) -> bool:
    """Whether `sentence` begins with a word that says nothing without what stands before it.

    >>> needs_before("However, it was cut."), needs_before("The fee was cut.")
    (True, False)
    """
    return _DANGLING.match(sentence) is not None


def find_candidates(index: Index, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences that begin in a passage, each once, in the order of the passages.

    One that only announces what follows ("He said:") says nothing itself; it is left out unless a
    list follows.  So are the names of columns where rows stand below them.
    """
    found: dict[int, Candidate] = {}
    for passage in passages:
        outline = index.outlines[passage.document.id]
        for row in index.sentence_rows(passage.document.id, passage.start, passage.end):
            if index.sentences[row].start >= passage.start and row not in found:
                found[row] = _candidate(index, outline, row)
    return [one for one in found.values() if _may_answer(one)]


def _may_answer(candidate: Candidate) -> bool:
    outline, place = candidate.outline, candidate.outline.block_at(candidate.start)
    if candidate.kind in NEVER:
        return False
    if outline.blocks[place].header:
        return not outline.below(place)
    return not candidate.text.endswith(":") or bool(outline.below(place))


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
        text = f"{outline.context(self._spans[0][0])}\n"
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
        for (start, end), begin, shown in zip(self._spans, self._begins, self._shown, strict=True):
            if start <= span[0] and span[1] <= end and (found := shown.span_of(span)):
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


def quote_candidates(index: Index, chosen: Sequence[Candidate]) -> list[tuple[Statement, Candidate]]:
    """The sentences as statements, their facts marked, with what each needs beside it; one that
    goes on where another ends is told with it, in its place and with its fact.  What announces a list
    comes with it."""
    places: dict[Place, Candidate] = {}
    for sentence in chosen:
        document = sentence.document
        if any(_holds(place, (document, sentence.start, sentence.end)) for place in places):
            continue
        place = (document, _begin(index, sentence), _end(sentence))
        before = next((other for other in places if _holds(place, other)), place)
        places = {place if other == before else other: of for other, of in places.items()}
        places.setdefault(place, sentence)
    return [
        (with_fact(statement, of), of)
        for statement, of in zip(cite_spans(places, index.outlines), places.values(), strict=True)
    ]


def _begin(index: Index, sentence: Candidate) -> int:
    """Where the sentence begins, or the one before it if it says nothing without."""
    if not sentence.row or not needs_before(sentence.text):
        return sentence.start
    before = index.sentences[sentence.row - 1]
    other = before.document_id != sentence.document.id or before.end - before.start > MOST_BEFORE
    same_block = not other and sentence.outline.block_at(before.start) == sentence.outline.block_at(
        sentence.start
    )
    return before.start if same_block else sentence.start


def _end(sentence: Candidate) -> int:
    """Where the sentence ends, or the list that it announces."""
    if not sentence.text.endswith(":"):
        return sentence.end
    outline = sentence.outline
    items = outline.below(outline.block_at(sentence.start))[:MOST_ITEMS]
    return outline.blocks[items[-1]].end if items else sentence.end


def _holds(place: Place, other: Place) -> bool:
    """Whether `place` holds all of `other`."""
    return place[0] is other[0] and contains(place[1:], other[1:])


def with_fact(statement: Statement, sentence: Candidate) -> Statement:
    """`statement` with the fact of `sentence`, which stands in it, marked."""
    if not sentence.fact:
        return statement
    cited = statement.citations[0]
    return replace(statement, fact=sentence.outline.show(cited.start, cited.end).span_of(sentence.fact))


def quote_alone(sentence: Candidate, number: int) -> Statement:
    """The sentence alone, to be compared with others."""
    cited = cite(sentence.outline, sentence.start, sentence.end, number)
    return with_fact(Statement(sentence.text, (cited,), 1.0), sentence)


def _candidate(index: Index, outline: Outline, row: int) -> Candidate:
    this = index.sentences[row]
    kind = outline.kind_at(this.start)
    shown = outline.show(this.start, this.end).text
    around = shown
    if kind not in ALONE:
        near = [s for s in index.sentences[max(0, row - 1) : row + 2] if _together(outline, this.start, s)]
        around = outline.show(near[0].start, near[-1].end).text
    label, above = full_label(outline.document), outline.context(this.start)
    return Candidate(outline, this.start, this.end, row, kind, shown, above, f"{label} {above} {around}")


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


def _together(outline: Outline, at: int, other: Chunk) -> bool:
    return other.document_id == outline.document.id and outline.section(other.start) == outline.section(at)
