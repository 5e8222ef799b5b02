"""A text beside another -> whether it compares the same things the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.words import stems

_THAN = re.compile(r"\bthan\b([^.;:,]*)", re.IGNORECASE)
_ENDS = re.compile(r"[.;:]")
_COMPARATIVE = re.compile(r"\b(?:less|fewer|more|better|worse|later|\w{3,}er)\b", re.IGNORECASE)
_LESS = frozenset("less fewer lower smaller shorter worse younger cheaper weaker slower".split())


def is_turned(text: str, source: str) -> bool:
    """Whether both compare two things, and only one of them says that the first has more of it.

    >>> is_turned("The café earned more than the shop.", "The shop earned more than the café.")
    True
    >>> is_turned("The café earned less than the shop.", "The shop earned more than the café.")
    False
    """
    return any(_is_other_way(one, other) for one in _comparisons(text) for other in _comparisons(source))


def _comparisons(text: str) -> Iterator[tuple[frozenset[str], bool, frozenset[str]]]:
    """What is compared, whether it has less, and with what, as stems."""
    for than in _THAN.finditer(text):
        before = _ENDS.split(text[: than.start()])[-1]
        words = list(_COMPARATIVE.finditer(before))
        if words:
            first, word = before[: words[-1].start()], words[-1][0].lower()
            yield frozenset(stems(first)), word in _LESS, frozenset(stems(than[1]))


def _is_other_way(
    one: tuple[frozenset[str], bool, frozenset[str]], other: tuple[frozenset[str], bool, frozenset[str]]
) -> bool:
    (first, less, second), (other_first, other_less, other_second) = one, other
    if not second or not other_second:
        return False
    straight = bool(second & other_second)
    turned = bool(second & other_first) and bool(other_second & first)
    return (straight and less != other_less) or (turned and not straight and less == other_less)
