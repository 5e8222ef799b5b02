"""A backup -> the index, documents and conversations that are in it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from rag.backup.entries import DOCUMENTS, INDEX, Entry, EntryReader
from rag.conversations.archive import NAME
from rag.conversations.copies import find_free_name, replacing_archive, verify_archive
from rag.datatypes import IndexCard
from rag.documents.folder.files import digest
from rag.documents.folder.folders import Folders
from rag.documents.folder.selection import Selection
from rag.documents.readers.file_kinds import HIDDEN, is_printable, printable
from rag.durable import rename, sync_folder, write_file
from rag.errors import BackupError, CorpusError, IndexDamaged, IndexMissing
from rag.index.card import STATES, corpus_folders, find_snapshot
from rag.index.freshness import selection_of
from rag.index.lock import hold_lock
from rag.index.snapshots import BUILDING, install_snapshot, write_states
from rag.index.store import load_files
from rag.index.verification import verify_snapshot

RESTORING = ".restoring-"
RANDOM = "[a-z0-9_]{8}"  # what `tempfile.mkdtemp` puts behind a prefix

Tell = Callable[[str], None]


def restore_backup(
    file: Path, index: Path, folder: Path | None = None, tell: Tell = lambda line: None
) -> Path:
    """Put what is in `file` into the folder `index` and its documents into `folder`, which is given back.

    Those of several folders go each into one of its name in there.
    Without `folder` it is that of the index that is there, if that has one alone as the backup has, or of
    several the one in which they lie as they would be put there, with nothing else; otherwise a new one
    beside it, called as it was.
    If it is a link, the folder behind that is meant.
    All of `file` is read and checked before anything is changed.  Documents and conversations that are there,
    whole or damaged, are put aside, and `tell` is told where.  Files that could be read neither for the index
    nor for the backup are in the index no more.

    Raises BackupError if the file is no whole backup or does not say well where the documents go, IndexBusy,
    or RagError if something cannot be written; then what was there stays.
    """
    if index.name in ("", ".."):  # what is beside it needs its name
        index = index.resolve()
    with closing(EntryReader(file)) as reader:
        _check_room(file, reader, index)
        card = reader.read_card()
        # Where it leads: a link would be moved aside, and the index be told of the folder behind it.
        folder = (folder or _find_folder(file, index, reader.folder, card)).resolve()
        if index.resolve().is_relative_to(folder):
            raise BackupError(
                f"the index in {index}/ stands in {folder}/, which is to be replaced: name another folder "
                "for the documents"
            )
        for entry in reader.entries:
            for _ in reader.read(entry):
                pass
        try:
            with hold_lock(index, tell), _staging(index, folder) as (fresh, documents, kept):
                for entry in reader.entries:
                    write_file(_place(entry, fresh, documents, kept), reader.read(entry))
                _check_staged(reader, card, fresh, kept)
                card = _without_absent(card, fresh, documents)
                card = replace(card, corpus=_folders_in(folder, card).format(index))
                with (
                    _swapping(documents, folder, card, tell),
                    replacing_archive(kept, index / NAME, tell),
                ):
                    install_snapshot(index, fresh, card)
        except OSError as problem:
            raise BackupError(
                f"cannot restore {file} to {index}/ and {folder}/: {problem.strerror or problem} "
                f"({problem.filename}); what was there stays: make room, or name other folders"
            ) from None
    return folder


def _find_folder(file: Path, index: Path, name: str, card: IndexCard) -> Path:
    """Where the documents go if nobody says it: the backup alone never decides what is replaced."""
    if own := _find_own_folder(index, card):
        return own
    folder = index.parent / name
    command = f"`rag restore {shlex.quote(str(file))} FOLDER --index {shlex.quote(str(index))}`"
    if HIDDEN.match(name) or not is_printable(name):
        raise BackupError(
            f"the documents in {file} were in a folder {name[:200]!r}, expected a name that is not hidden: "
            f"nothing was changed; say where they go with {command}"
        )
    if os.path.lexists(folder) and not (folder.is_dir() and not any(folder.iterdir())):
        raise BackupError(
            f"{folder}/ is there, and no index in {index}/ says that such documents and nothing else are in "
            f"it: nothing was changed; say where they go with {command}, and what is there is moved aside"
        )
    return folder


def _find_own_folder(index: Path, card: IndexCard) -> Path | None:
    """The folder that holds all documents of the index that is there, one or several as the `card` has them.

    Of several nothing else may be in it: it would be moved aside with them.
    """
    try:
        before = find_snapshot(index)[1]
    except (IndexMissing, IndexDamaged):
        return None
    folders = corpus_folders(before, index)
    if isinstance(before.corpus, str) or isinstance(card.corpus, str):
        return folders.paths[0] if isinstance(before.corpus, type(card.corpus)) else None
    folder = folders.resolved.paths[0].parent
    others = {path.name for path in folder.iterdir()} - {*before.corpus} if folder.is_dir() else set()
    return folder if folders.resolved == _folders_in(folder, before) and not others else None


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
        for left in beside.iterdir():
            if re.fullmatch(re.escape(prefix) + RANDOM, left.name):  # by a crash
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


def _check_staged(reader: EntryReader, card: IndexCard, fresh: Path, kept: Path) -> None:
    """Raise BackupError if the index or the conversations that were unpacked are damaged."""
    for fault in (*verify_snapshot(fresh, card), *(verify_archive(kept) if kept.exists() else ())):
        raise reader.error(f"{fault.part}: {fault.what}")


def _without_absent(card: IndexCard, fresh: Path, documents: Path) -> IndexCard:
    """The card of the snapshot `fresh` without the files that no backup holds, such as links to nothing.

    Otherwise the index would be taken for one of another folder.
    """
    if not any(documents.iterdir()):  # the folder had gone
        return card
    for place in _folders_in(documents, card).paths:  # of several, one may be empty
        place.mkdir(exist_ok=True)
    files = load_files(fresh / STATES)
    absent = {
        file.path
        for file in files
        if (file.sha256 is None or not is_printable(file.path)) and not os.path.lexists(documents / file.path)
    }
    if not absent:
        return card
    there = tuple(file for file in files if file.path not in absent)
    return replace(
        card,
        files=card.files | {STATES: write_states(fresh, there)},
        corpus_sha256=digest(there),
        skipped=tuple(file for file in card.skipped if file.path not in set(map(printable, absent))),
    )


@contextmanager
def _swapping(documents: Path, folder: Path, card: IndexCard, tell: Tell) -> Iterator[None]:
    """Put `documents` in the place of `folder` and that aside, and back if the block fails."""
    for place, _, _ in os.walk(documents):
        sync_folder(Path(place))
    if not any(documents.iterdir()) or _have_same_files(
        _folders_in(documents, card), _folders_in(folder, card), selection_of(card)
    ):
        yield
        return
    aside = None
    if folder.exists():
        aside = find_free_name(folder)
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


def _folders_in(folder: Path, card: IndexCard) -> Folders:
    """The folders of the documents of a backup, restored to `folder`."""
    if isinstance(card.corpus, str):
        return Folders.of(folder)
    return Folders(tuple((name, folder / name) for name in card.corpus))


def _have_same_files(one: Folders, other: Folders, selection: Selection) -> bool:
    mine = digest(one.scan(selection))
    try:
        return digest(other.scan(selection)) == mine
    except CorpusError:  # no folder, or its .ragignore is wrong: that is moved aside with it
        return False
