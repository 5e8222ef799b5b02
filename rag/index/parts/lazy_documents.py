"""A document of an index: what it is called is at hand, the rest is read as it is used."""

from __future__ import annotations

import dataclasses
import json
from collections import ChainMap
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rag.datatypes import Block, Document, Mark
from rag.index.parts.spans import LazySequence

BODY = ("text", "blocks", "marks", "pages", "page_names", "details")  # what is read when it is used
HEAD = (*(field.name for field in dataclasses.fields(Document) if field.name not in BODY), "length")


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
    def length(self) -> tuple[int, int]:
        characters, words = self._columns["length"][self._number]
        return characters, words

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


class Lines(LazySequence[bytes]):
    """The line of each document, in a file with the sha256 `source`."""

    def __init__(self, read_bytes: Callable[[int, int], bytes], begins: Sequence[int], source: str) -> None:
        self._read_bytes, self._begins, self.source = read_bytes, begins, source

    def __len__(self) -> int:
        return len(self._begins) - 1

    def make(self, number: int) -> bytes:
        return self._read_bytes(*self._begins[number : number + 2])


def read_document(lines: Lines, number: int) -> Document:
    """The document of that number, read."""
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
