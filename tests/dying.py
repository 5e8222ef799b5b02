"""An embedder that ends its own process, and work that waits for a sign: what workers of Ray meet."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from colours import ColourEmbedder

from rag.datatypes import Vectors
from rag.workers.work import Work


def die() -> None:
    """End this process as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingEmbedder(ColourEmbedder):
    """One whose process dies once, at a batch that has `text`, and leaves a file that it did."""

    def __init__(self, text: str, latch: Path) -> None:
        super().__init__()
        self._text, self._latch = text, latch

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self._text in texts and not self._latch.exists():
            self._latch.touch()
            die()
        return super().embed_documents(texts)


class Wait(Work[int, str]):
    """The node where an item was; it is there until there is a file `go`."""

    together = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def do(self, fetched: int) -> str:
        import ray

        node: str = ray.get_runtime_context().get_node_id()
        (self._folder / node).touch()
        while not (self._folder / "go").exists():
            time.sleep(0.02)
        return node


class Square(Work[int, int]):
    """Squares; of a number below 0 it raises."""

    together = 2

    def size(self, item: int) -> int:
        return item

    def do(self, fetched: int) -> int:
        if fetched < 0:
            raise ValueError(f"{fetched}, expected at least 0")
        return fetched**2
