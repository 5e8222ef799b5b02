"""Items in pieces, each as bytes, and what is done with them where they come to."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Sequence
from typing import Any

import rag
from rag.errors import ClusterError, RagError
from rag.workers.work import Item, Result, Work

PIECE = 4_000_000  # bytes of items that are sent together, if there are several
LARGEST = 1_000_000_000  # bytes that are sent at once: Arrow, in which they lie, counts to twice that

Row = dict[str, bytes]  # of a dataset: a piece


def cut_pieces(
    work: Work[Item, Result], items: Sequence[Item], numbers: Sequence[int], together: int
) -> list[Row]:
    """The items of these numbers in rows, in order: in each as many as are sent together."""
    pieces: list[list[tuple[int, Item]]] = []
    room = 0
    for number in numbers:
        size = work.size(items[number])
        if not pieces or len(pieces[-1]) >= together or size > room:
            pieces.append([])
            room = PIECE
        pieces[-1].append((number, items[number]))
        room -= size
    return [{"piece": _pack(piece)} for piece in pieces]


class Raised:
    """What was raised where work is done, as a value."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem


class _Worker:
    """A row of items -> a row of what comes of them, in a process of its own."""

    def __init__(self, work: bytes, version: str, gpu: bool = False) -> None:
        self._problem: Exception | None = None
        try:
            if version != rag.__version__:
                raise ClusterError(
                    f"{socket.gethostname()} has Footnote {rag.__version__}, expected {version} as where the "
                    "index is: install the same there"
                )
            self._work: Work[Any, Any] = pickle.loads(work)
            if gpu:
                self._work.use_gpu()
        except RagError as problem:
            self._problem = problem
        except Exception as problem:
            self._problem = ClusterError(
                f"{socket.gethostname()} cannot begin ({type(problem).__name__}: {problem}): install the "
                "same Footnote there, with the same extras"
            )

    def __call__(self, row: Row) -> Row:
        return {"piece": _pack([(number, self._try(item)) for number, item in pickle.loads(row["piece"])])}

    def _try(self, item: Any) -> Any:
        if isinstance(item, Raised | ClusterError):  # by what came before this
            return item
        try:
            if self._problem:
                raise self._problem
            return self._act(item)
        except Exception as problem:
            return Raised(problem)

    def _act(self, item: Any) -> Any:
        raise NotImplementedError


class Fetching(_Worker):
    """What is had of the items on the machine that has them."""

    def _act(self, item: Any) -> Any:
        return self._work.fetch(item)


class Doing(_Worker):
    """What is done to them anywhere."""

    def _act(self, item: Any) -> Any:
        return self._work.do(item)


def _pack(piece: Sequence[tuple[int, Any]]) -> bytes:
    """The piece as bytes; of one that is too large, nothing, so that its items come one by one."""
    packed = pickle.dumps(piece)
    if len(packed) <= LARGEST:
        return packed
    if len(piece) > 1:
        return pickle.dumps([])
    return pickle.dumps([(piece[0][0], ClusterError(f"more than {LARGEST:,} bytes: index it without --ray"))])
