"""The commands that keep an index from being lost: verify, backup, restore."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from rag.backup.backups import write_backup
from rag.backup.restoration import restore_backup
from rag.cli.printing import Bar, print_json, say
from rag.conversations.archive import NAME
from rag.conversations.copies import verify_archive
from rag.datatypes import Fault, IndexCard
from rag.documents.corpus import read_documents
from rag.errors import IndexDamaged, RagError, StoreError
from rag.index.build import build_index
from rag.index.card import check_files, corpus_folders, find_snapshot
from rag.index.freshness import read_known, selection_of
from rag.index.lock import hold_lock
from rag.index.verification import verify_index
from rag.models.embedder import load_embedder
from rag.postgres.store import Store


def verify(arguments: argparse.Namespace) -> None:
    """Say whether the index and the conversations are whole, and what is wrong."""
    index = _require_folder(arguments)
    card, faults = verify_index(index)
    repaired = bool(faults and arguments.repair)
    left = _repair(index, card, faults) if repaired else faults
    kept = index / NAME
    wrong = verify_archive(kept) if kept.is_file() else []
    if arguments.json:
        print_json(
            {
                "index": str(index),
                "faults": [asdict(fault) for fault in faults],
                "repaired": repaired,
                "conversations": [asdict(fault) for fault in wrong] if kept.is_file() else None,
            }
        )
    else:
        print("\n".join(_lines(index, faults)))
        if repaired:
            print(f"{index}/: made anew, whole")
        if kept.is_file():
            print("\n".join(_lines(kept, wrong)))
    if left and card is None:
        raise IndexDamaged(left[0].what)
    if left:
        raise IndexDamaged(
            f"the index in {index}/ is damaged: mend it with `rag verify --index {index} --repair`, or take "
            f"a backup back with `rag restore FILE --index {index}`"
        )
    if wrong:
        raise RagError(
            f"the conversations in {kept} are damaged: move the file away, or take a backup back with "
            f"`rag restore FILE --index {index}`"
        )


def backup(arguments: argparse.Namespace) -> None:
    """Write the index, its documents and the conversations into one file, while others go on."""
    write_backup(_require_folder(arguments), arguments.file, say)
    say(f"wrote {arguments.file}")


def restore(arguments: argparse.Namespace) -> None:
    """Take an index, its documents and the conversations out of a backup, once all of it is found whole."""
    index = _require_folder(arguments)
    folder = restore_backup(arguments.file, index, arguments.folder, say)
    say(f"restored {index}/ and the documents in {folder}/")


def _require_folder(arguments: argparse.Namespace) -> Path:
    """The folder of the index.  Raises StoreError if it is in a store."""
    index: Path | Store = arguments.index
    if isinstance(index, Store):
        raise StoreError(
            f"`rag {arguments.command}` is for an index in a folder, not in {index}: there PostgreSQL "
            "watches over what is written, and pg_dump and pg_restore copy it"
        )
    return index


def _repair(index: Path, card: IndexCard | None, faults: list[Fault]) -> list[Fault]:
    """Make the index anew of its documents; what is wrong then.

    What whole files hold is taken over, unless that is what is wrong.
    """
    if card is None:
        raise IndexDamaged(faults[0].what)
    folders = corpus_folders(card, index)
    if not folders.are_there:
        raise IndexDamaged(
            f"the index in {index}/ is damaged ({faults[0].part} {faults[0].what}), and no documents are in "
            f"{folders.missing}/: put them there, or take a backup back with `rag restore FILE --index "
            f"{index}`"
        )
    with Bar() as bar, hold_lock(index, say):
        for reuse in (True, False):
            if reuse and _is_as_written(index):
                continue
            known = read_known(index, folders) if reuse else None
            corpus = read_documents(folders, selection=selection_of(card), known=known, count=bar.count)
            embedder = load_embedder(card.embedder)
            build_index(corpus, index, embedder, progress=say, count=bar.count, reuse=reuse)
            if not (faults := verify_index(index)[1]):
                break
    return faults


def _is_as_written(index: Path) -> bool:
    """Whether each file of the current snapshot is as its card has it."""
    try:
        check_files(*find_snapshot(index))
    except IndexDamaged:
        return False
    return True


def _lines(path: Path, faults: list[Fault]) -> list[str]:
    return [f"{path}: {fault.part}: {fault.what}" for fault in faults] or [f"{path}: whole"]
