"""Ranked chunks of several stages -> one list of passages that do not overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.datatypes import Chunk, Document, Passage, StageRank
from rag.sentences import Span, trimmed

# The share of BM25 in the fused score, the rest is the cosine's.  Chosen for the best mean over the
# development halves of six public test sets; eval/README.md has the figures.
LEXICAL = 0.6

Ranking = Sequence[tuple[int, float]]


def fuse(dense: Ranking, lexical: Ranking) -> list[tuple[int, float, tuple[StageRank, ...]]]:
    """Rows with their fused score in [0, 1], best first, ties by row.

    Rankings have rows and scores, best first.  The score is the convex combination of the two,
    cosines scaled from their least to their greatest and BM25 from 0 to its greatest; a stage that
    did not find a row gives it 0 (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval", ACM TOIS 2023, section 4).

    >>> [(row, score) for row, score, _ in fuse([(7, 0.9), (8, 0.5)], [(8, 3.0)])]
    [(8, 0.6), (7, 0.4)]
    """
    scores: dict[int, float] = {}
    stages: dict[int, list[StageRank]] = {}
    floor = dense[-1][1] if dense else 0.0
    for stage, ranking, weight, least in (
        ("dense", dense, 1 - LEXICAL, floor),
        ("bm25", lexical, LEXICAL, 0.0),
    ):
        width = ranking[0][1] - least if ranking else 0.0
        for rank, (row, score) in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + weight * ((score - least) / width if width else 1.0)
            stages.setdefault(row, []).append(StageRank(stage, rank, score))
    fused = [(row, round(score, 9), tuple(stages[row])) for row, score in scores.items()]
    return sorted(fused, key=lambda hit: (-hit[1], hit[0]))


def passages(
    fused: Sequence[tuple[int, float, tuple[StageRank, ...]]],
    chunks: Sequence[Chunk],
    documents: Mapping[str, Document],
    k: int,
) -> list[Passage]:
    """The `k` best passages, best first; what a better one already shows is cut off or left out."""
    found: list[Passage] = []
    for row, score, stages in fused:
        if len(found) == k:
            break
        document = documents[chunks[row].document_id]
        taken = [(p.start, p.end) for p in found if p.document is document]
        for start, end in _remainder(document.text, (chunks[row].start, chunks[row].end), taken):
            found.append(Passage(document, start, end, len(found) + 1, score, stages))
    return found[:k]


def _remainder(text: str, span: Span, taken: Sequence[Span]) -> list[Span]:
    """What of `span` lies outside `taken`, in order, without white space at the ends."""
    pieces = []
    start, end = span
    for first, last in sorted(taken):
        if last > start and first < end:
            pieces.append((start, first))
            start = max(start, last)
    return [piece for piece in (trimmed(text, p) for p in [*pieces, (start, end)]) if piece[0] < piece[1]]
