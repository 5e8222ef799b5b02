"""The index in a database that several processes share: `rag.index.places.Place` in PostgreSQL."""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import cache
from typing import Any

from rag.datatypes import IndexCard
from rag.errors import IndexDamaged, IndexMissing, IndexStale, StoreError
from rag.index.card import (
    UNREADABLE,
    FormatError,
    damage_error,
    describe_problem,
    missing_error,
    parse_card,
)
from rag.index.postgres.generation import Generation, stale_error
from rag.index.postgres.rows import (
    Name,
    StoredDocument,
    current_generation,
    read_generation,
    remove_unread,
    write_generation,
)
from rag.index.postgres.scratch import StoredScratch
from rag.index.postgres.writer import WriterLock
from rag.index.snapshots import Draft
from rag.index.store import Index
from rag.models.embedder import Embedder
from rag.postgres.schema import check
from rag.postgres.server import LOCKS, Connection, Server, as_store_error
from rag.postgres.store import Store


class Database:
    """The index in the database of a store; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._server = Server(store)
        self._known: dict[bytes, StoredDocument] = {}  # of the generation that was opened last
        self._opening = threading.Lock()
        self._lock = WriterLock(store)

    def current(self) -> str:
        """`Place.current`."""
        try:
            return str(self._find_name())
        except StoreError:
            check(self.store)  # says more if it is the tables
            raise

    def find(self) -> Generation:
        """`Place.find`."""
        check(self.store)
        while (found := self._read(self._find_name())) is None:
            pass  # it was replaced and removed between the two
        return found

    def read_fields(self) -> dict[str, Any]:
        """`Place.read_fields`."""
        with suppress(IndexMissing, IndexDamaged, ValueError), self._server.open() as connection:
            check(self.store)
            read = read_generation(connection, self._find_name())
            fields = json.loads(read[0]) if read else {}
            return fields if isinstance(fields, dict) else {}
        return {}

    def open(self) -> Index:
        """`Place.open`; nobody removes the generation while it is in use, for its connections hold it."""
        check(self.store)
        with self._opening:
            while True:
                name = self._find_name()
                server = Server(self.store, _holder(self.store, name))
                try:
                    with server.open():
                        found = self._read(name)
                    assert found, "its connection holds it"
                    index = found.open(server, self._known)
                except IndexStale:
                    server.close()
                    continue  # a newer one came between the two
                except BaseException:
                    server.close()
                    raise
                weakref.finalize(index, server.close)
                return index

    def hold_lock(self, tell: Callable[[str], None] = lambda line: None) -> AbstractContextManager[None]:
        """`Place.hold_lock`; the tables are made if need be."""
        return self._lock.hold(tell)

    def write(self, draft: Draft) -> IndexCard:
        """`Place.write`: on the connection that holds the lock, so that who has lost it writes nothing."""
        writer = self._lock.connection
        with as_store_error(self.store):
            with writer.transaction():
                card = write_generation(writer, self.store, draft)
            with writer.transaction():
                remove_unread(writer)
        return card

    def open_scratch(self, embedder: Embedder) -> StoredScratch:
        """`Place.open_scratch`."""
        return StoredScratch(self._server, embedder)

    def _find_name(self) -> Name:
        """The name of the current generation.  Raises IndexMissing or StoreError."""
        with self._server.open() as connection:
            name = current_generation(connection)
        if name is None:
            raise missing_error(self.store)
        return name

    def _read(self, name: Name) -> Generation | None:
        """That generation, None if it is not there.  Raises IndexDamaged."""
        with self._server.open() as connection:
            read = read_generation(connection, name)
        if read is None:
            return None
        try:
            return Generation(self._server, name, parse_card(read[0]), read[1])
        except FormatError as other:
            folders = other.folders(self.store)
            raise damage_error(self.store, str(other), folders, other.model) from None
        except UNREADABLE as problem:
            raise damage_error(self.store, f"its card is none: {describe_problem(problem)}") from None


@cache
def open_database(store: Store) -> Database:
    """The index in that database; a process has one, so that its threads know who of them writes."""
    return Database(store)


def _holder(store: Store, name: Name) -> Callable[[Connection], None]:
    """What keeps a generation from being removed as long as a connection is open."""

    def hold(connection: Connection) -> None:
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCKS, name.number))
        if read_generation(connection, name) is None:
            raise stale_error(store, name)

    return hold
