"""A folder that others change -> a sign each time that it is worth a look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from watchfiles import Change, watch

from rag.documents.folder.selection import IGNORE
from rag.documents.readers.file_kinds import HIDDEN

QUIET = 500  # milliseconds without a change before one is told, for files are written in pieces,
LONGEST = 10_000  # but after so many it is told though others go on
TICK = 1_000  # milliseconds between two looks whether the folder is still the same
LOOK = 60  # ticks after which it is worth a look in any case: a network may tell nothing


def watch_folder(folder: Path, index: Path) -> Iterator[None]:
    """Yield once it is watched, then whenever `folder` has changed and is quiet again.

    What is hidden does not count, nor what is in the folder `index`.  It yields after `LOOK` in any case, and
    when the folder goes or is there again.

    Raises OSError if the system cannot watch so many folders.
    """
    root, closed = folder.resolve(), index.resolve()

    def counts(_: Change, name: str) -> bool:
        path = Path(name)
        if path == root:
            return True
        parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
        hidden = any(HIDDEN.match(part) for part in parts if part != IGNORE)
        return not hidden and not path.is_relative_to(closed)

    while True:
        place = _place(root)
        if place is None:
            yield
            time.sleep(TICK / 1000)
            continue
        ticks = watch(
            root,
            watch_filter=counts,
            debounce=LONGEST,
            step=QUIET,
            rust_timeout=TICK,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        for number, changes in enumerate(ticks):
            if _place(root) != place:  # another folder of that name: the watch is on the one that has gone
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
