"""OpenAI's chat completions: a conversation there -> a question here, an Answer -> their message.

The markers [n] stand in the text, the sources readably below it, and the whole answer in the extra field
`footnote`.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

import rag
from rag.datatypes import REFUSAL
from rag.formats.serialisation import answer_json
from rag.formats.text import authorship, difference_text, place_line
from rag.models.tokenizer import count_tokens
from rag.questions.validation import MOST_TURNS
from rag.wording import sayings
from web.api import schemas

MODEL = "footnote"
MOST_MESSAGES = 500
UNSUPPORTED = "unsupported"  # the code of the error
# What would change the answer in a way that it cannot be changed, and the values that change nothing.
_HARMLESS: dict[str, tuple[Any, ...]] = {
    "audio": (),
    "function_call": ("none", "auto"),
    "functions": ([],),
    "logprobs": (False,),
    "modalities": (["text"],),
    "n": (1,),
    "prediction": (),
    "response_format": ({"type": "text"},),
    "tool_choice": ("none", "auto"),
    "tools": ([],),
    "top_logprobs": (0,),
    "web_search_options": (),
}
SOURCES = "\n\nSources:\n\n"
DONE = "data: [DONE]\n\n"
WAITING = ": writing\n\n"  # a comment in the stream, so that nobody takes it for dead


class Part(BaseModel):
    """A part of a message; only text can be read."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A message of the conversation; what a system message says changes nothing."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What it says, as one text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """How to stream."""

    include_usage: bool = Field(default=False, description="A last chunk says how many tokens there were")


class Completion(BaseModel):
    """A conversation that ends with a question.

    Settings of a language model, as `temperature` or `max_tokens`, are taken and change nothing.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "Who ordered the review?"}]}
            ]
        },
    )

    model: str = Field(description=f"`{MODEL}`")
    messages: list[Message] = Field(
        min_length=1,
        max_length=MOST_MESSAGES,
        description="The last is the user's question; earlier pairs of user and assistant are the history",
    )
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="1: there is one answer")

    @model_validator(mode="after")
    def _check_supported(self) -> Completion:
        settings = {"n": self.n, **(self.model_extra or {})}
        for name, harmless in _HARMLESS.items():
            if settings.get(name) not in (None, *harmless):
                raise PydanticCustomError(UNSUPPORTED, "this is not supported here", {"param": name})
        if self.messages[-1].role != "user":
            raise PydanticCustomError("order", "the last must be the user's", {"param": "messages"})
        return self

    def question(self, documents: Sequence[rag.Document]) -> schemas.Question:
        """The last message, with the turns before it."""
        spoken = [m for m in self.messages[:-1] if m.role in ("user", "assistant")]
        turns = [
            _turn(asked.text, said.text, documents)
            for asked, said in list(pairwise(spoken))[-2 * MOST_TURNS :]
            if (asked.role, said.role) == ("user", "assistant")
        ]
        return schemas.Question(question=self.messages[-1].text, history=turns)


def _turn(question: str, content: str, documents: Sequence[rag.Document]) -> schemas.Turn:
    """A turn of what was sent and given back: without the sources below it, but with what they quote."""
    text, _, below = content.partition(SOURCES)
    known = {document.id: document for document in documents}
    places = [
        (known[name], int(start), int(end))
        for line, start, end in re.findall(r"^(.*):(\d{1,9})-(\d{1,9})$", below, re.MULTILINE)
        for name in _endings(line)
        if name in known
    ]
    quotes = tuple(d.text[start:end] for d, start, end in places if start < end <= len(d.text))
    said = REFUSAL if text.startswith(sayings(REFUSAL)) else text
    return schemas.Turn(question=question, answer=said, quotes=quotes)


def _endings(line: str) -> Iterator[str]:
    """What stands behind each space of a line: an id may hold spaces, too."""
    for space in re.finditer(" ", line):
        yield line[space.end() :]


def content(answer: rag.Answer) -> str:
    """An answer as one text: what it says, its sources, and what there is to say of it."""
    if answer.refused:
        return f"{answer.text} ({answer.reason})" if answer.reason else answer.text
    cited = [f"[{c.number}] {place_line(c)}\n“{c.quote}”" for c in answer.citations]
    notes = [difference_text(difference, answer.citations) for difference in answer.differences]
    notes += [
        f"Not in the source of “{' '.join(statement.text.split())}”: {', '.join(statement.unsupported)}."
        for statement in answer.statements
        if statement.unsupported
    ]
    notes += [f"Not answered: {answer.reason}"] if answer.reason else []
    below = "\n\n".join([*cited, *notes, *authorship(answer)])
    return f"{answer.text}{SOURCES}{below}" if below else answer.text


def completion(answer: rag.Answer, asked: str) -> dict[str, Any]:
    """An answer as OpenAI gives one."""
    text = content(answer)
    message = {"role": "assistant", "content": text, "refusal": None, "footnote": answer_json(answer)}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_head("chat.completion"), "choices": [choice], "usage": _usage(asked, text)}


async def chunks(answers: AsyncIterator[rag.Answer], asked: str, *, usage: bool) -> AsyncIterator[str]:
    """Yield a growing answer as the events of a stream.

    What a language model wrote may give way to the documents' own sentences until the last answer, so it
    is sent with that one; the documents' own sentences are sent as they come.
    """
    head = _head("chat.completion.chunk")

    def event(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**head, "choices": [choice], **({"usage": None} if usage else {})})

    yield event({"role": "assistant", "content": "", "refusal": None})
    sent = ""
    async for answer in answers:
        if answer.author or answer.refused:
            yield WAITING
        elif answer.text != sent:
            yield event({"content": answer.text.removeprefix(sent)})
            sent = answer.text
    text = content(answer)
    yield event({"content": text.removeprefix(sent)})
    yield event({"footnote": answer_json(answer)}, "stop")
    if usage:
        yield _event({**head, "choices": [], "usage": _usage(asked, text)})
    yield DONE


def error_events(failure: schemas.Failure) -> str:
    """An error amid a stream, as OpenAI's client knows it, and the end."""
    return _event(failure.model_dump()) + DONE


def model_list() -> dict[str, Any]:
    """The one model there is."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}]}


def _head(kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


def _usage(asked: str, text: str) -> dict[str, int]:
    """The tokens of the question and of the answer."""
    asking, answering = count_tokens(asked), count_tokens(text)
    return {
        "prompt_tokens": asking,
        "completion_tokens": answering,
        "total_tokens": asking + answering,
    }


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
