"""The form of a backup: a zip file with the sha256 and the length of each of its entries.

manifest.json          those, and what the folder of documents was called
index/…                the files of the snapshot, and its card
conversations.sqlite3
documents/…            every file of the folder that counts, and its .ragignore; of several, in one each
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from rag.conversations.archive import NAME
from rag.datatypes import IndexCard
from rag.documents.folder.selection import IGNORE
from rag.documents.readers.file_kinds import HIDDEN, is_printable
from rag.errors import BackupError
from rag.index.card import (
    CARD,
    FILES,
    FORMAT,
    POSSIBLE,
    UNREADABLE,
    FormatError,
    describe_problem,
    parse_card,
)

VERSION = 1
MANIFEST, INDEX, DOCUMENTS = "manifest.json", "index/", "documents/"
LONGEST_MANIFEST = 100_000_000  # bytes: half a million files
BLOCK = 1 << 20  # bytes read at once
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError)  # what zipfile raises
OTHERWISE = (LookupError, TypeError, ValueError, AttributeError, OverflowError, EOFError)  # a manifest's
FORMS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NO_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same content gives the same file


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of an entry: its name, sha256 and length in bytes."""

    name: str
    sha256: str
    bytes: int


class EntryWriter:
    """Writes the entries of a backup, last the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._files: dict[str, dict[str, Any]] = {}

    def copy(self, name: str, file: IO[bytes]) -> str:
        """Add what is read from `file`; its sha256."""
        return self._add(name, iter(lambda: file.read(BLOCK), b""))

    def finish(self, folder: str) -> None:
        """Add the manifest; `folder` is what that of the documents is called."""
        told = {"backup": VERSION, "folder": folder, "files": self._files}
        self._add(MANIFEST, [json.dumps(told, indent=1).encode()])

    def _add(self, name: str, blocks: Iterable[bytes]) -> str:
        sha256, length = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, NO_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        with self._archive.open(entry, "w", force_zip64=True) as target:
            for block in blocks:
                sha256.update(block)
                length += len(block)
                target.write(block)
        self._files[name] = {"sha256": sha256.hexdigest(), "bytes": length}
        return sha256.hexdigest()


class EntryReader:
    """Reads the entries of a backup, each no longer than the manifest says and with its sha256.

    Everything raises BackupError if the file is no backup, not whole, or names a place outside of it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._archive = zipfile.ZipFile(file)
            self._read_manifest()
        except OSError as problem:
            raise BackupError(f"cannot read the backup {file}: {problem.strerror or problem}") from None
        except (*BROKEN, *OTHERWISE) as problem:
            raise self.error(str(problem) or type(problem).__name__) from None

    def close(self) -> None:
        self._archive.close()

    def error(self, what: str) -> BackupError:
        """The error that says what is wrong with the file."""
        return BackupError(
            f"{self._file} is no whole backup ({what}): nothing was changed; take another copy of it, or "
            "make one with `rag backup FILE`"
        )

    def read(self, entry: Entry) -> Iterator[bytes]:
        """The bytes of an entry in blocks; the error comes at the latest after the last."""
        sha256, length = hashlib.sha256(), 0
        try:
            with self._archive.open(entry.name) as file:
                while block := file.read(BLOCK):
                    sha256.update(block)
                    length += len(block)
                    if length > entry.bytes:
                        raise self.error(f"{entry.name} is longer than the {entry.bytes} bytes it should be")
                    yield block
        except OSError as problem:
            raise self.error(f"{entry.name} cannot be read: {problem.strerror or problem}") from None
        except (*BROKEN, LookupError, EOFError) as problem:
            raise self.error(f"{entry.name}: {problem}") from None
        if sha256.hexdigest() != entry.sha256 or length != entry.bytes:
            actual = f"sha256 {sha256.hexdigest()[:12]}… and {length} bytes"
            raise self.error(f"{entry.name} has {actual}, expected {entry.sha256[:12]}… and {entry.bytes}")

    def read_card(self) -> IndexCard:
        """The card of the index."""
        entry = next(entry for entry in self.entries if entry.name == INDEX + CARD)
        raw = b"".join(self.read(entry))
        try:
            return parse_card(raw)
        except FormatError as other:
            raise self.error(f"of its index: {other}") from None
        except UNREADABLE as problem:
            raise self.error(f"its card is none: {describe_problem(problem)}") from None

    def _read_manifest(self) -> None:
        if self._archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
            raise ValueError(f"{MANIFEST} is longer than {LONGEST_MANIFEST:,} bytes")
        with self._archive.open(MANIFEST) as file:
            told = json.loads(file.read(LONGEST_MANIFEST))
        if told["backup"] != VERSION:
            raise ValueError(f"it is of form {told['backup']!r}, expected {VERSION}")
        self.folder = PurePath(str(told["folder"])).name or "documents"
        self.entries = [
            Entry(str(name), str(said["sha256"]), int(said["bytes"])) for name, said in told["files"].items()
        ]
        names = [entry.name for entry in self.entries]
        if any(info.compress_type not in FORMS for info in self._archive.infolist()):
            raise ValueError("an entry is compressed in another way than Footnote's are")
        if sorted([*names, MANIFEST]) != sorted(self._archive.namelist()):
            raise ValueError("its entries are not those of the manifest")
        if lacking := {INDEX + name for name in (CARD, *FILES)} - set(names):
            self._check_format()
            raise ValueError(f"{min(lacking)} is missing")
        for name in names:
            if not _is_ours(name):
                raise ValueError(f"{name[:200]!r} names no place in a backup")

    def _check_format(self) -> None:
        """Raise ValueError if the index is of another format than this one."""
        with self._archive.open(INDEX + CARD) as file:
            told = json.loads(file.read(LONGEST_MANIFEST))["format"]
        if told != FORMAT:
            raise ValueError(
                f"its index is of format {told}, expected {FORMAT}; the version that made it can restore it, "
                f"and what is below {DOCUMENTS} in it can be unpacked and indexed"
            )


def _is_ours(name: str) -> bool:
    """Whether an entry has a place in a backup, and leads nowhere else."""
    if name in (NAME, *(INDEX + file for file in (CARD, *POSSIBLE))):
        return True
    path = name.removeprefix(DOCUMENTS)
    parts = tuple(path.split("/"))
    # By the rules of the system: on Windows a backslash or a colon leads elsewhere.
    clean = PurePath(path).parts == parts and is_printable(path)
    ignore = parts[-1] == IGNORE and len(parts) <= 2  # of a folder, or of one of several
    shown = not any(map(HIDDEN.match, parts[:-1] if ignore else parts))  # "." and ".." are hidden, too
    return name.startswith(DOCUMENTS) and clean and shown
