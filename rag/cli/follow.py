"""What is done whenever something changes in folders, or in a store."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import rag
from rag.cli.printing import say
from rag.documents.folder.folders import Folders
from rag.documents.folder.watch import LOOK, watch_folders
from rag.postgres.store import Store

ASK = 2.0  # seconds between two questions to a store whether there is a newer index


def follow(folders: Folders, index: Path | Store, renew: Callable[[], None]) -> None:
    """Call `renew` after each quiet moment in which something has changed in `folders`, and never return.

    What goes wrong is told, once as long as it is the same.
    """
    attempt = _with_excuse(renew)
    while True:
        try:
            for _ in watch_folders(folders.paths, index if isinstance(index, Path) else None):
                attempt()
        except OSError as problem:
            say(f"cannot watch {folders}/ ({problem.strerror or problem}): looking every minute")
            time.sleep(LOOK)
            attempt()


def follow_store(renew: Callable[[], None]) -> None:
    """Call `renew` every few seconds, and never return; what goes wrong is told as by `follow`."""
    attempt = _with_excuse(renew)
    while True:
        time.sleep(ASK)
        attempt()


def _with_excuse(renew: Callable[[], None]) -> Callable[[], None]:
    """The same call, which tells what goes wrong, once as long as it is the same."""
    before = ""

    def attempt() -> None:
        nonlocal before
        try:
            renew()
            before = ""
        except Exception as problem:  # whatever it is, the last good index answers
            words = str(problem) or type(problem).__name__
            if words != before:
                say(f"not taken in: {words}")
            before = words

    return attempt


def take_in(collection: rag.Collection) -> Callable[[], None]:
    """What takes in the changes in the folders of a collection, and tells them."""

    def renew() -> None:
        for event in collection.sync():
            if event.kind == "progress":
                say(event.detail)
            elif event.kind != "ready":
                say(f"{event.name}: {event.detail}")

    return renew
