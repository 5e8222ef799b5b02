"""Rows of a table of which many stood in the one before: what is new is put between what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rag.datatypes import Vectors

Rows = npt.NDArray[np.int64]


class Table(Protocol):
    """Vectors, ``(n, dim)``, row by row: an array, or what is read as one."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any) -> Vectors: ...


@dataclass(frozen=True, eq=False)
class Kept:
    """Where each row of a table stood in the one before, of `length` rows: `before`, ``(n,)``, -1 if it is
    new.

    What is kept is in the order in which it was.
    """

    before: Rows
    length: int

    @classmethod
    def of_documents(cls, numbers: Rows, counts: Sequence[int], new: Sequence[int]) -> Kept:
        """The rows of documents that each had the place in `numbers`, -1 if they are new; the documents
        before had so many rows each as `counts` says, and the new ones have as many as `new` does, in
        order."""
        firsts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
        is_new = numbers < 0
        sizes, begins = np.empty(len(numbers), np.int64), np.full(len(numbers), -1)
        sizes[is_new] = new
        sizes[~is_new] = np.diff(firsts)[numbers[~is_new]]
        begins[~is_new] = firsts[numbers[~is_new]]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        before = np.where(np.repeat(is_new, sizes), -1, np.repeat(begins, sizes) + within)
        return cls(before, int(firsts[-1]))

    def __len__(self) -> int:
        return len(self.before)

    @cached_property
    def new(self) -> Rows:
        """The rows that are new."""
        return np.flatnonzero(self.before < 0)

    @cached_property
    def gone(self) -> Rows:
        """The rows of the table before that are not kept."""
        return np.flatnonzero(self.after < 0)

    @cached_property
    def after(self) -> Rows:
        """Where each row of the table before is now, -1 if it is not kept: ``(length,)``."""
        after = np.full(self.length, -1, np.int64)
        is_kept = self.before >= 0
        after[self.before[is_kept]] = np.flatnonzero(is_kept)
        return after

    def join(self, old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The column whose kept rows are those of the column `old`, and whose others are `new`, in order."""
        joined = np.empty((len(self), *new.shape[1:]), new.dtype)
        is_kept = self.before >= 0
        joined[is_kept] = old[self.before[is_kept]]
        joined[~is_kept] = new
        return joined
