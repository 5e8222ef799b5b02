"""A text -> the values that stand in it: dates and numbers, each as what it may be.

A date or number becomes ranges: "about 40" is 36 to 44, "March 2023" any day of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from rag.language.dates import find_dates
from rag.language.numbers import Number, find_numbers
from rag.spans import overlap

Range = tuple[float, float]  # the least and the most that it may be

_DAYS = {"year": 365.25, "month": 365.25 / 12, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_MONEY = ("£", "$", "€")
UNITS = {"length of time": (*_DAYS,), "figure": (*_MONEY, "%"), "sum of money": _MONEY, "pay": _MONEY}
_BOUND = re.compile(r"\b(?:before|after|since|until|till|between|from|to)\s$", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:(?P<about>about|around|roughly|approximately|nearly|almost|some)"
    r"|(?P<most>up to|(?:less|fewer) than|under|below|at most|(?:an absolute |a )?maximum of|no more than)"
    r"|(?P<least>more than|over|at least|above|no fewer than))\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at ``text[start:end]``: the ranges of a date or of a number of some unit, or a name."""

    start: int
    end: int
    unit: str = "name"
    ranges: tuple[Range, ...] = ()


def date_values(text: str) -> list[Value]:
    """The dates of a text but those that only bound something."""
    return [
        Value(day.start, day.end, "date", day.ranges)
        for day in find_dates(text)
        if not _BOUND.search(text, max(0, day.start - 9), day.start)
    ]


def number_values(text: str) -> list[tuple[Number, Value]]:
    """The numbers of a text that are no part of a date, each with the range that it may be.

    A word such as "about" makes it, or what is rounded to it: of millions, £3 million may be £3.2
    million; a smaller number is exact but for its decimals.
    """
    dates = [(day.start, day.end) for day in find_dates(text)]
    numbers = [n for n in find_numbers(text) if not any(overlap((n.start, n.end), date) for date in dates)]
    return [(number, _number_value(text, number)) for number in numbers]


def _number_value(text: str, number: Number) -> Value:
    exact = number.value * (100 if number.unit == "%" else 1)
    exponent, size = int(str(exact.normalize().as_tuple().exponent)), exact.adjusted()
    last = exponent if size >= 6 else min(exponent, size - 1 if size >= 3 else 0)
    value, half = float(exact), 0.49 * float(Decimal(10) ** last)  # so that neighbours do not touch
    hedge = _HEDGE.search(text, max(0, number.start - 24), number.start)
    ranges = {"about": (0.9 * value, 1.1 * value), "least": (value, inf), "most": (0.0, value)}
    low, high = ranges.get(str(hedge.lastgroup) if hedge else "", (value - half, value + half))
    days, unit = _DAYS.get(number.unit, 1.0), "day" if number.unit in _DAYS else number.unit
    return Value(hedge.start() if hedge else number.start, number.end, unit, ((low * days, high * days),))
