"""Vectors in a file: those of the chunks or of the sentences of an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from rag.datatypes import Mask, Vectors
from rag.index.parts.blocks import Blocks
from rag.index.parts.nearest import PIECE, Lists
from rag.index.parts.rows import Kept, Table

Rows = npt.NDArray[np.int64]

_FAISS: Any = faiss  # whose stubs lack what compares vectors where they lie


class SpanVectors(Protocol):
    """The vectors of the chunks or of the sentences of an index, row by row, wherever they are."""

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The rows of the `n` nearest to `query` with their cosines, best first, ties by row.

        `allowed`, ``(rows,)``, says of each row whether it may be found.
        """
        ...

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of `rows`, in order: float32 ``(n,)``."""
        ...

    def fetch(self, rows: Sequence[int]) -> Vectors:
        """The vectors of `rows`, in order: ``(n, dim)``."""
        ...


class FaissVectors:
    """`vectors`, ``(n, dim)``, of which each that may be found is compared with a question.

    With `lists`, those are where many may be found.  `blocks` are those of their file, in which they begin
    at the byte `begin`; None if that is known to be whole.
    """

    def __init__(
        self, vectors: Vectors, lists: Lists | None = None, blocks: Blocks | None = None, begin: int = 0
    ) -> None:
        self._vectors, self.lists, self._blocks, self._begin = vectors, lists, blocks, begin

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """`SpanVectors.search`."""
        faiss.omp_set_num_threads(1)  # one question waits for threads longer than they save it
        query = np.ascontiguousarray(query, np.float32).reshape(1, -1)
        if query.shape[1] != self._vectors.shape[1]:
            raise ValueError(f"a query of {query.shape[1]} dimensions, expected {self._vectors.shape[1]}")
        most = len(self._vectors) if allowed is None else int(allowed.sum())
        if not min(n, most):
            return []
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        if self.lists and most > self.lists.exact:
            rows = self.lists.search(query, n, bits, most)
            if len(rows) >= n:
                return _best(*self._compare(query, rows), n)
        if self._blocks:
            self._check(np.arange(len(self._vectors)) if allowed is None else np.flatnonzero(allowed))
        return self._search_exactly(query, n, bits, most)

    def _search_exactly(
        self, query: Vectors, n: int, bits: npt.NDArray[np.uint8] | None, most: int
    ) -> list[tuple[int, float]]:
        count = min(n + 1, most)
        rows, scores = self._nearest(query, count, bits)
        # FAISS keeps any of several equal rows; ask for more until the last of them is in.
        while n <= count < most and scores[n - 1] == scores[-1]:
            count = min(2 * count, most)
            rows, scores = self._nearest(query, count, bits)
        return _best(rows, scores, n)

    def _nearest(
        self, query: Vectors, count: int, bits: npt.NDArray[np.uint8] | None
    ) -> tuple[Rows, Vectors]:
        """What FAISS finds in the mapped vectors, without a copy of them."""
        rows, scores = np.empty(count, np.int64), np.empty(count, np.float32)
        only = None if bits is None else faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        length, dim = self._vectors.shape
        pointers = map(_FAISS.swig_ptr, (query, self._vectors))
        found = map(_FAISS.swig_ptr, (scores, rows))
        _FAISS.knn_inner_product(*pointers, dim, 1, length, count, *found, only)
        return rows, scores

    def _compare(self, query: Vectors, rows: Rows) -> tuple[Rows, Vectors]:
        """`rows` with their cosines, to the last bit as `_nearest` has them."""
        self._check(rows)
        found, scores = np.empty(len(rows), np.int64), np.empty(len(rows), np.float32)
        length, dim = self._vectors.shape
        pointers = map(_FAISS.swig_ptr, (query, self._vectors, rows))
        results = map(_FAISS.swig_ptr, (scores, found))
        _FAISS.knn_inner_products_by_idx(*pointers, dim, 1, length, len(rows), len(rows), *results)
        return found, scores

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.cosines`."""
        return self.fetch(rows) @ query

    def fetch(self, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.fetch`."""
        wanted = np.asarray(rows, dtype=np.int64)
        self._check(wanted)
        fetched: Vectors = np.asarray(self._vectors[wanted])
        return fetched

    def _check(self, rows: Rows) -> None:
        """Raise IndexDamaged if the vectors of these rows are not as they were written."""
        if self._blocks and len(rows):
            begins = self._begin + rows * self._vectors[0].nbytes
            self._blocks.check(begins, begins + self._vectors[0].nbytes)


def _best(rows: Rows, scores: Vectors, n: int) -> list[tuple[int, float]]:
    hits = zip(rows.tolist(), scores.tolist(), strict=True)
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:n]


def format_vectors(vectors: Table) -> Iterator[bytes | memoryview]:
    """Vectors in the format of numpy, piece by piece: they may be in a file that does not fit into memory."""
    header = BytesIO()
    description = {"descr": "<f4", "fortran_order": False, "shape": vectors.shape}
    np.lib.format.write_array_header_1_0(header, description)
    yield header.getvalue()
    for first in range(0, len(vectors), PIECE):
        yield np.ascontiguousarray(vectors[first : first + PIECE], "<f4").data.cast("B")


class JoinedVectors:
    """Vectors, ``(n, dim)``, of which the kept are where they were, and the others `new`: as an array where
    one is only read, without all of it in memory."""

    def __init__(self, kept: Kept, old: SpanVectors | None, new: Vectors) -> None:
        self.kept, self.old, self._new = kept, old, new
        self._places = np.cumsum(kept.before < 0) - 1  # of those that are new, where in `new`
        self.shape = len(kept), new.shape[1]

    def __len__(self) -> int:
        return len(self.kept)

    def __getitem__(self, rows: int | slice | Rows) -> Vectors:
        chosen = np.arange(len(self))[rows]
        places = np.atleast_1d(chosen)
        before = self.kept.before[places]
        vectors = np.empty((len(places), self.shape[1]), np.float32)
        vectors[before < 0] = self._new[self._places[places[before < 0]]]
        if self.old is not None and (before >= 0).any():
            vectors[before >= 0] = self.old.fetch(before[before >= 0])  # type: ignore[arg-type]
        return vectors if np.ndim(chosen) else vectors[0]
