"""A quote, and the characters of a page as they are drawn -> which of them it is.

The text of a document and the characters of its page are two readings of one file: spaces, markup, signs and
the cuts of words at the ends of lines differ, running heads may stand in between, ligatures are one letter or
two.  Letters and figures are the same, so only those are compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

SHORTEST_RUN = 12  # letters that no two places are likely to share
ENOUGH = 0.8  # of the letters of a quote, in runs, where something stands between them
MOST_LETTERS = 2_000  # of a quote that is looked for in runs: it takes their product with those of the page
MOST_PLACES = 1_000  # with the words of a quote that are compared
CONTEXT = 60  # letters before the quote that tell one place of the same words from another

Box = tuple[int, int, int, int, bool]  # left, top, right, bottom, and whether its line runs across
Rectangle = tuple[int, int, int, int]  # left, top, right, bottom


def find_characters(texts: Sequence[Sequence[str]], quote: str, before: str = "") -> list[int]:
    """The places of the characters of the middle one of three pages that are of `quote`, in order.

    A quote may begin on the page before and end on the one behind.  Of several places that have the same
    words it is the one that stands behind the words `before`.

    >>> find_characters(["", "Hens sleep. The ﬁsh-\\r\\nes swim.", ""], "The fishes")
    [12, 13, 14, 16, 17, 18, 22, 23]
    """
    pages = [list(_letters(text)) for text in texts]
    letters = "".join(letter for page in pages for _, letter in page)
    first = len(pages[0])
    places = [at for at, _ in pages[1]]  # of the letters from `first` on
    sought = _only_letters(quote)
    behind = max(0, first - len(sought) + 1)
    begins = list(islice(_occurrences(letters, sought, behind, first + len(places)), MOST_PLACES))
    if begins:
        context = _only_letters(before)[-CONTEXT:]
        begin = max(begins, key=lambda at: _shared_end(letters[max(0, at - CONTEXT) : at], context))
        runs = [(begin, len(sought))]
    else:
        runs = _find_runs(letters, sought)
    found = {i - first for start, length in runs for i in range(start, start + length)}
    return sorted({places[i] for i in found if 0 <= i < len(places)})


def mark_lines(boxes: Iterable[Box]) -> list[Rectangle]:
    """A rectangle around the characters of each line, in the order in which they are read.

    >>> mark_lines([(0, 10, 8, 20, True), (9, 12, 15, 20, True), (0, 30, 8, 40, True)])
    [(0, 10, 15, 20), (0, 30, 8, 40)]
    >>> mark_lines([(0, 10, 8, 20, True), (90, 10, 98, 20, True)])  # of two columns
    [(0, 10, 8, 20), (90, 10, 98, 20)]
    """
    lines: list[list[int]] = []
    across_before = True
    for left, top, right, bottom, across in boxes:
        if left >= right or top >= bottom:
            continue  # nothing is drawn
        if lines and across == across_before and _is_of_line(lines[-1], (left, top, right, bottom), across):
            line = lines[-1]
            line[:] = min(line[0], left), min(line[1], top), max(line[2], right), max(line[3], bottom)
        else:
            lines.append([left, top, right, bottom])
        across_before = across
    return [(line[0], line[1], line[2], line[3]) for line in lines]


def _is_of_line(line: Sequence[int], box: Rectangle, across: bool) -> bool:
    """Whether the middle of one lies within the height of the other, and no column stands between them."""
    along, over = (0, 1) if across else (1, 0)
    middle, other = (box[over] + box[over + 2]) / 2, (line[over] + line[over + 2]) / 2
    level = line[over] <= middle <= line[over + 2] or box[over] <= other <= box[over + 2]
    apart = max(box[along] - line[along + 2], line[along] - box[along + 2])
    return level and apart <= 4 * max(line[over + 2] - line[over], box[over + 2] - box[over])


def _letters(text: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each letter and figure with its place: capitals, accents and ligatures do not count."""
    for at, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).casefold():
            if part.isalnum():
                yield at, part


def _only_letters(text: str) -> str:
    return "".join(letter for _, letter in _letters(text))


def _occurrences(letters: str, sought: str, start: int, end: int) -> Iterator[int]:
    """Where `sought` begins between `start` and `end`."""
    at = letters.find(sought, start) if sought else -1
    while 0 <= at < end:
        yield at
        at = letters.find(sought, at + 1)


def _shared_end(one: str, other: str) -> int:
    """How many letters both end with."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _find_runs(letters: str, sought: str) -> list[tuple[int, int]]:
    """Where the pieces of a quote stand, in its order, and their lengths; none if too little is there."""
    if not SHORTEST_RUN <= len(sought) <= MOST_LETTERS:
        return []
    blocks = SequenceMatcher(None, letters, sought, autojunk=False).get_matching_blocks()
    runs = [(block.a, block.size) for block in blocks if block.size >= SHORTEST_RUN]
    return runs if sum(size for _, size in runs) >= ENOUGH * len(sought) else []
