"""Places in a text: half-open pairs of offsets, as ``text[start:end]`` takes them."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]

# White space, and what is as little seen.
MARGIN = " \t\r\n\f\v\xa0\u200b\ufeff\x1c\x1d\x1e\x85\u2028\u2029"


def overlap(span: Span, other: Span) -> bool:
    """Whether the two have a character in common.

    >>> overlap((0, 5), (4, 9)), overlap((0, 5), (5, 9))
    (True, False)
    """
    return span[0] < other[1] and other[0] < span[1]


def contains(span: Span, other: Span) -> bool:
    """Whether `span` holds all of `other`.

    >>> contains((0, 5), (2, 5)), contains((0, 5), (4, 6))
    (True, False)
    """
    return span[0] <= other[0] and other[1] <= span[1]


def holds(span: Span, at: int) -> bool:
    """Whether the character at `at` is one of `span`.

    >>> holds((2, 5), 2), holds((2, 5), 5)
    (True, False)
    """
    return span[0] <= at < span[1]


def has_letters(text: str, span: Span) -> bool:
    """Whether a letter or a digit of `text` is in `span`.

    >>> has_letters("- 4.", (0, 4)), has_letters("- 4.", (0, 2))
    (True, False)
    """
    return any(character.isalnum() for character in text[slice(*span)])


def join(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """`spans` in order, those that are at most `gap` characters apart as one.

    >>> join([(900, 950), (20, 30), (0, 10), (5, 12)], gap=8)
    [(0, 30), (900, 950)]
    """
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + gap:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def subtract(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What of `span` lies in none of `taken`, in order; no piece is empty.

    >>> subtract((0, 20), [(15, 30), (3, 7)])
    [(0, 3), (7, 15)]
    """
    start, end = span
    pieces = []
    for first, last in sorted(taken):
        if overlap((start, end), (first, last)):
            pieces.append((start, first))
            start = max(start, last)
    return [(first, last) for first, last in [*pieces, (start, end)] if first < last]


def trim(text: str, span: Span) -> Span:
    """`span` without the white space at its ends; empty if it holds nothing else.

    >>> trim(" to be ", (0, 7)), trim("to be", (2, 3))
    ((1, 6), (3, 3))
    """
    start, end = span
    while start < end and (text[start].isspace() or text[start] in MARGIN):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in MARGIN):
        end -= 1
    return start, end
