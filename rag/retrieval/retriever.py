"""A question -> passages: three stages, fused, merged, each told why it is there."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from rag.datatypes import Document, Mask, Passage, Question, SearchResult, StageRank, Vectors
from rag.index.bm25 import Lexicon
from rag.index.duplicates import Copies
from rag.index.parts.documents import Documents
from rag.index.parts.spans import Spans
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
        self._copies = Copies(index.documents, index.sentences, index.twins)
        # No method: that would hold this, and with it the index, when nobody does any more.
        mask = partial(_chunk_mask, index.documents, index.chunks, index.survey.copied)
        self._mask = lru_cache(maxsize=64)(mask)

    def search(self, question: Question, k: int, *, tokens: int | None = None) -> SearchResult:
        """The at most `k` passages nearest to `question`, best first; none overlaps another.

        Only documents in its scope are searched.  Of more passages than have `tokens` tokens together,
        those are left out that come last.
        """
        text = question.standalone
        prefers = question.prefers.ids if question.prefers else self._index.documents.every
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
                rankings["bm25"] = self._lexicon.search(question.search_words, n, allowed, question.language)
        if "sentence" in self._weights:
            rows = sorted({row for ranking in rankings.values() for row, _ in ranking})
            rankings["sentence"] = self._best_sentences(query, rows)
        with stage("fuse"):
            hits = fuse(rankings, self._weights)
            if question.prefers:
                chunks = self._index.chunks
                hits = self._move(hits, lambda row: chunks[row].document_id in prefers, "preference")
            hits = self._move(hits, self._is_furniture, "furniture")
        passages = self._passages(hits, max(k, RERANKED) if self._reranker else k, question, prefers)
        passages = self._rerank(text, passages)[:k]
        return SearchResult(question, trim_to_budget(passages, tokens) if tokens else tuple(passages), query)

    @stage("dense")
    def _best_sentences(self, query: Vectors, chunks: Sequence[int]) -> list[tuple[int, float]]:
        """The chunks with the cosine of the best sentence of each, best first, ties by row."""
        spans = self._index.chunks
        places = zip(spans.documents[chunks], spans.starts[chunks], spans.ends[chunks], strict=True)
        rows = [self._index.sentences.within(int(number), start, end) for number, start, end in places]
        if not rows:
            return []
        cosines = self._index.sentence_cosines(query, [row for own in rows for row in own])
        best = np.maximum.reduceat(cosines, np.cumsum([0, *map(len, rows[:-1])]))
        return sorted(zip(chunks, best.tolist(), strict=True), key=lambda hit: (-hit[1], hit[0]))

    def _is_furniture(self, chunk: int) -> bool:
        rows = self._index.survey.furniture
        at = bisect.bisect_left(rows, chunk)
        return at < len(rows) and bool(rows[at] == chunk)

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
        spans = merge_hits(hits, chunks, self._index.documents, k, fresh=self._fresh, in_turns=spread)
        words = self._lexicon.query_words(question.standalone, question.language)
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
        if not self._index.twins.count(rows):
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
    documents: Documents,
    chunks: Spans,
    copied: npt.NDArray[np.int32],
    scope: frozenset[str],
    prefers: frozenset[str],
) -> Mask | None:
    """Which chunks to search, ``(chunks,)``; None is all.

    Of copies among the documents `scope`, those of one are searched: of one of `prefers`, if there is
    one, and of these of the one published first.  `copied` are chunks, each with another document in which
    all of it stands, ``(n, 2)``.
    """
    if len(scope) == len(documents) and not len(copied):
        return None
    inside = _flag(documents, scope)
    allowed: Mask = inside[chunks.documents]
    if len(copied):
        place = documents.places + len(documents) * ~_flag(documents, prefers)
        rows, others = copied.T
        later = inside[others] & (place[others] < place[chunks.documents[rows]])
        allowed[rows[later]] = False
    allowed.flags.writeable = False  # it is kept and shared
    return allowed


def _flag(documents: Documents, ids: frozenset[str]) -> npt.NDArray[np.bool_]:
    """Which documents are among `ids`, by their numbers."""
    if len(ids) == len(documents):
        return np.ones(len(documents), dtype=bool)
    return np.fromiter((id in ids for id in documents.ids), dtype=bool, count=len(documents))
