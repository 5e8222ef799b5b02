"""Where an index lies, a folder or a database that several processes share: the same calls for both."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.datatypes import Document, IndexCard
from rag.documents.folder.files import FileState
from rag.errors import IndexDamaged, IndexMissing
from rag.index.card import (
    CARD,
    CATALOGUE,
    DOCUMENTS,
    STATES,
    check_file,
    check_files,
    current_snapshot,
    find_snapshot,
)
from rag.index.lock import hold_lock
from rag.index.scratch import FolderScratch, Scratch
from rag.index.snapshots import Draft, write_snapshot
from rag.index.store import Index, load_documents, load_files, open_blocks, open_folder
from rag.models.embedder import Embedder
from rag.postgres.store import Store, check_packages, locate

Tell = Callable[[str], None]


class Snapshot(Protocol):
    """One state of an index, as it was written; what cannot be read raises one of `UNREADABLE`."""

    @property
    def card(self) -> IndexCard: ...

    def check(self) -> None:
        """Raise IndexDamaged if a part is missing or not as the card has it."""
        ...

    def load_documents(self) -> Sequence[Document]: ...

    def load_files(self) -> tuple[FileState, ...]: ...


class Place(Protocol):
    """Where an index lies."""

    def current(self) -> str:
        """The name of the current snapshot.  Raises IndexMissing or IndexDamaged."""
        ...

    def find(self) -> Snapshot:
        """The current snapshot.  Raises IndexMissing or IndexDamaged."""
        ...

    def read_fields(self) -> dict[str, Any]:
        """What the card says, of whatever format; nothing if there is none."""
        ...

    def open(self) -> Index:
        """The current snapshot, opened.  Raises IndexMissing or IndexDamaged."""
        ...

    def hold_lock(self, tell: Tell) -> AbstractContextManager[None]:
        """Be the one who changes the index until the block ends (`rag.index.lock.hold_lock`)."""
        ...

    def write(self, draft: Draft) -> IndexCard:
        """Make that the current snapshot, in one step.  Raises OSError, or RagError, if it cannot be."""
        ...

    def open_scratch(self, embedder: Embedder) -> Scratch:
        """What keeps vectors until they are in a snapshot."""
        ...


@dataclass(frozen=True, slots=True)
class FolderSnapshot:
    """A snapshot in a folder of its own."""

    folder: Path
    card: IndexCard

    def check(self) -> None:
        """`Snapshot.check`."""
        check_files(self.folder, self.card)

    def load_documents(self) -> Sequence[Document]:
        """Its documents.  Raises IndexDamaged, or one of `UNREADABLE`."""
        blocks = open_blocks(self.folder, self.card)
        for name in {DOCUMENTS, CATALOGUE} - blocks.keys():
            check_file(self.folder, self.card, name)
        return load_documents(self.folder, self.card, blocks)

    def load_files(self) -> tuple[FileState, ...]:
        """The files of its folders.  Raises IndexDamaged, or one of `UNREADABLE`."""
        return load_files(check_file(self.folder, self.card, STATES))


@dataclass(frozen=True, slots=True)
class Folder:
    """The index in the folder `root`."""

    root: Path

    def current(self) -> str:
        """`Place.current`."""
        return current_snapshot(self.root)[0]

    def find(self) -> FolderSnapshot:
        """`Place.find`."""
        return FolderSnapshot(*find_snapshot(self.root))

    def read_fields(self) -> dict[str, Any]:
        """`Place.read_fields`."""
        try:
            fields = json.loads((self.root / self.current() / CARD).read_bytes())
        except (IndexMissing, IndexDamaged, OSError, ValueError):
            return {}
        return fields if isinstance(fields, dict) else {}

    def open(self) -> Index:
        """`Place.open`."""
        return open_folder(self.root)

    def hold_lock(self, tell: Tell) -> AbstractContextManager[None]:
        """`Place.hold_lock`."""
        return hold_lock(self.root, tell)

    def write(self, draft: Draft) -> IndexCard:
        """`Place.write`."""
        return write_snapshot(self.root, draft)

    def open_scratch(self, embedder: Embedder) -> Scratch:
        """`Place.open_scratch`."""
        return FolderScratch(self.root, embedder)


def find_place(index: str | Path | Store) -> Place:
    """The place of an index by its name.  Raises StoreError if what opens a store is not installed."""
    where = locate(index)
    if isinstance(where, Path):
        return Folder(where)
    check_packages()
    from rag.index.postgres.place import open_database  # whose packages few need

    return open_database(where)


def open_index(index: str | Path | Store) -> Index:
    """Load the current snapshot of an index; of one in a folder what is damaged is found before it is used.

    Raises IndexMissing, IndexDamaged or StoreError.
    """
    return find_place(index).open()


def read_card(index: str | Path | Store) -> IndexCard:
    """The card of the current snapshot, as it was written.

    Raises IndexMissing, IndexDamaged or StoreError.
    """
    return find_place(index).find().card
