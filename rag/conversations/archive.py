"""The conversations of the web chat, in one SQLite file or a shared database: each its owner's alone.

An owner is known by a random name that his browser keeps.  The file holds its sha256, so that
who reads the file cannot speak for him.  In a file, deleted words are overwritten.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    func,
    insert,
    not_,
    select,
    update,
)

from rag.conversations.database import READING, WRITING, Database, Tables
from rag.conversations.queries import first_question, is_exchange_of, is_owned, is_whole, owner_sha256, seal
from rag.conversations.records import (
    Conversation,
    Exchange,
    Heading,
    answer_words,
    deserialise,
    deserialise_document,
    serialise,
    serialise_document,
    title_of,
    validate_sha256,
    validate_thumb,
)
from rag.conversations.schema import CONTENT, CONVERSATIONS, DOCUMENTS, EXCHANGES, USES
from rag.postgres.store import Store, check_packages

NAME = "conversations.sqlite3"  # in the folder of the index


class Archive:
    """Conversations in a file or a store; safe to share between threads, and those between processes.

    Whatever an owner asks to change that is not there, or not his, stays as it is, and he is not
    told which: he may have deleted it himself.  All raises ArchiveError if it cannot be read or written.
    """

    def __init__(
        self, place: Path | Store, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Open the file, or make it, for its user's eyes only; of a store the tables must be there."""
        self._clock = clock
        self._file: Tables = Database(place.absolute()) if isinstance(place, Path) else _open_store(place)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def begin(self, owner: str) -> str:
        """The id of a new conversation, which nobody can guess.  Without an exchange it is not listed."""
        id, now = secrets.token_urlsafe(16), self._clock()
        row = {"id": id, "owner": owner_sha256(owner), "begun": now, "changed": now}
        with self._file.open(WRITING) as connection:
            connection.execute(insert(CONVERSATIONS).values(row))
            connection.execute(seal(CONVERSATIONS, CONVERSATIONS.c.id == id))
        return id

    def save(self, owner: str, id: str, turn: int, exchange: Exchange) -> None:
        """Write exchange number `turn`, which is at most one more than there are, or replace it.

        Of its answer, what `rag.conversations.records.trim_passages` keeps.

        Raises ValueError if `turn` is below 1.
        """
        if turn < 1:
            raise ValueError(f"turn is {turn}, expected a number from 1")
        content, documents = serialise(exchange)
        row = {
            "question": exchange.question,
            "content": content,
            "thumb": exchange.thumb,
            "comment": exchange.comment,
        }
        here = is_exchange_of(owner, id)
        same = select(*CONTENT).where(here, EXCHANGES.c.turn == turn)
        with self._file.open(READING) as connection:
            there = connection.execute(same).mappings().first()
            if there is not None and dict(there) == row:
                return
        earlier = select(func.count()).select_from(EXCHANGES).where(here, EXCHANGES.c.turn < turn)
        with self._file.open(WRITING) as connection:
            self._require_whole(connection, CONVERSATIONS, is_owned(owner, id))
            changed = update(CONVERSATIONS).where(is_owned(owner, id)).values(changed=self._clock())
            if connection.scalar(earlier) != turn - 1 or not connection.execute(changed).rowcount:
                return
            connection.execute(delete(EXCHANGES).where(here, EXCHANGES.c.turn == turn))
            connection.execute(insert(EXCHANGES).values(conversation=id, turn=turn, **row))
            connection.execute(seal(CONVERSATIONS, is_owned(owner, id)))
            connection.execute(seal(EXCHANGES, and_(here, EXCHANGES.c.turn == turn)))
            known = select(DOCUMENTS.c.address).where(DOCUMENTS.c.address.in_(documents))
            for address in documents.keys() - set(connection.scalars(known)):
                stored = serialise_document(documents[address])
                connection.execute(insert(DOCUMENTS).values(address=address, content=stored))
            for address in documents:
                connection.execute(insert(USES).values(conversation=id, turn=turn, address=address))

    def truncate(self, owner: str, id: str, turn: int) -> None:
        """Forget exchange number `turn` and all after it."""
        self._forget(EXCHANGES, and_(is_exchange_of(owner, id), EXCHANGES.c.turn >= turn))

    def rate(self, owner: str, id: str, turn: int, thumb: str, comment: str) -> None:
        """Say of an answer that it is right, "up", or wrong, "down", or take that back, "".

        Raises ValueError if `thumb` is anything else.
        """
        validate_thumb(thumb)
        this = and_(is_exchange_of(owner, id), EXCHANGES.c.turn == turn)
        with self._file.open(WRITING) as connection:
            self._require_whole(connection, EXCHANGES, this)
            connection.execute(update(EXCHANGES).where(this).values(thumb=thumb, comment=comment))
            connection.execute(seal(EXCHANGES, this))

    def conversation(self, owner: str, id: str) -> Conversation | None:
        """The conversation; None if there is none, or it is another's."""
        with self._file.open(READING) as connection:
            row = connection.execute(select(CONVERSATIONS).where(is_owned(owner, id))).mappings().first()
            return None if row is None else self._conversation(connection, row)

    def rename(self, owner: str, id: str, title: str) -> None:
        """Call a conversation so, on one line; without a word, what it is called by itself."""
        named = update(CONVERSATIONS).where(is_owned(owner, id)).values(title=title_of(title) or None)
        with self._file.open(WRITING) as connection:
            self._require_whole(connection, CONVERSATIONS, is_owned(owner, id))
            connection.execute(named)
            connection.execute(seal(CONVERSATIONS, is_owned(owner, id)))
        self._file.overwrite()

    def headings(self, owner: str, words: str = "") -> tuple[Heading, ...]:
        """The owner's conversations, the one that went on last first.

        With `words`, those that have each of them in their title, questions or answers, capitals or not.
        """
        listed = (
            select(CONVERSATIONS, EXCHANGES.c.question, first_question().label("first"))
            .join(EXCHANGES)
            .where(CONVERSATIONS.c.owner == owner_sha256(owner), EXCHANGES.c.turn == 1)
            .order_by(CONVERSATIONS.c.changed.desc(), CONVERSATIONS.c.begun.desc(), CONVERSATIONS.c.id)
        )
        wanted = words.casefold().split()
        with self._file.open(READING) as connection:
            headings = tuple(
                Heading(row["id"], row["title"] or title_of(row["first"] or row["question"]), row["changed"])
                for row in connection.execute(listed).mappings()
            )
            texts = _texts(connection, owner) if wanted else {}

        def has_all(heading: Heading) -> bool:
            text = f"{heading.title}\n{texts[heading.id]}".casefold()
            return all(word in text for word in wanted)

        return tuple(filter(has_all, headings)) if wanted else headings

    def delete(self, owner: str, id: str) -> None:
        """Forget a conversation."""
        self._forget(CONVERSATIONS, is_owned(owner, id))

    def delete_all(self, owner: str) -> None:
        """Forget every conversation of the owner."""
        self._forget(CONVERSATIONS, CONVERSATIONS.c.owner == owner_sha256(owner))

    def ratings(self) -> Iterator[tuple[Exchange, ...]]:
        """Each exchange that anybody rated, behind those before it in its conversation.

        The conversations come in the order they began, and of each its exchanges in theirs.
        """
        oldest = select(CONVERSATIONS).order_by(CONVERSATIONS.c.begun, CONVERSATIONS.c.id)
        some = select(EXCHANGES.c.conversation).where(EXCHANGES.c.thumb != "")
        with self._file.open(READING) as connection:
            rows = connection.execute(oldest.where(CONVERSATIONS.c.id.in_(some))).mappings().all()
        for row in rows:
            with self._file.open(READING) as connection:
                exchanges = self._conversation(connection, row).exchanges
            yield from (exchanges[:n] for n, last in enumerate(exchanges, start=1) if last.thumb)

    def _conversation(self, connection: Connection, row: RowMapping) -> Conversation:
        """The conversation of a row of its table, its documents each read once."""
        addresses = select(USES.c.address).where(USES.c.conversation == row["id"])
        used = select(DOCUMENTS).where(DOCUMENTS.c.address.in_(addresses))
        mine = EXCHANGES.c.conversation == row["id"]
        asked = select(*CONTENT, is_whole(EXCHANGES)).where(mine).order_by(EXCHANGES.c.turn)
        documents = {}
        exchanges = []
        try:
            for name, content in connection.execute(used):
                documents[name] = deserialise_document(content)
                validate_sha256(content, name)
            for question, content, thumb, comment, whole in connection.execute(asked):
                exchanges.append(Exchange(question, *deserialise(content, documents), thumb, comment))
                if not whole:
                    raise ValueError("its sha256 is not that of its record")
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise self._file.error(f"a record is damaged: {type(problem).__name__}") from None
        real = [exchange for exchange in exchanges if exchange.answer.kind != "word"]
        first = (real or exchanges)[0].question if exchanges else ""
        times = row["begun"], row["changed"]
        return Conversation(row["id"], row["title"] or title_of(first), *times, tuple(exchanges))

    def _require_whole(self, connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
        """Raise ArchiveError if a row that is to be sealed again is not as it was sealed."""
        if connection.execute(select(table).where(which, not_(is_whole(table)))).first():
            raise self._file.error("a record is damaged: its sha256 is not that of the record")

    def _forget(self, table: Table, which: ColumnElement[bool]) -> None:
        """Delete rows, the documents that nothing refers to any more, and every trace of their words."""
        with self._file.open(WRITING) as connection:
            connection.execute(delete(table).where(which))
            connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.address.not_in(select(USES.c.address))))
        self._file.overwrite()


def open_archive(index: Path | Store) -> Archive:
    """The conversations about an index: in its folder, or in the database that it is in."""
    return Archive(index / NAME if isinstance(index, Path) else index)


def _open_store(store: Store) -> Tables:
    check_packages()
    from rag.conversations.postgres import SharedDatabase  # whose packages few need

    return SharedDatabase(store)


def _texts(connection: Connection, owner: str) -> dict[str, str]:
    """The questions and answers of each of the owner's conversations, by its id."""
    mine = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.owner == owner_sha256(owner))
    rows = select(EXCHANGES.c.conversation, EXCHANGES.c.question, EXCHANGES.c.content)
    texts: dict[str, str] = defaultdict(str)
    for id, question, content in connection.execute(rows.where(EXCHANGES.c.conversation.in_(mine))):
        texts[id] += f"{question}\n{answer_words(content)}\n"
    return texts
