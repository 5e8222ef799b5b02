"""A document -> chunks: runs of whole sentences that fit the embedder's window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.datatypes import Chunk, Document
from rag.documents.outline import BETWEEN, Outline
from rag.documents.sentences import halve
from rag.spans import Span
from rag.workers.work import Work

# In tokens of the embedder.  Chosen on the tune half of the eval set: see eval/README.md.
WINDOW = 128
OVERLAP = 64
CONTEXT_SHARE = 0.5  # of the window that what a chunk stands under may take


@dataclass(frozen=True, slots=True)
class Cut:
    """The chunks and the sentences of a document in order, and what is embedded for each."""

    chunks: list[Chunk]
    sentences: list[Chunk]
    chunk_texts: list[str]
    sentence_texts: list[str]


class CutDocument(Work[Document, Cut]):
    """Cutting a document, with `chunk` and its arguments."""

    def __init__(self, count_tokens: Callable[[str], int], window: int, overlap: int) -> None:
        self._count_tokens, self._window, self._overlap = count_tokens, window, overlap

    def size(self, item: Document) -> int:
        return len(item.text)

    def do(self, fetched: Document) -> Cut:
        outline = Outline(fetched)
        chunks = chunk(outline, self._count_tokens, window=self._window, overlap=self._overlap)
        return cut_at(outline, chunks, [Chunk(fetched.id, start, end) for start, end in outline.pieces])


def cut_at(outline: Outline, chunks: list[Chunk], sentences: list[Chunk]) -> Cut:
    """A document cut into what it is known to consist of."""
    texts = (
        [embedded_text(outline, (span.start, span.end)) for span in spans] for spans in (chunks, sentences)
    )
    return Cut(chunks, sentences, *texts)


def chunk(
    outline: Outline, count_tokens: Callable[[str], int], *, window: int = WINDOW, overlap: int = OVERLAP
) -> list[Chunk]:
    """The chunks of a document in order; together they hold every piece of its outline.

    A chunk is cut at the ends of sentences, items and rows, and has with what it stands under
    (`embedded_text`) at most `window` tokens.  It repeats the last sentences of the one before it, up to
    `overlap` tokens.  Only a sentence that is longer than the window is cut inside.  No chunk reaches over
    a heading or furniture; the first below a heading begins with that.

    Raises ValueError unless ``0 <= overlap < window``.
    """
    if not 0 <= overlap < window:
        raise ValueError(f"overlap {overlap} must be at least 0 and below window {window}")
    document = outline.document
    above = lru_cache(maxsize=None)(count_tokens)  # many pieces stand under the same

    def room(at: int) -> int:
        return max(int((1 - CONTEXT_SHARE) * window), window - above(context_of(outline, at)))

    def size(start: int, end: int) -> int:
        return count_tokens(outline.show(start, end).text)

    def fits(start: int, end: int) -> bool:
        return size(start, end) <= room(start)

    chunks: list[Chunk] = []
    for run in outline.runs:
        pieces = [piece for span in run for piece in halve(document.text, span, fits)]
        most = max(room(start) for start, _ in pieces)

        def fit(first: int, last: int, pieces: list[Span] = pieces) -> bool:
            return fits(pieces[first][0], pieces[last - 1][1])

        for first, last in windows([size(*piece) for piece in pieces], most, min(overlap, most // 2), fit):
            chunks.append(Chunk(document.id, pieces[first][0], pieces[last - 1][1]))
    return chunks


def embedded_text(outline: Outline, span: Span) -> str:
    """What is embedded and searched by words for a span: its words below what it stands under."""
    above = context_of(outline, span[0])
    shown = outline.show(*span).text
    return f"{above}\n{shown}" if above else shown


def context_of(outline: Outline, at: int) -> str:
    """The headings above the character `at` that tell it apart, and what introduces its list or table."""
    return BETWEEN.join(filter(None, (*outline.telling_headings(at), outline.lead(at))))


def windows(
    sizes: list[int],
    window: int,
    overlap: int,
    fits: Callable[[int, int], bool] = lambda first, last: True,
) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of items that cover all of them, each at most `window` in sum.

    A range begins with the last items of the one before, as many as `overlap` allows, and is
    never contained in it.  An item larger than the window stands alone.  `fits` has the last word
    on a range of several, for a text may have more tokens than its sentences together.

    >>> list(windows([3, 3, 2, 3, 3], window=8, overlap=2))
    [(0, 3), (2, 5)]
    """
    first = reached = 0
    while reached < len(sizes):
        last, total = first, 0
        while last < len(sizes) and (last == first or total + sizes[last] <= window):
            total += sizes[last]
            last += 1
        while last > first + 1 and not fits(first, last):
            last -= 1
        if last <= reached:  # nothing new fits behind the repeated items
            first = reached
            continue
        yield first, last
        first = reached = last
        shared = 0
        while last < len(sizes) and shared + sizes[first - 1] <= min(overlap, window - sizes[last]):
            first -= 1
            shared += sizes[first]
