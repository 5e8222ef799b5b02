"""A conversation as a file to keep, for the visitor whose it is."""

from __future__ import annotations

import json
from typing import Literal

from fastapi import APIRouter, HTTPException, Request, Response

from rag.conversations.archive import Archive
from rag.conversations.export import conversation_json, conversation_markdown
from web.page.visitors import visitor


def exports(archive: Archive) -> APIRouter:
    """The door to conversations as Markdown and JSON."""
    router = APIRouter(include_in_schema=False)

    @router.get("/conversations/{id}.{suffix}")
    def conversation(id: str, suffix: Literal["md", "json"], request: Request) -> Response:
        conversation = archive.conversation(visitor(request.cookies), id)
        if conversation is None:
            raise HTTPException(404, "no such conversation of yours")
        if suffix == "md":
            text, kind = conversation_markdown(conversation), "text/markdown; charset=utf-8"
        else:
            text, kind = (
                json.dumps(conversation_json(conversation), ensure_ascii=False, indent=1),
                "application/json",
            )
        return Response(
            text.encode("utf-8", "replace"),
            media_type=kind,
            headers={"content-disposition": f'attachment; filename="conversation.{suffix}"'},
        )

    return router
