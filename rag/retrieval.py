"""Ranked chunks of several stages -> one list of passages that do not overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.datatypes import Chunk, Document, Passage, StageRank

# Cormack, Clarke & Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
# Learning Methods", SIGIR 2009, use k = 60.
RRF_K = 60

Ranking = Sequence[tuple[int, float]]


def fuse(rankings: Mapping[str, Ranking]) -> list[tuple[int, float, tuple[StageRank, ...]]]:
    """Rows with their reciprocal-rank score ``sum of 1 / (RRF_K + rank)``, best first, ties by row.

    `rankings` maps the name of a stage to its rows and scores, best first.

    >>> [(row, round(score, 4)) for row, score, _ in fuse({"a": [(7, .9), (8, .5)], "b": [(8, 3.)]})]
    [(8, 0.0325), (7, 0.0164)]
    """
    stages: dict[int, list[StageRank]] = {}
    for stage, ranking in rankings.items():
        for rank, (row, score) in enumerate(ranking, start=1):
            stages.setdefault(row, []).append(StageRank(stage, rank, score))
    fused = [(row, sum(1 / (RRF_K + s.rank) for s in seen), tuple(seen)) for row, seen in stages.items()]
    return sorted(fused, key=lambda hit: (-hit[1], hit[0]))


def passages(
    rankings: Mapping[str, Ranking], chunks: Sequence[Chunk], documents: Mapping[str, Document], k: int
) -> list[Passage]:
    """The `k` best passages, best first; what a better one already shows is cut off or left out."""
    found: list[Passage] = []
    for row, score, stages in fuse(rankings):
        if len(found) == k:
            break
        document = documents[chunks[row].document_id]
        taken = [(p.start, p.end) for p in found if p.document is document]
        for start, end in _remainder(document.text, (chunks[row].start, chunks[row].end), taken):
            found.append(Passage(document, start, end, len(found) + 1, score, stages))
    return found[:k]


def _remainder(text: str, span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of `span` lies outside `taken`, at most one piece, without white space at its ends."""
    start, end = span
    for first, last in taken:
        if first <= start < last:
            start = last
        if first < end <= last:
            end = first
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [(start, end)] if start < end else []
