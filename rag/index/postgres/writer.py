"""Who may change the index in a store: one process at a time, and one thread in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from rag.errors import IndexBusy
from rag.index.lock import PATIENCE
from rag.postgres.schema import migrate
from rag.postgres.server import LOCKS, WRITER, Connection, as_store_error, connect
from rag.postgres.store import Store


class WriterLock:
    """The lock on the index in a store, which a process takes on a connection of its own.

    The server frees that of a process that died.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads, self._depth = threading.RLock(), 0
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The connection that holds it: whoever has lost that writes nothing."""
        assert self._connection, "the lock must be held"
        return self._connection

    @contextmanager
    def hold(self, tell: Callable[[str], None], *, patience: float = PATIENCE) -> Iterator[None]:
        """Be the one who changes the index until the block ends; the tables are made if need be.

        Otherwise as `rag.index.lock.hold_lock`.  Raises IndexBusy or StoreError.
        """
        if not self._threads.acquire(timeout=patience):
            raise self._busy("another thread of this process", patience)
        try:
            if not self._depth:
                migrate(self._store)
                self._connection = self._take(tell, patience)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self.connection.close()
        finally:
            self._threads.release()

    def _take(self, tell: Callable[[str], None], patience: float) -> Connection:
        with as_store_error(self._store):
            connection = connect(self._store)
            try:
                connection.autocommit = True
                row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, WRITER)).fetchone()
                if row != (True,):
                    tell(f"waiting for {_find_writer(connection)}, which changes the index in {self._store}/")
                    wait = f"{max(1, int(1000 * patience))}ms"  # 0 would be for ever
                    connection.execute("SELECT set_config('lock_timeout', %s, false)", (wait,))
                    connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, WRITER))
                    connection.execute("RESET lock_timeout")  # what is written waits as it always does
                return connection
            except psycopg.errors.LockNotAvailable:
                writer = _find_writer(connection)
                connection.close()
                raise self._busy(writer, patience) from None
            except BaseException:
                connection.close()
                raise

    def _busy(self, writer: str, patience: float) -> IndexBusy:
        return IndexBusy(
            f"the index in {self._store}/ is being changed by {writer}, expected none within {patience:g} "
            "seconds: wait until it has ended, or end it"
        )


def _find_writer(connection: Connection) -> str:
    """Who holds the lock of who writes, in words."""
    row = connection.execute(
        "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND granted AND classid = %s::bigint::oid AND objid = %s::bigint::oid",
        (LOCKS, WRITER % 2**32),
    ).fetchone()
    words = str(row[0]).split() if row else []
    is_ours = len(words) == 3 and words[0] == "footnote"  # an address may give its connections another name
    return f"process {words[1]} on {words[2]}" if is_ours else "another process"
