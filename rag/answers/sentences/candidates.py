"""Passages -> the sentences that may answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.datatypes import Chunk, Document, Passage
from rag.documents.labels import full_label
from rag.documents.outline import Outline
from rag.index.store import Index
from rag.spans import Span

ALONE = ("row", "item", "term", "heading")  # kinds of block that are not read by those beside them
NEVER = ("speaker",)  # kinds of block that say nothing by themselves
# The beginning of a sentence that says nothing without the one before it.
_DANGLING = re.compile(
    r"[\W_]*(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|but|however|instead|also"
    r"|the (?:same|latter|former|report|survey|study|paper)|as a result|in addition|for example|in this"
    r"|at that)\b",
    re.IGNORECASE,
)


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
        block, pieces = self.outline.blocks[place], self.outline.pieces_of(place)
        start, end = pieces[0][0], pieces[-1][1]
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
        for row in index.sentence_rows(passage.document.id, passage.start, passage.end):
            if index.sentences[row].start >= passage.start and row not in found:
                found[row] = find_candidate(index, row)
    return [one for one in found.values() if _may_answer(one)]


def _may_answer(candidate: Candidate) -> bool:
    outline, place = candidate.outline, candidate.outline.block_at(candidate.start)
    if candidate.kind in NEVER:
        return False
    if outline.blocks[place].header:
        return not outline.below(place)
    return not candidate.text.endswith(":") or bool(outline.below(place))


def find_candidate(index: Index, row: int) -> Candidate:
    """The sentence of that row of the index."""
    this = index.sentences[row]
    outline = index.outlines[this.document_id]
    kind = outline.kind_at(this.start)
    shown = outline.show(this.start, this.end).text
    around = shown
    if kind not in ALONE:
        near = [s for s in index.sentences[max(0, row - 1) : row + 2] if _together(outline, this.start, s)]
        around = outline.show(near[0].start, near[-1].end).text
    label, above = full_label(outline.document), outline.context(this.start)
    return Candidate(outline, this.start, this.end, row, kind, shown, above, f"{label} {above} {around}")


def _together(outline: Outline, at: int, other: Chunk) -> bool:
    return other.document_id == outline.document.id and outline.section(other.start) == outline.section(at)
