"""Superlatives -> what they measure, and which end of it: the heaviest has the greatest weight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_PRICE = "price cost fee charge rate fare rent premium tariff amount"
_SPAN = "length duration time distance days hours minutes weeks months years"
_SIZE = "size area capacity volume population members"
_DAY = "date day year start opened founded built born published"

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
    ("slowest", "fastest quickest", "time duration"),
    ("most_expensive dearest costliest priciest", "cheapest least_expensive", _PRICE),
    ("hottest warmest", "coldest coolest", "temperature"),
    ("loudest noisiest", "quietest", "sound noise level db"),
    ("strongest", "weakest", "strength alcohol abv power"),
    ("farthest furthest remotest", "nearest closest", "distance"),
    ("oldest", "youngest", "age"),
    ("newest latest youngest", "oldest earliest", _DAY),
)
GREATEST = "highest|largest|biggest|greatest|most|maximum"
LEAST = "lowest|smallest|least|fewest|minimum"


class Measure(NamedTuple):
    """Which end of what is asked for; `nouns` are words that the measure may go by."""

    end: Literal["greatest", "least"]
    nouns: frozenset[str]


def _pattern(words: str) -> str:
    return "|".join(word.replace("_", r"\s+") for word in words.split())


SUPERLATIVES_OF_MUCH = "|".join(_pattern(much) for much, _, _ in _MEASURES)
SUPERLATIVES_OF_LITTLE = "|".join(_pattern(little) for _, little, _ in _MEASURES)


def find_measures(text: str) -> Iterator[Measure]:
    """What the superlatives of `text` may measure, each with the end that is meant.

    >>> [measure.end for measure in find_measures("Which pump is the lightest?")]
    ['least']
    >>> sorted((measure.end, "age" in measure.nouns) for measure in find_measures("the oldest member"))
    [('greatest', True), ('least', False)]
    """
    for much, little, nouns in _MEASURES:
        for end, words in (("greatest", much), ("least", little)):
            if re.search(rf"\b(?:{_pattern(words)})\b", text, re.IGNORECASE):
                yield Measure("greatest" if end == "greatest" else "least", frozenset(nouns.split()))
