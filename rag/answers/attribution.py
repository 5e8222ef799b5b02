"""A question about the answer just given -> its sentences again, with who says them and where.

What "who said that?" asks about stands in the history, and in no words that it shares with a document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from rag.answers.speakers import find_teller
from rag.answers.statements import cite_spans
from rag.datatypes import Document, Question, Statement
from rag.documents.labels import attribution, source_line
from rag.documents.outline import Outline
from rag.index.parts.documents import Outlines
from rag.language.words import find_words
from rag.spans import Span, contains, holds, join, overlap

MOST_SENTENCES = 12  # of the earlier answer that are found again
FEWEST_LETTERS = 16  # of one that may stand in several places: "In March." may mean anything
GAP = 300  # characters between a quote and its speaker that are quoted too

Place = tuple[Document, int, int]


def answer_about_source(question: Question, outlines: Outlines) -> tuple[Statement, ...]:
    """The sentences of the last answer again, with who says them, if `question` asks just that.

    Where somebody in particular says one, `fact` is who, and the sentences that tell are quoted with
    it.  `attribution` is the publisher and date, or if nobody does, the title too.  Empty if it asks
    something else, or if no sentence is found again.
    """
    if not question.asks_source:
        return ()
    last = question.history[-1]
    documents = outlines.documents
    marks: dict[Place, tuple[Span | None, str]] = {}
    for said in (last.quotes or re.split(r"(?:\[\d+\])+", last.answer))[:MOST_SENTENCES]:
        labels = {d: label for d in documents for label in (attribution(d), source_line(d)) if label in said}
        for document in [*labels, *documents]:  # of those that say the same, the one that is named
            outline = outlines[document.id]
            own = said.strip().removeprefix(labels.get(document, ""))
            behind = own.partition(": ")[2]  # where who speaks was told before it
            span = _find_sentence(own, outline, documents) or _find_sentence(behind, outline, documents)
            if span:
                marks |= _with_speaker(outline, span)
                break
    inner = {at for at in marks for to in marks if at != to and at[0] is to[0] and contains(to[1:], at[1:])}
    places = [place for place in marks if place not in inner]
    return tuple(
        replace(statement, fact=marks[place][0], attribution=marks[place][1])
        for statement, place in zip(cite_spans(places, outlines), places, strict=True)
    )


def _find_sentence(said: str, outline: Outline, documents: Sequence[Document]) -> Span | None:
    """The sentences that hold `said`, white space and punctuation aside; of a short one only if none of the
    `documents` has it twice."""
    words = find_words(said)
    sought = re.compile(r"\b" + r"[\W_]+".join(words) + r"\b")
    found = sought.search(outline.document.text) if words else None
    if not found:
        return None
    places = (place for document in documents for place in sought.finditer(document.text))
    if len("".join(words)) < FEWEST_LETTERS and len([*islice(places, 2)]) > 1:
        return None
    return _whole_sentences(outline, found.span())


def _whole_sentences(outline: Outline, span: Span) -> Span:
    """`span` with the rest of the sentences it begins and ends in."""
    sentences = [piece for piece in outline.pieces if overlap(piece, span)]
    return min(start for start, _ in [span, *sentences]), max(end for _, end in [span, *sentences])


def _with_speaker(outline: Outline, span: Span) -> dict[Place, tuple[Span | None, str]]:
    """The places of `span` and of who says so, each with where in it the name stands and its attribution."""
    document = outline.document
    says = find_teller(outline, span)
    if not says:
        return {(document, *span): (None, source_line(document))}
    (first, last), author = says[-1], attribution(document)
    told = join([span, *(_whole_sentences(outline, each) for each in says)], GAP)
    return {
        (document, start, end): (
            (first - start, last - start) if holds((start, end), first) else None,
            author,
        )
        for start, end in told
    }
