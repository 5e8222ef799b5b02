"""What the page sends: one form for every event, checked before anything is done with it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

import gradio as gr
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

import rag
from web.auth import READER
from web.request_log import ID_HEADER
from web.visitors import visitor

FAILED = "Something went wrong on the server; its log says what. Your question is still in the box."


def _replace_surrogates(text: str) -> str:
    """The text with a sign of its own for each half of a surrogate pair, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(_replace_surrogates)]
Name = Annotated[Text, Field(max_length=500)]


class Command(BaseModel):
    """What the page sends with an event; which fields count depends on the event.

    `turn` counts from 1, and is 0 for a new question; `run` names one asking or opening.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    conversation: Name = ""
    current: Name = ""
    run: Name = ""
    given_up: bool = False
    question: Text = ""
    turn: int = Field(default=0, ge=0, le=100_000)
    documents: list[Text] = []
    anywhere: bool = False
    again: bool = False
    citation: int = 0
    document: Text = ""
    start: int = Field(default=0, ge=0)
    quote: Text = ""
    thumb: Literal["", "up", "down"] = ""
    comment: Annotated[Text, Field(max_length=2_000)] = ""
    everything: bool = False
    words: Name = ""
    search: Name = ""
    title: Name = ""

    def filter(self) -> rag.Where | None:
        """The documents to ask; None if none were chosen, so that the question may prefer."""
        chosen = tuple(self.documents)
        return rag.Where(chosen) if chosen or self.anywhere else None


def command(event: gr.EventData) -> Command:
    """What the page sent.  What no page of ours sends is refused without a word in the log."""
    try:
        return Command.model_validate(event._data)
    except ValidationError:
        raise gr.Error("This is no command of the page.", print_exception=False) from None


def drop_gone(where: rag.Where | None, documents: Sequence[rag.Document]) -> rag.Where | None:
    """`where` with those of its documents that are still there.  Raises FilterError if none of them is."""
    if not where or not where.documents:
        return where
    there = {path for document in documents for path in (document.id, *document.aliases)}
    chosen = tuple(id for id in where.documents if id in there)
    if not chosen:
        raise rag.FilterError("the documents you chose are not there any more: choose others, or ask all")
    return replace(where, documents=chosen)


def excuse(problem: Exception) -> str:
    """What the visitor is told of a problem; one that is not ours goes to the log."""
    if isinstance(problem, rag.RagError):
        return str(problem)
    traceback.print_exception(problem)
    return FAILED


def owner_of(request: gr.Request) -> str:
    """Whose conversations these are: the cookie of the browser or, without cookies, this one visit."""
    return visitor(request.cookies) or str(request.session_hash)


def may_change(request: gr.Request) -> bool:
    """Whether the visitor may change the documents."""
    return READER not in request.headers


def request_id(request: gr.Request) -> str:
    """The id of the request that brought an event: Gradio answers it in a task of its own."""
    return str(request.headers.get(ID_HEADER, ""))
