"""What the statements to the tables are made of: whose a row is, whether it is as it was written."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    ScalarSelect,
    Table,
    Update,
    and_,
    func,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from rag.conversations.records import encode_text
from rag.conversations.schema import CONVERSATIONS, EXCHANGES, Moment


def owner_sha256(owner: str) -> bytes:
    """What the file knows an owner by."""
    return hashlib.sha256(encode_text(owner)).digest()


def is_owned(owner: str, id: str) -> ColumnElement[bool]:
    """The condition of a conversation: it is this one, and this owner's."""
    return and_(CONVERSATIONS.c.id == id, CONVERSATIONS.c.owner == owner_sha256(owner))


def is_exchange_of(owner: str, id: str) -> ColumnElement[bool]:
    """The condition of an exchange: it is of this conversation, and that is this owner's."""
    return EXCHANGES.c.conversation.in_(select(CONVERSATIONS.c.id).where(is_owned(owner, id)))


def seal(table: Table, which: ColumnElement[bool]) -> Update:
    """The statement that writes into rows their sha256, to be made after every change of them."""
    return update(table).where(which).values(sha256=_sha256(table))


def is_whole(table: Table) -> ColumnElement[bool]:
    """The condition of a row: it is as it was sealed, or was written by a version that did not."""
    return func.coalesce(table.c.sha256 == _sha256(table), True)


def first_question() -> ScalarSelect[str]:
    """The first question of a conversation that is more than a word such as a greeting."""
    later = EXCHANGES.alias()
    # By its bytes, for not all of it is JSON to PostgreSQL; inside of a text each quote has a backslash.
    is_word = holds_bytes(later.c.content, literal(b'"kind":"word"', LargeBinary))
    real = and_(later.c.conversation == CONVERSATIONS.c.id, not_(is_word))
    questions = select(later.c.question).where(real)
    return questions.order_by(later.c.turn).limit(1).correlate(CONVERSATIONS).scalar_subquery()


def _sha256(table: Table) -> ColumnElement[bytes]:
    return row_sha256(*(column for column in table.c if column.name != "sha256"))


class holds_bytes(GenericFunction[bool]):
    """Whether the first bytes hold the second."""

    type = Boolean()
    inherit_cache = True


class row_sha256(GenericFunction[bytes]):
    """The sha256 of a row; SQLite gets it from `rag.conversations.schema.hash_row`."""

    type = LargeBinary()
    inherit_cache = True


@compiles(holds_bytes, "sqlite")
def _hold_in_sqlite(element: holds_bytes, compiler: SQLCompiler, **options: Any) -> str:
    held, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(instr({held}, {part}) > 0)"


@compiles(holds_bytes, "postgresql")
def _hold_in_postgresql(element: holds_bytes, compiler: SQLCompiler, **options: Any) -> str:
    held, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(position({part} in {held}) > 0)"


@compiles(row_sha256, "postgresql")
def _hash_in_postgresql(element: row_sha256, compiler: SQLCompiler, **options: Any) -> str:
    """The sha256 of the values as the server sends them, the length of each before it, -1 of NULL."""
    hashed = []
    for clause in element.clauses:
        value = compiler.process(clause, **options)
        send = {Integer: "int4send", Moment: "timestamp_send"}.get(type(clause.type), "byteasend")
        sent = f"{send}({value})"
        hashed.append(f"coalesce(int4send(octet_length({sent})) || {sent}, int4send(-1))")
    return f"sha256({' || '.join(hashed)})"
