"""The index on disk: vectors in FAISS, the spans and documents they stand for, and the card.

    index/CURRENT                  the generation that is in force and the sha256 of its card, one line
    index/generation-000001/       card.json  documents.jsonl  {chunks,sentences}.{jsonl,faiss}

A generation is written whole into a fresh folder; then CURRENT is replaced in one step, so a
reader sees the old index or the new one and a crash loses neither.  Other files are not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from filelock import FileLock

from rag import chunking
from rag.datatypes import Chunk, Document, IndexCard, Skipped
from rag.documents import Corpus
from rag.embedding import DEFAULT_MODEL, Embedder, Vectors
from rag.errors import CorpusError, IndexDamaged, IndexMissing, IndexStale, RagError
from rag.sentences import searchable

FORMAT = 2  # raised whenever what is written changes, or how sentences and chunks are cut
CURRENT, CARD, DOCUMENTS = "CURRENT", "card.json", "documents.jsonl"
CHUNKS, SENTENCES = "chunks", "sentences"
FILES = {DOCUMENTS, *(f"{spans}.{suffix}" for spans in (CHUNKS, SENTENCES) for suffix in ("jsonl", "faiss"))}


@dataclass(frozen=True, slots=True)
class Index:
    """An opened index: row i of the chunk vectors is ``chunks[i]``, and so for the sentences."""

    card: IndexCard
    documents: tuple[Document, ...]
    chunks: tuple[Chunk, ...]
    sentences: tuple[Chunk, ...]
    chunk_vectors: Any  # faiss.IndexFlatIP; FAISS has no types
    sentence_vectors: Any

    def search(self, query: Vectors, n: int) -> list[tuple[int, float]]:
        """The rows of the `n` nearest chunks with their cosines, best first, ties by row."""
        asked = n + 1
        scores, rows = self.chunk_vectors.search(query.reshape(1, -1), min(asked, len(self.chunks)))
        # FAISS keeps any of several equal rows; ask for more until the last of them is in.
        while asked < len(self.chunks) and scores[0][n - 1] == scores[0][-1]:
            asked *= 2
            scores, rows = self.chunk_vectors.search(query.reshape(1, -1), min(asked, len(self.chunks)))
        found = [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:n]

    def sentence_cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of the sentences `rows`, in order: float32 ``(n,)``."""
        vectors: Vectors = self.sentence_vectors.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return vectors @ query


def build_index(
    corpus: Corpus,
    folder: str | Path,
    embedder: Embedder,
    *,
    progress: Callable[[str], None] = lambda line: None,
) -> IndexCard:
    """Chunk and embed `corpus`, write the index below `folder`, and make it the one in force.

    `progress` is told one line a step.

    Raises CorpusError if no document holds a sentence, RagError if the folder cannot be written.
    """
    chunks, sentences = _spans(corpus, embedder)
    if not chunks:
        raise CorpusError(f"no sentence in {corpus.folder}/: expected documents with text")
    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=root).close()  # better now than after minutes of embedding
    except OSError as problem:
        raise RagError(f"cannot write the index to {root}/: {problem.strerror or problem}") from None
    progress(
        f"embedding {len(chunks)} chunks and {len(sentences)} sentences "
        f"of {len(corpus.documents)} documents with {embedder.name}"
    )
    spans = {
        name: (rows, _embed(corpus, rows, embedder))
        for name, rows in ((CHUNKS, chunks), (SENTENCES, sentences))
    }
    try:
        card = _write(root, corpus, embedder, spans)
    except OSError as problem:
        raise RagError(f"cannot write the index to {root}/: {problem.strerror or problem}") from None
    progress(f"wrote {root}/{_in_force(root)[0]}")
    return card


def open_index(folder: str | Path) -> Index:
    """Load the index in force, every file checked against its sha256 before it is read.

    Raises IndexMissing or IndexDamaged.
    """
    root = Path(folder)
    while True:
        in_force = _in_force(root)
        try:
            return _load(root, read_card(root))
        except IndexDamaged:
            if _in_force(root) == in_force:  # otherwise it was replaced while it was read
                raise


