"""Work and an embedder that end their own process, or wait for a sign; real workers of Ray try them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from colours import ColourEmbedder

from rag.datatypes import Vectors
from rag.workers.work import Work


def die_once(latch: Path) -> None:
    """End this process as the kernel does that is short of memory; not if another one did so before."""
    try:
        latch.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


class DyingEmbedder(ColourEmbedder):
    """One that dies in the middle, once: at the first batch that has the text."""

    def __init__(self, latch: Path, text: str) -> None:
        super().__init__()
        self._latch, self._text = latch, text

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self._text in texts:
            die_once(self._latch)
        return super().embed_documents(texts)


class Killing(Work[int, int]):
    """Squares; the process dies of the numbers that kill."""

    together = 4

    def __init__(self, killing: Sequence[int]) -> None:
        self._killing = killing

    def do(self, fetched: int) -> int:
        if fetched in self._killing:
            os.kill(os.getpid(), signal.SIGKILL)
        return fetched**2


class Waiting(Work[int, str]):
    """The node where a number was worked on; all wait there until there is a file `go`."""

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
