"""Rankings -> hits: what several stages found, in one order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Chunk, StageRank

WITHIN = 0.5  # of several sources, one gets its turn if it has this share of the best score

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found: its row, its fused score, and how each stage ranked it."""

    row: int
    score: float
    stages: tuple[StageRank, ...]


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> list[Hit]:
    """Hits with their fused score in [0, 1], best first, ties by row.

    `rankings` has for each stage rows and scores, best first.  The fused score is their convex
    combination, the scores of each stage scaled to [0, 1] from its least (BM25: from 0) to its greatest;
    a stage that did not find a row gives it 0 (Bruch, Gai & Ingber, "An Analysis of Fusion Functions for
    Hybrid Retrieval", ACM TOIS 2023, section 4).

    >>> rankings = {"dense": [(7, 0.9), (8, 0.5)], "bm25": [(8, 3.0)]}
    >>> [(hit.row, hit.score) for hit in fuse(rankings, {"dense": 0.4, "bm25": 0.6})]
    [(8, 0.6), (7, 0.4)]
    """
    scores: dict[int, float] = {}
    stages: dict[int, list[StageRank]] = {}
    for stage, ranking in rankings.items():
        least = ranking[-1][1] if ranking and stage != "bm25" else 0.0
        width = ranking[0][1] - least if ranking else 0.0
        for rank, (row, score) in enumerate(ranking, start=1):
            share = (score - least) / width if width else 1.0
            scores[row] = scores.get(row, 0.0) + weights[stage] * share
            stages.setdefault(row, []).append(StageRank(stage, rank, score))
    hits = [Hit(row, round(score, 9), tuple(stages[row])) for row, score in scores.items()]
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))


def take_turns(hits: Sequence[Hit], chunks: Sequence[Chunk], asked: Collection[str]) -> list[Hit]:
    """The hits, best first, with their documents taking turns.

    Those far behind the best, and those of documents that were not `asked` for, wait till last.
    """
    turn: Counter[str] = Counter()
    keyed = []
    for place, hit in enumerate(hits):
        name = chunks[hit.row].document_id
        waits = hit.score < WITHIN * hits[0].score or name not in asked
        keyed.append((waits, 0 if waits else turn[name], place))
        turn[name] += 1
    return [hits[place] for *_, place in sorted(keyed)]
