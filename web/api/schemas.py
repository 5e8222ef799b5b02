"""What the doors for programs take, and how they say what is wrong, as types that describe themselves.

What they give is in `rag.formats.schema`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

import rag
from rag.checking.drafts import LONGEST
from rag.questions.validation import MOST_TURNS
from web.api.service import Query

MOST_HISTORY = 100  # turns that may be sent; the last few are looked at
MOST_NAMES = 1_000  # ids or publishers of a filter
MOST_PASSAGES = 100  # that one search gives


class Exact(BaseModel):
    """An object with just these fields."""

    model_config = ConfigDict(extra="forbid")


def _refuse_number(day: object) -> object:
    """A day as it is written; a number, which pydantic would take for seconds, is none."""
    if isinstance(day, int | float):
        raise PydanticCustomError("day", "a day is written as 2022-12-19")
    return day


Day = Annotated[date, BeforeValidator(_refuse_number)]


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

    def filter(self) -> rag.Where:
        """It as the library takes it."""
        return rag.Where(tuple(self.documents), tuple(self.publishers), self.since, self.until)


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

    def query(self) -> Query:
        """It as the service takes it."""
        history = tuple(rag.Turn(turn.question, turn.answer, turn.quotes) for turn in self.history)
        return Query(self.question, history, self.where.filter() if self.where else None)


class Draft(Exact):
    """A text to be checked against the documents."""

    text: str = Field(
        description=f"Plain or in Markdown, at most {LONGEST:,} characters",
        examples=["England has 52 integrated care systems."],
    )
    where: Where | None = Field(default=None, description="Which documents to look into; null: all of them")

    def query(self) -> Query:
        """It as the service takes it."""
        return Query(self.text, where=self.where.filter() if self.where else None)


class Search(Question):
    """A question to search the documents with."""

    k: int = Field(default=5, ge=1, le=MOST_PASSAGES, strict=True, description="How many passages at most")


# What is told of the server, and of what went wrong


class Health(BaseModel):
    """Whether questions can be asked."""

    status: Literal["ok", "unavailable"]
    version: str
    documents: int = Field(description="How many there are")


ErrorType = Literal["invalid_request_error", "unavailable_error", "server_error"]


class Problem(BaseModel):
    """What went wrong."""

    message: str = Field(description="In one line")
    type: ErrorType
    param: str | None = Field(default=None, description="The field of the request that is wrong")
    code: str | None = Field(default=None, description="The kind of error, as `QuestionError`")


class Failure(BaseModel):
    """Every error of these doors, in the form that OpenAI's clients know."""

    error: Problem
