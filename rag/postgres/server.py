"""Connections to the database of a store, and what goes wrong with them in words."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from rag.errors import StoreError
from rag.postgres.store import EXPECTED, Store

WAIT = 10  # seconds for a connection, unless the address says otherwise
CONNECTIONS = 5  # kept open by who searches: as many as the web service asks at a time
LOCKS = 0x466E6F74  # "Fnot": the first number of all our advisory locks
WRITER, ARCHIVE, SCHEMA = -1, -2, -3  # the second one of who writes; that of a reader is its generation

Connection = psycopg.Connection[tuple[Any, ...]]


def connect(store: Store) -> Connection:
    """A connection of its own, which knows the vectors of pgvector if the database has them.

    Raises StoreError.
    """
    with as_store_error(store):
        try:
            parsed = conninfo_to_dict(store.url)
        except psycopg.ProgrammingError:  # it quotes what may be half of a password
            raise StoreError(f"the address of {store} cannot be read, expected {EXPECTED}") from None
        own: dict[str, Any] = {
            "connect_timeout": WAIT,
            "application_name": f"footnote {os.getpid()} {socket.gethostname()}",
        }
        own = {name: value for name, value in own.items() if name not in parsed}
        # By an encoding that is none (SQL_ASCII) all text would be given as bytes.
        connection = psycopg.connect(store.url, **own, client_encoding="utf8")
        try:
            if psycopg.types.TypeInfo.fetch(connection, "vector"):
                register_vector(connection)
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection


class Server:
    """Connections to one database; safe to share between threads.

    `prepare` is called with each as it is made, and what it raises is raised to who asks for one.
    Without it none is kept open.
    """

    def __init__(self, store: Store, prepare: Callable[[Connection], None] | None = None) -> None:
        self.store = store
        self._prepare = prepare
        kept = {"pool_size": CONNECTIONS, "max_overflow": -1, "pool_pre_ping": True}
        pool: dict[str, Any] = kept if prepare else {"poolclass": NullPool}
        self.engine: Engine = create_engine(
            "postgresql+psycopg://", creator=self._connect, use_native_hstore=False, **pool
        )

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """A connection in a transaction, which ends with the block.  Raises StoreError."""
        with as_store_error(self.store):
            pooled = self.engine.raw_connection()
            try:
                connection: Connection = pooled.driver_connection  # type: ignore[assignment]
                with connection.transaction():
                    yield connection
            except psycopg.OperationalError:
                pooled.invalidate()
                raise
            finally:
                pooled.close()

    def _connect(self) -> Connection:
        connection = connect(self.store)
        if self._prepare:
            try:
                self._prepare(connection)
                connection.commit()
            except BaseException:
                connection.close()
                raise
        return connection


@contextmanager
def as_store_error(store: Store) -> Iterator[None]:
    """Make a StoreError of whatever is wrong with the database."""
    try:
        yield
    except DBAPIError as problem:
        raise describe(store, problem.orig) from None
    except psycopg.Error as problem:
        raise describe(store, problem) from None


def describe(store: Store, problem: BaseException | None) -> StoreError:
    """The error that says what is wrong with the database, and what mends it."""
    lines = [line.strip("- \t") for line in str(problem).splitlines() if line.strip()]
    words = "; ".join(lines[:3]) or type(problem).__name__
    expected = "the tables as Footnote made them, and a user who may read and write them"
    if isinstance(problem, psycopg.OperationalError):
        expected = (
            "a PostgreSQL that runs and lets in this user; the password may stand in the address, in "
            "$PGPASSWORD or in ~/.pgpass"
        )
    return StoreError(f"cannot use the store {store} ({words}): expected {expected}")
