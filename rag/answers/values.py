"""A text -> the values that stand in it: dates, numbers and names, each as what it may be.

A date or number becomes ranges: "about 40" is 36 to 44, "March 2023" any day of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import inf

from rag.datatypes import Document
from rag.language.dates import ANY_DAY, ANY_YEAR, find_dates
from rag.language.numbers import Number, find_numbers
from rag.language.words import SMALL_WORDS, WHOLE_WORD
from rag.spans import overlap

Range = tuple[float, float]  # the least and the most that it may be

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "Christmas": (12, 12), "Easter": (3, 4)}
_SEASON = re.compile(rf"\b({'|'.join(_SEASONS)})\b(?:,? (?:of )?(\d{{4}})\b)?")
_NEARNESS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NEAR = re.compile(rf"\b(?:{'|'.join(_NEARNESS)})\b")
_BOUND = re.compile(r"\b(?:before|after|since|until|till|between|from|to)\s$", re.IGNORECASE)
DAYS = {"year": 365.25, "month": 365.25 / 12, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_HEDGE = re.compile(
    r"\b(?:(?P<about>about|around|roughly|approximately|nearly|almost|some)"
    r"|(?P<most>up to|(?:less|fewer) than|under|below|at most|(?:an absolute |a )?maximum of|no more than)"
    r"|(?P<least>more than|over|at least|above|no fewer than))\s$",
    re.IGNORECASE,
)
_TITLES = SMALL_WORDS | frozenset(
    "rt hon mr mrs ms dr sir dame lord lady professor chancellor president prime minister secretary former"
    " chair chief executive king queen pope general state".split()
)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at ``text[start:end]``: ranges of a unit, or names, each as the set of its words."""

    start: int
    end: int
    unit: str
    ranges: tuple[Range, ...] = ()
    names: tuple[frozenset[str], ...] = ()


def plain_numbers(text: str) -> list[Number]:
    """The numbers of a text that are no part of a date."""
    dated = [(day.start, day.end) for day in find_dates(text)]
    return [n for n in find_numbers(text) if not any(overlap((n.start, n.end), day) for day in dated)]


def amount(text: str, number: Number, unit: str) -> Value:
    """The range of a number: what a word such as "about" makes of it, or what is rounded to it.

    Of millions, £3 million may be £3.2 million; a smaller number is exact but for its decimals.
    """
    told = number.value * (100 if unit == "%" else 1)
    exponent, size = int(str(told.normalize().as_tuple().exponent)), told.adjusted()
    last = exponent if size >= 6 else min(exponent, size - 1 if size >= 3 else 0)
    value, half = float(told), 0.49 * float(Decimal(10) ** last)  # so that neighbours do not touch
    hedge = _HEDGE.search(text, max(0, number.start - 24), number.start)
    ranges = {"about": (0.9 * value, 1.1 * value), "least": (value, inf), "most": (0.0, value)}
    low, high = ranges.get(str(hedge.lastgroup) if hedge else "", (value - half, value + half))
    days_each, unit = DAYS.get(unit, 1.0), "day" if unit in DAYS else unit
    start = hedge.start() if hedge else number.start
    return Value(start, number.end, unit, ((low * days_each, high * days_each),))


def dated(text: str, document: Document) -> Iterator[Value]:
    """The dates of a text but those that only bound something."""
    found = [(day.start, day.end, day.ranges) for day in find_dates(text)]
    for match in _SEASON.finditer(text):
        years = (int(match[2]), int(match[2])) if match[2] else ANY_YEAR
        found.append((*match.span(), (years, _SEASONS[match[1]], ANY_DAY)))
    for match in _NEAR.finditer(text) if document.published else ():
        day = (document.published or date.min) + timedelta(days=_NEARNESS[match[0]])
        found.append((*match.span(), ((day.year, day.year), (day.month, day.month), (day.day, day.day))))
    for start, end, ranges in found:
        inside = any(
            first <= start and end <= last and last - first > end - start for first, last, _ in found
        )
        if not inside and not _BOUND.search(text, max(0, start - 9), start):
            yield Value(start, end, "date", ranges)


def bearers(words: str) -> tuple[frozenset[str], ...]:
    """The bearers of a name, each as the set of its words without titles.

    >>> [sorted(one) for one in bearers("Ministry of War and Peace and the Rt Hon Jim Ash")]
    [['ministry', 'peace', 'war'], ['ash', 'jim']]
    """
    pieces = re.split(r",? and the ", words)
    told = [name for p in pieces for name in ([p] if re.search(r" (?:of|for) ", p) else p.split(" and "))]
    return tuple(
        filter(
            None,
            (
                frozenset(map(bare, WHOLE_WORD.findall(name))) - _TITLES - {"he", "she", "it", "they", "we"}
                for name in told
            ),
        )
    )


def same_name(name: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one has all words of the other, or their initials."""
    few, many = sorted((name, other), key=len)
    return few <= many or (len(few) == 1 and sorted(*few) == sorted(word[0] for word in many))


def bare(word: str) -> str:
    return re.sub(r"[’']s?$", "", word.lower())
