"""The address of a database that holds an index and conversations; no connection is made here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import StoreError

SCHEMES = ("postgresql", "postgres")
PACKAGES = ("alembic", "pgvector", "psycopg")
EXPECTED = "postgresql://USER@HOST/DATABASE"


@dataclass(frozen=True, repr=False)
class Store:
    """A database of PostgreSQL, by its `url` as libpq takes it, which may hold a password.

    In words it is the address without that, and without options.

    >>> Store("postgresql://footnote:secret@db:5432/footnote?sslmode=require")
    postgresql://footnote@db:5432/footnote

    Raises ValueError if `url` is no such address; it does not repeat it.
    """

    url: str

    def __post_init__(self) -> None:
        str(self)

    def __str__(self) -> str:
        try:
            parts = urlsplit(self.url)
            user, host, port = parts.username, parts.hostname, parts.port
        except ValueError:  # it quotes what may be half of a password
            raise ValueError(f"the address of a store cannot be read, expected {EXPECTED}") from None
        if parts.scheme not in SCHEMES:
            raise ValueError(f"the address of a store begins otherwise, expected {EXPECTED}")
        place = f"{user}@" if user else ""
        place += host or ""
        return f"postgresql://{place}{f':{port}' if port else ''}{parts.path}"

    __repr__ = __str__


def locate(index: str | Path | Store) -> Path | Store:
    """Where an index lies, of what names it: a folder, or the address of a store.

    >>> locate("index"), locate("postgresql://db/footnote")
    (PosixPath('index'), postgresql://db/footnote)

    Raises ValueError if it begins as the address of a store and is none.
    """
    if isinstance(index, str) and index.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return Store(index)
    return index if isinstance(index, Store) else Path(index)


def check_packages() -> None:
    """Raise StoreError if what speaks with PostgreSQL is not installed."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise StoreError(
            f"a store in PostgreSQL needs {', '.join(missing)}, which {'are' if missing[1:] else 'is'} not "
            "installed: pip install 'footnote[postgres]'"
        )
