"""A large file whose blocks are each compared with their sha256 before they are first used."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexDamaged

BLOCK = 1 << 14  # bytes: a search uses some hundred places of a file, and hashes a block for each
WHOLE = 1 << 24  # bytes up to which a file is compared as it is opened, in some 20 ms

Sums = npt.NDArray[np.uint8]  # the sha256 of each block of a file, ``(blocks, 32)``
Places = npt.NDArray[np.int64]


class Blocks:
    """Compares the blocks of a file, each once; safe to share between threads.

    `sums` are what they should be, and `size` how many bytes the file should have.

    `explain` makes an error of what is wrong.  Raises that if the file is shorter or longer.
    """

    def __init__(self, path: Path, sums: Sums, size: int, explain: Callable[[str], IndexDamaged]) -> None:
        self._name, self._explain, self.size = path.name, explain, size
        if (found := path.stat().st_size) != size or -(-size // BLOCK) != len(sums):
            raise explain(f"{path.name} has {found:,} bytes, expected {size:,}")
        self._file = path.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)
        self._bytes = np.memmap(self._file, np.uint8, "r")
        self._sums = sums
        self._unchecked = np.ones(len(sums), dtype=bool)

    def check(self, begins: Places | Sequence[int], ends: Places | Sequence[int]) -> None:
        """Compare what holds the bytes from each of `begins` to before each of `ends`, none empty.

        Raises IndexDamaged if a block is not as it was written.
        """
        first = np.asarray(begins, np.int64) // BLOCK
        counts = (np.asarray(ends, np.int64) - 1) // BLOCK - first + 1
        blocks = np.repeat(first + counts - np.cumsum(counts), counts) + np.arange(counts.sum())
        blocks = blocks[self._unchecked[blocks]]
        for block in np.unique(blocks).tolist() if len(blocks) else ():
            begin = block * BLOCK
            self._compare(block, self._bytes[begin : begin + BLOCK].data)
            self._unchecked[block] = False

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from `begin` to before `end`, compared each time.

        Raises IndexDamaged if a block is not as it was written.
        """
        first = begin // BLOCK
        read = b""
        for block in range(first, -(-end // BLOCK)):
            there = os.pread(self._file.fileno(), BLOCK, block * BLOCK)
            self._compare(block, there)
            read += there
        return read[begin - first * BLOCK : end - first * BLOCK]

    def _compare(self, block: int, there: bytes | memoryview) -> None:
        if hashlib.sha256(there).digest() != self._sums[block].tobytes():
            raise self._explain(f"{self._name} was altered at byte {block * BLOCK:,} or behind")


def hash_blocks(path: Path) -> tuple[Sums, int]:
    """The sha256 of each block of a file, and its size."""
    with path.open("rb") as file:
        sums = [hashlib.sha256(block).digest() for block in iter(lambda: file.read(BLOCK), b"")]
    return np.frombuffer(b"".join(sums), np.uint8).reshape(-1, 32), path.stat().st_size


def format_sums(sums: Mapping[str, tuple[Sums, int]]) -> bytes:
    """The sums and the size of each file, by its name, as `parse_sums` reads them."""
    file = BytesIO()
    arrays: dict[str, Any] = {name: np.vstack([own, _as_row(size)]) for name, (own, size) in sums.items()}
    np.savez(file, **arrays)
    return file.getvalue()


def parse_sums(raw: bytes) -> dict[str, tuple[Sums, int]]:
    """What `format_sums` wrote."""
    with np.load(BytesIO(raw), allow_pickle=False) as arrays:
        return {name: (rows[:-1], int.from_bytes(rows[-1].tobytes(), "big")) for name, rows in arrays.items()}


def _as_row(size: int) -> Sums:
    return np.frombuffer(size.to_bytes(32, "big"), np.uint8)
