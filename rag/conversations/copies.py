"""A file of conversations checked, and copied while others write to it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rag.conversations.archive import Archive
from rag.conversations.database import APPLICATION, FORM, UPGRADES
from rag.conversations.records import address, decode_text, deserialise, deserialise_document
from rag.datatypes import Document, Fault
from rag.errors import ArchiveError


def verify_archive(path: Path) -> list[Fault]:
    """All that is wrong with the file, which is only read: with its pages, its references or a record."""
    try:
        with _open(path) as file:
            whose, form = (_pragma(file, name)[0][0] for name in ("application_id", "user_version"))
            if whose != APPLICATION or form not in (FORM, *UPGRADES):
                what = f"application {whose:#x} in form {form}, expected {APPLICATION:#x} in form {FORM}"
                return [Fault(path.name, what)]
            broken = [row[0] for row in _pragma(file, "integrity_check") if row[0] != "ok"]
            broken += [
                f"row {row} of {table} refers to none of {parent}"
                for table, row, parent, _ in _pragma(file, "foreign_key_check")
            ]
            if broken:
                return [Fault(path.name, line) for line in broken]
            return list(_check_records(file))
    except sqlite3.Error as problem:
        return [Fault(path.name, str(problem))]


def copy_archive(source: Path, target: Path) -> None:
    """Make the conversations of `target` those of `source` as they are at one moment, in one transaction.

    Others may read and write both meanwhile.

    Raises ArchiveError if one cannot be read or the other not be written; then that is as it was.
    """
    Archive(target).close()  # made, if it is not there, so that a crash leaves no half of it
    try:
        with _open(source) as file, closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            file.backup(copy)
    except sqlite3.Error as problem:
        raise ArchiveError(
            f"cannot copy the conversations of {source} to {target} ({problem}); those that were there stay: "
            "expected a whole file, and a disk with room"
        ) from None


def _check_records(file: sqlite3.Connection) -> Iterator[Fault]:
    for name, content in file.execute("SELECT address, content FROM documents ORDER BY address"):
        if hashlib.sha256(content).hexdigest() != decode_text(name):
            yield Fault("documents", f"{decode_text(name)[:12]}… is not the sha256 of what is kept by it")
    used = "SELECT content FROM documents JOIN uses USING (address) WHERE conversation = ? AND turn = ?"
    listed = "SELECT conversation, turn, content FROM exchanges ORDER BY conversation, turn"
    for conversation, turn, content in file.execute(listed):
        try:
            kept = [deserialise_document(row[0]) for row in file.execute(used, (conversation, turn))]
            documents: dict[str, Document] = {address(document): document for document in kept}
            deserialise(content, documents)
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            yield Fault("exchanges", f"number {turn} of a conversation is damaged: {type(problem).__name__}")


def _pragma(file: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    return file.execute(f"PRAGMA {name}").fetchall()


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        yield file
