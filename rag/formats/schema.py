"""The one JSON form of an answer: its types, and for each the function that fills it.

`rag ask --json`, exported conversations and the doors for programs give just this.  The fields
come in this order; the string below one is its description.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, with_config
from typing_extensions import TypedDict  # as pydantic wants it before Python 3.12

from rag import datatypes

_exact = with_config(extra="forbid", use_attribute_docstrings=True)

Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Rank = Annotated[int, Field(ge=1, description="1 is best")]
Place = Annotated[int, Field(ge=0, description="In characters of the document's text, from 0")]
Share = Annotated[float, Field(ge=0, le=1)]
_PAIR = {"maxItems": 2, "minItems": 2, "prefixItems": [{"type": "integer"}] * 2, "type": "array"}
Pair = Annotated[list[int], Field(min_length=2, max_length=2), WithJsonSchema(_PAIR)]


@_exact
class Filter(TypedDict):
    """The documents that the question was taken to ask for."""

    documents: list[str]
    publishers: list[str]
    since: Day | None
    until: Day | None


@_exact
class Source(TypedDict):
    """What is known of a document; what its `sources.toml` does not say is null."""

    document: Annotated[str, Field(description="The document's id: its path below the folder of documents")]
    title: str
    publisher: str | None
    published: Day | None
    date_note: Annotated[str | None, Field(description="What is known of the date beyond `published`")]


class _Numbered(TypedDict):
    number: Annotated[int, Field(ge=1, description="The marker [n] in the text of the answer")]


class _Ranked(TypedDict):
    rank: Rank
    score: Annotated[float, Field(description="What it was ranked by; comparable within one question only")]


@_exact
class Citation(_Numbered, Source):  # the fields of the first base come first
    """The proof of a statement: the exact words of a document, in their place."""

    start: Place
    end: Place
    quote: str
    """What stands in the document from `start` to `end`, to the letter"""
    section: str | None
    """The headings that it stands under, the highest first"""
    page: int | None
    """The number of the page, slide or sheet that it begins on, from 1"""
    place: str | None
    """What that page, slide or sheet is called, as `p. 12`, `slide 3` or `sheet Budget`"""


@_exact
class Stage(TypedDict):
    """How one stage of retrieval saw a passage."""

    stage: str
    rank: Rank
    score: float
    """Its raw score there"""


@_exact
class Passage(_Ranked, Source):
    """A span of a document that was found for a question."""

    start: Place
    end: Place
    text: str
    """What stands in the document from `start` to `end`, to the letter"""
    section: str | None
    """The headings that it stands under, the highest first"""
    page: int | None
    """The number of the page, slide or sheet that it begins on, from 1"""
    place: str | None
    """What that page, slide or sheet is called, as `p. 12`, `slide 3` or `sheet Budget`"""
    stages: list[Stage]
    """Why it was found, stage by stage"""
    matched: list[str]
    """Words of the question that it or its title holds"""
    also_in: list[Source]
    """Other documents that say it in nearly the same words"""


@_exact
class Statement(TypedDict):
    """One sentence of an answer, and what proves it."""

    text: str
    citations: list[int]
    """The numbers of its citations"""
    attribution: str | None
    """Whose words they are, where several sources answer"""
    fact: Pair | None
    """Where in `text` the very thing stands that was asked for"""
    support: float
    """The share of its words that stand in its quotes; 1 is verbatim"""
    unsupported: list[str]
    """Numbers, dates, names and quotations that its quotes lack"""


@_exact
class Difference(TypedDict):
    """Where sources give other values for the same thing."""

    kind: Literal["differ", "refine"]
    """`refine`: later values are more exact"""
    citations: list[int]
    """The numbers of the citations they stand in"""
    values: list[str]
    """Their words, in the same order"""


@_exact
class Answer(TypedDict):
    """What the documents say to a question, or that they do not say it."""

    question: str
    """As it was understood; a follow-up stands here with its context"""
    kind: Literal["answer", "refusal", "word", "documents", "summary"]
    """What the documents say, that they do not, a word of Footnote's own, what there is of documents, or
    sentences of them that give the gist"""
    refused: bool
    """Whether the documents do not answer it"""
    reason: str | None
    """Why it was refused, or which part of it was"""
    prefers: Filter | None
    """The documents it was taken to ask for; they came first"""
    confidence: Share
    """The chance that the documents answer the question"""
    author: str | None
    """The language model that wrote it; null: the documents' own words"""
    notice: str | None
    """What there is to say of how it was written"""
    reply: str | None
    """What Footnote itself says, above the statements or alone"""
    text: str
    """The reply, the statements with their markers [n], or one sentence of refusal"""
    statements: list[Statement]
    differences: list[Difference]
    citations: list[Citation]
    """Each once, in the order of its number"""
    passages: list[Passage]
    """What was read, best first; it proves nothing by itself"""


@_exact
class Passages(TypedDict):
    """What was found for a question, best first."""

    passages: list[Passage]


def answer_json(answer: datatypes.Answer) -> Answer:
    """The answer as JSON; statements and differences refer to citations by number."""
    return {
        "question": answer.question,
        "kind": answer.kind,
        "refused": answer.refused,
        "reason": answer.reason,
        "prefers": filter_json(answer.prefers) if answer.prefers else None,
        "confidence": round(answer.confidence, 4),
        "author": answer.author or None,
        "notice": answer.notice,
        "reply": answer.reply or None,
        "text": answer.text,
        "statements": [statement_json(statement) for statement in answer.statements],
        "differences": [difference_json(difference) for difference in answer.differences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
    }


def statement_json(statement: datatypes.Statement) -> Statement:
    return {
        "text": statement.text,
        "citations": [citation.number for citation in statement.citations],
        "attribution": statement.attribution or None,
        "fact": list(statement.fact) if statement.fact else None,
        "support": statement.support,
        "unsupported": list(statement.unsupported),
    }


def difference_json(difference: datatypes.Difference) -> Difference:
    return {
        "kind": difference.kind,
        "citations": list(difference.numbers),
        "values": list(difference.values),
    }


def citation_json(citation: datatypes.Citation) -> Citation:
    return {
        "number": citation.number,
        **source_json(citation.document),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "section": citation.section or None,
        "page": citation.document.page_at(citation.start),
        "place": citation.place or None,
    }


def passages_json(passages: Iterable[datatypes.Passage]) -> Passages:
    return {"passages": [passage_json(passage) for passage in passages]}


def passage_json(passage: datatypes.Passage) -> Passage:
    return {
        "rank": passage.rank,
        "score": round(passage.score, 6),
        **source_json(passage.document),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "section": passage.section or None,
        "page": passage.document.page_at(passage.start),
        "place": passage.place or None,
        "stages": [{"stage": s.stage, "rank": s.rank, "score": round(s.score, 6)} for s in passage.stages],
        "matched": list(passage.matched),
        "also_in": [source_json(document) for document in passage.also_in],
    }


def source_json(document: datatypes.Document) -> Source:
    return {
        "document": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": _day(document.published),
        "date_note": document.date_note,
    }


def filter_json(where: datatypes.Where) -> Filter:
    return {
        "documents": list(where.documents),
        "publishers": list(where.publishers),
        "since": _day(where.since),
        "until": _day(where.until),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
