"""Conversations, answers and quotes as files: the door to them, and the links of the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

from fastapi import APIRouter, HTTPException, Request, Response

from rag.conversations.archive import Archive
from rag.conversations.export import (
    conversation_json,
    export_conversation,
    export_exchange,
    export_quotes_of,
)
from rag.conversations.records import Conversation, Exchange
from rag.formats.exports.exports import FORMATS
from web.visitors import visitor

_GROUPS = {"With footnotes": ("docx", "markdown", "html", "text"), "Sources": ("bibtex", "ris", "csl")}


def exports(archive: Archive) -> APIRouter:
    """The door; it is open to whose conversation it is."""
    router = APIRouter(include_in_schema=False)

    @router.get("/conversations/{id}")
    def conversation(id: str, format: str, request: Request) -> Response:
        found = _find(id, request)
        if format == "json":
            text = json.dumps(conversation_json(found), ensure_ascii=False, indent=1)
            return _attach("conversation.json", text.encode("utf-8", "replace"), "application/json")
        return _export("conversation", format, lambda: export_conversation(found, format))

    @router.get("/conversations/{id}/answers/{turn}")
    def answer(id: str, turn: int, format: str, request: Request) -> Response:
        exchange = _exchange(id, turn, request)
        return _export("answer", format, lambda: export_exchange(exchange, format))

    @router.get("/conversations/{id}/answers/{turn}/quotes")
    def quotes(id: str, turn: int, format: str, request: Request) -> Response:
        exchange = _exchange(id, turn, request)
        return _export("quotes", format, lambda: export_quotes_of(exchange, format))

    def _find(id: str, request: Request) -> Conversation:
        conversation = archive.conversation(visitor(request.cookies), id)
        if conversation is None:
            raise HTTPException(404, "no such conversation of yours")
        return conversation

    def _exchange(id: str, turn: int, request: Request) -> Exchange:
        exchanges = _find(id, request).exchanges
        if not 0 < turn <= len(exchanges):
            raise HTTPException(404, f"no answer {turn} in this conversation, expected 1 to {len(exchanges)}")
        return exchanges[turn - 1]

    return router


def conversation_links(id: str) -> str:
    """The links to the whole conversation in each format."""
    address = f"conversations/{id}"
    data = f"<p>Data: {_link(address, 'json', 'JSON')}</p>"
    return _disclose("Download", _links(address) + data)


def answer_links(id: str, turn: int) -> str:
    """What takes an answer along: copied with its footnotes, or as a file."""
    address = f"conversations/{id}/answers/{turn}"
    copies = "".join(
        f'<button type="button" data-fetch="{escape(address)}?format={name}" '
        f'aria-label="Copy answer {turn} with its footnotes as {FORMATS[name].label}">{label}</button>'
        for name, label in {"text": "Copy", "markdown": "Copy Markdown"}.items()
    )
    named = f'Download<span class="hidden"> answer {turn}</span>'
    return copies + _disclose(named, _links(address))


def quotes_links(id: str, turn: int) -> str:
    """The links to what an answer quotes, without the answer."""
    address = f"conversations/{id}/answers/{turn}/quotes"
    return _disclose(
        f'Download the quotes<span class="hidden"> of answer {turn}</span>',
        _links(address),
    )


def _links(address: str) -> str:
    """The links to the formats, a line for each kind of them."""
    return "".join(
        f"<p>{label}: {' '.join(_link(address, name, FORMATS[name].label) for name in names)}</p>"
        for label, names in _GROUPS.items()
    )


def _link(address: str, format: str, label: str) -> str:
    return f'<a href="{escape(address)}?format={format}" download>{label}</a>'


def _disclose(label: str, links: str) -> str:
    return f'<details class="download"><summary>{label}</summary>{links}</details>'


def _export(name: str, format: str, write: Callable[[], bytes]) -> Response:
    if format not in FORMATS:
        raise HTTPException(404, f"no format {format!r}, expected one of {', '.join(FORMATS)}")
    return _attach(f"{name}{FORMATS[format].suffix}", write(), FORMATS[format].media_type)


def _attach(name: str, content: bytes, media_type: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
