"""Passages -> the sentences that may answer, and what the reader makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Document, Passage
from rag.documents.labels import full_label
from rag.documents.sentences import is_list_item
from rag.index.store import Index
from rag.models.reader import Reader, Reading, Window

WINDOW = 600  # characters that are read at once
ADJOINING = 3  # characters at most between sentences that are read together
MOST_ITEMS = 12  # of a list that a sentence announces


@dataclass(frozen=True, slots=True)
class Sentence:
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


def sentences_of(index: Index, passages: Sequence[Passage]) -> list[Sentence]:
    """The sentences that begin in a passage, each once, in the order of the passages.

    One that only announces what follows ("He said:") says nothing itself; it is left out unless a
    list follows.
    """
    found: dict[int, Sentence] = {}
    for passage in passages:
        for row in index.sentence_rows(passage.document.id, passage.start, passage.end):
            if index.sentences[row].start >= passage.start:
                found.setdefault(row, _sentence(index, passage.document, row))
    return [s for s in found.values() if not s.text.endswith(":") or items(index, s)]


def read(reader: Reader, index: Index, question: str, found: Sequence[Sentence]) -> list[Reading]:
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
    for rows, run, told in zip(windows, spans, reader.read(question, texts), strict=True):
        for row, reading in zip(rows, told, strict=True):
            first, last = reading.fact
            readings[row] = replace(reading, fact=(run[0].start + first, run[0].start + last))
    return [readings[sentence.row] for sentence in found]


def items(index: Index, sentence: Sentence) -> list[int]:
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


def _sentence(index: Index, document: Document, row: int) -> Sentence:
    this = index.sentences[row]
    near = [s for s in index.sentences[max(0, row - 1) : row + 2] if s.document_id == document.id]
    context = f"{full_label(document)} {document.text[near[0].start : near[-1].end]}"
    return Sentence(document, this.start, this.end, row, context)


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
