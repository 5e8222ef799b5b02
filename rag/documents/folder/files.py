"""The files of a folder, each with the sha256 of its bytes, read only where they may have changed."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.documents.folder.selection import ALL, Matcher, Selection
from rag.documents.metadata import SOURCES
from rag.documents.readers.file_kinds import HIDDEN, printable
from rag.errors import CorpusError

# What rag/index/snapshots.py writes; what is built is called as `tempfile.mkdtemp` calls it.
INDEX_PARTS = re.compile(r"CURRENT$|generation-\d{6}$|building-[a-z0-9_]{8}$")
MISSING = "no folder {}/: expected a folder of documents; name one that exists"
SETTLED = 2_000_000_000  # ns: FAT tells times apart by two seconds, every other file system better


@dataclass(frozen=True, slots=True)
class FileState:
    """A file of a folder as it was at one moment.

    `path` is that below the folder, with forward slashes, of several behind the name of its own; `sha256` is
    of its bytes, None if they cannot be read.  `stamp` is its size in bytes and when its bytes and its entry
    were last changed, in ns: while that is the same, it is not read again.  It is None if the file had been
    changed so shortly before that another change might not show in it.  `given` is a hash of what
    sources.toml says of it, "" if nothing.
    """

    path: str
    sha256: str | None
    stamp: tuple[int, int, int] | None = None
    given: str = ""


def scan(
    folder: Path, selection: Selection = ALL, known: Mapping[str, FileState] | None = None
) -> tuple[FileState, ...]:
    """Every file and link below `folder` that counts, sorted by path; a closed folder stands for its files.

    What is hidden, of a system or of an index does not count, nor what `selection` or the .ragignore leaves
    out; links to folders are not followed.  Of `known` ones, by path, the bytes are read only if size or
    times differ.

    Raises CorpusError if the folder is not there, or a pattern is wrong.
    """
    check_folder(folder)
    paths = sorted(path for path, counts in _list_paths(folder, selection) if counts)
    states = tuple(_read_state(folder, path, (known or {}).get(path)) for path in paths)
    check_folder(folder, "{}/ vanished while it was read: index it again when it is there")
    return tuple(state for state in states if state is not None)


def find_ignored(folder: Path, selection: Selection) -> tuple[str, ...]:
    """What `selection` or the .ragignore leaves out, sorted: files, and folders with a slash behind.

    Raises CorpusError as `scan`.
    """
    return tuple(sorted(printable(path) for path, counts in _list_paths(folder, selection) if not counts))


def digest(files: Iterable[FileState]) -> str:
    """A sha256 that changes when one of the files is added, removed, renamed or altered."""
    lines = (f"{file.path}\0{file.sha256}\n".encode("utf-8", "surrogateescape") for file in files)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _list_paths(root: Path, selection: Selection) -> Iterator[tuple[str, bool]]:
    """Each path that is not hidden, and whether it counts; of a folder that does not, the folder alone."""
    matcher = Matcher(root, selection)
    closed: list[str] = []
    for folder, folders, names in os.walk(root, onerror=lambda problem: closed.append(problem.filename)):
        below = Path(folder).relative_to(root).as_posix()
        prefix = "" if below == "." else f"{below}/"
        is_index = "CURRENT" in names
        shown = {
            n for n in folders + names if not HIDDEN.match(n) and not (is_index and INDEX_PARTS.match(n))
        }
        linked = {name for name in folders if name in shown and Path(folder, name).is_symlink()}  # loops
        for path in (prefix + name for name in [*names, *linked] if name in shown):
            yield path, path == SOURCES or matcher.selects(path)
        open_folders = [name for name in folders if name in shown - linked]
        folders[:] = [name for name in open_folders if not matcher.ignores_folder(prefix + name)]
        yield from ((f"{prefix}{name}/", False) for name in set(open_folders) - set(folders))
    yield from ((Path(folder).relative_to(root).as_posix(), True) for folder in closed)


def _read_state(root: Path, path: str, known: FileState | None) -> FileState | None:
    """The state of one file; None if it has vanished."""
    try:
        status = (root / path).stat()
        if not stat.S_ISREG(status.st_mode):
            return FileState(path, None)
        stamp = status.st_size, status.st_mtime_ns, status.st_ctime_ns
        if known and known.stamp == stamp:
            return known
        began = time.time_ns()
        with (root / path).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return FileState(path, sha256, stamp if began - max(stamp[1:]) > SETTLED else None)
    except OSError:
        return FileState(path, None) if os.path.lexists(root / path) else None


def check_folder(folder: Path, message: str = MISSING) -> None:
    """Raise CorpusError if the folder is not there."""
    if not folder.is_dir():
        raise CorpusError(message.format(folder))
