"""What the statements to the tables are made of: whose a row is, whether it is as it was written."""

from __future__ import annotations

import hashlib

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Table,
    Text,
    Update,
    and_,
    case,
    cast,
    func,
    select,
    update,
)

from rag.conversations.records import encode_text
from rag.conversations.schema import CONVERSATIONS, EXCHANGES


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
    """The first question of a conversation that is more than a word such as a greeting, if there is one."""
    later = EXCHANGES.alias()
    content = cast(later.c.content, Text)
    kind = case((func.json_valid(content), func.json_extract(content, "$.answer.kind")))
    real = and_(later.c.conversation == CONVERSATIONS.c.id, func.coalesce(kind, "") != "word")
    questions = select(later.c.question).where(real)
    return questions.order_by(later.c.turn).limit(1).correlate(CONVERSATIONS).scalar_subquery()


def _sha256(table: Table) -> ColumnElement[bytes]:
    return func.row_sha256(*(column for column in table.c if column.name != "sha256"))
