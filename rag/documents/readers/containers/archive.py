"""A ZIP archive -> the files in it, each as it would be read in a folder; nothing is unpacked to disk."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.documents.readers.file_kinds import HIDDEN, is_printable

MOST_FILES = 5_000
LARGEST = 100_000_000  # bytes of one file, unpacked
LARGEST_ALL = 500_000_000  # bytes of all files together
MOST_RATIO = 200  # bytes that one byte may become, of files beyond `SMALL`
SMALL = 1_000_000
MOST_DEEP = 3  # archives in archives
DAMAGED = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error, lzma.LZMAError)
_PIECE = 1 << 20  # bytes unpacked at a time


@dataclass(slots=True)
class _Bounds:
    """What an archive, with those in it, may still hold."""

    files: int
    size: int


def read_archive(raw: bytes) -> Iterator[tuple[str, bytes | ValueError]]:
    """Each file of an archive in order of its name, with its bytes, or why they are not to be had.

    Archives in it are opened, too: `inner.zip/name.txt`.  What is hidden or of a system is left out, as in a
    folder.  A name that leads out of the archive, a file with a password, and one that grows beyond measure
    are refused by name.

    Raises ValueError if it is no archive, or holds too many files.
    """
    yield from _read(raw, _Bounds(MOST_FILES, LARGEST_ALL), 1)


def _read(raw: bytes, left: _Bounds, depth: int) -> Iterator[tuple[str, bytes | ValueError]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (*DAMAGED, ValueError) as problem:
        raise ValueError(f"damaged, or not what its name says ({problem})") from None
    with archive:
        files = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        left.files -= len(files)
        if left.files < 0:
            raise ValueError(f"more than {MOST_FILES:,} files in it: unpack it")
        for name in sorted(files):
            if any(HIDDEN.match(part) for part in name.split("/") if part not in (".", "..")):
                continue
            try:
                _check(name, files[name])
                content = read_entry(archive, files[name], min(LARGEST, left.size))
                left.size -= len(content)
                if not name.lower().endswith(".zip"):
                    yield name, content
                    continue
                if depth == MOST_DEEP:
                    raise ValueError(f"archives in archives deeper than {MOST_DEEP}: unpack it")
                for inner, found in _read(content, left, depth + 1):
                    yield f"{name}/{inner}", found
            except ValueError as problem:
                yield name, problem


def _check(name: str, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
        raise ValueError("its name leads out of the archive")
    if not is_printable(name) or str(path) != name:
        raise ValueError("its name holds a character that does not show, or an empty part")
    if entry.flag_bits & 1:
        raise ValueError("locked by a password: pack it without one")


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a file of an archive, at most so many: what its entry says of their number may be a lie.

    Raises ValueError if they are more, or damaged, or beyond measure what is packed.
    """
    if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
        raise ValueError(f"{entry.compress_size:,} bytes would become {entry.file_size:,}: unpack it")
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise ValueError(f"more than {most:,} bytes: unpack it")
                pieces.append(piece)
    except (*DAMAGED, RuntimeError) as problem:
        raise ValueError(f"damaged ({problem})") from None
    return b"".join(pieces)