def read_card(folder: str | Path) -> IndexCard:
    """The card of the index in force, as it was written.

    Raises IndexMissing or IndexDamaged.
    """
    root = Path(folder)
    generation, expected = _in_force(root)
    try:
        raw = (root / generation / CARD).read_bytes()
    except OSError:
        raise _damaged(root, f"{generation}/{CARD} is missing") from None
    if hashlib.sha256(raw).hexdigest() != expected:
        raise _damaged(root, f"{generation}/{CARD} was altered")
    fields = json.loads(raw)
    if fields["format"] != FORMAT:
        raise _damaged(root, f"its format is {fields['format']}, expected {FORMAT}")
    fields["skipped"] = tuple(Skipped(**skip) for skip in fields["skipped"])
    return IndexCard(**fields)


def check_files(folder: str | Path, card: IndexCard) -> Path:
    """The folder of the generation in force, all its files as the card has them.

    Raises IndexDamaged if one is missing or altered.
    """
    root = Path(folder)
    generation = root / _in_force(root)[0]
    for name, expected in card.files.items():
        try:
            actual = _sha256(generation / name)
        except OSError:
            raise _damaged(root, f"{name} is missing") from None
        if actual != expected:
            raise _damaged(root, f"{name} has sha256 {actual[:12]}…, expected {expected[:12]}…")
    return generation


def check_current(
    card: IndexCard, folder: str | Path, *, embedder: str, weights: str, corpus: str | None
) -> None:
    """Raise IndexStale, with the command that mends it, if the index was made from something else.

    `weights` and `corpus` are sha256s; without `corpus` (the documents are elsewhere) only the
    model is checked.
    """
    root = Path(folder)
    if (card.embedder, card.weights_sha256) != (embedder, weights):
        raise IndexStale(
            f"the index in {root}/ was made with {card.embedder} ({card.weights_sha256[:12]}…), "
            f"not {embedder} ({weights[:12]}…): {_mend(root, card)}"
        )
    wanted = _chunking(card.embedder_window)
    if (card.window, card.overlap) != wanted:
        raise IndexStale(
            f"the index in {root}/ has window {card.window} and overlap {card.overlap}, "
            f"expected {wanted[0]} and {wanted[1]}: {_mend(root, card)}"
        )
    if corpus is not None and corpus != card.corpus_sha256:
        raise IndexStale(
            f"the documents in {corpus_folder(card, root)}/ have changed since the index in {root}/ "
            "was made: "
            f"{_mend(root, card)}"
        )


def corpus_folder(card: IndexCard, folder: str | Path) -> Path:
    """Where the documents stood when the index was made; they may have gone since."""
    return Path(os.path.relpath(Path(folder).resolve() / card.corpus))


def _in_force(root: Path) -> tuple[str, str]:
    """The name of the generation in force and the sha256 of its card."""
    try:
        pointer = (root / CURRENT).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"no index in {root}/: {_mend(root)}") from None
    except (OSError, UnicodeDecodeError):
        raise _damaged(root, f"{CURRENT} cannot be read") from None
    match = re.fullmatch(r"(generation-\d{6}) ([0-9a-f]{64})\n", pointer)
    if match is None:
        raise _damaged(root, f"{CURRENT} does not name a generation and the sha256 of its card")
    return match[1], match[2]


def _load(root: Path, card: IndexCard) -> Index:
    generation = check_files(root, card)
    try:
        documents = tuple(_document(line) for line in _lines(generation / DOCUMENTS))
        chunks, sentences = (
            tuple(Chunk(**line) for line in _lines(generation / f"{spans}.jsonl"))
            for spans in (CHUNKS, SENTENCES)
        )
        vectors = [faiss.read_index(str(generation / f"{spans}.faiss")) for spans in (CHUNKS, SENTENCES)]
    except (OSError, RuntimeError) as problem:
        raise _damaged(root, next(iter(str(problem).splitlines()), type(problem).__name__)) from None
    return Index(card, documents, chunks, sentences, *vectors)


