"""Folders that others change -> a sign each time that they are worth a look."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from rag.documents.folder.selection import IGNORE
from rag.documents.readers.file_kinds import HIDDEN

QUIET = 500  # milliseconds without a change before one is told, for files are written in pieces,
LONGEST = 10_000  # but after so many it is told though others go on
TICK = 1_000  # milliseconds between two looks whether the folder is still the same
LOOK = 60  # ticks after which it is worth a look in any case: a network may tell nothing


def watch_folders(folders: Sequence[Path], index: Path | None) -> Iterator[None]:
    """Yield once they are watched, then whenever one of `folders` has changed and is quiet again.

    What is hidden does not count, nor what is in the folder `index`, if there is one.  It yields after `LOOK`
    in any case, and when a folder goes or is there again; while one is gone the others are looked at each
    `TICK`.

    Raises OSError if the system cannot watch so many folders.
    """
    roots, closed = [folder.resolve() for folder in folders], index and index.resolve()

    def counts(_: Change, name: str) -> bool:
        path = Path(name)
        if path in roots:
            return True
        root = next((root for root in roots if path.is_relative_to(root)), path)
        parts = path.relative_to(root).parts
        hidden = any(HIDDEN.match(part) for part in parts if part != IGNORE)
        return not (hidden or (closed and path.is_relative_to(closed)))

    while True:
        places = [_place(root) for root in roots]
        if None in places:
            yield
            time.sleep(TICK / 1000)
            continue
        ticks = watch(
            *roots,
            watch_filter=counts,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=TICK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        for number, changes in enumerate(ticks):
            if [_place(root) for root in roots] != places:  # another folder of that name: it is not watched
                break
            if changes or number % LOOK == 0:
                yield


def _place(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name; None if it is not there."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
