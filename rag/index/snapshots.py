"""A snapshot of an index, written whole and made the current one in one step."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag.datatypes import Approximation, Document, IndexCard
from rag.documents.corpus import Corpus
from rag.documents.folder.files import INDEX_PARTS, FileState
from rag.durable import DRAFT, rename, replace_file, sync_folder, write_file
from rag.errors import IndexDamaged, IndexMissing
from rag.index.card import (
    BY_BLOCK,
    CARD,
    CATALOGUE,
    CHUNKS,
    COPIED,
    CURRENT,
    DOCUMENTS,
    EDITIONS,
    FORMAT,
    FURNITURE,
    LISTS,
    POSSIBLE,
    POSTINGS,
    SENTENCES,
    STATES,
    SUMS,
    TWINS,
    VECTORS,
    WORDS,
    chunk_sizes,
    current_snapshot,
    format_card,
)
from rag.index.duplicates import Copies
from rag.index.parts.blocks import WHOLE, format_sums, hash_blocks
from rag.index.parts.documents import Documents, format_catalogue
from rag.index.parts.editions import find_editions, format_editions
from rag.index.parts.lazy_documents import format_document
from rag.index.parts.nearest import ALTERED, EXACT, make_lists, renew_lists
from rag.index.parts.rows import Table
from rag.index.parts.spans import Spans
from rag.index.parts.twins import Twins
from rag.index.parts.vectors import FaissVectors, JoinedVectors, format_vectors
from rag.index.postings import Postings, npy
from rag.index.renewal.columns import Columns
from rag.models.embedder import Embedder

BUILDING = "building-"  # how the names of folders begin that are no snapshot yet


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """All that a snapshot is to hold.

    `spans` are chunks and sentences, each with its vectors, ``(n, dim)``; `twins` are those of the
    sentences (`rag.index.duplicates.find_duplicates`); `postings` are those of the chunks; `indexed` is the
    card's; `columns` is what is known of each document by itself.
    """

    corpus: Corpus
    embedder: Embedder
    spans: Mapping[str, tuple[Spans, Table]]
    twins: Twins
    postings: Postings
    indexed: dict[str, str]
    columns: Columns

    def card(self, root: Path, files: dict[str, str], approximate: Approximation | None = None) -> IndexCard:
        """The card of the snapshot: `root` is what the paths of its folders begin at, `files` are the sha256s
        of what is written, `approximate` is how its chunks are searched if not each is compared."""
        corpus, embedder = self.corpus, self.embedder
        return IndexCard(
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
            chunks=len(self.spans[CHUNKS][0]),
            sentences=len(self.spans[SENTENCES][0]),
            skipped=corpus.skipped,
            files={name: files[name] for name in sorted(files)},
            indexed=self.indexed,
            questions=corpus.questions,
            include=corpus.selection.include,
            exclude=corpus.selection.exclude,
            approximate=approximate,
        )

    def parts(self) -> dict[str, list[bytes | memoryview]]:
        """The contents of the files that hold the same wherever the vectors are, by their names."""
        documents = Documents.of(self.corpus.documents)
        (chunks, _), (sentences, _) = self.spans[CHUNKS], self.spans[SENTENCES]
        copied = Copies(documents, sentences, self.twins).find_copied(chunks, self.columns.sentences["words"])
        labels = dict(zip(documents.ids, self.columns.labels, strict=True))
        parts: dict[str, list[bytes | memoryview]] = {
            TWINS: [npy(self.twins.pairs)],
            COPIED: [npy(copied)],
            FURNITURE: [npy(np.flatnonzero(self.columns.chunks["furniture"]).astype(np.int32))],
            EDITIONS: [format_editions(find_editions(labels))],
            WORDS: [self.postings.words_json()],
            POSTINGS: [npy(self.postings.entries)],
            STATES: [format_state(file) for file in self.corpus.files],
        }
        return parts | self.columns.parts(self.postings)


def write_snapshot(root: Path, draft: Draft, *, exact: int = EXACT, whole: int = WHOLE) -> IndexCard:
    """The card of a snapshot, which is written below `root` and made the current one.

    The lock of the index must be held (`rag.index.lock.hold_lock`).  Of more than `exact` chunks a search
    does not compare each; files of more than `whole` bytes are compared with the card block by block.

    Raises OSError if it cannot be written; then the one before stays.
    """
    corpus = draft.corpus
    fresh = Path(tempfile.mkdtemp(prefix=BUILDING, dir=root))
    try:
        fresh.chmod(0o755)
        sizes: list[int] = []
        files = {DOCUMENTS: write_file(fresh / DOCUMENTS, _format_documents(corpus.documents, sizes))}
        files[CATALOGUE] = write_file(fresh / CATALOGUE, [format_catalogue(corpus.documents, sizes)])
        for name, (rows, vectors) in draft.spans.items():
            files[f"{name}.npy"] = write_file(fresh / f"{name}.npy", [npy(rows.table)])
            files[VECTORS[name]] = write_file(fresh / VECTORS[name], format_vectors(vectors))
        for name, content in draft.parts().items():
            files[name] = write_file(fresh / name, content)
        approximate = None
        if len(draft.spans[CHUNKS][0]) > exact:
            lists, approximate = _make_lists(draft.spans[CHUNKS][1], exact)
            # Not by faiss.write_index, which says nothing if the disk is full as it closes the file.
            files[LISTS] = write_file(fresh / LISTS, [faiss.serialize_index(lists).data])
        large = [name for name in sorted(BY_BLOCK & files.keys()) if (fresh / name).stat().st_size > whole]
        if large:
            sums = format_sums({name: hash_blocks(fresh / name) for name in large})
            files[SUMS] = write_file(fresh / SUMS, [sums])
        card = draft.card(root, files, approximate)
        install_snapshot(root, fresh, card)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return card


def _make_lists(vectors: Table, exact: int) -> tuple[Any, Approximation]:
    """The lists of `vectors`: those before with what has changed in them, unless that is much."""
    if isinstance(vectors, JoinedVectors) and isinstance(vectors.old, FaissVectors):
        before, kept = vectors.old.lists, vectors.kept
        if before and before.exact == exact and before.count_altered(kept) <= ALTERED * len(vectors):
            return renew_lists(before, kept, vectors)
    return make_lists(vectors, exact)


def write_states(fresh: Path, files: Iterable[FileState]) -> str:
    """Write which files the folder of the documents has into the snapshot `fresh`; the sha256 of that.

    Raises OSError as `write_snapshot`.
    """
    return write_file(fresh / STATES, map(format_state, files))


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


# What a crash of the format before may have left without a card.
FORMER = ("chunks.faiss", "sentences.faiss", "twins.json")


def _holds_snapshot(folder: Path) -> bool:
    """Whether `folder` has no other files than a snapshot, whole or not, also one of an earlier format."""
    if not folder.is_dir():
        return False
    ours = {CARD, *POSSIBLE, *FORMER}
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


def format_state(file: FileState) -> bytes:
    """What is known of a file as a line of `STATES`, in ASCII: a name may be no UTF-8."""
    return (json.dumps(asdict(file)) + "\n").encode()


def _format_documents(documents: Iterable[Document], sizes: list[int]) -> Iterator[bytes]:
    """The documents line by line, how long each is put into `sizes`."""
    for document in documents:
        line = format_document(document)
        sizes.append(len(line))
        yield line
