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
# What bounds a time of day.
_SOONER = re.compile(
    r"\b(?:before|earlier than|by|until|till|not? later than)\s(?:about |around )?$", re.IGNORECASE
)
_LATER = re.compile(r"\b(?:after|past|later than|from|since|not before)\s(?:about |around )?$", re.IGNORECASE)
# The words behind which the number itself is not meant, if nothing denies them.
_BEYOND = re.compile(
    r"(?<!no )(?<!not )\b(?:under|below|over|above|before|after|past|\w+ than)\s\W?$", re.IGNORECASE
)
_TO = re.compile(rf"\s?(?:[-–—]|to(?: under)?|(?:(?:and|but|,) ?)?(?:{_UP_TO}))\s?", re.IGNORECASE)
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s\W?$", re.IGNORECASE)
_NEXT = r"(?:\s\w+)?,?\s(?:and|or)\s"  # "guests or", " and"; no number may follow
_AND_MORE = re.compile(
    rf"\s?\+|{_NEXT}(?:more|over|above|older|longer|up(?:wards)?)\b(?! to)(?!\s\W?\d)", re.I
)
_AND_LESS = re.compile(rf"{_NEXT}(?:less|fewer|under|below|younger|shorter)\b(?!\s\W?\d)", re.IGNORECASE)
_MANY = Decimal("Infinity")
_REACH = 24  # characters before a number in which its bound is told
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_METRES = re.compile(r"\d[\d.]*m")  # "10m", which is a million behind a sign of money alone
_ANY = ("", "?")  # units of numbers that go with any but a time of day
_NAMED = re.compile(
    r"\b(?:room|berth|zone|step|item|point|page|pages|no\.?|number|version|section|article)\s$", re.I
)


class NumberRange(NamedTuple):
    """The numbers from `low` to `high`, given at ``text[start:end]``; `unit` as of a `Number`.

    `beyond` says that its one end is not meant: "under 12".
    """

    low: Decimal
    high: Decimal
    unit: str
    start: int
    end: int
    beyond: bool = False

    def holds(self, number: Number) -> bool:
        """Whether `number` is in it or its end, as far as their units tell."""
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
        reach = max(0, this.start - _REACH)
        before = text[reach : this.start]
        if following and _joins(text, before, this, following):
            unit = this.unit if following.unit in _ANY else following.unit
            yield NumberRange(this.value, following.value, unit, this.start, following.end)
            reached = following.end
        elif found := _bound(before, this.unit):
            low, high = (this.value, _MANY) if found.re in (_LEAST, _LATER) else (-_MANY, this.value)
            start, beyond = reach + found.start(), _BEYOND.search(before) is not None
            yield NumberRange(low, high, this.unit, start, this.end, beyond)
        elif found := _AND_MORE.match(text, this.end):
            yield NumberRange(this.value, _MANY, this.unit, this.start, found.end())
        elif found := _AND_LESS.match(text, this.end):
            yield NumberRange(-_MANY, this.value, this.unit, this.start, found.end())


def _bound(before: str, unit: str) -> re.Match[str] | None:
    """The words before a number that make it the least or the most of something: of those that fit the longer
    ("not less than")."""
    patterns = (_LATER, _SOONER) if unit == "clock" else (_LEAST, _MOST)
    found = [match for match in (pattern.search(before) for pattern in patterns) if match]
    return min(found, key=lambda match: match.start(), default=None)


def _joins(text: str, before: str, this: Number, following: Number) -> bool:
    """Whether the two numbers are the ends of one range."""
    between = text[this.end : following.start]
    joined = _TO.fullmatch(between) or (_AND.fullmatch(between) and _BETWEEN.search(before))
    units = {this.unit, following.unit} - {*_ANY}
    return bool(joined) and len(units) < 2 and this.value < following.value
