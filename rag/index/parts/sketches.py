"""Sketches of sets of words, by which those that are alike are found without comparing each with each.

MinHash finds the candidates (Broder, "On the resemblance and containment of documents", 1997).  The values
are those of datasketch, whose import alone would take as long as some thousand sketches take here, made
together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rag.index.parts.rows import Rows

PERMUTATIONS = 128
BANDS, ROWS = 25, 5  # for a likeness of 0.5, as datasketch works it out
SEED = 1
TOGETHER = 1_000  # sets that are sketched at once, in some 10 MB
LISTED = 20  # bits of a band that most others do not have
MASK = np.uint32((1 << LISTED) - 1)
PIECE = 50_000  # rows looked at together

Bands = npt.NDArray[np.uint32]  # ``(n, BANDS)``


def sketch(sets: Sequence[Sequence[bytes]]) -> Bands:
    """A number for each band of each set, all 0 if it is empty: sets that are alike have some in common."""
    random = np.random.RandomState(SEED)
    factors = random.randint(0, 1 << 31, PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    terms = random.randint(0, 1 << 32, PERMUTATIONS, np.uint32)
    bands = np.zeros((len(sets), BANDS), np.uint32)
    held = [row for row, own in enumerate(sets) if own]
    for first in range(0, len(held), TOGETHER):
        rows = held[first : first + TOGETHER]
        hashes = _hash_each([item for row in rows for item in sets[row]])
        begins = np.cumsum([0, *(len(sets[row]) for row in rows[:-1])])
        values = np.minimum.reduceat(hashes[:, None] * factors + terms, begins, axis=0)
        bands[rows] = _join_rows(values[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS))
    return bands


def _hash_each(items: Sequence[bytes]) -> npt.NDArray[np.uint32]:
    """A number for each item: its sha1, mixed as MurmurHash3 does."""
    digests = b"".join(hashlib.sha1(item, usedforsecurity=False).digest()[:4] for item in items)
    values = np.frombuffer(digests, "<u4")
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    mixed: npt.NDArray[np.uint32] = values ^ (values >> np.uint32(16))
    return mixed


def _join_rows(values: npt.NDArray[np.uint32]) -> Bands:
    """A number for the values of each band, by multilinear hashing (Lemire & Kaser, 2014)."""
    factors = np.random.default_rng(SEED).integers(1, 2**63, ROWS, np.uint64) * np.uint64(2) + np.uint64(1)
    sums = (values.astype(np.uint64) * factors).sum(axis=-1, dtype=np.uint64)
    bands: Bands = (sums >> np.uint64(32)).astype(np.uint32)
    return bands


def find_related(bands: Bands, rows: Rows, gone: Bands) -> Rows:
    """The rows of which it may have changed what they repeat where `rows` are new and rows with the bands
    `gone` are not there any more: all that are joined to these by bands that they share, in order."""
    chosen = np.zeros(len(bands), dtype=bool)
    chosen[rows] = True
    reached = np.concatenate([bands[rows], gone])
    while len(reached) and not chosen.all():
        found = np.flatnonzero(_share_band(bands, reached[reached.any(axis=1)]) & ~chosen)
        chosen[found] = True
        reached = bands[found]
    return np.flatnonzero(chosen)


def _share_band(bands: Bands, others: Bands) -> npt.NDArray[np.bool_]:
    """Of each row whether it has a band of one of `others`."""
    numbers, shares = np.arange(BANDS), np.zeros(len(bands), dtype=bool)
    listed = np.zeros((BANDS, 1 << LISTED), dtype=bool)  # most have none even by a part of the bits
    listed[numbers, others & MASK] = True
    ordered = np.sort(others, axis=0)
    for first in range(0, len(bands), PIECE):
        piece = bands[first : first + PIECE]
        maybe = listed[numbers, piece & MASK]
        for row in np.flatnonzero(maybe.any(axis=1)):
            for band in np.flatnonzero(maybe[row]):
                value = piece[row, band]
                at = np.searchsorted(ordered[:, band], value)
                if at < len(ordered) and ordered[at, band] == value:
                    shares[first + row] = True
                    break
    return shares


def shared_bands(bands: Bands, rows: Rows) -> Iterator[tuple[int, list[int]]]:
    """Those of `rows` that share a band with another of them, in order, each with a number for each such
    band."""
    own = bands[rows]
    worded = own.any(axis=1)
    shared = np.zeros(own.shape, dtype=bool)
    for number in range(BANDS):
        _, inverse, counts = np.unique(own[:, number], return_inverse=True, return_counts=True)
        shared[:, number] = (counts[inverse] > 1) & worded
    names = own.astype(np.int64) * BANDS + np.arange(BANDS)
    for place in np.flatnonzero(shared.any(axis=1)):
        yield int(rows[place]), names[place][shared[place]].tolist()
