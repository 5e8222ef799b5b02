"""What is kept of a conversation, and how it is written down.

An exchange becomes JSON in which each document stands by its address, the sha256 of its fields;
the documents are kept beside it, each once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from rag.datatypes import Answer, Document, Turn, Where
from rag.language.cleaning import strip_invisible
from rag.spans import holds

THUMBS = ("", "up", "down")
TITLE = 80  # characters: what a list of conversations has room for
NEAREST = 5  # passages kept after a refusal: the page shows as many


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as it was typed, where it was to be looked for, and what it was answered.

    `thumb` is what the reader held of the answer, "up", "down" or "", and `comment` why.

    Raises ValueError if `thumb` is anything else.
    """

    question: str
    answer: Answer
    where: Where | None = None
    thumb: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        validate_thumb(self.thumb)


@dataclass(frozen=True, slots=True)
class Heading:
    """A conversation in a list: what it is called, and when it last went on (UTC)."""

    id: str
    title: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its exchanges in order; the times are UTC.

    Unless its owner calls it otherwise, its title is its first question, but for words such as a greeting.
    """

    id: str
    title: str
    begun: datetime
    changed: datetime
    exchanges: tuple[Exchange, ...]


_ANSWER = TypeAdapter(Answer)
_DOCUMENT = TypeAdapter(Document)
_WHERE = TypeAdapter(Where)


def validate_thumb(thumb: str) -> None:
    """Raise ValueError unless `thumb` is one of `THUMBS`."""
    if thumb not in THUMBS:
        raise ValueError(f"thumb is {thumb!r}, expected 'up', 'down' or ''")


def trim_passages(answer: Answer) -> Answer:
    """`answer` with those of its passages that the page shows.

    After a refusal the first five; otherwise those that hold a citation.  In either case also the
    first of each document that the question was taken to name, which gives the document's title.
    """
    named = set(answer.prefers.documents) if answer.prefers else set()
    shown = []
    for place, passage in enumerate(answer.passages):
        nearest = answer.refused and place < NEAREST
        is_cited = any(
            holds((passage.start, passage.end), citation.start) and passage.document == citation.document
            for citation in answer.citations
        )
        if nearest or is_cited or passage.document.id in named:
            shown.append(passage)
        named.discard(passage.document.id)
    return replace(answer, passages=tuple(shown))


def turn_of(past: Exchange) -> Turn:
    """An exchange as the history of the next."""
    return Turn(past.question, past.answer.text, tuple(c.quote for c in past.answer.citations))


def title_of(text: str) -> str:
    """`text` as a title: one line, cut at the end of a word.

    >>> title_of("Who ordered\\nthe review?")
    'Who ordered the review?'
    >>> len(title_of("word " * 40))
    80
    """
    line = strip_invisible(text)
    if len(line) <= TITLE:
        return line
    whole, _, _ = line[:TITLE].rpartition(" ")
    return f"{whole or line[: TITLE - 1]}…"


def answer_words(content: bytes) -> str:
    """The words of the answer that `serialise` made bytes of, "" if it made none of these."""
    try:
        answer = json.loads(decode_text(content))["answer"]
        parts = [answer["reply"], *(f"{s['attribution']} {s['text']}" for s in answer["statements"])]
        return "\n".join(parts)
    except (ValueError, LookupError, TypeError):
        return ""


def serialise(exchange: Exchange) -> tuple[bytes, dict[str, Document]]:
    """The answer that is kept, and where it was looked for, as bytes; and the documents by address."""
    documents: dict[str, Document] = {}
    plain = {
        "answer": _plain(trim_passages(exchange.answer), documents),
        "where": _plain(exchange.where, documents),
    }
    return _encode_json(plain), documents


def deserialise(content: bytes, documents: dict[str, Document]) -> tuple[Answer, Where | None]:
    """What `serialise` made bytes of.

    Raises ValueError, LookupError, TypeError or AttributeError if it is not that, or a quote is not where
    it is said to be.
    """

    def restore_documents(fields: dict[str, Any]) -> dict[str, Any]:
        if "also_in" in fields:
            fields["also_in"] = [documents[address] for address in fields["also_in"]]
        if "document" in fields:
            fields["document"] = documents[fields["document"]]
        return fields

    plain = json.loads(decode_text(content), object_hook=restore_documents)
    where = plain["where"]
    return _ANSWER.validate_python(plain["answer"]), where and _WHERE.validate_python(where)


def serialise_document(document: Document) -> bytes:
    """The fields of a document as bytes."""
    return _encode_json({field.name: _plain(getattr(document, field.name), {}) for field in fields(document)})


def deserialise_document(content: bytes) -> Document:
    """The document whose fields these are.  Raises ValueError if they are none's."""
    return _DOCUMENT.validate_python(json.loads(decode_text(content)))


def validate_sha256(content: bytes, address: str) -> None:
    """Raise ValueError unless `content` is what was kept by this address."""
    if hashlib.sha256(content).hexdigest() != address:
        raise ValueError(f"a document is not the one kept by {address[:12]}…")


def address(document: Document) -> str:
    """The sha256 of a document's fields."""
    return _address(document, document.sha256)


@lru_cache(maxsize=256)  # an answer is written down at each of its sentences
def _address(document: Document, sha256: str) -> str:
    """The address of a document; those of files that differ are equal if they say the same."""
    return hashlib.sha256(serialise_document(document)).hexdigest()


def encode_text(text: str) -> bytes:
    """`text` as bytes, whatever it holds: a browser may send half of a surrogate pair.

    >>> decode_text(encode_text("half of one: \\ud83d")) == "half of one: \\ud83d"
    True
    """
    return text.encode("utf-8", "surrogatepass")


def decode_text(content: bytes) -> str:
    """The text of which `encode_text` made bytes."""
    return content.decode("utf-8", "surrogatepass")


def _encode_json(plain: dict[str, Any]) -> bytes:
    return encode_text(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def _plain(value: Any, documents: dict[str, Document]) -> Any:
    """`value` as JSON has it, each document in it put into `documents` and named by its address."""
    if isinstance(value, Document):
        documents[address(value)] = value
        return address(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), documents) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part, documents) for part in value]
    return value.isoformat() if isinstance(value, date) else value
