"""Candidates that were chosen -> the statements that quote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answers.sentences.candidates import Candidate, needs_before
from rag.answers.statements import cite, cite_spans
from rag.datatypes import Document, Statement
from rag.documents.blocks import NOTHING
from rag.index.store import Index
from rag.spans import contains

MOST_ITEMS = 20  # of a list that a sentence announces
MOST_OF_TERM = 120  # characters of a term and what is said of it that come along with a sentence behind them
MOST_BEFORE = 400  # characters of a sentence that comes along with the one behind it

Place = tuple[Document, int, int]


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
    """Where the sentence begins, or the one before it if it says nothing without; of what is said of a term,
    the term."""
    outline = sentence.outline
    above = outline.parents[outline.block_at(sentence.start)] if sentence.kind == "definition" else NOTHING
    if above != NOTHING and sentence.start - outline.blocks[above].start <= MOST_OF_TERM:
        return outline.blocks[above].start
    if not sentence.row or not needs_before(sentence.text):
        return sentence.start
    before = index.sentences[sentence.row - 1]
    other = before.document_id != sentence.document.id or before.end - before.start > MOST_BEFORE
    same_block = not other and outline.block_at(before.start) == outline.block_at(sentence.start)
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
