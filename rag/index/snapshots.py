"""A snapshot of an index, written whole and made the current one in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag.datatypes import Chunk, Document, IndexCard
from rag.documents.corpus import Corpus
from rag.documents.folder.files import INDEX_PARTS, FileState
from rag.durable import DRAFT, rename, replace_file, sync_folder, write_file
from rag.errors import IndexDamaged, IndexMissing
from rag.index.card import (
    CARD,
    CHUNKS,
    CURRENT,
    DOCUMENTS,
    FILES,
    FORMAT,
    POSTINGS,
    SENTENCES,
    SPAN,
    STATES,
    TWINS,
    WORDS,
    chunk_sizes,
    current_snapshot,
    format_card,
)
from rag.index.postings import Postings, npy
from rag.models.embedder import Embedder

BUILDING = "building-"  # how the names of folders begin that are no snapshot yet


def write_snapshot(
    root: Path,
    corpus: Corpus,
    embedder: Embedder,
    spans: dict[str, tuple[list[Chunk], Any]],
    twins: dict[int, int],
    postings: Postings,
    indexed: dict[str, str],
) -> IndexCard:
    """The card of a snapshot, which is written below `root` and made the current one.

    `spans` are chunks and sentences, each with its vectors as a FAISS index; `twins` are those of the
    sentences (`rag.index.duplicates.find_duplicates`); `postings` are those of the chunks; `indexed` is the
    card's.

    The lock of the index must be held (`rag.index.lock.hold_lock`).

    Raises OSError if it cannot be written; then the one before stays.
    """
    fresh = Path(tempfile.mkdtemp(prefix=BUILDING, dir=root))
    try:
        fresh.chmod(0o755)
        files = {DOCUMENTS: write_file(fresh / DOCUMENTS, _json_lines(corpus.documents))}
        numbers = {document.id: number for number, document in enumerate(corpus.documents)}
        for name, (rows, vectors) in spans.items():
            table = np.array([(numbers[row.document_id], row.start, row.end) for row in rows], SPAN)
            files[f"{name}.npy"] = write_file(fresh / f"{name}.npy", [npy(table)])
            # Not by faiss.write_index, which says nothing if the disk is full as it closes the file.
            files[f"{name}.faiss"] = write_file(
                fresh / f"{name}.faiss", [faiss.serialize_index(vectors).data]
            )
        files[TWINS] = write_file(fresh / TWINS, [json.dumps(list(twins.items())).encode()])
        files[WORDS] = write_file(fresh / WORDS, [postings.words_json()])
        files[POSTINGS] = write_file(fresh / POSTINGS, [npy(postings.entries)])
        files[STATES] = write_states(fresh, corpus.files)
        card = IndexCard(
            format=FORMAT,
            embedder=embedder.name,
            weights_sha256=embedder.weights_sha256,
            dim=embedder.dim,
            embedder_window=embedder.window,
            window=chunk_sizes(embedder.window)[0],
            overlap=chunk_sizes(embedder.window)[1],
            corpus=corpus.folders.format(root),
            corpus_sha256=corpus.sha256,
            documents=len(corpus.documents),
            chunks=len(spans[CHUNKS][0]),
            sentences=len(spans[SENTENCES][0]),
            skipped=corpus.skipped,
            files={name: files[name] for name in sorted(files)},
            indexed=indexed,
            questions=corpus.questions,
            include=corpus.selection.include,
            exclude=corpus.selection.exclude,
        )
        install_snapshot(root, fresh, card)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return card


def write_states(fresh: Path, files: Iterable[FileState]) -> str:
    """Write which files the folder of the documents has into the snapshot `fresh`; the sha256 of that.

    Raises OSError as `write_snapshot`.
    """
    lines = (json.dumps(asdict(file)) + "\n" for file in files)  # in ASCII: a name may be no UTF-8
    return write_file(fresh / STATES, map(str.encode, lines))


def install_snapshot(root: Path, fresh: Path, card: IndexCard) -> None:
    """Write `card` into the folder `fresh` below `root`, and make that the current snapshot.

    Its files must be on the disk.  The pointer is replaced last; what it pointed to, and what a crash left,
    is removed after that.

    Raises OSError as `write_snapshot`.
    """
    content = format_card(card)
    write_file(fresh / CARD, [content])
    sync_folder(fresh)
    older = sorted(root.glob("generation-" + "[0-9]" * 6))
    snapshot = root / f"generation-{int(older[-1].name[-6:]) + 1 if older else 1:06d}"
    try:
        rename(fresh, snapshot)
        sha256 = hashlib.sha256(content).hexdigest()
        replace_file(root / CURRENT, f"{snapshot.name} {sha256}\n".encode())
    except BaseException:
        if not _is_current(root, snapshot):
            shutil.rmtree(snapshot, ignore_errors=True)
        raise
    _remove_leftovers(root, snapshot)


def _remove_leftovers(root: Path, snapshot: Path) -> None:
    """Remove what is left of other snapshots in `root`, and nothing that others keep there."""
    for folder in root.iterdir():
        if INDEX_PARTS.match(folder.name) and folder != snapshot and _holds_snapshot(folder):
            shutil.rmtree(folder, ignore_errors=True)
    for draft in root.glob(DRAFT + "[0-9a-f]" * 32):
        draft.unlink(missing_ok=True)


def _holds_snapshot(folder: Path) -> bool:
    """Whether `folder` has no other files than a snapshot, whole or not, also one of an earlier format."""
    if not folder.is_dir():
        return False
    ours = {CARD, *FILES}
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        ours |= json.loads((folder / CARD).read_bytes())["files"].keys()
    try:
        return all(path.name in ours and path.is_file() for path in folder.iterdir())
    except OSError:
        return False


def _is_current(root: Path, snapshot: Path) -> bool:
    """Whether the pointer names it, as it may if the error came after it was replaced."""
    try:
        return current_snapshot(root)[0] == snapshot.name
    except IndexMissing:
        return False
    except IndexDamaged:  # who knows: then nothing is removed
        return True


def _json_lines(rows: Iterable[Document]) -> Iterator[bytes]:
    for row in rows:
        yield (json.dumps(asdict(row), ensure_ascii=False, default=date.isoformat) + "\n").encode()
