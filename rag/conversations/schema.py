"""The tables in which conversations are kept.  Text is stored as bytes, so that any is stored as it was."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
)

from rag.conversations.records import decode_text, encode_text


def hash_row(*values: bytes | str | int | None) -> bytes:
    """The sha256 of a row as SQLite holds it, which knows this as `row_sha256`."""
    return hashlib.sha256(repr(values).encode()).digest()


class Words(TypeDecorator[str]):
    """Any text, as bytes: SQLite's own takes no surrogates."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else encode_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else decode_text(value)


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
    Column("title", Words),  # what its owner calls it; none: its first question
    Column("sha256", LargeBinary),  # of the rest of the row, `hash_row`; none: written in an earlier form
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
    Column("sha256", LargeBinary),
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
CONTENT = (EXCHANGES.c.question, EXCHANGES.c.content, EXCHANGES.c.thumb, EXCHANGES.c.comment)
