"""Sentences that say what an earlier one says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

TWIN = np.dtype("<i4")

Rows = npt.NDArray[np.int32]


class Twins(Mapping[int, int]):
    """The rows of sentences that say what an earlier one says, each with the first such row.

    `pairs`, ``(n, 2)``, are in the order of the later row.

    Raises ValueError if they are no such pairs.
    """

    def __init__(self, pairs: Rows) -> None:
        if pairs.dtype != TWIN or pairs.ndim != 2 or pairs.shape[1] != 2:
            raise ValueError(f"{pairs.shape} of {pairs.dtype}, expected pairs of rows")
        self._later, self._first = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
        self._by_first = np.argsort(self._first, kind="stable")
        self._firsts = self._first[self._by_first]
        self._rows = np.union1d(self._later, self._first)

    @classmethod
    def of(cls, pairs: Mapping[int, int]) -> Twins:
        """The pairs as they were found."""
        return cls(np.array(sorted(pairs.items()), TWIN).reshape(-1, 2))

    @property
    def pairs(self) -> npt.NDArray[Any]:
        """As they are kept."""
        return np.stack([self._later, self._first], axis=1)

    @property
    def rows(self) -> Rows:
        """Every row that has a twin, in order."""
        return self._rows

    def __getitem__(self, row: int) -> int:
        at = int(np.searchsorted(self._later, row))
        if at == len(self._later) or self._later[at] != row:
            raise KeyError(row)
        return int(self._first[at])

    def __iter__(self) -> Iterator[int]:
        return iter(self._later.tolist())

    def __len__(self) -> int:
        return len(self._later)

    def group(self, first: int) -> list[int]:
        """All rows that say what `first` says, which is the first of them; empty if no other does."""
        begin, end = np.searchsorted(self._firsts, [first, first + 1]).tolist()
        return [first, *self._later[self._by_first[begin:end]].tolist()] if begin < end else []

    def count(self, rows: range) -> int:
        """How many of `rows`, one after the other, have a twin."""
        begin, end = np.searchsorted(self._rows, [rows.start, rows.stop])
        return int(end - begin)
