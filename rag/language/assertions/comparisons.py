"""A text beside another -> whether it compares the same things the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.assertions.negation import NEGATION
from rag.language.words import stems

_THAN = re.compile(r"\bthan\b([^.;:,]*)", re.IGNORECASE)
_ENDS = re.compile(r"[.;:]")
_COMPARATIVE = re.compile(r"\b(?:less|fewer|more|better|worse|later|\w{3,}er)\b", re.IGNORECASE)
# Of each measure the words for more of it, and for less.
_MEASURES = (
    ("more higher larger greater bigger", "less fewer lower smaller"),
    ("longer taller", "shorter"),
    ("better stronger", "worse weaker"),
    ("older", "younger newer"),
    ("dearer", "cheaper"),
    ("faster quicker", "slower"),
    ("later", "earlier sooner"),
    ("heavier", "lighter"),
)
_MEANT = {
    word: (measure[0], sign)
    for measure in _MEASURES
    for sign, words in zip((1, -1), measure, strict=True)
    for word in words.split()
}


def is_turned(text: str, source: str) -> bool:
    """Whether both compare two things by the same measure, and only one says that the first has more of it.

    >>> is_turned("The café earned more than the shop.", "The shop earned more than the café.")
    True
    >>> is_turned("The café earned less than the shop.", "The shop earned more than the café.")
    False
    """
    return -1 in _agreements(text, source)


def compares_alike(text: str, source: str) -> bool:
    """Whether both compare two things, and say the same of them, be it the other way round.

    >>> compares_alike("The café closes later than the shop.", "The shop closes earlier than the café.")
    True
    """
    return 1 in _agreements(text, source)


def _agreements(text: str, source: str) -> set[int]:
    """For the comparisons of both: 1 where they say the same of the same two things, -1 the contrary."""
    return {_agreement(one, other) for one in _comparisons(text) for other in _comparisons(source)}


def _comparisons(text: str) -> Iterator[tuple[frozenset[str], str, int, frozenset[str]]]:
    """What is compared, by which measure, whether it has more of it (1) or less, and with what, as stems;
    nothing of what is denied."""
    for than in _THAN.finditer(text):
        before = _ENDS.split(text[: than.start()])[-1]
        words = list(_COMPARATIVE.finditer(before))
        if words and not NEGATION.search(f"{before}{than[0]}"):
            word = words[-1][0].lower()
            measure, sign = _MEANT.get(word, (word, 1))
            yield frozenset(stems(before[: words[-1].start()])), measure, sign, frozenset(stems(than[1]))


def _agreement(
    one: tuple[frozenset[str], str, int, frozenset[str]],
    other: tuple[frozenset[str], str, int, frozenset[str]],
) -> int:
    (first, measure, sign, second), (other_first, other_measure, other_sign, other_second) = one, other
    if measure != other_measure:
        return 0
    if second & other_second:
        return sign * other_sign
    return -sign * other_sign if second & other_first and other_second & first else 0
