"""What one file may hold in all, however its files lie in one another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST_FILES = 5_000
MOST_BYTES = 500_000_000  # of all files together, unpacked
MOST_DEEP = 3  # files in files: a table in a mail in an archive


@dataclass(slots=True)
class Budget:
    """What is left of these bounds.  All that is read of a file shares one, so that nothing begins anew.

    `files` and `size` may still come, files and bytes; `depth` is how many files what is read now lies in.
    """

    files: int = MOST_FILES
    size: int = MOST_BYTES
    depth: int = 0

    def take_files(self, number: int) -> None:
        """Raises ValueError if so many files are more than may still come."""
        if number > self.files:
            raise ValueError(f"more than {MOST_FILES:,} files in it: unpack it")
        self.files -= number

    def take_bytes(self, number: int) -> None:
        """Raises ValueError if so many bytes are more than may still come."""
        if number > self.size:
            self.size = 0
            raise ValueError(f"more than {MOST_BYTES:,} bytes in it: unpack it")
        self.size -= number

    @contextmanager
    def enter(self) -> Iterator[None]:
        """A file that holds others, while these are read.

        Raises ValueError if it lies too deep.
        """
        if self.depth == MOST_DEEP:
            raise ValueError(f"files in files deeper than {MOST_DEEP}: take it out")
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
