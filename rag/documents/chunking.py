"""A document -> chunks: runs of whole sentences that fit the embedder's window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.datatypes import Chunk, Document
from rag.documents.sentences import halve, heading_start, sentence_runs
from rag.spans import Span

# In tokens of the embedder.  Chosen on the tune half of the eval set: see eval/README.md.
WINDOW = 128
OVERLAP = 64


def chunk(
    document: Document, count_tokens: Callable[[str], int], *, window: int = WINDOW, overlap: int = OVERLAP
) -> list[Chunk]:
    """The chunks of `document` in order; together they hold every searchable sentence.

    A chunk is cut at sentence boundaries and has at most `window` tokens.  It repeats the last
    sentences of the one before it, up to `overlap` tokens.  Only a sentence that is longer than
    the window is cut inside.  No chunk reaches over a heading or boilerplate; one that follows a
    question or a Markdown heading begins with that.

    Raises ValueError unless ``0 <= overlap < window``.
    """
    if not 0 <= overlap < window:
        raise ValueError(f"overlap {overlap} must be at least 0 and below window {window}")

    def fits_alone(piece: str) -> bool:
        return count_tokens(piece) <= window

    chunks: list[Chunk] = []
    for run in sentence_runs(document.text):
        pieces = [piece for span in run for piece in halve(document.text, span, fits_alone)]
        start = heading_start(document.text, pieces[0][0])
        if fits_alone(document.text[start : pieces[0][1]]):
            pieces[0] = start, pieces[0][1]
        sizes = [count_tokens(document.text[slice(*piece)]) for piece in pieces]

        def fits(first: int, last: int, pieces: list[Span] = pieces) -> bool:
            return count_tokens(document.text[pieces[first][0] : pieces[last - 1][1]]) <= window

        for first, last in windows(sizes, window, overlap, fits):
            chunks.append(Chunk(document.id, pieces[first][0], pieces[last - 1][1]))
    return chunks


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
