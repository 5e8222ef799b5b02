"""The file of the conversations: how it is made, known again, opened and overwritten.

SQLite keeps in its header whose file it is and of which form.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from rag.conversations.schema import TABLES, hash_row
from rag.durable import sync_folder
from rag.errors import ArchiveError

FORM = 3  # of the tables; goes up when they change
UPGRADES = {  # what makes each earlier form the next
    1: ("ALTER TABLE conversations ADD COLUMN title BLOB",),
    2: (
        "ALTER TABLE conversations ADD COLUMN sha256 BLOB",
        "ALTER TABLE exchanges ADD COLUMN sha256 BLOB",
    ),
}
APPLICATION = 0x466E6F74  # "Fnot", the application_id of our files
PATIENCE = 30.0  # seconds to wait for another's writing

READING = "BEGIN"
WRITING = "BEGIN IMMEDIATE"  # waits for its turn at once, and so is never refused in the middle
ALONE = ""  # no transaction: what SQLite does outside of one only


class Tables(Protocol):
    """A database that has the tables of conversations."""

    def open(self, begin: str) -> AbstractContextManager[Connection]:
        """A connection in a transaction of that kind, which ends with the block."""
        ...

    def overwrite(self) -> None:
        """Leave nothing of what was deleted, as far as that can be said."""
        ...

    def error(self, reason: str) -> ArchiveError:
        """The error that says why it is of no use, and what mends it."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Database:
    """A file of the tables; safe to share between threads, and the file between processes.

    Everything raises ArchiveError if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, for its user's eyes only."""
        self._path = path
        self._engine = _connect(path)
        try:
            with self._as_archive_error():
                _create(path)
            with self.open(READING) as connection:
                form = _check_header(connection, path)
            if form != FORM:
                self._upgrade()
            self.overwrite()  # what a crash may have left of the deleted
        except ArchiveError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def open(self, begin: str) -> Iterator[Connection]:
        """A connection in a transaction of that kind, which ends with the block."""
        with (
            self._as_archive_error(),
            self._engine.connect().execution_options(begin=begin) as connection,
            connection.begin(),
        ):
            yield connection

    def overwrite(self) -> None:
        """Bring the file up to date with its log and empty that, which still holds what was deleted."""
        with self.open(ALONE) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def error(self, reason: str) -> ArchiveError:
        """The error that says why the file is of no use, and what mends it."""
        return ArchiveError(
            f"cannot keep conversations in {self._path} ({reason}): expected a file of Footnote's on a disk "
            "with room, in a folder that may be written; a damaged one, move away"
        )

    def _upgrade(self) -> None:
        """Bring a file of an earlier form up to this one; another process may be faster."""
        with self.open(WRITING) as connection:
            for form in range(_form(connection), FORM):
                for statement in UPGRADES[form]:
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")

    @contextmanager
    def _as_archive_error(self) -> Iterator[None]:
        """Make an ArchiveError of whatever is wrong with the file."""
        try:
            yield
        except DBAPIError as problem:
            raise self.error(str(problem.orig)) from None
        except (sqlite3.Error, OSError) as problem:  # as it is made, and as a connection is opened
            raise self.error(str(problem)) from None
        except UnicodeDecodeError:  # of a title, as a row is read
            raise self.error("a record is damaged: UnicodeDecodeError") from None


def _connect(path: Path) -> Engine:
    """Connections to the file, each in the transaction that its option "begin" names."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": PATIENCE},
        max_overflow=-1,  # SQLite makes the threads wait; the pool need not
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _create(path: Path) -> None:
    """Make the file for its user's eyes only, unless it is there; nobody sees it before it is whole.

    Raises OSError if the folder cannot be written.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = _connect(fresh)
    try:
        with engine.connect().execution_options(begin=WRITING) as connection, connection.begin():
            TABLES.create_all(connection, checkfirst=False)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION}")
            connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")
        with engine.connect().execution_options(begin=ALONE) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")  # reading beside writing
        engine.dispose()
        with suppress(FileExistsError):  # somebody else was faster
            os.link(fresh, path)
            sync_folder(path.parent)
    finally:
        engine.dispose()
        for end in ("", "-journal", "-wal", "-shm"):
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _check_header(connection: Connection, path: Path) -> int:
    """The form of the file.  Raises ArchiveError if it is something else's, or of a form not known here."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    form = _form(connection)
    if application != APPLICATION:
        raise ArchiveError(
            f"{path} is a database of something else (application {application:#x}), expected conversations "
            f"of Footnote ({APPLICATION:#x}): move it away, and a new one is made"
        )
    if form != FORM and form not in UPGRADES:
        raise ArchiveError(
            f"{path} holds conversations in form {form}, expected form {FORM}: open it with the version of "
            "Footnote that wrote it, or move it away, and a new one is made"
        )
    return form


def _form(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _set_pragmas(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction: `_begin` does
    connection.create_function("row_sha256", -1, hash_row, deterministic=True)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.execute("PRAGMA synchronous = FULL")  # what was kept is on the disk, though the power fails


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options().get("begin", READING):
        connection.exec_driver_sql(begin)
