"""The documents of an index: what they are called at hand, their texts read as they are used."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json  # reads large ones in a third of the time

from rag.datatypes import Block, Document, Mark
from rag.documents.outline import Outline
from rag.index.parts.spans import LazySequence

READ = 4_096  # documents whose texts are kept once they are read, and as many outlines
BODY = ("text", "blocks", "marks", "pages", "page_names", "details")  # what is read when it is used
HEAD = tuple(field.name for field in dataclasses.fields(Document) if field.name not in BODY)


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


def _column(name: str) -> Any:
    return property(lambda self: self._columns[name][self._number])


class LazyDocument(Document):
    """A document that is row `number` of `columns`, of which `read` gives the rest when it is used.

    A copy with other fields (`dataclasses.replace`) is a plain one.
    """

    __slots__ = ("_columns", "_number", "_read")
    _columns: MutableMapping[str, Any]  # by name, what each has by its number
    _number: int
    _read: Callable[[int], Document]

    def __new__(cls, *fields: Any, **named: Any) -> Document:  # type: ignore[misc]
        return Document(*fields, **named)

    @staticmethod
    def make(columns: MutableMapping[str, Any], read: Callable[[int], Document], number: int) -> Document:
        """The document of that number."""
        made = object.__new__(LazyDocument)
        object.__setattr__(made, "_columns", columns)
        object.__setattr__(made, "_number", number)
        object.__setattr__(made, "_read", read)
        return made

    id, title, publisher, kind = map(_column, ("id", "title", "publisher", "kind"))
    date_note, url, encoding = map(_column, ("date_note", "url", "encoding"))
    date_from, sha256 = map(_column, ("date_from", "sha256"))

    def at(self, id: str, aliases: tuple[str, ...]) -> Document:
        """`Document.at`, without reading it."""
        base = self._base
        own: dict[str, Any] = {"id": {self._number: id}, "aliases": {self._number: aliases}}
        is_there = (base["id"][self._number], tuple(base["aliases"][self._number])) == (id, aliases)
        return LazyDocument.make(base if is_there else ChainMap(own, base), self._read, self._number)

    def is_of(self, source: str) -> bool:
        """Whether it is, in all, what the file with that sha256 has."""
        return self._columns is self._base and bool(self._columns["line"].source == source)

    @property
    def line(self) -> bytes | None:
        """As it is written; None if it is elsewhere than there."""
        return self._columns["line"][self._number] if self._columns is self._base else None

    @property
    def _base(self) -> MutableMapping[str, Any]:
        return self._columns.maps[-1] if isinstance(self._columns, ChainMap) else self._columns

    @property
    def published(self) -> date | None:
        day = self._columns["published"][self._number]
        return day and date.fromisoformat(day)

    @property
    def aliases(self) -> tuple[str, ...]:
        return tuple(self._columns["aliases"][self._number])

    @property
    def _whole(self) -> Document:
        read = self._read(self._number)
        return (
            read
            if self._columns is self._base
            else dataclasses.replace(read, id=self.id, aliases=self.aliases)
        )

    @property
    def text(self) -> str:
        return self._read(self._number).text

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._read(self._number).blocks

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._read(self._number).marks

    @property
    def pages(self) -> tuple[int, ...]:
        return self._read(self._number).pages

    @property
    def page_names(self) -> tuple[str, ...]:
        return self._read(self._number).page_names

    @property
    def details(self) -> tuple[tuple[int, str], ...]:
        return self._read(self._number).details

    @property
    def is_as_written(self) -> bool:
        """Whether the fields that are at hand are those that `read` gives, too."""
        whole = self._whole
        return all(getattr(self, name) == getattr(whole, name) for name in HEAD)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._whole == (other._whole if isinstance(other, LazyDocument) else other)

    def __hash__(self) -> int:
        return hash(self._whole)

    def __reduce__(self) -> tuple[Any, ...]:
        whole = self._whole
        return Document, tuple(getattr(whole, field.name) for field in dataclasses.fields(Document))


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


class Lines(LazySequence[bytes]):
    """The line of each document, in a file with the sha256 `source`."""

    def __init__(self, read_bytes: Callable[[int, int], bytes], begins: Sequence[int], source: str) -> None:
        self._read_bytes, self._begins, self.source = read_bytes, begins, source

    def __len__(self) -> int:
        return len(self._begins) - 1

    def make(self, number: int) -> bytes:
        return self._read_bytes(*self._begins[number : number + 2])


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
    read = lru_cache(maxsize=READ)(partial(_read_document, lines))
    columns["line"] = lines
    return Documents(columns["id"], partial(LazyDocument.make, columns, read), source)


def _read_document(lines: Lines, number: int) -> Document:
    return parse_document(json.loads(lines[number]))


def parse_document(fields: dict[str, Any]) -> Document:
    """The document that was written as these fields; any of the errors `UNREADABLE` if they are none."""
    fields["published"] = date.fromisoformat(fields["published"]) if fields["published"] else None
    fields["blocks"] = tuple(
        Block(**block | {"cells": tuple(map(tuple, block["cells"]))}) for block in fields["blocks"]
    )
    fields["marks"] = tuple(Mark(**mark) for mark in fields["marks"])
    fields |= {name: tuple(fields[name]) for name in ("pages", "page_names", "aliases")}
    fields["details"] = tuple(map(tuple, fields["details"]))
    return Document(**fields)


def format_document(document: Document) -> bytes:
    """A document as a line of `DOCUMENTS`."""
    if isinstance(document, LazyDocument) and (line := document.line):
        return line
    return (json.dumps(asdict(document), ensure_ascii=False, default=date.isoformat) + "\n").encode()


def format_catalogue(documents: Sequence[Document], sizes: Sequence[int]) -> bytes:
    """What is at hand of all documents, whose lines have so many bytes."""
    columns: dict[str, Any] = {name: [getattr(document, name) for document in documents] for name in HEAD}
    begins = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    return json.dumps(columns | {"begins": begins}, ensure_ascii=False, default=date.isoformat).encode()


def _make_outline(documents: Documents, id: str) -> Outline:
    return Outline(documents.named(id))
