"""A file of a folder -> its documents, and what of it was not read."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.datatypes import Document, Skipped
from rag.documents.folder.files import FileState
from rag.documents.metadata import FIELDS, compose, make_document
from rag.documents.readers.contents import Contents
from rag.documents.readers.file_kinds import is_printable, tell_failures
from rag.documents.readers.readers import find_reader, is_archive, read_file, read_members
from rag.documents.skipped import CHANGED, skip
from rag.workers.work import Work

Fields = dict[str, Any]  # what sources.toml says of a file
# What comes of reading one: its document, of an archive its documents, and what of it was not read.  Ids and
# paths are relative to its own: "" for itself, "/name" for a file in it.
Outcome = tuple[Document | Skipped, ...]


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that is to be read: where it is, what is known of it, and what sources.toml says of it."""

    path: Path
    file: FileState
    given: Fields


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file with its bytes."""

    name: str
    raw: bytes
    given: Fields


class ReadFile(Work[UnreadFile, Outcome]):
    """Reading a file: its bytes are fetched, what they say is worth the way to another machine."""

    def fetch(self, item: UnreadFile) -> FetchedFile | Outcome:
        """The file with its bytes, or what comes of one that has none to read."""
        path, file = item.path, item.file
        try:
            if not is_printable(file.path):
                raise ValueError("its name holds a character that does not show, or is not UTF-8: rename it")
            if not path.is_file():
                raise OSError(0, _describe_no_file(path))
            find_reader(path.name)  # before the file is read, which may be a film
            raw = path.read_bytes()
        except (OSError, ValueError) as problem:
            return (skip("", problem),)
        if file.sha256 != hashlib.sha256(raw).hexdigest():
            return (Skipped("", "it changed while the folder was read: index again", CHANGED),)
        return FetchedFile(path.name, raw, item.given)

    def size(self, item: UnreadFile) -> int:
        with suppress(OSError):
            return item.path.stat().st_size
        return 0

    def do(self, fetched: FetchedFile | Outcome) -> Outcome:
        return _read(fetched) if isinstance(fetched, FetchedFile) else fetched


def _read(file: FetchedFile) -> Outcome:
    try:
        if not is_archive(file.name):
            return _make_outcome("", read_file(file.name, file.raw), file.given, file.name)
        below = {field: value for field, value in file.given.items() if field in FIELDS and field != "title"}
        with tell_failures():
            return tuple(
                outcome
                for name, found in read_members(file.raw)
                for outcome in _make_outcome(
                    f"/{name}", found, below | file.given.get(compose(f"/{name}"), {})
                )
            )
    except (OSError, ValueError) as problem:
        return (skip("", problem),)


def _make_outcome(id: str, found: Contents | ValueError, given: Fields, name: str = "") -> Outcome:
    """What comes of a file, or of one in an archive: then the pages of a PDF cannot be shown."""
    try:
        if isinstance(found, ValueError):
            raise found
        with tell_failures():
            document = replace(make_document(name or id, found, given), id=id)
    except ValueError as problem:
        return (skip(id, problem),)
    if id:
        document = replace(document, sha256="")
    return document, *(skip(id + path, why) for path, why in found.unread)


def _describe_no_file(path: Path) -> str:
    if path.is_dir():
        return "a folder that is closed, or a link to one"
    if os.path.lexists(path):
        return "not a regular file, or a link to none"
    return "it vanished while the folder was read"
