"""A question -> passages: three stages, fused, merged, each told why it is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from rag.datatypes import Chunk, Document, Passage, Question, SearchResult, StageRank, Vectors
from rag.index.bm25 import Lexicon, Mask
from rag.index.duplicates import Copies
from rag.index.store import Index
from rag.models.embedder import Embedder
from rag.models.reranker import Reranker
from rag.models.tokenizer import trim_to_budget
from rag.retrieval.fusion import Hit, Ranking, fuse, take_turns
from rag.retrieval.passages import PassageSpan, merge_hits
from rag.spans import Span, contains
from rag.timings import stage

# What each stage has to say in the fused score: the cosine of the chunk, its BM25 score, and the cosine
# of its best sentence.  Chosen for the best mean over the development halves of public test sets;
# eval/README.md has the figures.
WEIGHTS = {"dense": 0.3, "bm25": 0.5, "sentence": 0.2}
# What is added for a document that the question asks for, and for menus, running heads and the like.
MOVED = {"preference": 0.2, "furniture": -0.3}
CANDIDATES = 50  # how many chunks dense and bm25 each hand to the fusion; more only if more are asked for
RERANKED = 30  # how many passages the reranker reads, at least


class Retriever:
    """Finds passages in one index; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        lexicon: Lexicon,
        *,
        reranker: Reranker | None = None,
        weights: Mapping[str, float] = WEIGHTS,
    ) -> None:
        unknown = set(weights) - set(WEIGHTS)
        if unknown or not set(weights) & {"dense", "bm25"}:
            raise ValueError(
                f"weights are {dict(weights)}, expected some of {', '.join(WEIGHTS)}, not sentence alone"
            )
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        self._reranker = reranker
        self._weights = weights
        self._documents = {document.id: document for document in index.documents}
        self._copies = Copies(index.documents, index.sentences, index.twins)
        self._rows = [index.sentence_rows(c.document_id, c.start, c.end) for c in index.chunks]
        self._twins = {row for pair in index.twins.items() for row in pair}
        copied = {
            chunk: others
            for chunk, rows in enumerate(self._rows)
            if self._twins.issuperset(rows) and (others := self._copies.documents_with_all(rows))
        }
        self._every = frozenset(self._documents)
        outlines = index.outlines
        self._furniture = {
            row
            for row, chunk in enumerate(index.chunks)
            if outlines[chunk.document_id].kind_at(chunk.start) == "furniture"
        }
        # No method: that would hold this, and with it the index, when nobody does any more.
        mask = partial(_chunk_mask, index.chunks, self._documents, self._copies, copied)
        self._mask = lru_cache(maxsize=64)(mask)

    def search(self, question: Question, k: int, *, tokens: int | None = None) -> SearchResult:
        """The at most `k` passages nearest to `question`, best first; none overlaps another.

        Only documents in its scope are searched.  Of more passages than have `tokens` tokens together,
        those are left out that come last.
        """
        text = question.standalone
        prefers = question.prefers.ids if question.prefers else self._every
        allowed = self._mask(question.scope, prefers)
        if allowed is not None and not allowed.any():
            return SearchResult(question, (), None)
        with stage("embed"):
            query = self._embedder.embed_query(text)
        n = max(CANDIDATES, k)
        rankings: dict[str, Ranking] = {}
        if "dense" in self._weights:
            with stage("dense"):
                rankings["dense"] = self._index.search(query, n, allowed)
        if "bm25" in self._weights:
            with stage("lexical"):
                rankings["bm25"] = self._lexicon.search(question.search_words, n, allowed)
        if "sentence" in self._weights:
            rows = sorted({row for ranking in rankings.values() for row, _ in ranking})
            rankings["sentence"] = self._best_sentences(query, rows)
        with stage("fuse"):
            hits = fuse(rankings, self._weights)
            if question.prefers:
                chunks = self._index.chunks
                hits = self._move(hits, lambda row: chunks[row].document_id in prefers, "preference")
            hits = self._move(hits, self._furniture.__contains__, "furniture")
        passages = self._passages(hits, max(k, RERANKED) if self._reranker else k, question, prefers)
        passages = self._rerank(text, passages)[:k]
        return SearchResult(question, trim_to_budget(passages, tokens) if tokens else tuple(passages), query)

    @stage("dense")
    def _best_sentences(self, query: Vectors, chunks: Sequence[int]) -> list[tuple[int, float]]:
        """The chunks with the cosine of the best sentence of each, best first, ties by row."""
        sizes = [len(self._rows[chunk]) for chunk in chunks]
        if not sizes:
            return []
        cosines = self._index.sentence_cosines(query, [row for chunk in chunks for row in self._rows[chunk]])
        best = np.maximum.reduceat(cosines, np.cumsum([0, *sizes[:-1]]))
        return sorted(zip(chunks, best.tolist(), strict=True), key=lambda hit: (-hit[1], hit[0]))

    def _move(self, hits: list[Hit], moves: Callable[[int], bool], why: str) -> list[Hit]:
        """The hits with those whose rows it `moves` up or down."""
        because = StageRank(why, 1, MOVED[why])
        moved = [
            replace(hit, score=hit.score + because.score, stages=(*hit.stages, because))
            if moves(hit.row)
            else hit
            for hit in hits
        ]
        return sorted(moved, key=lambda hit: (-hit.score, hit.row))

    @stage("fold")
    def _passages(
        self, hits: Sequence[Hit], k: int, question: Question, prefers: frozenset[str]
    ) -> list[Passage]:
        """The passages that the hits make, with what tells why they are there."""
        chunks = self._index.chunks
        spread = question.across_sources
        if spread:
            hits = take_turns(hits, chunks, prefers)
        spans = merge_hits(hits, chunks, self._documents, k, fresh=self._fresh, in_turns=spread)
        words = self._lexicon.query_words(question.standalone)
        passages = []
        for rank, span in enumerate(spans, start=1):
            rows = self._index.sentence_rows(span.document.id, span.start, span.end)
            others = self._copies.documents_with(rows)
            passages.append(
                Passage(
                    span.document,
                    span.start,
                    span.end,
                    rank,
                    span.score,
                    span.hits[0].stages,
                    tuple(self._matched_words(words, span)),
                    tuple(other for other in others if other.id in question.scope),
                    self._index.outlines[span.document.id].section_text(span.end - 1),
                )
            )
        return passages

    def _fresh(self, document: Document, span: Span, others: Sequence[PassageSpan]) -> Span | None:
        """What of `span` no other shows in another document, from its first to its last new sentence."""
        rows = self._index.sentence_rows(document.id, *span)
        if self._twins.isdisjoint(rows):
            return span
        holders = {name for row in rows for name in self._copies.holders(row)} - {document.id}
        shown = {
            self._copies.first(row)
            for other in others
            if other.document.id in holders
            for row in self._index.sentence_rows(other.document.id, other.start, other.end)
        }
        new = [row for row in rows if self._copies.first(row) not in shown]
        if not new:
            return None
        start = span[0] if new[0] == rows[0] else self._index.sentences[new[0]].start
        end = span[1] if new[-1] == rows[-1] else self._index.sentences[new[-1]].end
        return start, end

    def _matched_words(self, words: Mapping[str, Sequence[int]], span: PassageSpan) -> list[str]:
        """The words of the question that the span or its title holds."""
        chunks = [self._index.chunks[hit.row] for hit in span.hits]
        if all(contains((span.start, span.end), (chunk.start, chunk.end)) for chunk in chunks):
            return self._lexicon.matched_words(words, [hit.row for hit in span.hits])
        shown = span.document.text[span.start : span.end]
        return self._lexicon.matched_words_in(words, f"{span.document.title}\n{shown}")

    def _rerank(self, question: str, found: list[Passage]) -> list[Passage]:
        """The passages in the order of the reranker, if there is one."""
        if self._reranker is None:
            return found
        with stage("rerank"):
            scores = self._reranker.scores(question, [f"{p.document.title}\n{p.text}" for p in found])
        order = sorted(range(len(found)), key=lambda i: (-scores[i], i))
        return [
            replace(
                found[i],
                rank=rank,
                score=scores[i],
                stages=(*found[i].stages, StageRank("reranker", rank, scores[i])),
            )
            for rank, i in enumerate(order, start=1)
        ]


def _chunk_mask(
    chunks: Sequence[Chunk],
    documents: Mapping[str, Document],
    copies: Copies,
    copied: Mapping[int, Collection[Document]],
    scope: frozenset[str],
    prefers: frozenset[str],
) -> Mask | None:
    """Which chunks to search, ``(chunks,)``; None is all.

    Of copies among the documents `scope`, those of one are searched: of one of `prefers`, if there is
    one, and of these of the one published first.  `copied` are the other documents in which all of a chunk
    stands, by its row.
    """
    if len(scope) == len(documents) and not copied:
        return None

    def precedence(name: str) -> tuple[bool, int]:
        return name not in prefers, copies.place(documents[name])

    place = {name: at for at, name in enumerate(sorted(scope, key=precedence))}
    last = len(place)
    allowed = np.array([chunk.document_id in place for chunk in chunks], dtype=bool)
    for row, others in copied.items():
        own = place.get(chunks[row].document_id, last)
        allowed[row] &= all(own < place.get(other.id, last) for other in others)
    allowed.flags.writeable = False  # it is kept and shared
    return allowed
