"""How many may ask at a time; whoever comes then is turned away at once, and told when to come again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import rag

AGAIN = 5  # seconds after which one who was turned away may come again


class Overloaded(rag.RagError):
    """More is asked than can be answered: all places are taken, or a question took too long."""


class Places:
    """So many places for what is asked at a time; safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Have a place for as long as the block runs.  Raises Overloaded if none is free."""
        if not self._free.acquire(blocking=False):
            raise Overloaded(f"{self._most} are being answered already: ask again in {AGAIN} s")
        try:
            yield
        finally:
            self._free.release()
