"""A ZIP archive -> the files in it, each as it would be read in a folder; nothing is unpacked to disk."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from rag.documents.readers.containers.budget import Budget
from rag.documents.readers.file_kinds import ARCHIVE, HIDDEN, is_printable, suffix_of

LARGEST = 100_000_000  # bytes of one file, unpacked
MOST_RATIO = 200  # bytes that one byte may become, of files beyond `SMALL`
SMALL = 1_000_000
DAMAGED = (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error, lzma.LZMAError)
_PIECE = 1 << 20  # bytes unpacked at a time


def read_archive(raw: bytes, budget: Budget) -> Iterator[tuple[str, bytes | ValueError]]:
    """Each file of an archive in order of its name, with its bytes, or why they are not to be had.

    Archives in it are opened, too: `inner.zip/name.txt`.  What is hidden or of a system is left out, as in a
    folder.  A name that leads out of the archive or is that of another file, a file with a password, and one
    that grows beyond measure are refused by name.

    Raises ValueError if it is no archive, or holds more than `budget` allows.
    """
    names: set[str] = set()
    for name, content in _read(raw, budget):
        yield name, ValueError("another file of that name is in the archive") if name in names else content
        names.add(name)


def _read(raw: bytes, budget: Budget) -> Iterator[tuple[str, bytes | ValueError]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (*DAMAGED, ValueError) as problem:
        raise ValueError(f"damaged, or not what its name says ({problem})") from None
    with archive:
        entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
        files = {name: entry for name, entry in entries.items() if not _is_hidden(name)}
        budget.take_files(len(files))
        for name in sorted(files):
            try:
                _check(name, files[name])
                content = read_entry(archive, files[name], budget)
                if suffix_of(name) != ARCHIVE:
                    yield name, content
                    continue
                with budget.enter():
                    for inner, found in _read(content, budget):
                        yield f"{name}/{inner}", found
            except ValueError as problem:
                yield name, problem


def _is_hidden(name: str) -> bool:
    return any(HIDDEN.match(part) for part in name.split("/") if part not in (".", ".."))


def _check(name: str, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name.split("/")[0]:
        raise ValueError("its name leads out of the archive")
    if not is_printable(name) or not path.parts or str(path) != name:
        raise ValueError("its name holds a character that does not show, or an empty part")
    if entry.flag_bits & 1:
        raise ValueError("locked by a password: pack it without one")


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes:
    """The bytes of a file of an archive, which count whether they are had or not.

    Raises ValueError if they are too many, or damaged, or beyond measure what is packed.
    """
    if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size):
        raise ValueError(f"{entry.compress_size:,} bytes would become {entry.file_size:,}: unpack it")
    if entry.file_size > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes: unpack it")
    pieces: list[bytes] = []
    try:
        with archive.open(entry) as file:  # which ends at the size that the entry states
            while piece := file.read(_PIECE):
                budget.take_bytes(len(piece))
                pieces.append(piece)
    except (*DAMAGED, RuntimeError) as problem:
        raise ValueError(f"damaged ({problem})") from None
    return b"".join(pieces)
