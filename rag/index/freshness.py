"""How an index stands to its folders: what it knows of the files there, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rag.datatypes import IndexCard
from rag.documents.corpus import Known
from rag.documents.folder.files import FileState, digest
from rag.documents.folder.folders import Folders
from rag.documents.folder.selection import ALL, Selection
from rag.errors import IndexDamaged, IndexMissing, IndexStale, RagError
from rag.index.card import (
    CARD,
    DOCUMENTS,
    STATES,
    UNREADABLE,
    check_current,
    check_file,
    check_files,
    corpus_folders,
    current_snapshot,
    find_snapshot,
)
from rag.index.store import load_documents, load_files


def is_current(
    index: str | Path, folders: Folders, *, embedder: str, weights: str, selection: Selection | None = None
) -> bool:
    """Whether the index was made of `folders` as they are now, by this model, and is whole.

    `weights` is the sha256 of the model's; without `selection` it is that of the index.

    Raises CorpusError if a folder cannot be read.
    """
    try:
        snapshot, card = find_snapshot(index)
        files = load_files(check_file(snapshot, card, STATES))
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return False
    if not _is_of(card, index, folders) or selection not in (None, selection_of(card)):
        return False
    try:
        check_current(
            card, index, embedder=embedder, weights=weights, corpus=folder_sha256(card, index, files)
        )
        check_files(snapshot, card)
    except (IndexDamaged, IndexStale):
        return False
    return True


def folder_sha256(card: IndexCard, index: str | Path, files: Iterable[FileState]) -> str:
    """The `Corpus.sha256` of the folders of the index as they are now; of `files` the bytes are read only
    where size or times differ.

    Raises CorpusError if a folder cannot be read.
    """
    known = {file.path: file for file in files}
    return digest(corpus_folders(card, index).scan(selection_of(card), known))


def read_known(index: str | Path, folders: Folders) -> Known:
    """What the index knows of the files of `folders` and of their documents; nothing if it is not whole."""
    try:
        snapshot, card = find_snapshot(index)
        files = load_files(check_file(snapshot, card, STATES))
        known = Known.of(files, load_documents(check_file(snapshot, card, DOCUMENTS)), card.skipped)
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return Known()
    return Known(folders.adopt(known.files, corpus_folders(card, index)), known.outcomes)


def read_selection(index: str | Path, folders: Folders) -> Selection:
    """By what the files of `folders`, or of one of them, were selected.

    It is read even if the index is of another format or not whole.
    """
    fields = _read_fields(index)
    try:
        before = Folders.parse(fields.get("corpus"), Path(index))
        if not {*before.resolved.paths} & {*folders.resolved.paths}:
            return ALL
        return Selection(tuple(fields.get("include", ())), tuple(fields.get("exclude", ())))
    except (TypeError, ValueError):
        return ALL


def choose_folders(index: str | Path, given: str | Path | Sequence[str | Path]) -> Folders:
    """The folders to index; those that the index has among several keep their names.

    Raises CorpusError if one is given twice or lies in another.
    """
    return Folders.of(given, read_folders(index))


def read_folders(index: str | Path) -> Folders | None:
    """The folders of the index, even if it is of another format or not whole; None if it names none."""
    try:
        return Folders.parse(_read_fields(index).get("corpus"), Path(index))
    except ValueError:
        return None


def check_folders(index: str | Path, *expected: Folders | None) -> None:
    """Raise RagError if the index is of other folders than each of those `expected`, or of others by name."""
    now = read_folders(index)
    if now and now.resolved not in (folders.resolved for folders in expected if folders):
        raise RagError(f"the index in {index}/ is of {now}/ now, which others indexed: start again")


def selection_of(card: IndexCard) -> Selection:
    """By what the files of an index were selected."""
    return Selection(card.include, card.exclude)


def _read_fields(index: str | Path) -> dict[str, Any]:
    """What the card of the index says, of whatever format; nothing if it is none."""
    try:
        fields = json.loads((Path(index) / current_snapshot(Path(index))[0] / CARD).read_bytes())
    except (IndexMissing, IndexDamaged, OSError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _is_of(card: IndexCard, index: str | Path, folders: Folders) -> bool:
    """Whether it is of these folders, by these names and in this order: the first takes what is added."""
    return corpus_folders(card, index).resolved == folders.resolved
