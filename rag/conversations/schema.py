"""The tables in which conversations are kept, and the opening of their file.

Text is stored as bytes, so that any is stored as it was.  SQLite keeps in its header whose file
it is and of which form.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
)

from rag.conversations.records import letters, words
from rag.errors import ArchiveError

FORM = 1  # of the tables below; goes up when they change
APPLICATION = 0x466E6F74  # "Fnot", the application_id of our files
PATIENCE = 30.0  # seconds to wait for another's writing

READING = "BEGIN"
WRITING = "BEGIN IMMEDIATE"  # waits for its turn at once, and so is never refused in the middle
ALONE = ""  # no transaction: what SQLite does outside of one only


class Words(TypeDecorator[str]):
    """Any text, as bytes: SQLite's own takes no surrogates."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else letters(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else words(value)


class Moment(TypeDecorator[datetime]):
    """A time, in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


TABLES = MetaData()
CONVERSATIONS = Table(
    "conversations",
    TABLES,
    Column("id", Words, primary_key=True),
    Column("owner", LargeBinary, nullable=False, index=True),
    Column("begun", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)
EXCHANGES = Table(
    "exchanges",
    TABLES,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("question", Words, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("thumb", Words, nullable=False),
    Column("comment", Words, nullable=False),
)
DOCUMENTS = Table(
    "documents",
    TABLES,
    Column("address", Words, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
USES = Table(  # which documents an exchange refers to
    "uses",
    TABLES,
    Column("conversation", Words, primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("address", ForeignKey("documents.address"), primary_key=True, index=True),
    ForeignKeyConstraint(
        ["conversation", "turn"], ["exchanges.conversation", "exchanges.turn"], ondelete="CASCADE"
    ),
)
KEPT = (EXCHANGES.c.question, EXCHANGES.c.content, EXCHANGES.c.thumb, EXCHANGES.c.comment)


def engine_of(path: Path) -> Engine:
    """Connections to the file, each in the transaction that its option "begin" names."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": PATIENCE},
        max_overflow=-1,  # SQLite makes the threads wait; the pool need not
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def make(path: Path) -> None:
    """Make the file for its user's eyes only, unless it is there; nobody sees it before it is whole.

    Raises OSError if the folder cannot be written.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = engine_of(fresh)
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
    finally:
        engine.dispose()
        for end in ("", "-journal", "-wal", "-shm"):
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def check(connection: Connection, path: Path) -> None:
    """Raises ArchiveError if the file is something else's, or of another form."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    form = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != APPLICATION:
        raise ArchiveError(
            f"{path} is a database of something else (application {application:#x}), expected conversations "
            f"of Footnote ({APPLICATION:#x}): move it away, and a new one is made"
        )
    if form != FORM:
        raise ArchiveError(
            f"{path} holds conversations in form {form}, expected form {FORM}: open it with the version of "
            "Footnote that wrote it, or move it away, and a new one is made"
        )


def _connected(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # the driver begins no transaction: `_begun` does
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
    connection.execute("PRAGMA synchronous = NORMAL")  # whole after a crash, if not the last word of it


def _begun(connection: Connection) -> None:
    if begin := connection.get_execution_options().get("begin", READING):
        connection.exec_driver_sql(begin)
