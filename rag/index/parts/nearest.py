"""The nearest of very many vectors, without comparing each: FAISS's IVF, and how much of them it finds.

Vectors are put into lists around centroids, with a byte for each dimension (Jégou et al., "Product
Quantization for Nearest Neighbor Search", 2011, section 4, with scalar quantisation).  A search looks into
the lists whose centroids are nearest, and the best there are then compared as they are.
docs/scaling.md has what else was tried.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from rag.datatypes import Approximation, Vectors
from rag.index.parts.blocks import Blocks
from rag.index.parts.rows import Kept, Table

EXACT = 50_000  # up to so many vectors each is compared, in some 8 ms of a core
TRAINED = 40  # vectors a list that its centroid is trained by; FAISS warns below 39
LOOKED_AT = 4  # candidates for each vector that is asked for, to be compared as they are
FEWEST = 200  # candidates at least
SAMPLE, NEAREST = 200, 10  # vectors by which is measured how many of their nearest are found
FOUND = 0.99  # of these, for each search to find .97: a question lies farther from all than a text does
ALTERED = 0.1  # share of the vectors that may be new or gone before lists are made and measured anew
EQUAL = 1e-6  # between cosines that are the same but for rounding
PIECE = 50_000  # vectors in memory at a time

Rows = npt.NDArray[np.int64]
_FAISS: Any = faiss  # whose stubs lack much


class Lists:
    """The lists of an index of FAISS, looked into as `how` says.

    `blocks` are those of their file, None if it is known to be whole.
    """

    def __init__(self, ivf: Any, how: Approximation, blocks: Blocks | None = None) -> None:
        self.ivf, self.how, self._blocks = ivf, how, blocks
        self.exact = how.exact
        if blocks:
            on_disk: Any = faiss.downcast_InvertedLists(ivf.invlists)
            lists = [on_disk.lists.at(number) for number in range(ivf.nlist)]
            self._begins = np.array([each.offset for each in lists], np.int64)
            self._ends = self._begins + _entry_size(ivf) * np.array([each.capacity for each in lists])

    def count_altered(self, kept: Kept) -> int:
        """How many vectors will be new or gone since they were made if only these are `kept`."""
        return self.how.altered + len(kept.new) + len(kept.gone)

    def search(self, query: Vectors, n: int, bits: npt.NDArray[np.uint8] | None, most: int) -> Rows:
        """Rows among which the `n` nearest to `query`, ``(1, dim)``, mostly are; fewer than `n` if there are
        not so many where it looks.

        `bits` say of each row whether it may be found, which `most` of them may.
        """
        probes = min(self.ivf.nlist, self.how.probes * self.ivf.ntotal // most)  # to look at as many of those
        if self._blocks:
            numbers = self.ivf.quantizer.search(query, probes)[1][0]
            numbers = numbers[self._ends[numbers] > self._begins[numbers]]
            self._blocks.check(self._begins[numbers], self._ends[numbers])
        only = {} if bits is None else {"sel": faiss.IDSelectorBitmap(bits)}  # type: ignore[call-arg, arg-type]
        parameters = faiss.SearchParametersIVF(nprobe=probes, **only)  # type: ignore[call-arg]
        found = self.ivf.search(query, max(FEWEST, LOOKED_AT * n), params=parameters)[1][0]
        rows: Rows = found[found >= 0]
        return rows


def make_lists(vectors: Table, exact: int) -> tuple[Any, Approximation]:
    """The lists of `vectors`, ``(n, dim)``, and how many of them are to be looked into for `FOUND`.

    Where at most `exact` may be found, each is compared.
    """
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    most = np.log2(max(1.0, len(vectors) / TRAINED))
    count = 1 << min(round(np.log2(2 * np.sqrt(len(vectors)))), int(most))
    ivf = faiss.index_factory(vectors.shape[1], f"IVF{count},SQ8", faiss.METRIC_INNER_PRODUCT)
    ivf.train(np.ascontiguousarray(vectors[:: max(1, len(vectors) // (TRAINED * count))]))
    for first in range(0, len(vectors), PIECE):
        ivf.add(np.ascontiguousarray(vectors[first : first + PIECE]))
    return ivf, _choose_probes(ivf, vectors, exact)


def renew_lists(before: Lists, kept: Kept, vectors: Table) -> tuple[Any, Approximation]:
    """The lists of `vectors` around the centroids of those `before`: what is kept stays in its list, and
    what is new is put into the nearest."""
    added, joined = _clone_empty(before.ivf), _clone_empty(before.ivf)
    if len(kept.new):
        added.add_with_ids(np.ascontiguousarray(vectors[kept.new]), kept.new)
    for number in range(joined.nlist):
        (old, old_codes), (new, new_codes) = (_read_list(ivf, number) for ivf in (before.ivf, added))
        rows = np.concatenate([kept.after[old], new])
        order = np.argsort(rows, kind="stable")[int((rows < 0).sum()) :]  # what is gone comes first
        if len(order):
            own, codes = np.ascontiguousarray(rows[order]), np.concatenate([old_codes, new_codes])[order]
            joined.invlists.add_entries(number, len(order), *map(_FAISS.swig_ptr, (own, codes)))
    joined.ntotal = len(kept)
    return joined, replace(before.how, altered=before.count_altered(kept))


def _clone_empty(ivf: Any) -> Any:
    """The same without vectors; FAISS clones none that it maps.  It must not outlive `ivf`."""
    made = _FAISS.IndexIVFScalarQuantizer(
        ivf.quantizer, ivf.d, ivf.nlist, ivf.sq.qtype, ivf.metric_type, ivf.by_residual
    )
    faiss.copy_array_to_vector(faiss.vector_to_array(ivf.sq.trained), made.sq.trained)
    made.is_trained = True
    return made


def _read_list(ivf: Any, number: int) -> tuple[Rows, npt.NDArray[np.uint8]]:
    """The rows in a list, and their codes."""
    lists, size = ivf.invlists, int(ivf.code_size)
    length = lists.list_size(number)
    if not length:
        return np.empty(0, np.int64), np.empty((0, size), np.uint8)
    ids: Rows = _FAISS.rev_swig_ptr(lists.get_ids(number), length).copy()
    codes = _FAISS.rev_swig_ptr(lists.get_codes(number), length * size).reshape(length, size).copy()
    return ids, codes


def open_lists(path: Path, count: int, dim: int, how: Approximation, blocks: Blocks | None) -> Lists:
    """The lists of `count` vectors in the file `path`, which stay on the disk until a search uses them.

    Raises RuntimeError or ValueError if it holds others.
    """
    if blocks:  # FAISS reads all before the lists at once
        blocks.check([0], [max(1, path.stat().st_size - count * (dim + 8))])
    ivf = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
    if (ivf.ntotal, ivf.d) != (count, dim) or _entry_size(ivf) != dim + 8:
        raise ValueError(f"{ivf.ntotal} vectors of {ivf.d} dimensions, expected {count} of {dim}")
    return Lists(ivf, how, blocks)


def _entry_size(ivf: Any) -> int:
    """The bytes of a vector in a list, with its number."""
    return int(ivf.code_size) + 8


def _choose_probes(ivf: Any, vectors: Table, exact: int) -> Approximation:
    """How many lists must be looked into, and what part of the nearest of a sample is then found."""
    sample = np.arange(0, len(vectors), max(1, len(vectors) // SAMPLE))[:SAMPLE]
    queries = np.ascontiguousarray(vectors[sample])
    expected = _nearest(vectors, queries, sample)
    probes = 4
    while True:
        lists, found = Lists(ivf, Approximation(exact, ivf.nlist, probes, 0.0)), 0
        for query, row, near in zip(queries, sample, expected, strict=True):
            rows = lists.search(query[None], 5 * NEAREST, None, len(vectors))
            cosines = np.sort(vectors[rows[rows != row]] @ query)[::-1][:NEAREST]
            found += int(
                (cosines >= (vectors[near] @ query).min() - EQUAL).sum()
            )  # of equal ones any will do
        recall = found / expected.size
        if recall >= FOUND or probes >= ivf.nlist:
            return Approximation(exact, ivf.nlist, probes, round(recall, 4))
        probes = min(2 * probes, ivf.nlist)


def _nearest(vectors: Table, queries: Vectors, own: Rows) -> Rows:
    """The rows of the `NEAREST` of all `vectors` to each of `queries`, which are the rows `own` of them."""
    best = np.full((len(queries), NEAREST), -2.0, np.float32)
    places = np.zeros((len(queries), NEAREST), np.int64)
    for first in range(0, len(vectors), PIECE):
        scores = queries @ vectors[first : first + PIECE].T
        inside = (own >= first) & (own < first + scores.shape[1])
        scores[np.flatnonzero(inside), own[inside] - first] = -2.0
        order = np.argpartition(-scores, NEAREST, axis=1)[:, :NEAREST] if scores.shape[1] > NEAREST else None
        rows = np.tile(np.arange(scores.shape[1]), (len(queries), 1)) if order is None else order
        both = np.concatenate([best, np.take_along_axis(scores, rows, axis=1)], axis=1)
        numbers = np.concatenate([places, rows + first], axis=1)
        nearest = np.argsort(-both, axis=1, kind="stable")[:, :NEAREST]
        best, places = (np.take_along_axis(each, nearest, axis=1) for each in (both, numbers))
    return places
