"""The documents over HTTP: what is there, adding and removing them, and taking in what others changed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

import anyio
from anyio import to_thread
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

import rag
from rag.collection import Collection
from rag.documents.folder.uploads import LARGEST
from rag.documents.skipped import describe_skipped
from rag.errors import EmptyCorpus
from rag.events import Event, describe_changes
from web.api.schemas import Failure

CHANGES = 4  # threads that add or remove; they wait for each other, and must not hold up the rest
MOST_FILES = 100  # of one request, and
MOST_BYTES = 100_000_000  # all together

UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}


class Listed(BaseModel):
    """A document and what is known of its source."""

    id: str
    title: str
    publisher: str | None
    published: date | None
    date_note: str | None
    date_from: str | None = Field(description="Where `published` is from, as `the file's name`")
    encoding: str
    aliases: tuple[str, ...] = Field(description="Other paths at which the same file stands")
    kind: str | None
    url: str | None
    characters: int
    words: int
    indexed: datetime = Field(description="When this very text was first indexed, UTC")


class Whole(Listed):
    """A document with its text, into which the offsets of citations point."""

    text: str


class NotRead(BaseModel):
    """A file of the folder that could not be read, or not whole, and why."""

    path: str
    reason: str
    kind: str = Field(description="What it is, as `Word file (.docx)`")


class Documents(BaseModel):
    """All documents, sorted by id, and the files that are none."""

    documents: list[Listed]
    skipped: list[NotRead]
    not_read: list[str] = Field(description="How many of each kind are in `skipped`, a line each")


class Told(BaseModel):
    """One line of what happens while files are added or those of the folder taken in."""

    kind: Literal["added", "changed", "moved", "removed", "refused", "progress", "ready", "failed"]
    name: str = Field(
        description="The path of the file below the folder, of several behind the name of its own"
    )
    detail: str


class Detail(BaseModel):
    """What was done, in one line."""

    detail: str


def documents(collection: Collection) -> APIRouter:
    """The routes below ``/v1/documents``."""
    router = APIRouter(prefix="/v1/documents", tags=["Documents"])
    changing = anyio.CapacityLimiter(CHANGES)
    missing: dict[int | str, dict[str, Any]] = {404: {"model": Failure}, 422: {"model": Failure}}
    kept: dict[int | str, dict[str, Any]] = {**missing, 409: {"model": Failure}}

    @router.get("", summary="List the documents")
    def every() -> Documents:
        return Documents(
            documents=[Listed(**_fields(*known)) for known in _documents_with_times(collection)],
            skipped=[NotRead(**asdict(file)) for file in collection.skipped],
            not_read=list(describe_skipped(collection.skipped)),
        )

    @router.get("/{id:path}", summary="Give a document with its text", responses=missing)
    def one(id: str) -> Whole:
        document, fields = _find_document(collection, id)
        return Whole(**fields, text=document.text)

    @router.post(
        "",
        summary="Add documents",
        description="Answers with one JSON object a line as it happens: a verdict for each file, the steps "
        "of the index, last `ready`, or `failed` if all was taken back.",
        response_class=StreamingResponse,
        responses={
            200: {"model": Told, "content": {"application/x-ndjson": {}}},
            400: {"model": Failure},
            413: {"model": Failure},
        },
        openapi_extra=UPLOAD,
    )
    async def add(request: Request) -> StreamingResponse:
        files = await _files(request)
        return StreamingResponse(_lines(collection.add(files), changing), media_type="application/x-ndjson")

    @router.post(
        "/sync",
        summary="Take in what has changed in the folder",
        description="Answers as adding does, with what became of each file; `dry_run` says what would, and "
        "does nothing.",
        response_class=StreamingResponse,
        responses={
            200: {"model": Told, "content": {"application/x-ndjson": {}}},
            422: {"model": Failure},
        },
    )
    async def sync(dry_run: bool = False) -> StreamingResponse:
        events = _foretell(collection) if dry_run else collection.sync()
        return StreamingResponse(_lines(events, changing), media_type="application/x-ndjson")

    @router.delete("/{id:path}", summary="Remove a document; its file is kept, hidden", responses=kept)
    async def remove(id: str) -> Detail:
        _find_document(collection, id)
        try:
            there = await to_thread.run_sync(collection.remove, id, limiter=changing)
        except rag.RagError as problem:
            raise HTTPException(409, str(problem)) from None
        return Detail(detail=f"moved to {there}")

    return router


def _find_document(collection: Collection, id: str) -> tuple[rag.Document, dict[str, Any]]:
    """A document, by any of its paths, with its fields.  Raises HTTPException if there is none."""
    for document, indexed in _documents_with_times(collection):
        if id in (document.id, *document.aliases):
            return document, _fields(document, indexed)
    raise HTTPException(404, f"no document {id[:200]!r}: GET /v1/documents lists those there are")


def _documents_with_times(collection: Collection) -> Iterator[tuple[rag.Document, str]]:
    """Each document and when it was indexed, all as of one moment."""
    try:
        index = collection.chatbot.index
    except EmptyCorpus:
        return
    for document in index.documents:
        yield document, index.card.indexed[document.id]


def _fields(document: rag.Document, indexed: str) -> dict[str, Any]:
    """The fields of its `Listed`."""
    named = ("id", "title", "publisher", "published", "date_note", "date_from", "encoding", "aliases", "kind")
    characters, words = document.length
    counted = {"characters": characters, "words": words, "indexed": indexed}
    return {name: getattr(document, name) for name in (*named, "url")} | counted


def _foretell(collection: Collection) -> Iterator[Event]:
    """What has changed in the folder of a collection, in the events that taking it in would give."""
    changes = collection.changes()
    yield from describe_changes(changes, ())
    yield Event("ready", detail=changes.summary)


async def _lines(events: Iterator[Event], changing: anyio.CapacityLimiter) -> AsyncGenerator[str, None]:
    """What happens, one JSON object a line."""
    try:
        while event := await to_thread.run_sync(next, events, None, limiter=changing):
            yield Told.model_validate(event, from_attributes=True).model_dump_json() + "\n"
    except rag.RagError as problem:
        yield Told(kind="failed", name="", detail=str(problem)).model_dump_json() + "\n"


async def _files(request: Request) -> list[tuple[str, bytes]]:
    """The name and bytes of each of `files`; of one that is too large, as many as tell that it is."""
    too_much = HTTPException(413, f"more than {MOST_BYTES // 1_000_000} MB: add fewer files at a time")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise too_much
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400, "expected multipart/form-data with one or more `files`")

    async def limit_stream() -> AsyncGenerator[bytes, None]:
        read = 0
        async for piece in request.stream():
            read += len(piece)
            if read > MOST_BYTES:
                raise too_much
            yield piece

    try:
        parser = MultiPartParser(request.headers, limit_stream(), max_files=MOST_FILES, max_fields=0)
        form = await parser.parse()
    except (MultiPartException, UnicodeError) as problem:
        raise HTTPException(400, f"not a multipart form that can be read: {problem}") from None
    try:
        return await run_in_threadpool(_read, form)
    finally:
        await form.close()


def _read(form: FormData) -> list[tuple[str, bytes]]:
    files = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile)]
    if not files or any(name != "files" for name, _ in files):
        raise HTTPException(400, "expected one or more files, each named `files`")
    return [(file.filename or "", file.file.read(LARGEST + 1)) for _, file in files]
