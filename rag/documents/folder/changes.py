"""Two states of a folder -> what is new, changed, moved, gone, and the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rag.documents.folder.files import FileState
from rag.documents.readers.file_kinds import printable


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the files of a folder: their paths in order, fit to be shown.

    Of a `moved` file, the same bytes under another name, they are that before and that now.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.moved or self.gone)

    @property
    def summary(self) -> str:
        """How many there are of each kind, in one line.

        >>> Changes(new=("a.txt",), moved=(("b.txt", "c.txt"),)).summary
        '1 new, 1 moved'
        """
        kinds = ("new", "changed", "moved", "gone", "unchanged")
        counts = ((len(getattr(self, kind)), kind) for kind in kinds)
        return ", ".join(f"{count:,} {kind}" for count, kind in counts if count) or "no files"


def compare(before: Iterable[FileState], now: Iterable[FileState]) -> Changes:
    """What differs between two states of a folder.

    A file that came is the one that went with the same bytes, if there is one; of several, the first by path.
    """
    then = {file.path: file for file in before}
    there = {file.path: file for file in now}
    came = sorted(there.keys() - then.keys())
    gone: dict[str | None, list[str]] = defaultdict(list)
    for path in sorted(then.keys() - there.keys()):
        gone[then[path].sha256].append(path)
    moved, new = [], []
    for path in came:
        sha256 = there[path].sha256
        if sha256 and gone.get(sha256):
            moved.append((gone[sha256].pop(0), path))
        else:
            new.append(path)
    both = sorted(there.keys() & then.keys())
    return Changes(
        new=_show(new),
        changed=_show(path for path in both if there[path].sha256 != then[path].sha256),
        moved=tuple((printable(old), printable(path)) for old, path in moved),
        gone=_show(sorted(path for paths in gone.values() for path in paths)),
        unchanged=_show(path for path in both if there[path].sha256 == then[path].sha256),
    )


def _show(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(printable, paths))
