"""Passages -> the sentences that may answer, as the reader reads them, and the statements that quote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answers.statements import cite_spans
from rag.datatypes import Citation, Document, Passage, Statement
from rag.documents.labels import full_label
from rag.documents.sentences import is_list_item
from rag.index.store import Index
from rag.models.reader import Reader, Reading, Window
from rag.spans import contains

WINDOW = 600  # characters that are read at once
ADJOINING = 3  # characters at most between sentences that are read together
MOST_ITEMS = 12  # of a list that a sentence announces


MOST_BEFORE = 400  # characters of a sentence that comes along with the one behind it
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
    """A sentence of a passage, its row in the index, and the text it stands in.

    `score` are the log-odds that it answers.  `fact` are the words in it that do, a span of the
    document, None if none do in particular; `certainty` are the reader's log-odds that any do.
    """

    document: Document
    start: int
    end: int
    row: int
    context: str
    score: float = 0.0
    fact: tuple[int, int] | None = None
    certainty: float = 0.0

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def find_candidates(index: Index, passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences that begin in a passage, each once, in the order of the passages.

    One that only announces what follows ("He said:") says nothing itself; it is left out unless a
    list follows.
    """
    found: dict[int, Candidate] = {}
    for passage in passages:
        for row in index.sentence_rows(passage.document.id, passage.start, passage.end):
            if index.sentences[row].start >= passage.start:
                found.setdefault(row, _candidate(index, passage.document, row))
    return [s for s in found.values() if not s.text.endswith(":") or list_items_after(index, s)]


def read_candidates(reader: Reader, index: Index, question: str, found: Sequence[Candidate]) -> list[Reading]:
    """What `reader` makes of each sentence, read together with those around it.

    The spans are those of the document.
    """
    documents = {sentence.document.id: sentence.document for sentence in found}
    windows = list(_windows(index, {sentence.row for sentence in found}))
    spans = [[index.sentences[row] for row in rows] for rows in windows]
    texts = [
        Window(
            documents[run[0].document_id].text[run[0].start : run[-1].end],
            tuple((span.start - run[0].start, span.end - run[0].start) for span in run),
        )
        for run in spans
    ]
    readings: dict[int, Reading] = {}
    for rows, run, read in zip(windows, spans, reader.read(question, texts), strict=True):
        for row, reading in zip(rows, read, strict=True):
            first, last = reading.fact
            readings[row] = replace(reading, fact=(run[0].start + first, run[0].start + last))
    return [readings[sentence.row] for sentence in found]


def list_items_after(index: Index, sentence: Candidate) -> list[int]:
    """The rows of the list items right behind a sentence."""
    text, spans = sentence.document.text, index.sentences
    rows: list[int] = []
    for row in range(sentence.row + 1, min(sentence.row + 1 + MOST_ITEMS, len(spans))):
        span = spans[row]
        if span.document_id != sentence.document.id:
            break
        on_its_line = rows and "\n" not in text[spans[row - 1].end : span.start]
        if not on_its_line and not is_list_item(text, span.start):
            break
        rows.append(row)
    return rows


def quote_candidates(index: Index, chosen: Sequence[Candidate]) -> list[tuple[Statement, Candidate | None]]:
    """The sentences as statements, their facts marked, with what each needs beside it; one that
    goes on where another ends is told with it, in its place and with its fact.  What is only
    needed, as an item of a list, comes without a sentence."""
    places: dict[Place, Candidate | None] = {}
    for sentence in chosen:
        document = sentence.document
        if any(_holds(place, (document, sentence.start, sentence.end)) for place in places):
            continue
        place = (document, _begin(index, sentence), sentence.end)
        before = next((other for other in places if _holds(place, other)), place)
        places = {place if other == before else other: of for other, of in places.items()}
        places.setdefault(place, sentence)
        for row in list_items_after(index, sentence) if sentence.text.endswith(":") else ():
            places.setdefault((document, index.sentences[row].start, index.sentences[row].end), None)
    return [
        (with_fact(statement, of) if of else statement, of)
        for statement, of in zip(cite_spans(places), places.values(), strict=True)
    ]


def _begin(index: Index, sentence: Candidate) -> int:
    """Where the sentence begins, or the one before it if it says nothing without."""
    if not sentence.row or not _DANGLING.match(sentence.text):
        return sentence.start
    before = index.sentences[sentence.row - 1]
    apart = "\n\n" in sentence.document.text[before.end : sentence.start]
    other = before.document_id != sentence.document.id or before.end - before.start > MOST_BEFORE
    return sentence.start if apart or other else before.start


def _holds(place: Place, other: Place) -> bool:
    """Whether `place` holds all of `other`."""
    return place[0] is other[0] and contains(place[1:], other[1:])


def with_fact(statement: Statement, sentence: Candidate) -> Statement:
    """`statement` with the fact of `sentence`, which stands in it, marked."""
    if not sentence.fact:
        return statement
    begin = statement.citations[0].start
    return replace(statement, fact=(sentence.fact[0] - begin, sentence.fact[1] - begin))


def quote_alone(sentence: Candidate, number: int) -> Statement:
    """The sentence alone, to be compared with others."""
    cited = Citation(number, sentence.document, sentence.start, sentence.end, sentence.text)
    return with_fact(Statement(sentence.text, (cited,), 1.0), sentence)


def _candidate(index: Index, document: Document, row: int) -> Candidate:
    this = index.sentences[row]
    near = [s for s in index.sentences[max(0, row - 1) : row + 2] if s.document_id == document.id]
    context = f"{full_label(document)} {document.text[near[0].start : near[-1].end]}"
    return Candidate(document, this.start, this.end, row, context)


def _windows(index: Index, rows: set[int]) -> Iterator[list[int]]:
    """Runs of rows that hold all `rows`, each with the one before it if they adjoin and it fits."""
    spans = index.sentences
    run: list[int] = []
    for row in sorted(rows | {row - 1 for row in rows if _adjoin(index, row - 1)}):
        fits = run and spans[row].end - spans[run[0]].start <= WINDOW
        if run and not (fits and row == run[-1] + 1 and _adjoin(index, run[-1])):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _adjoin(index: Index, row: int) -> bool:
    """Whether the sentence after that of `row` goes on where it ends."""
    if row < 0:
        return False
    this, following = index.sentences[row : row + 2]
    together = following.start - this.end <= ADJOINING
    return this.document_id == following.document_id and together
