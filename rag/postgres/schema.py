"""The tables of a store: made and brought up to date by Alembic, or only looked at."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from rag.errors import IndexDamaged, IndexMissing, StoreError
from rag.postgres.server import LOCKS, SCHEMA, Server, as_store_error
from rag.postgres.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
LEAST_PGVECTOR = (0, 8)  # from which on an index is searched further until enough rows meet a filter


def migrate(store: Store) -> None:
    """Make the tables, or bring them up to this version; of several processes one at a time.

    Raises StoreError if a newer version made them, or the server has no pgvector or an old one.
    """
    server, config = Server(store), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with as_store_error(store), server.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:of, :ours)"), {"of": LOCKS, "ours": SCHEMA})
        revision = MigrationContext.configure(connection).get_current_revision()
        _refuse_newer(store, revision)
        if revision != _script().get_current_head():
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except Exception as problem:
                raise _explain(store, problem) from None
        version = str(connection.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")))
        if tuple(map(int, version.split(".")[:2])) < LEAST_PGVECTOR:
            least = ".".join(map(str, LEAST_PGVECTOR))
            raise StoreError(
                f"the server of {store} has pgvector {version}, expected {least} or later: install that, "
                "and run ALTER EXTENSION vector UPDATE there"
            )


def check(store: Store) -> None:
    """Raise an error, with what mends it, unless the tables are those of this version.

    IndexMissing if there are none, IndexDamaged if an earlier version made them, StoreError if a newer one.
    """
    with as_store_error(store), Server(store).engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    _refuse_newer(store, revision)
    mend = f"`rag index FOLDER --store {store}`"
    if revision is None:
        raise IndexMissing(f"no index in {store}/: build it with {mend}")
    if revision != _script().get_current_head():
        raise IndexDamaged(
            f"the store {store} is of form {revision}, which an earlier version of Footnote made: bring it "
            f"up to date with {mend}"
        )


def _refuse_newer(store: Store, revision: str | None) -> None:
    known = {script.revision for script in _script().walk_revisions()}
    if revision and revision not in known:
        raise StoreError(
            f"the store {store} is of form {revision}, expected one of {', '.join(sorted(known))}: it was "
            "made by a newer version of Footnote, which opens it"
        )


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _explain(store: Store, problem: Exception) -> Exception:
    """The error in words, if it is of what a server lacks."""
    cause = getattr(problem, "orig", problem)
    if isinstance(cause, psycopg.errors.FeatureNotSupported | psycopg.errors.UndefinedFile):
        return StoreError(
            f"the server of {store} has no pgvector: install it there (the package postgresql-18-pgvector, "
            "or the image pgvector/pgvector:pg18)"
        )
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return StoreError(
            f"the user of {store} may not make what is needed ({str(cause).splitlines()[0]}): let an "
            "administrator run CREATE EXTENSION vector there, and make the user the owner of the database"
        )
    return problem
