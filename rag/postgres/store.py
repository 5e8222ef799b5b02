"""The address of a database that holds an index and conversations; no connection is made here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import StoreError

SCHEMES = ("postgresql", "postgres")
PACKAGES = ("alembic", "pgvector", "psycopg")
EXPECTED = "postgresql://USER@HOST/DATABASE"
HOST = re.compile(r"(?:[^:\[\]]*|\[[0-9a-f:.]*\])(?::\d*)?", re.IGNORECASE)  # of several that may serve


@dataclass(frozen=True, repr=False)
class Store:
    """A database of PostgreSQL, by its `url` as libpq takes it, which may hold a password.

    In words it is the address without that, and without options.

    >>> Store("postgresql://footnote:secret@db:5432,[::1]:5433/footnote?sslmode=require")
    postgresql://footnote@db:5432,[::1]:5433/footnote

    Raises ValueError if `url` is no such address; it does not repeat it.
    """

    url: str

    def __post_init__(self) -> None:
        str(self)

    def __str__(self) -> str:
        try:
            parts = urlsplit(self.url)
        except ValueError:  # it quotes what may be half of a password
            parts = urlsplit("")
        who, at, hosts = parts.netloc.rpartition("@")
        # A password with a slash that is not written as %2F ends where a port would, and the rest is a path.
        if parts.scheme not in SCHEMES or "@" in parts.path or not all(map(HOST.fullmatch, hosts.split(","))):
            raise ValueError(f"the address of a store cannot be read, expected {EXPECTED}")
        return f"postgresql://{who.partition(':')[0]}{at}{hosts}{parts.path}"

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
