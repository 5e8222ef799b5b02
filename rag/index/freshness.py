"""How an index stands to its folders: what it knows of the files there, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.datatypes import IndexCard
from rag.documents.corpus import Known
from rag.documents.folder.files import FileState, digest
from rag.documents.folder.folders import Folders
from rag.documents.folder.selection import ALL, Selection
from rag.errors import IndexDamaged, IndexMissing, IndexStale, RagError
from rag.index.card import UNREADABLE, check_current, corpus_folders, folders_root
from rag.index.places import find_place
from rag.postgres.store import Store


def is_current(
    index: str | Path | Store,
    folders: Folders,
    *,
    embedder: str,
    weights: str,
    selection: Selection | None = None,
) -> bool:
    """Whether the index was made of `folders` as they are now, by this model, and is whole.

    `weights` is the sha256 of the model's; without `selection` it is that of the index.

    Raises CorpusError if a folder cannot be read.
    """
    try:
        snapshot = find_place(index).find()
        card, files = snapshot.card, snapshot.load_files()
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return False
    if not _is_of(card, index, folders) or selection not in (None, selection_of(card)):
        return False
    try:
        check_current(
            card, index, embedder=embedder, weights=weights, corpus=folder_sha256(card, index, files)
        )
        snapshot.check()
    except (IndexDamaged, IndexStale):
        return False
    return True


def folder_sha256(card: IndexCard, index: str | Path | Store, files: Iterable[FileState]) -> str:
    """The `Corpus.sha256` of the folders of the index as they are now; of `files` the bytes are read only
    where size or times differ.

    Raises CorpusError if a folder cannot be read.
    """
    known = {file.path: file for file in files}
    return digest(corpus_folders(card, index).scan(selection_of(card), known))


def read_known(index: str | Path | Store, folders: Folders) -> Known:
    """What the index knows of the files of `folders` and of their documents; nothing if it is not whole."""
    try:
        snapshot = find_place(index).find()
        card = snapshot.card
        known = Known.of(snapshot.load_files(), snapshot.load_documents(), card.skipped)
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return Known()
    return Known(folders.adopt(known.files, corpus_folders(card, index)), known.outcomes)


def read_selection(index: str | Path | Store, folders: Folders) -> Selection:
    """By what the files of `folders`, or of one of them, were selected.

    It is read even if the index is of another format or not whole.
    """
    fields = find_place(index).read_fields()
    try:
        before = Folders.parse(fields.get("corpus"), folders_root(index))
        if not {*before.resolved.paths} & {*folders.resolved.paths}:
            return ALL
        return Selection(tuple(fields.get("include", ())), tuple(fields.get("exclude", ())))
    except (TypeError, ValueError):
        return ALL


def choose_folders(index: str | Path | Store, given: str | Path | Sequence[str | Path]) -> Folders:
    """The folders to index; those that the index has among several keep their names.

    Raises CorpusError if one is given twice or lies in another.
    """
    return Folders.of(given, read_folders(index))


def read_folders(index: str | Path | Store) -> Folders | None:
    """The folders of the index, even if it is of another format or not whole; None if it names none."""
    try:
        return Folders.parse(find_place(index).read_fields().get("corpus"), folders_root(index))
    except ValueError:
        return None


def check_folders(index: str | Path | Store, *expected: Folders | None) -> None:
    """Raise RagError if the index is of other folders than each of those `expected`, or of others by name."""
    now = read_folders(index)
    if now and now.resolved not in (folders.resolved for folders in expected if folders):
        raise RagError(f"the index in {index}/ is of {now}/ now, which others indexed: start again")


def selection_of(card: IndexCard) -> Selection:
    """By what the files of an index were selected."""
    return Selection(card.include, card.exclude)


def _is_of(card: IndexCard, index: str | Path | Store, folders: Folders) -> bool:
    """Whether it is of these folders, by these names and in this order: the first takes what is added."""
    return corpus_folders(card, index).resolved == folders.resolved
