"""An index with its documents and conversations -> one file, and back."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from rag.backup.entries import DOCUMENTS, INDEX, Entry, EntryReader, EntryWriter
from rag.conversations.archive import NAME
from rag.conversations.copies import copy_archive, verify_archive
from rag.datatypes import IndexCard
from rag.documents.folder.files import digest, scan
from rag.documents.folder.selection import IGNORE, Selection
from rag.documents.readers.file_kinds import is_printable
from rag.durable import PRIVATE, draft_file, rename, sync_folder, write_file
from rag.errors import ArchiveError, BackupError, IndexDamaged, IndexMissing
from rag.index.card import CARD, FILES, FormatError, corpus_folder, damage_error, find_snapshot, parse_card
from rag.index.freshness import selection_of
from rag.index.lock import hold_lock
from rag.index.snapshots import BUILDING, install_snapshot, relative_corpus
from rag.index.verification import verify_snapshot

RESTORING, ASIDE = ".restoring-", ".before-restore"

Tell = Callable[[str], None]


def write_backup(index: Path, file: Path, tell: Tell = lambda line: None) -> None:
    """Write the current snapshot, the documents and the conversations into `file`, while others may write.

    Files of the folder that cannot be read are left out, and `tell` is told each.

    Raises IndexMissing or IndexDamaged, or BackupError if it cannot be written; then what was there stays.
    """
    while True:
        snapshot, card = find_snapshot(index)
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


def restore_backup(
    file: Path, index: Path, folder: Path | None = None, tell: Tell = lambda line: None
) -> Path:
    """Put what is in `file` into the folder `index` and its documents into `folder`, which is given back.

    Without `folder` it is that of the index that is there, or else one beside it, called as it was.  All of
    `file` is read and checked before anything is changed.  Documents and conversations that are there are
    moved aside, and `tell` is told where to.

    Raises BackupError if the file is no whole backup, IndexBusy, or RagError if something cannot be
    written; then what was there stays.
    """
    with closing(EntryReader(file)) as reader:
        folder = folder or _find_folder(index, reader.folder)
        if index.resolve().is_relative_to(folder.resolve()):
            raise BackupError(
                f"the index in {index}/ stands in {folder}/, which is to be replaced: name another folder "
                "for the documents"
            )
        _check_room(file, reader, index)
        for entry in reader.entries:
            for _ in reader.read(entry):
                pass
        with hold_lock(index, tell), _staging(index, folder) as (fresh, documents, kept):
            try:
                for entry in reader.entries:
                    write_file(_place(entry, fresh, documents, kept), reader.read(entry))
                card = replace(_check_staged(reader, fresh, kept), corpus=relative_corpus(folder, index))
                with _swapping(documents, folder, selection_of(card), tell):
                    install_snapshot(index, fresh, card)
            except OSError as problem:
                raise BackupError(
                    f"cannot restore {file} to {index}/ and {folder}/: {problem.strerror or problem} "
                    f"({problem.filename}); what was there stays: make room, or name other folders"
                ) from None
            if kept.exists():
                _replace_conversations(kept, index / NAME, tell)
    return folder


def _write_entries(entries: EntryWriter, index: Path, snapshot: Path, card: IndexCard, tell: Tell) -> None:
    for name in (CARD, *sorted(FILES)):
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
    folder = corpus_folder(card, index)
    if folder.is_dir():
        _write_documents(entries, folder, card, tell)
    else:
        tell(f"no folder {folder}/: of the documents, their texts in the index alone are kept")
    entries.finish(folder.resolve().name)


def _write_documents(entries: EntryWriter, folder: Path, card: IndexCard, tell: Tell) -> None:
    paths = [file.path for file in scan(folder, selection_of(card))]
    for path in (*([IGNORE] if (folder / IGNORE).is_file() else []), *paths):
        try:
            if not is_printable(path) or not (folder / path).is_file():
                raise OSError(0, "no file, or its name holds a character that does not show")
            file = (folder / path).open("rb")
        except OSError as problem:
            tell(f"left out {path!r}: {problem.strerror}")
            continue
        with file:
            entries.copy(DOCUMENTS + path, file)


def _find_folder(index: Path, name: str) -> Path:
    try:
        return corpus_folder(find_snapshot(index)[1], index)
    except (IndexMissing, IndexDamaged):
        return index.parent / name


def _check_room(file: Path, reader: EntryReader, index: Path) -> None:
    """Raise BackupError if the disk has no room for what the manifest tells of, before any of it is read."""
    there = next(folder for folder in (index.absolute(), *index.absolute().parents) if folder.is_dir())
    needed, free = sum(entry.bytes for entry in reader.entries), shutil.disk_usage(there).free
    if needed > free:
        raise BackupError(
            f"{file} holds {needed:,} bytes, and the disk of {there}/ has room for {free:,}: nothing was "
            "changed; make room, or name another folder with --index"
        )


@contextmanager
def _staging(index: Path, folder: Path) -> Iterator[tuple[Path, Path, Path]]:
    """New folders for the snapshot and the documents, and where the conversations go first."""
    fresh = Path(tempfile.mkdtemp(prefix=BUILDING, dir=index))
    try:
        fresh.chmod(0o755)
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        prefix, beside = f"{RESTORING}{folder.name}-", folder.absolute().parent
        for left in beside.glob(f"{prefix}*"):  # by a crash
            shutil.rmtree(left, ignore_errors=True)
        documents = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
        try:
            documents.chmod(0o755)
            with tempfile.TemporaryDirectory() as private:
                yield fresh, documents, Path(private, NAME)
        finally:
            shutil.rmtree(documents, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _place(entry: Entry, fresh: Path, documents: Path, kept: Path) -> Path:
    """Where an entry is put, its folder made."""
    if entry.name == NAME:
        return kept
    if entry.name.startswith(INDEX):
        return fresh / entry.name.removeprefix(INDEX)
    path = documents / entry.name.removeprefix(DOCUMENTS)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _check_staged(reader: EntryReader, fresh: Path, kept: Path) -> IndexCard:
    """The card of what was unpacked.  Raises BackupError if an index or conversations of it are damaged."""
    try:
        card = parse_card((fresh / CARD).read_bytes())
    except FormatError as other:
        raise reader.error(f"of its index: {other}") from None
    except (ValueError, TypeError, LookupError) as problem:
        raise reader.error(f"its card is none: {type(problem).__name__}") from None
    for fault in (*verify_snapshot(fresh, card), *(verify_archive(kept) if kept.exists() else ())):
        raise reader.error(f"{fault.part}: {fault.what}")
    return card


@contextmanager
def _swapping(documents: Path, folder: Path, selection: Selection, tell: Tell) -> Iterator[None]:
    """Put `documents` in the place of `folder` and that aside, and back if the block fails."""
    for place, _, _ in os.walk(documents):
        sync_folder(Path(place))
    if not any(documents.iterdir()) or _have_same_files(documents, folder, selection):
        yield
        return
    aside = None
    if folder.exists():
        aside = _free_name(folder)
        rename(folder, aside)
    try:
        rename(documents, folder)
        yield
    except BaseException:
        if not documents.exists() and folder.exists():
            rename(folder, documents)
        if aside:
            rename(aside, folder)
        raise
    if aside:
        tell(f"moved {folder}/, as it was, to {aside}/")


def _have_same_files(one: Path, other: Path, selection: Selection) -> bool:
    return other.is_dir() and digest(scan(one, selection)) == digest(scan(other, selection))


def _replace_conversations(kept: Path, path: Path, tell: Tell) -> None:
    if path.is_file() and not verify_archive(path):
        aside = _free_name(path)
        copy_archive(path, aside)
        tell(f"kept the conversations that were there in {aside}")
    copy_archive(kept, path)


def _free_name(path: Path) -> Path:
    """A name beside `path` that nothing has."""
    names = (path.with_name(f"{path.name}{ASIDE}{number or ''}") for number in count())
    return next(name for name in names if not name.exists())
