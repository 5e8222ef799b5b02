"""The index on disk: vectors in FAISS, the spans and documents they stand for, and the card.

    index/CURRENT                  the generation that is in force and the sha256 of its card, one line
    index/generation-000001/       card.json documents.jsonl {chunks,sentences}.{jsonl,faiss} twins.json

A generation is written whole into a fresh folder; then CURRENT is replaced in one step, so a
reader sees the old index or the new one and a crash loses neither.  Other files are not touched.
"""

from __future__ import annotations

import bisect
import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from rag.datatypes import Chunk, Document, IndexCard, Vectors
from rag.documents import chunking
from rag.documents.corpus import Corpus
from rag.documents.sentences import searchable
from rag.errors import EmptyCorpus, IndexDamaged, IndexMissing, RagError
from rag.index.bm25 import Mask
from rag.index.build import embed_new, first_indexed, texts, vectors_of
from rag.index.card import (
    CHUNKS,
    DOCUMENTS,
    SENTENCES,
    TWINS,
    check_files,
    chunk_sizes,
    damaged,
    in_force,
    read_card,
)
from rag.index.snapshots import write_generation
from rag.models.embedder import Embedder


class Index:
    """An opened index: row i of the chunk vectors is ``chunks[i]``, and so for the sentences.

    `twins` are the sentences that say what an earlier one says (`rag.index.duplicates.find_duplicates`).
    """

    def __init__(
        self,
        card: IndexCard,
        documents: tuple[Document, ...],
        chunks: tuple[Chunk, ...],
        sentences: tuple[Chunk, ...],
        vectors: tuple[Any, Any],  # faiss.IndexFlatIP of chunks and of sentences; FAISS has no types
        twins: dict[int, int],
    ) -> None:
        self.card = card
        self.documents = documents
        self.chunks = chunks
        self.sentences = sentences
        self.chunk_vectors, self.sentence_vectors = vectors
        self.twins = twins
        self._begins = [(span.document_id, span.start) for span in sentences]
        self._ends = [(span.document_id, span.end) for span in sentences]

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The rows of the `n` nearest chunks with their cosines, best first, ties by row.

        `allowed`, ``(chunks,)``, says of each row whether it may be found.
        """
        most = len(self.chunks) if allowed is None else int(allowed.sum())
        only = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            only = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))  # type: ignore[call-arg, arg-type]
        asked = min(n + 1, most)
        if not asked:
            return []
        scores, rows = self.chunk_vectors.search(query.reshape(1, -1), asked, params=only)
        # FAISS keeps any of several equal rows; ask for more until the last of them is in.
        while n <= asked < most and scores[0][n - 1] == scores[0][-1]:
            asked = min(2 * asked, most)
            scores, rows = self.chunk_vectors.search(query.reshape(1, -1), asked, params=only)
        found = [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:n]

    def sentence_rows(self, document_id: str, start: int, end: int) -> range:
        """The rows of the sentences that stand, whole or in part, in ``text[start:end]``."""
        first = bisect.bisect_right(self._ends, (document_id, start))
        return range(first, max(first, bisect.bisect_left(self._begins, (document_id, end))))

    def sentence_cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of the sentences `rows`, in order: float32 ``(n,)``."""
        vectors: Vectors = self.sentence_vectors.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return vectors @ query


def build_index(
    corpus: Corpus,
    folder: str | Path,
    embedder: Embedder,
    *,
    now: datetime | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> IndexCard:
    """Chunk and embed `corpus`, write the index below `folder`, and make it the one in force.

    Texts that the index in force there has are not embedded again, if the same model made it.
    `now` is what the card says of documents that are new or altered; without it, the time it is.
    `progress` is told one line a step.

    Raises EmptyCorpus if no document holds a sentence, RagError if the folder cannot be written.
    """
    chunks, sentences = _spans(corpus, embedder)
    if not chunks:
        raise EmptyCorpus(f"no sentence in {corpus.folder}/: expected documents with text", corpus.skipped)
    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=root).close()  # better now than after minutes of embedding
    except OSError as problem:
        raise RagError(f"cannot write the index to {root}/: {problem.strerror or problem}") from None
    before = _whole(root)
    told = {name: texts(corpus.documents, rows) for name, rows in ((CHUNKS, chunks), (SENTENCES, sentences))}
    wanted = set(told[CHUNKS] + told[SENTENCES])
    known = vectors_of(before, embedder) if before else {}
    progress(
        f"embedding {len(chunks)} chunks and {len(sentences)} sentences "
        f"of {len(corpus.documents)} documents with {embedder.name}: "
        f"{len(wanted - known.keys())} of {len(wanted)} texts are new"
    )
    vectors = embed_new(wanted, known, embedder, progress)
    spans = {
        CHUNKS: (chunks, _flat([vectors[text] for text in told[CHUNKS]])),
        SENTENCES: (sentences, _flat([vectors[text] for text in told[SENTENCES]])),
    }
    indexed = first_indexed(corpus.documents, before, (now or datetime.now(UTC)).astimezone(UTC))
    try:
        card = write_generation(root, corpus, embedder, spans, indexed)
    except OSError as problem:
        raise RagError(f"cannot write the index to {root}/: {problem.strerror or problem}") from None
    progress(f"wrote {root}/{in_force(root)[0]}")
    return card


def open_index(folder: str | Path) -> Index:
    """Load the index in force, every file checked against its sha256 before it is read.

    Raises IndexMissing or IndexDamaged.
    """
    root = Path(folder)
    while True:
        before = in_force(root)
        try:
            return _load(root, read_card(root))
        except IndexDamaged:
            if in_force(root) == before:  # otherwise it was replaced while it was read
                raise


def _load(root: Path, card: IndexCard) -> Index:
    generation = check_files(root, card)
    try:
        documents = tuple(_document(line) for line in _lines(generation / DOCUMENTS))
        chunks, sentences = (
            tuple(Chunk(**line) for line in _lines(generation / f"{spans}.jsonl"))
            for spans in (CHUNKS, SENTENCES)
        )
        chunk_vectors, sentence_vectors = (
            faiss.read_index(str(generation / f"{spans}.faiss")) for spans in (CHUNKS, SENTENCES)
        )
        same = dict(json.loads((generation / TWINS).read_text(encoding="utf-8")))
    except (OSError, RuntimeError) as problem:
        raise damaged(root, next(iter(str(problem).splitlines()), type(problem).__name__)) from None
    return Index(card, documents, chunks, sentences, (chunk_vectors, sentence_vectors), same)


def _spans(corpus: Corpus, embedder: Embedder) -> tuple[list[Chunk], list[Chunk]]:
    """The chunks and the sentences of all documents, in their order."""
    window, overlap = chunk_sizes(embedder.window)
    chunks, sentences = [], []
    for document in corpus.documents:
        chunks += chunking.chunk(document, embedder.count_tokens, window=window, overlap=overlap)
        sentences += [
            Chunk(document.id, start, end) for run in searchable(document.text) for start, end in run
        ]
    return chunks, sentences


def _whole(root: Path) -> Index | None:
    """The index in force, if there is one and it is whole."""
    try:
        return open_index(root)
    except (IndexMissing, IndexDamaged):
        return None


def _flat(rows: list[Vectors]) -> Any:
    """The FAISS index of one vector a row."""
    vectors = faiss.IndexFlatIP(len(rows[0]))
    vectors.add(np.stack(rows))
    return vectors


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def _document(fields: dict[str, Any]) -> Document:
    published = fields.pop("published")
    return Document(published=date.fromisoformat(published) if published else None, **fields)
