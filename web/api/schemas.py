"""What the doors for programs take and give, as types that describe themselves.

What is given mirrors `rag.formats.text.answer_json` and `passage_json`, field by field and in their order;
a field more or less is an error.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

import rag
from rag.questions.followups import MOST_TURNS

MOST_HISTORY = 100  # turns that may be sent; the last few are looked at
MOST_NAMES = 1_000  # ids or publishers of a filter
MOST_PASSAGES = 100  # that one search gives


class Exact(BaseModel):
    """An object with just these fields."""

    model_config = ConfigDict(extra="forbid")


def _written(day: object) -> object:
    """A day as it is written; a number, which pydantic would take for seconds, is none."""
    if isinstance(day, int | float):
        raise PydanticCustomError("day", "a day is written as 2022-12-19")
    return day


Day = Annotated[date, BeforeValidator(_written)]
Place = Annotated[int, Field(ge=0, description="In characters of the document's text, from 0")]


# What is asked


class Turn(Exact):
    """A question asked before, and what was answered."""

    question: str
    answer: str = Field(description="The `text` of that answer, with its markers")
    quotes: tuple[str, ...] = Field(
        default=(),
        max_length=MOST_NAMES,
        description="The `quote` of its citations: needed only where a language model wrote it",
    )


class Where(Exact):
    """Which documents to search: those that meet every condition; without any, all."""

    documents: list[str] = Field(default=[], max_length=MOST_NAMES, description="Ids")
    publishers: list[str] = Field(
        default=[], max_length=MOST_NAMES, description="Names or the first words of names, capitals or not"
    )
    since: Day | None = Field(default=None, description="The first day of publication")
    until: Day | None = Field(default=None, description="The last day of publication")


class Question(Exact):
    """A question about the documents."""

    question: str = Field(description="In words", examples=["Who ordered the review?"])
    history: list[Turn] = Field(
        default=[],
        max_length=MOST_HISTORY,
        description=f"The conversation before, the latest turn last; the last {MOST_TURNS} are looked at",
    )
    where: Where | None = Field(
        default=None,
        description="Null: documents that the question names by publisher, kind or date come first; "
        "{}: all documents alike",
    )

    def turns(self) -> tuple[rag.Turn, ...]:
        """The history as the library takes it."""
        return tuple(rag.Turn(turn.question, turn.answer, turn.quotes) for turn in self.history)

    def filter(self) -> rag.Where | None:
        """The filter as the library takes it."""
        where = self.where
        if where is None:
            return None
        return rag.Where(tuple(where.documents), tuple(where.publishers), where.since, where.until)


class Search(Question):
    """A question to search the documents with."""

    k: int = Field(default=5, ge=1, le=MOST_PASSAGES, strict=True, description="How many passages at most")


# What is answered


class Filter(Exact):
    """The documents that the question was taken to ask for."""

    documents: list[str]
    publishers: list[str]
    since: date | None
    until: date | None


class Source(Exact):
    """What is known of a document; what its `sources.toml` does not say is null."""

    document: str = Field(description="The document's id: its path below the folder of documents")
    title: str
    publisher: str | None
    published: date | None
    date_note: str | None = Field(description="What is known of the date beyond `published`")


class Numbered(Exact):
    """What a marker stands for."""

    number: int = Field(ge=1, description="The marker [n] in the text of the answer")


class Ranked(Exact):
    """What came in an order."""

    rank: int = Field(ge=1, description="1 is best")
    score: float = Field(description="What it was ranked by; comparable within one question only")


class Citation(Source, Numbered):  # the fields of the last base come first
    """The proof of a statement: the exact words of a document, in their place."""

    start: Place
    end: Place
    quote: str = Field(description="What stands in the document from `start` to `end`, to the letter")


class Stage(Exact):
    """How one stage of retrieval saw a passage."""

    stage: str
    rank: int = Field(ge=1, description="1 is best")
    score: float = Field(description="Its raw score there")


class Passage(Source, Ranked):
    """A span of a document that was found for a question."""

    start: Place
    end: Place
    text: str = Field(description="What stands in the document from `start` to `end`, to the letter")
    stages: list[Stage] = Field(description="Why it was found, stage by stage")
    matched: list[str] = Field(description="Words of the question that it or its title holds")
    also_in: list[Source] = Field(description="Other documents that say it in nearly the same words")


class Statement(Exact):
    """One sentence of an answer, and what proves it."""

    text: str
    citations: list[int] = Field(description="The numbers of its citations")
    attribution: str | None = Field(description="Whose words they are, where several sources answer")
    fact: tuple[int, int] | None = Field(
        description="Where in `text` the very thing stands that was asked for"
    )
    support: float = Field(description="The share of its words that stand in its quotes; 1 is verbatim")
    unsupported: list[str] = Field(description="Numbers, dates, names and quotations that its quotes lack")


class Difference(Exact):
    """Where sources give other values for the same thing."""

    kind: Literal["differ", "refine"] = Field(description="`refine`: later values are more exact")
    citations: list[int] = Field(description="The numbers of the citations they stand in")
    values: list[str] = Field(description="Their words, in the same order")


class Answer(Exact):
    """What the documents say to a question, or that they do not say it."""

    question: str = Field(description="As it was understood; a follow-up stands here with its context")
    refused: bool = Field(description="Whether the documents do not answer it")
    reason: str | None = Field(description="Why it was refused, or which part of it was")
    prefers: Filter | None = Field(description="The documents it was taken to ask for; they came first")
    confidence: float = Field(ge=0, le=1, description="The chance that the documents answer the question")
    author: str | None = Field(description="The language model that wrote it; null: the documents' own words")
    notice: str | None = Field(description="What there is to say of how it was written")
    text: str = Field(description="The statements with their markers [n], or one sentence of refusal")
    statements: list[Statement]
    differences: list[Difference]
    citations: list[Citation] = Field(description="Each once, in the order of its number")
    passages: list[Passage] = Field(description="What was read, best first; it proves nothing by itself")


class Passages(Exact):
    """What was found for a question, best first."""

    passages: list[Passage]


class Health(BaseModel):
    """Whether questions can be asked."""

    status: Literal["ok", "unavailable"]
    version: str
    documents: int = Field(description="How many there are")


class Problem(BaseModel):
    """What went wrong."""

    message: str = Field(description="In one line")
    type: Literal["invalid_request_error", "unavailable_error", "server_error"]
    param: str | None = Field(default=None, description="The field of the request that is wrong")
    code: str | None = Field(default=None, description="The kind of error, as `QuestionError`")


class Failure(BaseModel):
    """Every error of these doors, in the form that OpenAI's clients know."""

    error: Problem
