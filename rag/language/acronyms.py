"""Acronyms that texts define, and where a text has the long form of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rag.language.words import find_words

Definition = tuple[str, tuple[str, ...]]  # an acronym, and the words of its long form in small letters

_SMALL_WORDS = frozenset("of and for the in on to".split())  # that an acronym may leave out
_REACH = 120  # characters before an acronym in which its long form stands
_DEFINED = re.compile(r"\(([A-Z][A-Za-z]{1,8}?)s?\)")


class Acronyms:
    """Acronyms by the long forms that a text may have instead of them."""

    def __init__(self, defined: Iterable[Definition]) -> None:
        # Of two long forms that begin alike, the longer is meant.
        self._by_first: dict[str, list[Definition]] = {}
        for short, long in sorted(defined, key=lambda pair: -len(pair[1])):
            self._by_first.setdefault(long[0], []).append((short, long))

    def find_longs(self, text: str) -> list[tuple[str, re.Pattern[str]]]:
        """The acronyms whose long form `text` may have, each with a pattern of that, the longest first."""
        said = set(find_words(text.lower()))
        found = [
            (short, long)
            for word in said & self._by_first.keys()
            for short, long in self._by_first[word]
            if said.issuperset(long[:-1])
        ]
        return [(short, _pattern(long)) for short, long in sorted(found, key=lambda p: (-len(p[1]), p))]

    def imply(self, text: str) -> str:
        """The acronyms of the long forms that `text` has, with spaces between them.

        >>> Acronyms([("HCS", ("high", "care", "scheme"))]).imply("Two high-care schemes.")
        'HCS'
        """
        return " ".join(short for short, long in self.find_longs(text) if long.search(text))


def find_acronyms(texts: Iterable[str]) -> list[Definition]:
    """The acronyms that `texts` define as "Long Form (LF)", each with the words of its long form.

    The words are in small letters, the last without a plural s.
    After Schwartz & Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
    Biomedical Text", PSB 2003, but every letter must begin a word; small words may stand between.

    >>> find_acronyms(["High Care and Skill (HCSs) is new."])
    [('HCS', ('high', 'care', 'and', 'skill'))]
    """
    return choose_definitions(found for text in texts for found in find_definitions(text))


def find_definitions(text: str) -> Iterator[Definition]:
    """What one text defines (`find_acronyms`), in order."""
    for match in _DEFINED.finditer(text):
        before = find_words(text[max(0, match.start() - _REACH) : match.start()])
        for size in range(len(match[1]), len(match[1]) + 3):
            words = before[-size:]
            if [w[0].upper() for w in words if w not in _SMALL_WORDS] == list(match[1].upper()):
                long = (*words[:-1], words[-1].removesuffix("s"))
                yield match[1], tuple(word.lower() for word in long)


def choose_definitions(found: Iterable[Definition]) -> list[Definition]:
    """Of the definitions of each acronym the first, in the order of the acronyms."""
    defined: dict[str, tuple[str, ...]] = {}
    for short, long in found:
        defined.setdefault(short, long)
    return sorted(defined.items())


@lru_cache(maxsize=2**12)
def _pattern(long: tuple[str, ...]) -> re.Pattern[str]:
    words = r"\W+".join(long)
    return re.compile(rf"\b{words}(s?)\b", re.IGNORECASE)
