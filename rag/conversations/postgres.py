"""The conversations in a database that several processes share, beside the index there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from rag.conversations.database import WRITING
from rag.errors import ArchiveError, RagError, StoreError
from rag.postgres.schema import check
from rag.postgres.server import ARCHIVE, LOCKS, Server, describe
from rag.postgres.store import Store


class SharedDatabase:
    """The tables in the database of a store, as `rag.conversations.database.Database` has them in a file.

    Everything raises ArchiveError if the database cannot be read or written.
    """

    def __init__(self, store: Store) -> None:
        """Open the database, whose tables must be there and of this version."""
        self._store = store
        try:
            check(store)
        except RagError as problem:
            raise ArchiveError(str(problem)) from None
        self._server = Server(store, lambda connection: None)

    def close(self) -> None:
        """Let go of the connections."""
        self._server.close()

    @contextmanager
    def open(self, begin: str) -> Iterator[Connection]:
        """A connection in a transaction, which ends with the block; of those that write, one at a time."""
        try:
            with self._server.engine.begin() as connection:
                if begin == WRITING:  # as SQLite has it: what was read before stays so until it is written
                    lock = text("SELECT pg_advisory_xact_lock(:of, :ours)")
                    connection.execute(lock, {"of": LOCKS, "ours": ARCHIVE})
                yield connection
        except DBAPIError as problem:
            raise ArchiveError(str(describe(self._store, problem.orig))) from None
        except StoreError as problem:  # as a connection is made
            raise ArchiveError(str(problem)) from None
        except UnicodeDecodeError:  # of a title, as a row is read
            raise self.error("a record is damaged: UnicodeDecodeError") from None

    def overwrite(self) -> None:
        """Nothing: when deleted words are overwritten is for the database, its log and its copies to say."""

    def error(self, reason: str) -> ArchiveError:
        """The error that says why the conversations are of no use, and what mends it."""
        return ArchiveError(
            f"cannot keep conversations in {self._store} ({reason}): expected them as Footnote wrote them; "
            "take a copy of the database back"
        )
