"""The index on disk: vectors in FAISS, the spans and documents they stand for, and the card.

    index/CURRENT                  the name of the current snapshot and the sha256 of its card, one line
    index/generation-000001/       card.json documents.jsonl files.jsonl {chunks,sentences}.{npy,faiss}
                                   twins.json words.json postings.npy

A snapshot is written whole into a fresh folder; then CURRENT is replaced in one step, so a
reader sees the old index or the new one and a crash loses neither.  Other files are not touched.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np

from rag.datatypes import Block, Chunk, Document, IndexCard, Mark, Vectors
from rag.documents.folder.files import FileState
from rag.documents.outline import Outline
from rag.errors import IndexDamaged
from rag.index.bm25 import Mask
from rag.index.card import (
    CHUNKS,
    DOCUMENTS,
    POSTINGS,
    SENTENCES,
    SPAN,
    STATES,
    TWINS,
    UNREADABLE,
    WORDS,
    check_files,
    current_snapshot,
    damage_error,
    find_snapshot,
)
from rag.index.postings import Postings, load_postings


class SpanVectors(Protocol):
    """The vectors of the chunks or of the sentences of an index, row by row, wherever they are."""

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The rows of the `n` nearest to `query` with their cosines, best first, ties by row.

        `allowed`, ``(rows,)``, says of each row whether it may be found.
        """
        ...

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of `rows`, in order: float32 ``(n,)``."""
        ...

    def fetch(self, rows: Sequence[int]) -> Vectors:
        """The vectors of `rows`, in order: ``(n, dim)``."""
        ...


class FaissVectors:
    """Vectors in a file, which FAISS compares with each of them."""

    def __init__(self, vectors: Any) -> None:  # faiss.IndexFlatIP; FAISS has no types
        self._vectors = vectors

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """`SpanVectors.search`."""
        most = self._vectors.ntotal if allowed is None else int(allowed.sum())
        only = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            only = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        count = min(n + 1, most)
        if not count:
            return []
        scores, rows = self._vectors.search(query.reshape(1, -1), count, params=only)
        # FAISS keeps any of several equal rows; ask for more until the last of them is in.
        while n <= count < most and scores[0][n - 1] == scores[0][-1]:
            count = min(2 * count, most)
            scores, rows = self._vectors.search(query.reshape(1, -1), count, params=only)
        hits = [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:n]

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.cosines`."""
        return self.fetch(rows) @ query

    def fetch(self, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.fetch`."""
        vectors: Vectors = self._vectors.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return vectors


class Index:
    """An opened index: row i of the chunk vectors is ``chunks[i]``, and so for the sentences.

    `outlines` are those of the documents, by id.
    `twins` are the sentences that say what an earlier one says (`rag.index.duplicates.find_duplicates`);
    `postings` are the words of the chunks, each below its title and headings;
    `files` are all of the folder as they were indexed, read or not.
    """

    def __init__(
        self,
        card: IndexCard,
        documents: tuple[Document, ...],
        chunks: tuple[Chunk, ...],
        sentences: tuple[Chunk, ...],
        vectors: tuple[SpanVectors, SpanVectors],  # of chunks and of sentences
        twins: dict[int, int],
        postings: Postings,
        files: tuple[FileState, ...] = (),
    ) -> None:
        self.card = card
        self.documents = documents
        self.outlines = {document.id: Outline(document) for document in documents}
        self.chunks = chunks
        self.sentences = sentences
        self.chunk_vectors, self.sentence_vectors = vectors
        self.twins = twins
        self.postings = postings
        self.files = files
        self._begins = [(span.document_id, span.start) for span in sentences]
        self._ends = [(span.document_id, span.end) for span in sentences]

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The rows of the `n` nearest chunks with their cosines, best first, ties by row.

        `allowed`, ``(chunks,)``, says of each row whether it may be found.
        """
        return self.chunk_vectors.search(query, n, allowed)

    def sentence_rows(self, document_id: str, start: int, end: int) -> range:
        """The rows of the sentences that stand, whole or in part, in ``text[start:end]``."""
        first = bisect.bisect_right(self._ends, (document_id, start))
        return range(first, max(first, bisect.bisect_left(self._begins, (document_id, end))))

    def sentence_cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of the sentences `rows`, in order: float32 ``(n,)``."""
        return self.sentence_vectors.cosines(query, rows)


def open_folder(root: Path) -> Index:
    """Load the current snapshot below `root`, every file checked against its sha256 before it is read.

    Raises IndexMissing or IndexDamaged.
    """
    while True:
        before = current_snapshot(root)
        try:
            return _load(*find_snapshot(root))
        except IndexDamaged:
            if current_snapshot(root) == before:  # otherwise it was replaced while it was read
                raise


def _load(snapshot: Path, card: IndexCard) -> Index:
    check_files(snapshot, card)
    try:
        documents = load_documents(snapshot / DOCUMENTS)
        chunks, sentences = (load_spans(snapshot, spans, documents) for spans in (CHUNKS, SENTENCES))
        faiss_indices = [load_vectors(snapshot, spans) for spans in (CHUNKS, SENTENCES)]
        twins = dict(json.loads((snapshot / TWINS).read_text(encoding="utf-8")))
        postings = load_postings(snapshot / WORDS, snapshot / POSTINGS)
        files = load_files(snapshot / STATES)
    except UNREADABLE as problem:
        reason = next(iter(str(problem).splitlines()), type(problem).__name__)
        raise damage_error(snapshot.parent, reason) from None
    vectors = (FaissVectors(faiss_indices[0]), FaissVectors(faiss_indices[1]))
    return Index(card, documents, chunks, sentences, vectors, twins, postings, files)


def load_documents(path: Path) -> tuple[Document, ...]:
    """The documents in the file `DOCUMENTS` of a snapshot."""
    return tuple(parse_document(line) for line in _read_lines(path))


def load_spans(snapshot: Path, spans: str, documents: Sequence[Document]) -> tuple[Chunk, ...]:
    """The chunks or the sentences of a snapshot, whose `documents` are given: `spans` is `CHUNKS` or
    `SENTENCES`.

    Raises ValueError if the file holds none, or spans of other documents.
    """
    rows = np.load(snapshot / f"{spans}.npy", allow_pickle=False)
    if rows.dtype != SPAN or rows.ndim != 1:
        raise ValueError(f"{rows.shape} of {rows.dtype}, expected spans")
    if not ((rows["document"] >= 0) & (rows["document"] < len(documents))).all():
        raise ValueError(f"spans of more than {len(documents)} documents")
    ids = [document.id for document in documents]
    return tuple(Chunk(ids[document], start, end) for document, start, end in rows.tolist())


def load_vectors(snapshot: Path, spans: str) -> Any:
    """Their vectors, row by row, as a FAISS index, which leaves them on the disk until they are used.

    Raises RuntimeError if the file is none.
    """
    return faiss.read_index(str(snapshot / f"{spans}.faiss"), faiss.IO_FLAG_MMAP_IFC)


def load_files(path: Path) -> tuple[FileState, ...]:
    """The files in the file `STATES` of a snapshot."""
    return parse_files(_read_lines(path))


def parse_files(lines: Iterable[dict[str, Any]]) -> tuple[FileState, ...]:
    """The files that were written as these fields; any of the errors `UNREADABLE` if they are none."""
    return tuple(FileState(**f | {"stamp": f["stamp"] and tuple(f["stamp"])}) for f in lines)


def _read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def parse_document(fields: dict[str, Any]) -> Document:
    """The document that was written as these fields; any of the errors `UNREADABLE` if they are none."""
    fields["published"] = date.fromisoformat(fields["published"]) if fields["published"] else None
    fields["blocks"] = tuple(
        Block(**block | {"cells": tuple(map(tuple, block["cells"]))}) for block in fields["blocks"]
    )
    fields["marks"] = tuple(Mark(**mark) for mark in fields["marks"])
    fields |= {name: tuple(fields[name]) for name in ("pages", "page_names", "aliases")}
    fields["details"] = tuple(map(tuple, fields["details"]))
    return Document(**fields)
