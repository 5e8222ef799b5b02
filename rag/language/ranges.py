"""A text -> the ranges of numbers that it gives: "8 to 12 m", "over 65", "21–50 people"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from rag.language.dates import find_dates
from rag.language.numbers import Number, find_numbers
from rag.spans import overlap

_UP_TO = (
    r"up to(?: and including)?|under|below|(?:less|fewer|younger|shorter|lighter) than|at most"
    r"|max(?:imum)?(?: of| \w+:)?|(?:no|not) (?:more|older|longer|heavier|over|above)(?: than)?"
)
_FROM = (
    r"over|above|(?:more|older|longer|heavier) than|at least|min(?:imum)?(?: of| \w+:)?"
    r"|(?:no|not) (?:less|fewer|younger|shorter|lighter|under|below)(?: than)?"
)
_MOST = re.compile(rf"(?<!\w)(?:{_UP_TO})[\s:-]\W?$", re.IGNORECASE)
_LEAST = re.compile(rf"(?<!\w)(?:{_FROM})[\s:-]\W?$", re.IGNORECASE)
_TO = re.compile(rf"\s?(?:[-–—]|to(?: under)?|(?:(?:and|but|,) ?)?(?:{_UP_TO}))\s?", re.IGNORECASE)
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s\W?$", re.IGNORECASE)
_NEXT = r"(?:\s\w+)?,?\s(?:and|or)\s"  # "guests or", " and"; no number may follow
_AND_MORE = re.compile(
    rf"\s?\+|{_NEXT}(?:more|over|above|older|longer|up(?:wards)?)\b(?! to)(?!\s\W?\d)", re.I
)
_AND_LESS = re.compile(rf"{_NEXT}(?:less|fewer|under|below|younger|shorter)\b(?!\s\W?\d)", re.IGNORECASE)
_REACH = 24  # characters before a number in which its bound is told
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_METRES = re.compile(r"\d[\d.]*m")  # "10m", which is a million behind a sign of money alone
_ANY = ("", "?")  # units of numbers that go with any but a time of day
_NAMED = re.compile(
    r"\b(?:room|berth|zone|step|item|point|page|pages|no\.?|number|version|section|article)\s$", re.I
)


class NumberRange(NamedTuple):
    """The numbers from `low` to `high`, both among them; `unit` as of a `Number`."""

    low: Decimal
    high: Decimal
    unit: str

    def holds(self, number: Number) -> bool:
        """Whether `number` is in it, as far as their units tell."""
        units = {number.unit, self.unit}
        fits = len(units) == 1 or ("clock" not in units and not units.isdisjoint(_ANY))
        return fits and self.low <= number.value <= self.high


def find_ranges(text: str) -> list[NumberRange]:
    """The ranges that `text` gives, in order.

    >>> [(str(r.low), str(r.high)) for r in find_ranges("8 to 12 m: £20; over 12 m: £30; 60+ free")]
    [('8', '12'), ('12', 'Infinity'), ('60', 'Infinity')]
    """
    return list(_find(text, _counting(text)))


def find_amounts(text: str) -> list[Number]:
    """The numbers of `text` that may be in a range: no years, ordinals, dates or parts of names.

    >>> [str(n.value) for n in find_amounts("a 10m boat in 2025, berth W-B03, the 2nd night of 3 May")]
    ['10']
    """
    return [
        number
        for number in _counting(text)
        if (number.start == 0 or text[number.start - 1].isspace() or text[number.start - 1] in "£$€(")
        and not _NAMED.search(text, max(0, number.start - _REACH), number.start)
        and text[number.start : number.end].lower() != "one"
    ]


def _counting(text: str) -> list[Number]:
    """The numbers of `text` that count or measure something."""
    days = [(day.start, day.end) for day in find_dates(text)]
    found = []
    for number in find_numbers(text):
        written = text[number.start : number.end]
        part_of_more = text[max(0, number.start - 1) : number.start] in ("-", "/", ".") and number.start > 1
        if (
            number.unit == "th"
            or _YEAR.fullmatch(written)
            or (part_of_more and text[number.start - 2].isdigit() and written[:1] == "0")
            or any(overlap(day, (number.start, number.end)) for day in days)
        ):
            continue
        if _METRES.fullmatch(written):
            number = replace(number, value=Decimal(written[:-1]), unit="metre")
        found.append(number)
    return found


def _find(text: str, numbers: list[Number]) -> Iterator[NumberRange]:
    reached = 0
    for this, following in zip_longest(numbers, numbers[1:]):
        if this.start < reached:
            continue
        before = text[max(0, this.start - _REACH) : this.start]
        if following and _joins(text, before, this, following):
            yield NumberRange(
                this.value, following.value, this.unit if following.unit in _ANY else following.unit
            )
            reached = following.end
        elif bound := _bound(text, before, this.end):
            low = this.value if bound == "least" else Decimal("-Infinity")
            high = this.value if bound == "most" else Decimal("Infinity")
            yield NumberRange(low, high, this.unit)


def _bound(text: str, before: str, end: int) -> str:
    """Whether a number is the "least" or the "most" of something, by the words before it, of which the longer
    count ("not less than"), or behind; "" if it is neither."""
    least, most = _LEAST.search(before), _MOST.search(before)
    if least or most:
        return "least" if least and not (most and most.start() < least.start()) else "most"
    if _AND_MORE.match(text, end):
        return "least"
    return "most" if _AND_LESS.match(text, end) else ""


def _joins(text: str, before: str, this: Number, following: Number) -> bool:
    """Whether the two numbers are the ends of one range."""
    between = text[this.end : following.start]
    joined = _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(before))
    units = {this.unit, following.unit} - {*_ANY}
    return bool(joined) and len(units) < 2 and this.value < following.value
