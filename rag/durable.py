"""The one door to the disk for what must not be lost: a file is whole under its name, or not there.

It is written under another name, flushed to the disk and read again; then it takes its name, and the folder
is flushed.  An error of the disk is an OSError that names the file.  Until the file takes its name, what was
there before stays; if only the folder cannot be flushed, the new content is there, but a power failure may
take it.  `write_file` alone writes straight to the place, and may leave half there.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

BLOCK = 1 << 20  # bytes gathered for one call of the system
DRAFT = ".writing-"  # how the names of files begin that have not taken theirs; a crash may leave one
OPEN, PRIVATE = 0o666, 0o600  # modes before the umask


class Writer(io.RawIOBase):
    """A stream into a new or emptied file; `sha256` is that of what was written, in hexadecimal."""

    def __init__(self, path: Path, mode: int = OPEN) -> None:
        super().__init__()
        self._path = path
        self._digest = hashlib.sha256()
        self._descriptor: int | None = None
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, mode)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        """Write all of `content`, a bytes-like object, and give its length in bytes."""
        rest = memoryview(content).cast("B")
        length = len(rest)
        self._digest.update(rest)
        with name_file(self._path):
            while rest:
                rest = rest[os.write(self.fileno(), rest) :]
        return length

    def sync(self) -> None:
        """Flush the file to the disk and read it again; what is no file, such as a pipe, is left alone."""
        with name_file(self._path):
            if not stat.S_ISREG(os.fstat(self.fileno()).st_mode):
                return
            os.fsync(self.fileno())
            with self._path.open("rb") as file:
                same = hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
            if not same:
                raise OSError(errno.EIO, "the disk does not hold what was written")

    def close(self) -> None:
        super().close()
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with name_file(self._path):
                os.close(descriptor)

    def fileno(self) -> int:
        if self._descriptor is None:
            raise ValueError("the file is closed")
        return self._descriptor


def write_file(path: Path, chunks: Iterable[bytes | memoryview]) -> str:
    """Write `chunks` straight to `path`, where nobody reads yet, and flush it; its sha256."""
    with Writer(path) as file:
        for block in _gather(chunks):
            file.write(block)
        file.sync()
        return file.sha256


@contextmanager
def draft_file(path: Path, *, private: bool = False, over: bool = True) -> Iterator[Writer]:
    """A stream whose content is at `path`, whole, once the block has ended well, and not at all otherwise.

    A link is followed; what is there and is no file, such as a pipe, is written as it is.  A `private` file
    is for its owner alone, whoever might read the one before; any other keeps the mode of that.

    Raises FileExistsError unless `over`, if something is there.
    """
    if (
        over and path.exists() and not path.is_file()
    ):  # unresolved: /dev/stdout leads to a pipe without a path
        with Writer(path) as file:
            yield file
        return
    path = path.resolve() if over else path
    draft = path.with_name(f"{DRAFT}{uuid.uuid4().hex}")
    try:
        with Writer(draft, PRIVATE if private else OPEN) as file:
            yield file
            if over and path.exists() and not private:
                draft.chmod(stat.S_IMODE(path.stat().st_mode))
            file.sync()
        if over:
            draft.replace(path)
        else:
            os.link(draft, path)  # as a rename, but never over another file
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    try:
        sync_folder(path.parent)
    except OSError:
        if not over:
            path.unlink()
        raise


def replace_file(path: Path, content: bytes) -> None:
    """Write the file `path`, new or over the one there (`draft_file`)."""
    with draft_file(path) as file:
        file.write(content)


def add_file(path: Path, content: bytes) -> None:
    """Write the file `path`, which must be new (`draft_file`)."""
    with draft_file(path, over=False) as file:
        file.write(content)


def rename(source: Path, target: Path) -> None:
    """Give a file or folder another name for good."""
    source.rename(target)
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def sync_folder(folder: Path) -> None:
    """Flush which names a folder holds; where the system has no such thing, nothing."""
    if os.name == "nt":
        return
    with name_file(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        except OSError as problem:
            if problem.errno != errno.EINVAL:  # a file system that cannot
                raise
        finally:
            os.close(descriptor)


@contextmanager
def name_file(path: Path) -> Iterator[None]:
    """Make an OSError in the block say which file it is of."""
    try:
        yield
    except OSError as problem:
        if problem.filename is None and problem.errno is not None:
            raise OSError(problem.errno, problem.strerror, str(path)) from None
        raise


def _gather(chunks: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """The same bytes in blocks, a long chunk as it is."""
    pending = bytearray()
    for chunk in chunks:
        if len(pending) + len(chunk) > BLOCK and pending:
            yield bytes(pending)
            pending.clear()
        if len(chunk) > BLOCK:
            yield chunk
        else:
            pending += chunk
    if pending:
        yield bytes(pending)
