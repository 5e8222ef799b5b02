"""The documents of an index: what they are called at hand, their texts read as they are used."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json  # reads large ones in a third of the time

from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.index.parts.lazy_documents import HEAD, LazyDocument, Lines, read_document
from rag.index.parts.spans import LazySequence

READ = 4_096  # documents whose texts are kept once they are read, and as many outlines


class Documents(LazySequence[Document]):
    """Documents by number and by id, sorted by id, each the same object whenever it is asked for.

    `ids` are those of all, and `make` gives one by its number; `source` is the sha256 of the file that they
    are in, "" if they are in none.
    """

    def __init__(self, ids: Sequence[str], make: Callable[[int], Document], source: str = "") -> None:
        self.ids, self.source = ids, source
        self._make = make
        self._made: list[Document | None] = [None] * len(ids)
        self._making = threading.Lock()
        self._numbers = dict(zip(ids, range(len(ids)), strict=True))

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Documents:
        """Documents that are in memory."""
        return cls([document.id for document in documents], documents.__getitem__)

    def __len__(self) -> int:
        return len(self.ids)

    def make(self, number: int) -> Document:
        made = self._made[number]
        if made is None:
            with self._making:  # it is the same for all who ask
                made = self._made[number] = self._made[number] or self._make(number)
        return made

    def number(self, id: str) -> int | None:
        """The number of the document of that id, from 0; None if there is none."""
        return self._numbers.get(id)

    def named(self, id: str) -> Document:
        """The document of that id.  Raises KeyError if there is none."""
        return self.make(self._numbers[id])

    def find(self, document: Document) -> int | None:
        """The number of `document` if it is one of these, the same in all: it is only read if it may not
        be."""
        number = self.number(document.id)
        if number is None or (isinstance(document, LazyDocument) and document.is_of(self.source)):
            return number
        there = self.make(number)
        return number if there == document and there.sha256 == document.sha256 else None

    @cached_property
    def every(self) -> frozenset[str]:
        """All ids."""
        return frozenset(self.ids)

    @cached_property
    def places(self) -> npt.NDArray[np.int64]:
        """Where each stands in the order of publication; those without a date come last, ties by id."""
        order = sorted(range(len(self)), key=lambda n: (self[n].published is None, str(self[n].published), n))
        places = np.empty(len(self), np.int64)
        places[order] = np.arange(len(self))
        return places


class Outlines(Mapping[str, Outline]):
    """The outlines of `documents`, or of those of them with the ids `among`, made as they are asked for."""

    def __init__(self, documents: Documents, among: frozenset[str] | None = None) -> None:
        self._documents, self._among = documents, among
        # No method: that would hold this, and with it the documents, when nobody does any more.
        self._outline = lru_cache(maxsize=READ)(partial(_make_outline, documents))

    def among(self, ids: frozenset[str]) -> Outlines:
        """Those of the documents with these ids, in the same order."""
        if len(ids) == len(self._documents):
            return self
        scoped = Outlines(self._documents, ids)
        scoped._outline = self._outline
        return scoped

    @property
    def documents(self) -> list[Document]:
        """The documents themselves, in their order."""
        return [self._documents.named(id) for id in self]

    def __getitem__(self, id: str) -> Outline:
        if self._among is not None and id not in self._among:
            raise KeyError(id)
        return self._outline(id)

    def __iter__(self) -> Iterator[str]:
        return iter(id for id in self._documents.ids if self._among is None or id in self._among)

    def __len__(self) -> int:
        return len(self._documents if self._among is None else self._among)


def open_documents(
    read_bytes: Callable[[int, int], bytes], length: int, catalogue: bytes, source: str
) -> Documents:
    """The documents that have a line each in `length` bytes, with what is at hand of them; `read_bytes` gives
    the bytes from one place to before another, as they were written in the file with the sha256 `source`.

    Raises one of `rag.index.card.UNREADABLE` if they are none; what is in the lines shows when they are read.
    """
    columns = from_json(catalogue)
    begins = columns.pop("begins")
    if {*columns} != {*HEAD} or {len(begins) - 1} != {*map(len, columns.values())} or begins[-1] != length:
        raise ValueError(f"a catalogue of {len(begins) - 1} documents in {length} bytes")
    lines = Lines(read_bytes, begins, source)
    read = lru_cache(maxsize=READ)(partial(read_document, lines))
    columns["line"] = lines
    return Documents(columns["id"], partial(LazyDocument.make, columns, read), source)


def format_catalogue(documents: Sequence[Document], sizes: Sequence[int]) -> bytes:
    """What is at hand of all documents, whose lines have so many bytes."""
    columns: dict[str, Any] = {name: [getattr(document, name) for document in documents] for name in HEAD}
    begins = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    return json.dumps(columns | {"begins": begins}, ensure_ascii=False, default=date.isoformat).encode()


def _make_outline(documents: Documents, id: str) -> Outline:
    return Outline(documents.named(id))
