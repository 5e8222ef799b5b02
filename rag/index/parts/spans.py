"""The spans of an index: sequences whose items are made as they are asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar, overload

import numpy as np
import numpy.typing as npt

from rag.datatypes import Chunk

SPAN = np.dtype([("document", "<i4"), ("start", "<i4"), ("end", "<i4")])  # its number, from 0

Table = npt.NDArray[Any]  # of `SPAN`
Item = TypeVar("Item")


class LazySequence(Sequence[Item]):
    """Items that are made when they are asked for; it equals any sequence of equal items."""

    @abstractmethod
    def make(self, number: int) -> Item:
        """The item of that number, from 0."""

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, place: int | slice) -> Item | tuple[Item, ...]:
        if isinstance(place, slice):
            return tuple(map(self.make, range(len(self))[place]))
        return self.make(range(len(self))[place])

    def __iter__(self) -> Iterator[Item]:
        return map(self.make, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


class Spans(LazySequence[Chunk]):
    """The chunks or the sentences of documents, by document and in order; row i is ``table[i]``.

    `ids` are those of the documents, by their numbers.

    Raises ValueError if `table` is none, or holds spans of other documents.
    """

    def __init__(self, ids: Sequence[str], table: Table) -> None:
        if table.dtype != SPAN or table.ndim != 1:
            raise ValueError(f"{table.shape} of {table.dtype}, expected spans")
        self.ids = ids
        # Columns, each in one piece, are what is searched.
        self.documents, self.starts, self.ends = (
            np.ascontiguousarray(table[name]) for name in ("document", "start", "end")
        )
        if len(table) and not (self.documents.min() >= 0 and self.documents.max() < len(ids)):
            raise ValueError(f"spans of more than {len(ids)} documents")

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def table(self) -> Table:
        """As it is kept."""
        table = np.empty(len(self), SPAN)
        table["document"], table["start"], table["end"] = self.documents, self.starts, self.ends
        return table

    def make(self, number: int) -> Chunk:
        return Chunk(self.ids[self.documents[number]], int(self.starts[number]), int(self.ends[number]))

    def of_document(self, number: int) -> range:
        """The rows of the document of that number."""
        return range(int(self._firsts[number]), int(self._firsts[number + 1]))

    def within(self, number: int, start: int, end: int) -> range:
        """The rows of that document which stand, whole or in part, in its ``text[start:end]``."""
        own = self.of_document(number)
        at = slice(own.start, own.stop)
        first = own.start + int(np.searchsorted(self.ends[at], start, side="right"))
        last = own.start + int(np.searchsorted(self.starts[at], end, side="left"))
        return range(first, max(first, last))

    def within_each(self, others: Spans) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The rows that stand, whole or in part, in each of `others`, of the same documents: the first, and
        that behind the last."""
        places = others.documents.astype(np.int64) << 32
        own = self.documents.astype(np.int64) << 32
        firsts = np.searchsorted(own + self.ends, places + others.starts, side="right")
        return firsts, np.searchsorted(own + self.starts, places + others.ends, side="left")

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many each document has, by its number."""
        return np.bincount(self.documents, minlength=len(self.ids))

    @cached_property
    def _firsts(self) -> npt.NDArray[np.int64]:
        return np.cumsum([0, *self.counts])


def tabulate(spans: Sequence[Chunk], ids: Sequence[str]) -> Table:
    """The table of `spans`, whose documents are the `ids`."""
    if isinstance(spans, Spans):
        return spans.table
    numbers = {id: number for number, id in enumerate(ids)}
    return np.array([(numbers[span.document_id], span.start, span.end) for span in spans], SPAN)
