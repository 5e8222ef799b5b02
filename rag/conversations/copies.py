"""A file of conversations checked, copied while others write to it, and replaced."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from rag.conversations.archive import Archive
from rag.conversations.database import APPLICATION, FORM, PATIENCE, UPGRADES
from rag.conversations.records import decode_text, deserialise, deserialise_document, validate_sha256
from rag.conversations.schema import CONVERSATIONS, EXCHANGES, hash_row
from rag.datatypes import Fault
from rag.durable import draft_file, rename
from rag.errors import ArchiveError

DAMAGED = (  # the errors of SQLite's that are of the content; ERROR is one of the tables
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
)
ASIDE = ".before-restore"
PARTS = ("-wal", "-shm", "")  # of a file of SQLite's: itself last, so that it is never without its log


def verify_archive(path: Path) -> list[Fault]:
    """All that is wrong with the file: with its pages, its references or a record.

    Raises ArchiveError if it cannot be read for another reason than that it is damaged, as when somebody has
    it to himself.
    """
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
            return list(_check_records(file, form))
    except UnicodeDecodeError:  # of a message of SQLite's, which quotes what is damaged
        return [Fault(path.name, "its tables are damaged")]
    except sqlite3.Error as problem:
        # Without a code it is of Python's, about what it was given to read; above 8 bits, codes say more.
        if getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in DAMAGED:
            return [Fault(path.name, str(problem))]
        raise ArchiveError(
            f"cannot read the conversations in {path} ({problem}): expected a file that may be read and that "
            "nobody has to himself; end what holds it, such as another chat or a tool of SQLite's, and try "
            "again"
        ) from None


def copy_archive(source: Path, target: Path, before: Path | None = None) -> None:
    """Make the conversations of `target` those of `source` as they are at one moment, in one transaction.

    Others may read and write both meanwhile.  What `target` holds until then is copied to `before`, if that
    is given, and nobody can save anything between the two.

    Raises ArchiveError if one cannot be read or the other not be written; then that is as it was.
    """
    until = time.monotonic() + PATIENCE
    is_kept = before is None

    def watch(status: int, remaining: int, total: int) -> None:
        nonlocal is_kept
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")  # Python would try for ever
        if status == sqlite3.SQLITE_OK and before and not is_kept:
            # A page is written, so nobody else can write any more; who reads sees what was there.
            copy_archive(target, before)
            is_kept = True

    Archive(target).close()  # made, if it is not there, so that a crash leaves no half of it
    try:
        with _open(source) as file, closing(sqlite3.connect(target, PATIENCE)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            file.backup(copy, pages=1 if before else -1, progress=watch)
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        raise ArchiveError(
            f"cannot copy the conversations of {source} to {target} ({problem}); those that were there stay: "
            "expected a whole file that nobody has to himself, and a disk with room"
        ) from None


@contextmanager
def replacing_archive(source: Path, target: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Make the conversations of `target` those of `source`, if that is there, until the block fails.

    What is there is kept beside, even if it is damaged, and `tell` is told where.  So is what others have
    saved since, if the block fails.

    Raises ArchiveError as `copy_archive` and `verify_archive`, OSError if a damaged file cannot be moved.
    """
    if not source.exists():
        yield
        return
    aside = find_free_name(target) if any(os.path.lexists(f"{target}{part}") for part in PARTS) else None
    is_whole = is_replaced = False
    if aside and target.is_file():
        try:
            _copy_bytes(target, aside)  # before SQLite opens it, which deletes a log that it cannot read
            is_whole = not verify_archive(target)
        except BaseException:
            _remove(aside)
            raise
        _remove(aside if is_whole else target)  # a whole one stays, for a chat that has it open
    elif aside:
        _move(target, aside)
    try:
        copy_archive(source, target, aside if is_whole else None)
        is_replaced = True
        yield
    except BaseException:
        if aside and is_whole:
            if is_replaced:
                later = find_free_name(target)
                copy_archive(aside, target, later)
                if _hold_same(source, later):
                    _remove(later)
                else:
                    tell(f"kept the conversations that were saved while it was tried in {later}")
            _remove(aside)
        else:
            _remove(target)
            if aside:
                _move(aside, target)
        raise
    if aside:
        tell(
            f"kept the conversations that were there in {aside}"
            + ("" if is_whole else ", damaged as they are")
        )


def find_free_name(path: Path) -> Path:
    """A name beside `path` that nothing has, nor what SQLite keeps with it."""
    names = (path.with_name(f"{path.name}{ASIDE}{number or ''}") for number in count())
    return next(name for name in names if not any(os.path.lexists(f"{name}{part}") for part in PARTS))


def _hold_same(one: Path, other: Path) -> bool:
    with _open(one) as first, _open(other) as second:
        return all(a == b for a, b in zip_longest(first.iterdump(), second.iterdump()))


def _copy_bytes(path: Path, target: Path) -> None:
    for part in PARTS:
        if os.path.lexists(f"{path}{part}"):
            with (
                Path(f"{path}{part}").open("rb") as file,
                draft_file(Path(f"{target}{part}"), private=True) as copy,
            ):
                shutil.copyfileobj(file, copy)


def _move(path: Path, target: Path) -> None:
    for part in PARTS:
        if os.path.lexists(f"{path}{part}"):
            rename(Path(f"{path}{part}"), Path(f"{target}{part}"))


def _remove(path: Path) -> None:
    for part in PARTS:
        Path(f"{path}{part}").unlink(missing_ok=True)


def _check_records(file: sqlite3.Connection, form: int) -> Iterator[Fault]:
    for table in (CONVERSATIONS, EXCHANGES) if form == FORM else ():
        columns = ", ".join(column.name for column in table.c if column.name != "sha256")
        differs = f"SELECT count(*) FROM {table.name} WHERE sha256 != row_sha256({columns})"
        if count := file.execute(differs).fetchone()[0]:
            yield Fault(table.name, f"{count} rows have another sha256 than when they were written")
    for name, content in file.execute("SELECT address, content FROM documents ORDER BY address"):
        try:
            validate_sha256(content, decode_text(name))
        except ValueError as problem:
            yield Fault("documents", str(problem))
        except (TypeError, AttributeError):  # SQLite keeps any type in any column
            yield Fault("documents", "a document or its address is of another type than was written")
    used = (
        "SELECT address, content FROM documents JOIN uses USING (address) WHERE conversation = ? AND turn = ?"
    )
    listed = "SELECT conversation, turn, content FROM exchanges ORDER BY conversation, turn"
    for conversation, turn, content in file.execute(listed):
        try:
            kept = file.execute(used, (conversation, turn))
            deserialise(content, {decode_text(name): deserialise_document(raw) for name, raw in kept})
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            yield Fault("exchanges", f"number {turn} of a conversation is damaged: {type(problem).__name__}")


def _pragma(file: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    return file.execute(f"PRAGMA {name}").fetchall()


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    # On a read-only disk SQLite cannot make the file that readers and writers share; but nobody writes.
    how = "mode=rw" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", PATIENCE, uri=True)) as file:
        file.create_function("row_sha256", -1, hash_row, deterministic=True)
        yield file
