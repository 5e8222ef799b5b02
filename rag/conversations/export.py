"""Conversations and their answers as files; `rag.formats.exports` says how each format is written."""

from __future__ import annotations

from typing import Any

from rag.conversations.records import Conversation, Exchange
from rag.formats.exports.exports import export
from rag.formats.exports.transcript import (
    Asked,
    transcribe_answer,
    transcribe_conversation,
    transcribe_quotes,
)
from rag.formats.serialisation import answer_json, filter_json


def export_conversation(conversation: Conversation, format: str) -> bytes:
    """The whole conversation.  Raises ValueError if `format` is none of `FORMATS`."""
    return export(
        transcribe_conversation(conversation.title, list(map(_asked, conversation.exchanges))), format
    )


def export_exchange(exchange: Exchange, format: str) -> bytes:
    """A question with its answer.  Raises ValueError if `format` is none of `FORMATS`."""
    return export(transcribe_answer(_asked(exchange)), format)


def export_quotes_of(exchange: Exchange, format: str) -> bytes:
    """What an answer quotes, under its question.  Raises ValueError if `format` is none of `FORMATS`."""
    return export(transcribe_quotes(exchange.question, exchange.answer.citations), format)


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """The conversation as one JSON object."""
    return {
        "title": conversation.title,
        "begun": conversation.begun.isoformat(),
        "changed": conversation.changed.isoformat(),
        "exchanges": [
            {
                "question": exchange.question,
                "where": filter_json(exchange.where) if exchange.where else None,
                "answer": answer_json(exchange.answer),
                "thumb": exchange.thumb,
                "comment": exchange.comment,
            }
            for exchange in conversation.exchanges
        ],
    }


def _asked(exchange: Exchange) -> Asked:
    return Asked(exchange.question, exchange.answer, exchange.where)
