"""Generated documents, and vectors of no text: points around others, as texts gather around topics."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from rag import Document, load_embedder
from rag.datatypes import Chunk, Vectors
from rag.documents.corpus import Corpus
from rag.documents.folder.folders import Folders
from rag.index.card import CHUNKS, SENTENCES
from rag.index.duplicates import SENTENCE
from rag.index.parts.editions import label_document
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.twins import Twins
from rag.index.postings import collect_postings
from rag.index.renewal.columns import CHUNK, Columns
from rag.index.snapshots import Draft

DIM = 384
TOPICS, SPREAD = 500, 0.6  # how many points the vectors lie around, and how far
EACH = 10  # chunks of a document, and sentences: one of a chunk
WORDS = "report system board council budget nurse hospital review minister plan quarter target".split()


class Generated:
    """The shipped embedder with generated vectors, which take no time."""

    name, weights_sha256, dim, window = "generated", "0" * 64, DIM, 256

    def __init__(self) -> None:
        self._tokenizer = load_embedder()

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count_tokens(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        seeds = [int.from_bytes(sha256(text.encode()).digest()[:8], "big") for text in texts]
        return normalise([np.random.default_rng(seed).normal(size=DIM) for seed in seeds])

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_documents([text])[0]
        return vector


def make_corpus(documents: int) -> Corpus:
    """So many documents of `EACH` sentences."""
    random = np.random.default_rng(3)
    made = []
    for number in range(documents):
        text = " ".join(f"{' '.join(random.choice(WORDS, 30))} number{number % 977}." for _ in range(EACH))
        made.append(Document(id=f"{number:07d}.txt", title=f"Paper {number}", text=text))
    return Corpus(Folders.of("."), tuple(made), (), "")


def make_draft(corpus: Corpus, vectors: Vectors) -> Draft:
    """The snapshot of `corpus`, its sentences one by one the chunks too, whose vectors are given."""
    spans, texts = [], []
    for document in corpus.documents:
        start = 0
        for text in document.text.split(". "):
            spans.append(Chunk(document.id, start, min(start + len(text) + 1, len(document.text))))
            texts.append(text)
            start += len(text) + 2
    indexed = {document.id: "2026-01-01T00:00:00+00:00" for document in corpus.documents}
    ids = [document.id for document in corpus.documents]
    own = Spans(ids, tabulate(spans, ids)), vectors
    facts = np.zeros(len(spans), CHUNK), np.zeros(len(spans), SENTENCE)  # none says what another does
    labels = [label_document(document) for document in corpus.documents]
    columns = Columns(*facts, labels, ["en"] * len(labels))
    both = {CHUNKS: own, SENTENCES: own}
    return Draft(corpus, Generated(), both, Twins.of({}), collect_postings(texts), indexed, columns)


def scatter(points: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """So many vectors of length 1, each near one of `points`."""
    chosen = points[random.integers(0, len(points), count)]
    apart = random.standard_normal(size=(count, DIM), dtype=np.float32)
    return normalise(chosen + np.float32(SPREAD / np.sqrt(DIM)) * apart)


def normalise(vectors: Any) -> Vectors:
    """`vectors` of length 1 each."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)
