"""What happens while documents come and go, told as it happens."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rag.datatypes import Skipped
from rag.documents.corpus import Count
from rag.documents.folder.changes import Changes

COUNTED = 100  # files or texts between two lines of progress


@dataclass(frozen=True, slots=True)
class Event:
    """What happened while files were added, or those of the folder taken in.

    `kind` is "added", "changed", "moved", "removed" or "refused" for a file, `name` its name (as NFC, if it
    was given) and `detail` why it was refused, or from where it was moved; "progress" for a step of the
    index, told in `detail`; last "ready", when the new one answers.
    """

    kind: str
    name: str = ""
    detail: str = ""


def run_change(change: Callable[[Callable[[Event], None]], None]) -> Iterator[Event]:
    """Make a change in a thread of its own, to its end even if nobody listens, and yield what it tells."""
    events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            change(events.put)
        except BaseException as problem:
            events.put(problem)
        events.put(None)

    threading.Thread(target=run).start()
    while (event := events.get()) is not None:
        if isinstance(event, BaseException):
            raise event
        yield event


def progress_events(tell: Callable[[Event], None]) -> tuple[Callable[[str], None], Count]:
    """What tells the steps of the index, and how far it is, as events."""

    def count(what: str, done: int, of: int) -> None:
        if done % COUNTED == 0 or done == of > COUNTED:
            tell(Event("progress", detail=f"{what}: {done:,} of {of:,}"))

    return lambda line: tell(Event("progress", detail=line)), count


def describe_changes(changes: Changes, skipped: Iterable[Skipped]) -> Iterator[Event]:
    """What became of each file of a folder, of which `skipped` could not be read."""
    refused = {file.path: file.reason for file in skipped}
    came = [("added", path, "added") for path in changes.new]
    came += [("changed", path, "changed") for path in changes.changed]
    came += [("moved", path, f"moved from {before}") for before, path in changes.moved]
    for kind, path, detail in came:
        yield Event("refused", path, refused[path]) if path in refused else Event(kind, path, detail)
    yield from (Event("removed", path, "removed") for path in changes.gone)
