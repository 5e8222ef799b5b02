"""How an index stands to its folder: what it knows of the files there, and what has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rag.datatypes import IndexCard
from rag.documents.corpus import Known
from rag.documents.folder.files import FileState, digest, scan
from rag.documents.folder.selection import ALL, Selection
from rag.errors import IndexDamaged, IndexMissing, IndexStale
from rag.index.card import (
    CARD,
    DOCUMENTS,
    STATES,
    UNREADABLE,
    check_current,
    check_file,
    check_files,
    corpus_folder,
    current_snapshot,
    find_snapshot,
)
from rag.index.store import load_documents, load_files


def is_current(
    index: str | Path, folder: Path, *, embedder: str, weights: str, selection: Selection | None = None
) -> bool:
    """Whether the index was made of `folder` as it is now, by this model, and is whole.

    `weights` is the sha256 of the model's; without `selection` it is that of the index.

    Raises CorpusError if the folder cannot be read.
    """
    try:
        snapshot, card = find_snapshot(index)
        files = load_files(check_file(snapshot, card, STATES))
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return False
    if not _is_of(card, index, folder) or selection not in (None, selection_of(card)):
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
    """The `Corpus.sha256` of the folder of the index as it is now; of `files` the bytes are read only where
    size or times differ.

    Raises CorpusError if the folder cannot be read.
    """
    known = {file.path: file for file in files}
    return digest(scan(corpus_folder(card, index), selection_of(card), known))


def read_known(index: str | Path, folder: Path) -> Known:
    """What the index knows of the files of `folder` and of their documents; nothing if it is not whole."""
    try:
        snapshot, card = find_snapshot(index)
        files = load_files(check_file(snapshot, card, STATES))
        known = Known.of(files, load_documents(check_file(snapshot, card, DOCUMENTS)), card.skipped)
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return Known()
    return known if _is_of(card, index, folder) else Known(outcomes=known.outcomes)


def read_selection(index: str | Path, folder: Path) -> Selection:
    """By what the files of `folder` were selected, even if the index is of another format or not whole."""
    try:
        fields = json.loads((Path(index) / current_snapshot(Path(index))[0] / CARD).read_bytes())
        if (Path(index).resolve() / fields["corpus"]).resolve() != folder.resolve():
            return ALL
        return Selection(tuple(fields.get("include", ())), tuple(fields.get("exclude", ())))
    except (IndexMissing, IndexDamaged, OSError, ValueError, KeyError, TypeError):
        return ALL


def selection_of(card: IndexCard) -> Selection:
    """By what the files of an index were selected."""
    return Selection(card.include, card.exclude)


def _is_of(card: IndexCard, index: str | Path, folder: Path) -> bool:
    return corpus_folder(card, index).resolve() == folder.resolve()