def _chunking(embedder_window: int) -> tuple[int, int]:
    """Window and overlap, in tokens, for an embedder that reads `embedder_window` of them."""
    window = min(chunking.WINDOW, embedder_window)
    return window, min(chunking.OVERLAP, window // 2)


def _spans(corpus: Corpus, embedder: Embedder) -> tuple[list[Chunk], list[Chunk]]:
    """The chunks and the sentences of all documents, in their order."""
    window, overlap = _chunking(embedder.window)
    chunks, sentences = [], []
    for document in corpus.documents:
        chunks += chunking.chunk(document, embedder.count_tokens, window=window, overlap=overlap)
        sentences += [
            Chunk(document.id, start, end) for run in searchable(document.text) for start, end in run
        ]
    return chunks, sentences


def _embed(corpus: Corpus, spans: list[Chunk], embedder: Embedder) -> Any:
    text = {document.id: document.text for document in corpus.documents}
    vectors = faiss.IndexFlatIP(embedder.dim)
    vectors.add(embedder.embed_documents([text[span.document_id][span.start : span.end] for span in spans]))
    return vectors


def _write(
    root: Path, corpus: Corpus, embedder: Embedder, spans: dict[str, tuple[list[Chunk], Any]]
) -> IndexCard:
    fresh = Path(tempfile.mkdtemp(prefix="building-", dir=root))
    try:
        fresh.chmod(0o755)
        _dump(fresh / DOCUMENTS, corpus.documents)
        for name, (rows, vectors) in spans.items():
            _dump(fresh / f"{name}.jsonl", rows)
            faiss.write_index(vectors, str(fresh / f"{name}.faiss"))
        card = IndexCard(
            format=FORMAT,
            embedder=embedder.name,
            weights_sha256=embedder.weights_sha256,
            dim=embedder.dim,
            embedder_window=embedder.window,
            window=_chunking(embedder.window)[0],
            overlap=_chunking(embedder.window)[1],
            corpus=Path(os.path.relpath(corpus.folder.resolve(), root.resolve())).as_posix(),
            corpus_sha256=corpus.sha256,
            documents=len(corpus.documents),
            chunks=len(spans[CHUNKS][0]),
            sentences=len(spans[SENTENCES][0]),
            skipped=corpus.skipped,
            files={name: _sha256(fresh / name) for name in sorted(FILES)},
        )
        written = json.dumps(asdict(card), indent=2, ensure_ascii=False).encode()
        (fresh / CARD).write_bytes(written)
        with FileLock(root / ".lock"):  # of two builds at once, one waits here for the other
            _put_in_force(root, fresh, hashlib.sha256(written).hexdigest())
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return card


def _put_in_force(root: Path, fresh: Path, card_sha256: str) -> None:
    older = sorted(root.glob("generation-" + "[0-9]" * 6))
    generation = root / f"generation-{int(older[-1].name[-6:]) + 1 if older else 1:06d}"
    fresh.rename(generation)
    pointer = root / f".{CURRENT}.{generation.name}"
    pointer.write_text(f"{generation.name} {card_sha256}\n", encoding="utf-8")
    pointer.replace(root / CURRENT)
    for folder in older:
        shutil.rmtree(folder, ignore_errors=True)


def _dump(path: Path, rows: tuple[Document, ...] | list[Chunk]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False, default=date.isoformat) + "\n")


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def _document(fields: dict[str, Any]) -> Document:
    published = fields.pop("published")
    return Document(published=date.fromisoformat(published) if published else None, **fields)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(root: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"the index in {root}/ is damaged or not Footnote's ({what}): {_mend(root)}")


def _mend(root: Path, card: IndexCard | None = None) -> str:
    folder = corpus_folder(card, root) if card else "FOLDER" if str(root) != "index" else "seeds"
    model = f" --model {card.embedder}" if card and card.embedder != DEFAULT_MODEL else ""
    return f"build it with `rag index {shlex.quote(str(folder))} --index {shlex.quote(str(root))}{model}`"
