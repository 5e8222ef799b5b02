"""The one JSON form of an answer: its types, which rag.formats.serialisation fills.

`rag ask --json`, exported conversations and the doors for programs give just this.  The fields
come in this order; the string below one is its description.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, with_config
from typing_extensions import TypedDict  # as pydantic wants it before Python 3.12

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

    document: Annotated[
        str,
        Field(
            description="The document's id: its path below the folder of documents, of several behind the "
            "name of its own"
        ),
    ]
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
    """The chance that the first statement is right; after a refusal, that the nearest sentence would be"""
    author: str | None
    """The language model that wrote it; null: the documents' own words"""
    notice: str | None
    """What there is to say of how it was written"""
    reply: str | None
    """What Footnote itself says, above the statements or alone"""
    verdict: Literal["yes", "no"] | None
    """How the first statement decides a question whether something is so; null unless it surely does"""
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
