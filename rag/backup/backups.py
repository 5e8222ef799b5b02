"""An index with its documents and conversations -> one file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from rag.backup.entries import BLOCK, DOCUMENTS, INDEX, EntryWriter
from rag.conversations.archive import NAME
from rag.conversations.copies import copy_archive
from rag.datatypes import IndexCard
from rag.documents.folder.folders import UNNAMED, Folders
from rag.documents.folder.selection import IGNORE
from rag.documents.readers.file_kinds import is_printable
from rag.durable import draft_file
from rag.errors import ArchiveError, BackupError, IndexDamaged
from rag.index.card import CARD, FILES, POSSIBLE, corpus_folders, damage_error, find_snapshot
from rag.index.freshness import selection_of

MOST_SPOOLED = 64 << 20  # bytes of a document held in memory; more go to the disk first

Tell = Callable[[str], None]


def write_backup(index: Path, file: Path, tell: Tell = lambda line: None) -> None:
    """Write the current snapshot, the documents and the conversations into `file`, while others may write.

    Files of the folder that cannot be read to their end are left out, and `tell` is told each.

    Raises IndexMissing or IndexDamaged, or BackupError if it cannot be written, would be in the folder of
    the index or the documents, or some of several folders are not there; then what was there stays.
    """
    while True:
        snapshot, card = find_snapshot(index)
        for place in (index, *corpus_folders(card, index).paths):
            if file.resolve().is_relative_to(place.resolve()):
                raise BackupError(
                    f"the backup {file} would be in {place}/, which goes into it: name a file elsewhere"
                )
        try:
            with draft_file(file, private=True) as stream, zipfile.ZipFile(stream, "w") as archive:
                _write_entries(EntryWriter(archive), index, snapshot, card, tell)
            return
        except IndexDamaged:
            if find_snapshot(index)[0] == snapshot:  # otherwise it was replaced while it was read
                raise
        except (OSError, ArchiveError) as problem:
            reason = (problem.strerror if isinstance(problem, OSError) else None) or problem
            raise BackupError(
                f"cannot write the backup {file}: {reason}; what was there stays: make room, or name another "
                "file"
            ) from None


def _write_entries(entries: EntryWriter, index: Path, snapshot: Path, card: IndexCard, tell: Tell) -> None:
    for name in (CARD, *sorted(FILES | (POSSIBLE & card.files.keys()))):
        try:
            file = (snapshot / name).open("rb")
        except FileNotFoundError:
            raise damage_error(index, f"{name} is missing") from None
        with file:
            sha256 = entries.copy(INDEX + name, file)
        if sha256 != card.files.get(name, sha256):
            raise damage_error(index, f"{name} has sha256 {sha256[:12]}…, expected {card.files[name][:12]}…")
    if (index / NAME).is_file():
        with tempfile.TemporaryDirectory() as temporary:
            copy_archive(index / NAME, Path(temporary, NAME))
            with Path(temporary, NAME).open("rb") as file:
                entries.copy(NAME, file)
    folders = corpus_folders(card, index)
    missing = folders.missing
    if not missing.named:
        _write_documents(entries, folders, card, tell)
    elif missing != folders:
        raise BackupError(
            f"no folder {missing}/, which the index in {index}/ is of, too: no backup was made, and what was "
            f"there stays; put it there, or leave it out with `rag index FOLDER… --index {index}`"
        )
    else:
        tell(f"no folder {folders}/: of the documents, their texts in the index alone are kept")
    entries.finish(folders.paths[0].resolve().name if len(folders.paths) == 1 else UNNAMED)


def _write_documents(entries: EntryWriter, folders: Folders, card: IndexCard, tell: Tell) -> None:
    paths = [file.path for file in folders.scan(selection_of(card))]
    for path in (*(path for path in folders.at_root(IGNORE) if folders.locate(path).is_file()), *paths):
        try:
            if not is_printable(path) or not folders.locate(path).is_file():
                raise OSError(0, "no file, or its name holds a character that does not show")
            whole = _read_whole(folders.locate(path))
        except OSError as problem:
            tell(f"left out {path!r}: {problem.strerror}")
            continue
        with whole:
            entries.copy(DOCUMENTS + path, whole)


def _read_whole(path: Path) -> IO[bytes]:
    """A file with what is in that of a document, read to its end, since an entry cannot be taken back.

    Raises OSError if it cannot be read, BackupError if there is no room for what was read.
    """
    with path.open("rb") as file, ExitStack() as undo:
        whole = undo.enter_context(tempfile.SpooledTemporaryFile(MOST_SPOOLED))
        while True:
            block = file.read(BLOCK)
            try:
                if not block:
                    whole.seek(0)  # writes what is still held
                    break
                whole.write(block)
            except OSError as problem:
                raise BackupError(
                    f"cannot copy {path} to {tempfile.gettempdir()}/: {problem.strerror}; what was there "
                    "stays: make room, or name another folder with TMPDIR"
                ) from None
        undo.pop_all()
    return whole
