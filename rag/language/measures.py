"""Superlatives -> what they measure, and which end of it: the heaviest has the greatest weight."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from rag.language.numbers import find_numbers

End = Literal["greatest", "least"]

_PRICE = "price cost fee charge rate fare rent premium tariff amount"
_SPAN = "length duration distance days hours minutes weeks months years"
_SIZE = "size area capacity seats volume population members"
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


# Units of the same thing, each with how many of the first of its line it is.
_UNITS = {
    name: (units.split()[0], factor)
    for units, factors in {
        "second minute hour day week month year": (1, 60, 3600, 86_400, 604_800, 2_629_800, 31_557_600),
        "mm cm metre kilometre foot mile": (1, 10, 1_000, 1_000_000, 304.8, 1_609_344),
        "mg gram kilogram tonne": (1, 1_000, 1_000_000, 1_000_000_000),
        "ml cl dl litre l": (1, 10, 100, 1_000, 1_000),
        "b kb mb gb tb": (1, 10**3, 10**6, 10**9, 10**12),
        "w kw mw gw": (1, 10**3, 10**6, 10**9),
        "penny £": (1, 100),
    }.items()
    for name, factor in zip(units.split(), factors, strict=True)
}
_MONEY = ("$", "€", "¥")
_SHORTER = {"h": "hour", "s": "second", "d": "day"}
_SHORT = re.compile(r"\s?([^\W\d_]{1,2})(?!\w)")


class Measure(NamedTuple):
    """Which end of what is asked for; `nouns` are words that the measure may go by.

    `of_days` says that days are compared, the greatest being the last.
    """

    end: End
    nouns: frozenset[str]
    of_days: bool = False


def _pattern(words: str) -> str:
    return "|".join(word.replace("_", r"\s+") for word in words.split())


def scale_of(unit: str) -> tuple[str, float]:
    """The least unit of what `unit` measures and how many of it one is, "" and 1 if it measures nothing that
    others are compared with.

    >>> scale_of("kilogram"), scale_of("€"), scale_of("?")
    (('mg', 1000000), ('€', 1), ('', 1))
    """
    own = unit if unit == "clock" or unit in _MONEY else ""
    return _UNITS.get(_SHORTER.get(unit, unit), (own, 1))


def find_size(cell: str) -> tuple[str, float] | None:
    """Of the first amount of `cell` the unit and the value, in the least unit of what is measured by it; the
    unit is "" if it has none that others are compared with.  None without a number.

    >>> find_size("1.1 km"), find_size("850 m"), find_size("2 MB"), find_size("6 seats")
    (('mm', 1100000.0), ('mm', 850000.0), ('b', 2000000.0), ('', 6.0))
    >>> find_size("1 h 50 min"), find_size("45 mins (or 2 h)")
    (('second', 6600.0), ('second', 2700.0))
    """
    unit, total, end = "", 0.0, 0
    for number in find_numbers(cell):
        behind = _SHORT.match(cell, number.end) if number.unit == "?" else None
        written = behind[1].lower() if behind else number.unit
        least, factor = scale_of(written)
        if end and not (least and least == unit and cell[end : number.start].strip() in ("", ",", "and")):
            break
        unit, total = least, total + float(number.value) * factor
        end = behind.end() if behind else number.end
    return (unit, total) if end else None


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
