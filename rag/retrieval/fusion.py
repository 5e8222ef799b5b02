"""Rankings -> hits -> windows: what several stages found, in one order, and the spans to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Chunk, Document, StageRank
from rag.spans import Span, overlap, subtract, trim

WIDENING = 4  # how many of the best hits may widen a window they overlap,
WIDEST = 1_200  # up to so many characters
WITHIN = 0.5  # of several sources, one gets its turn if it has this share of the best score

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found: its row, its fused score, and how each stage ranked it."""

    row: int
    score: float
    stages: tuple[StageRank, ...]


@dataclass(slots=True)
class Window:
    """A span of a document that grows with the hits in it, the best first.

    `score` is that of the first, or its share of it.
    """

    document: Document
    start: int
    end: int
    score: float
    hits: list[Hit]


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


def by_turns(hits: Sequence[Hit], chunks: Sequence[Chunk], asked: Collection[str]) -> list[Hit]:
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


def merge(
    hits: Sequence[Hit],
    chunks: Sequence[Chunk],
    documents: Mapping[str, Document],
    k: int,
    *,
    fresh: Callable[[Document, Span, Sequence[Window]], Span | None],
    in_turns: bool = False,
) -> list[Window]:
    """The `k` best windows that the hits make, best first; none overlaps another.

    One of the best hits that overlaps a window widens it.  Of any other, what the windows do not
    show yet is a window of its own, if `fresh` finds something new in it, and has its share of the
    score; less than half a chunk comes last.  If documents take turns, the order of the hits is kept.
    """
    windows: list[Window] = []
    left: list[tuple[Span, Hit]] = []
    for place, hit in enumerate(hits):
        better = len(windows) if in_turns else sum(window.score >= hit.score for window in windows)
        if place >= WIDENING and better >= k:
            break
        chunk = chunks[hit.row]
        document = documents[chunk.document_id]
        here = chunk.start, chunk.end
        over = [w for w in windows if w.document is document and overlap((w.start, w.end), here)]
        if place < WIDENING and len(over) == 1 and _widened(over[0], chunk):
            over[0].hits.append(hit)
            continue
        for piece in _remainder(document.text, here, _shown(windows, document)):
            new = fresh(document, piece, windows)
            if new and 2 * (new[1] - new[0]) < chunk.end - chunk.start:
                left.append((new, hit))
            elif new:
                windows.append(Window(document, *new, _share(new, chunk) * hit.score, [hit]))
    if not in_turns:
        windows.sort(key=lambda window: -window.score)
    least = windows[-1].score if windows else 0.0
    for span, hit in left if len(windows) < k else []:
        chunk = chunks[hit.row]
        document = documents[chunk.document_id]
        for piece in _remainder(document.text, span, _shown(windows, document)):
            windows.append(Window(document, *piece, min(least, _share(piece, chunk) * hit.score), [hit]))
            least = windows[-1].score
    return windows[:k]


def _shown(windows: Sequence[Window], document: Document) -> list[Span]:
    return [(window.start, window.end) for window in windows if window.document is document]


def _share(span: Span, chunk: Chunk) -> float:
    return (span[1] - span[0]) / (chunk.end - chunk.start)


def _widened(window: Window, chunk: Chunk) -> bool:
    """Take `chunk` into a window that it overlaps, unless that makes it too wide."""
    start, end = min(window.start, chunk.start), max(window.end, chunk.end)
    if end - start > WIDEST:
        return False
    window.start, window.end = start, end
    return True


def _remainder(text: str, span: Span, taken: Sequence[Span]) -> list[Span]:
    """What of `span` lies outside `taken`, in order, without white space at the ends."""
    pieces = (trim(text, piece) for piece in subtract(span, taken))
    return [(start, end) for start, end in pieces if start < end]
