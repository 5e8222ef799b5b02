"""The address of a database that holds an index and conversations; no connection is made here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rag.errors import StoreError

SCHEMES = ("postgresql", "postgres")
PACKAGES = ("alembic", "pgvector", "psycopg")
EXPECTED = "postgresql://USER@HOST/DATABASE"
EXCEPT = "in a password %40 for @ and %2F for /"
# As libpq cuts it: who is before the first @, if no slash comes before that.  A second one would make the
# rest of a password a host or a database, and options before it would be a name; both are refused.
ADDRESS = re.compile(
    r"postgres(?:ql)?://(?:(?P<user>[^:@/?\[\]]*)(?::(?![^@/]*\?\w+=)[^@/]*)?(?P<at>@))?"
    r"(?P<hosts>[^@/?]*)(?P<database>(?:/[^@?]*)?)(?:\?[^@]*)?"
)
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
        parts = ADDRESS.fullmatch(self.url) if self.url.isprintable() else None
        # A password with a slash that is not written as %2F ends where a port would, and the rest is a path.
        if parts is None or not all(map(HOST.fullmatch, parts["hosts"].split(","))):
            raise ValueError(f"the address of a store cannot be read, expected {EXPECTED}, {EXCEPT}")
        return f"postgresql://{parts['user'] or ''}{parts['at'] or ''}{parts['hosts']}{parts['database']}"

    __repr__ = __str__


def locate(index: str | Path | Store) -> Path | Store:
    """Where an index lies, of what names it: a folder, or the address of a store.

    >>> locate("index"), locate("postgresql://db/footnote")
    (PosixPath('index'), postgresql://db/footnote)

    Raises ValueError if it begins as the address of a store and is none; so does a path that was made of one.
    """
    if isinstance(index, Store):
        return index
    return Store(str(index)) if is_address(str(index)) else Path(index)


def is_address(text: str) -> bool:
    """Whether it begins as the address of a store, in whatever case, or as a path that was made of one.

    >>> is_address("PostgreSQL://db/x"), is_address(str(Path("postgres://db/x"))), is_address("postgres/x")
    (True, True, False)
    """
    return text.lower().startswith(tuple(f"{scheme}:/" for scheme in SCHEMES))


def check_packages() -> None:
    """Raise StoreError if what speaks with PostgreSQL is not installed."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise StoreError(
            f"a store in PostgreSQL needs {', '.join(missing)}, which {'are' if missing[1:] else 'is'} not "
            "installed: pip install 'footnote[postgres]'"
        )
