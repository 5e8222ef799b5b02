"""Documents, and an index of them, of any length: words as often as in a language (Zipf), in paragraphs of
sentences that chunks overlap in as those of real documents do, and vectors around points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from eval.bench.generated import DIM, TOPICS, Generated, normalise, scatter
from rag import Document
from rag.datatypes import Block, Chunk, Vectors
from rag.documents.corpus import Corpus
from rag.documents.folder.files import digest
from rag.documents.folder.folders import Folders
from rag.index.card import CHUNKS, SENTENCES
from rag.index.duplicates import SENTENCE
from rag.index.parts.editions import label_document
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.twins import Twins
from rag.index.postings import ENTRY, TIMES, Postings
from rag.index.renewal.columns import CHUNK, Columns
from rag.index.snapshots import Draft

CHUNKS_EACH, SENTENCES_EACH = 10, 25  # of a document
OVER, EVERY = 5, 2.5  # sentences of a chunk, and from one to the next
WORDS_EACH = 12  # of a sentence
WORDS, HEAD = 100_000, 10  # how many there are, and how many are about as frequent as the first
PARAGRAPH, TITLE = 5, 4  # sentences of a paragraph, words of a title
K1, B = 1.5, 0.75  # of BM25, as bm25s has them
PUBLISHERS, KINDS = 20, ("report", "letter", "minutes", "article")
PIECE = 20_000  # vectors made at a time
SEED = 1

Ranks = npt.NDArray[np.int32]  # ``(documents, SENTENCES_EACH, WORDS_EACH)``


class Scattered(Generated):
    """Questions lie where the texts do: around the same points."""

    def embed_query(self, text: str) -> Vectors:
        seed = int.from_bytes(text.encode()[:8].ljust(8), "big")
        vector: Vectors = scatter(topics(), 1, np.random.default_rng(seed))[0]
        return vector


def make_draft(documents: int, scratch: Path | None = None) -> Draft:
    """A snapshot of so many documents; its vectors are files in the folder `scratch`, if there is one."""
    random = np.random.default_rng(SEED)
    ranks = draw_ranks(documents, random)
    corpus, spans = make_documents(ranks)
    ids = [document.id for document in corpus.documents]
    vectors = {
        name: (
            Spans(ids, tabulate(rows, ids)),
            _scatter(scratch and scratch / f"{name}.f32", len(rows), random),
        )
        for name, rows in spans.items()
    }
    indexed = {document.id: "2026-01-01T00:00:00+00:00" for document in corpus.documents}
    columns = make_columns(corpus.documents, len(spans[CHUNKS]), len(spans[SENTENCES]))
    return Draft(corpus, Scattered(), vectors, Twins.of({}), make_postings(ranks), indexed, columns)


def make_columns(documents: Sequence[Document], chunks: int, sentences: int) -> Columns:
    """What is known of such documents by themselves, none of whose sentences is like another: what is
    embedded, and what tells who says the same, are numbers by chance."""
    random = np.random.default_rng(SEED)
    facts = np.zeros(chunks, CHUNK), np.empty(sentences, SENTENCE)
    facts[0]["key"] = random.integers(0, 2**64, chunks, np.uint64)
    for name in ("key", "words"):
        facts[1][name] = random.integers(0, 2**64, sentences, np.uint64)
    facts[1]["bands"] = random.integers(0, 2**32, facts[1]["bands"].shape, np.uint32)
    return Columns(*facts, [label_document(document) for document in documents], ["en"] * len(documents))


def make_documents(ranks: Ranks) -> tuple[Corpus, dict[str, list[Chunk]]]:
    """Documents of the words of these ranks, and the spans of their chunks and of their sentences."""
    words = [*_make_words(WORDS)]
    made: list[Document] = []
    spans: dict[str, list[Chunk]] = {CHUNKS: [], SENTENCES: []}
    for number, rows in enumerate(ranks.tolist()):
        sentences = [" ".join([words[rank] for rank in row]).capitalize() + "." for row in rows]
        ends = [*accumulate(len(sentence) + 1 for sentence in sentences)]
        own = [(end - 1 - len(text), end - 1) for end, text in zip(ends, sentences, strict=True)]
        id = f"{number:07d}.txt"
        spans[SENTENCES] += [Chunk(id, start, end) for start, end in own]
        spans[CHUNKS] += [Chunk(id, own[first][0], own[last - 1][1]) for first, last in _windows()]
        paragraphs = [own[at : at + PARAGRAPH] for at in range(0, SENTENCES_EACH, PARAGRAPH)]
        made.append(
            Document(
                id,
                " ".join(words[rank] for rank in rows[0][:TITLE]),
                " ".join(sentences),
                publisher=f"Publisher {number % PUBLISHERS}",
                published=date(2000, 1, 1) + timedelta(days=number % 9_000),
                kind=KINDS[number % len(KINDS)],
                blocks=tuple(Block("paragraph", held[0][0], held[-1][1]) for held in paragraphs),
            )
        )
    return Corpus(Folders.of("."), tuple(made), (), digest(())), spans


def make_postings(ranks: Ranks) -> Postings:
    """The postings of the chunks of such documents, as `rag.index.postings.collect_postings` would make them
    in some hours."""
    texts = len(ranks) * CHUNKS_EACH
    counts = sparse.csc_array((texts, WORDS), dtype=np.float32)
    for place, (first, last) in enumerate(_windows()):
        held = ranks[:, first:last].reshape(len(ranks), -1)
        rows = np.repeat(np.arange(len(ranks)) * CHUNKS_EACH + place, held.shape[1])
        counts += sparse.csc_array((np.ones(held.size, np.float32), (rows, held.ravel())), (texts, WORDS))
    words = [*_make_words(WORDS)]
    order = sorted(range(WORDS), key=words.__getitem__)
    counts = counts[:, order]
    counts.sort_indices()
    lengths = counts.sum(axis=1)
    having = np.diff(counts.indptr)
    idf = np.log1p((texts - having + 0.5) / (having + 0.5)).astype(np.float32)
    part = (K1 * (1 - B + B * lengths / lengths.mean())).astype(np.float32)
    entries = np.empty(counts.nnz, ENTRY)
    entries["row"] = counts.indices
    entries["weight"] = np.repeat(idf, having) * (counts.data / (counts.data + part[counts.indices]))
    stems = [words[order[place]] for place in np.flatnonzero(having)]
    held = having[having > 0].tolist()
    return Postings(
        *(texts, stems, held, entries, stems, []), times=counts.data.astype(TIMES), spread=held, defined=[]
    )


def _windows() -> list[tuple[int, int]]:
    """The first sentence of each chunk of a document, and that behind the last."""
    firsts = [int(chunk * EVERY) for chunk in range(CHUNKS_EACH)]
    return [(first, min(first + OVER, SENTENCES_EACH)) for first in firsts]


def draw_ranks(documents: int, random: np.random.Generator) -> Ranks:
    """Words of the sentences of documents, by their ranks: one falls as often as 1 / (`HEAD` + rank)."""
    drawn = random.random((documents, SENTENCES_EACH, WORDS_EACH), np.float32)
    return (HEAD * ((WORDS / HEAD) ** drawn - 1)).astype(np.int32) % WORDS


def _scatter(path: Path | None, count: int, random: np.random.Generator) -> Vectors:
    """So many vectors around the topics; in a file that is mapped they need not fit into memory."""
    shape = (count, DIM)
    vectors: Vectors = np.memmap(path, np.float32, "w+", shape=shape) if path else np.empty(shape, np.float32)
    for first in range(0, count, PIECE):
        own = vectors[first : first + PIECE]
        own[:] = scatter(topics(), len(own), random)
    return vectors


def topics() -> Vectors:
    """The points around which the vectors lie, ``(TOPICS, DIM)``."""
    return normalise(np.random.default_rng(SEED).normal(size=(TOPICS, DIM)))


def _make_words(count: int) -> Iterator[str]:
    """So many words that no stemmer shortens."""
    syllables = [consonant + vowel for consonant in "bdfgkmnprtvz" for vowel in "aou"]
    for number in range(count):
        word = ""
        while number or len(word) < 4:
            number, syllable = divmod(number, len(syllables))
            word += syllables[syllable]
        yield word
