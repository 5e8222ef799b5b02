"""Who may change an index: one process at a time, and one thread in it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexBusy
from rag.index.card import write_error

LOCK = ".lock"
PATIENCE = 600.0  # seconds to wait for another's writing: embedding some ten thousand texts


@contextmanager
def hold_lock(
    root: Path, tell: Callable[[str], None] = lambda line: None, *, patience: float = PATIENCE
) -> Iterator[None]:
    """Be the one who changes the index in `root`, which is made if it is not there, until the block ends.

    While another is, `tell` is told who, and so is the error if that takes longer than `patience` seconds.
    Who holds the lock may take it again.  The system frees that of a process that died.

    Raises IndexBusy, or RagError if the folder cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root.resolve() / LOCK, is_singleton=True, on_acquired=_sign)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"waiting for {describe_owner(root)}, which changes the index in {root}/")
            lock.acquire(timeout=patience)
    except Timeout:
        raise IndexBusy(
            f"the index in {root}/ is being changed by {describe_owner(root)}, expected none within "
            f"{patience:g} seconds: wait until it has ended, or end it"
        ) from None
    except OSError as problem:
        raise write_error(root, problem) from None
    try:
        yield
    finally:
        lock.release()


def describe_owner(root: Path) -> str:
    """Who holds the lock, or held it last, in words."""
    try:
        pid, host, since = (root / LOCK).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return "another process"
    return f"process {pid} on {host} since {since}"


def _sign(descriptor: int) -> None:
    """Write into the lock's file who holds it."""
    line = f"{os.getpid()} {socket.gethostname() or '?'} {datetime.now(UTC).isoformat(timespec='seconds')}\n"
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, line.encode())
