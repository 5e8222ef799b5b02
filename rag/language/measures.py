"""Superlatives -> what they measure, and which end of it: the heaviest has the greatest weight."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

End = Literal["greatest", "least"]

_PRICE = "price cost fee charge rate fare rent premium tariff amount"
_SPAN = "length duration distance days hours minutes weeks months years"
_SIZE = "size area capacity volume population members"
_DAY = "date day year start opened founded built born published released launched issued made joined"

# The superlatives of what is measured: those of much of it, those of little, and words for the measure.
_MEASURES = (
    ("heaviest", "lightest", "weight mass load kg"),
    ("longest", "shortest", _SPAN),
    ("tallest highest", "lowest shortest", "height altitude elevation"),
    ("widest broadest", "narrowest", "width breadth"),
    ("deepest", "shallowest", "depth"),
    ("thickest", "thinnest", "thickness"),
    ("largest biggest", "smallest", _SIZE),
    ("fastest quickest", "slowest", "speed"),
    ("slowest", "fastest quickest", "duration"),
    ("most_expensive dearest costliest priciest", "cheapest least_expensive", _PRICE),
    ("hottest warmest", "coldest coolest", "temperature"),
    ("loudest noisiest", "quietest", "sound noise level db"),
    ("strongest", "weakest", "strength alcohol abv power"),
    ("farthest furthest remotest", "nearest closest", "distance"),
    ("oldest", "youngest", "age"),
    ("newest youngest", "oldest", _DAY),
)
_LIMIT = re.compile(r"\bat (?:least|(?:the )?most)\b", re.IGNORECASE)
GREATEST = "highest|largest|biggest|greatest|most|maximum"
LEAST = "lowest|smallest|least|fewest|minimum"


class Measure(NamedTuple):
    """Which end of what is asked for; `nouns` are words that the measure may go by.

    `of_days` says that days are compared, the greatest being the last.
    """

    end: End
    nouns: frozenset[str]
    of_days: bool = False


def _pattern(words: str) -> str:
    return "|".join(word.replace("_", r"\s+") for word in words.split())


def find_measures(text: str) -> list[Measure]:
    """What the superlatives of `text` may measure, each with the end that is meant.

    >>> [measure.end for measure in find_measures("Which pump is the lightest?")]
    ['least']
    >>> [(measure.end, measure.of_days) for measure in find_measures("the oldest member")]
    [('greatest', False), ('least', True)]
    """
    ends: tuple[End, End] = ("greatest", "least")
    return [
        Measure(end, frozenset(nouns.split()), nouns == _DAY)
        for much, little, nouns in _MEASURES
        for end, words in zip(ends, (much, little), strict=True)
        if re.search(rf"\b(?:{_pattern(words)})\b", text, re.IGNORECASE)
    ]


def end_of(text: str) -> End | None:
    """The end that words without a measure of their own ask for ("the fewest"), None without one.

    >>> end_of("Which has the fewest seats?"), end_of("Which seats at least 20?"), end_of("the oldest")
    ('least', None, None)
    """
    text = _LIMIT.sub(" ", text)
    for end, words in (("greatest", GREATEST), ("least", LEAST)):
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return "greatest" if end == "greatest" else "least"
    return None


def asks_for_extreme(text: str) -> End | None:
    """The end that a question asks for, None if it asks for none; of words that may mean either the first.

    >>> asks_for_extreme("the largest room that seats at least 20"), asks_for_extreme("Who came?")
    ('greatest', None)
    """
    measures = find_measures(text)
    return end_of(text) or (measures[0].end if measures else None)
