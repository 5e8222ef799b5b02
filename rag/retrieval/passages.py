"""Hits -> the spans to show: those that overlap as one, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.datatypes import Chunk, Document
from rag.index.parts.documents import Documents
from rag.retrieval.fusion import Hit
from rag.spans import Span, overlap, subtract, trim

WIDENING = 4  # how many of the best hits may widen a span they overlap,
WIDEST = 1_200  # up to so many characters


@dataclass(slots=True)
class PassageSpan:
    """A span of a document that grows with the hits in it, the best first.

    `score` is that of the first, or its share of it.
    """

    document: Document
    start: int
    end: int
    score: float
    hits: list[Hit]


def merge_hits(
    hits: Sequence[Hit],
    chunks: Sequence[Chunk],
    documents: Documents,
    k: int,
    *,
    fresh: Callable[[Document, Span, Sequence[PassageSpan]], Span | None],
    in_turns: bool = False,
) -> list[PassageSpan]:
    """The `k` best spans that the hits make, best first; none overlaps another.

    One of the best hits that overlaps a span widens it.  Of any other, what the spans do not
    show yet is a span of its own, if `fresh` finds something new in it, and has its share of the
    score; less than half a chunk comes last.  If documents take turns, the order of the hits is kept.
    """
    spans: list[PassageSpan] = []
    left: list[tuple[Span, Hit]] = []
    for place, hit in enumerate(hits):
        better = len(spans) if in_turns else sum(shown.score >= hit.score for shown in spans)
        if place >= WIDENING and better >= k:
            break
        chunk = chunks[hit.row]
        document = documents.named(chunk.document_id)
        here = chunk.start, chunk.end
        over = [w for w in spans if w.document is document and overlap((w.start, w.end), here)]
        if place < WIDENING and len(over) == 1 and _widen(over[0], chunk):
            over[0].hits.append(hit)
            continue
        for piece in _remainder(document.text, here, _shown_spans(spans, document)):
            new = fresh(document, piece, spans)
            if new and 2 * (new[1] - new[0]) < chunk.end - chunk.start:
                left.append((new, hit))
            elif new:
                spans.append(PassageSpan(document, *new, _share(new, chunk) * hit.score, [hit]))
    if not in_turns:
        spans.sort(key=lambda shown: -shown.score)
    least = spans[-1].score if spans else 0.0
    for span, hit in left if len(spans) < k else []:
        chunk = chunks[hit.row]
        document = documents.named(chunk.document_id)
        for piece in _remainder(document.text, span, _shown_spans(spans, document)):
            spans.append(PassageSpan(document, *piece, min(least, _share(piece, chunk) * hit.score), [hit]))
            least = spans[-1].score
    return spans[:k]


def _shown_spans(spans: Sequence[PassageSpan], document: Document) -> list[Span]:
    return [(shown.start, shown.end) for shown in spans if shown.document is document]


def _share(span: Span, chunk: Chunk) -> float:
    return (span[1] - span[0]) / (chunk.end - chunk.start)


def _widen(span: PassageSpan, chunk: Chunk) -> bool:
    """Take `chunk` into a span that it overlaps, unless that makes it too wide."""
    start, end = min(span.start, chunk.start), max(span.end, chunk.end)
    if end - start > WIDEST:
        return False
    span.start, span.end = start, end
    return True


def _remainder(text: str, span: Span, taken: Sequence[Span]) -> list[Span]:
    """What of `span` lies outside `taken`, in order, without white space at the ends."""
    pieces = (trim(text, piece) for piece in subtract(span, taken))
    return [(start, end) for start, end in pieces if start < end]
