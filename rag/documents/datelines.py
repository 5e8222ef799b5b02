"""The head of a text, or the name of a file -> the day of which it is, and how much of it is known.

A day is never guessed: a line counts only if it says nothing but a date and what it is the date of, and one
in figures that may be read in two ways not at all.  Of a month its first day is given, with a note.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rag.documents.labels import MONTH_KNOWN, QUARTER_KNOWN
from rag.language.dates import ANY_MONTH, MONTHS, WEEKDAYS, DateRange, find_dates

MOST_LINES = 6  # below the heading; a date further down is one that the text speaks of

_LABELS = frozenset(
    (
        "date dated published updated update last posted issued revised revision modified amended adopted"
        " approved effective from since as of on at the in force version v draft final edition issue release"
        " released created written minutes meeting held status report no number time valid reviewed review"
    ).split()
) | {day.lower() for day in (*WEEKDAYS, *(day[:3] for day in WEEKDAYS))}
_MONTH = "|".join(f"{month.lower()}|{month.lower()[:3]}" for month in MONTHS) + "|sept"
_OF_ELSE = re.compile(
    r"\b(?:from|until|till|before|after|since|by|between|due|begin\w*|start\w*|end\w*|clos\w*|open\w*|for)\b",
    re.IGNORECASE,
)
_APART, _END = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAMES = tuple(
    re.compile(rf"{_APART}{pattern}{_END}")
    for pattern in (
        rf"{_YEAR}[-_. ]?(?P<month>0[1-9]|1[0-2])[-_. ]?(?P<day>0[1-9]|[12]\d|3[01])",
        rf"(?P<day>0?[1-9]|[12]\d|3[01])[-_. ](?P<month>0?[1-9]|1[0-2])[-_. ]{_YEAR}",
        rf"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[-_. ]?(?P<name>{_MONTH})[-_. ]?{_YEAR}",
        rf"(?P<name>{_MONTH})[-_. ](?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?[-_. ]{_YEAR}",
        rf"{_YEAR}[-_. ]?(?P<name>{_MONTH})[-_. ]?(?P<day>0?[1-9]|[12]\d|3[01])",
        rf"{_YEAR}[-_. ](?P<month>0[1-9]|1[0-2])",
        rf"(?P<name>{_MONTH})[-_. ]?{_YEAR}",
        rf"{_YEAR}[-_. ]?(?P<name>{_MONTH})",
        rf"q(?P<quarter>[1-4])[-_. ]?{_YEAR}",
        rf"{_YEAR}[-_. ]?q(?P<quarter>[1-4])",
    )
)


class Dated(NamedTuple):
    """A day, and how much of it is known: "" all, or that only the month or quarter is."""

    published: date
    date_note: str = ""


def date_of_name(stem: str) -> Dated | None:
    """The day that a file's name gives, the day before the month in figures.

    >>> date_of_name("minutes 07-01-2026"), date_of_name("report_20260230")
    (Dated(published=datetime.date(2026, 1, 7), date_note=''), None)
    >>> date_of_name("minutes-jan-2026")
    Dated(published=datetime.date(2026, 1, 1), date_note='only the month is known')
    """
    for pattern in _NAMES:
        if match := pattern.search(stem.lower()):
            return _dated(match)
    return None


def date_of_heading(heading: str) -> Dated | None:
    """The one day, or the one month, that a heading names with its year, unless as that of something else.

    >>> date_of_heading("Status of 3 February 2026"), date_of_heading("Closed from 3 May 2026")
    (Dated(published=datetime.date(2026, 2, 3), date_note=''), None)
    """
    return None if _OF_ELSE.search(heading) else _one_date(heading)[0]


def date_of_lines(lines: Sequence[str]) -> Dated | None:
    """The day of the first line that says nothing but a date and what it is the date of.

    >>> date_of_lines(["By A. Brook", "Version 2, 3 March 2024"])
    Dated(published=datetime.date(2024, 3, 3), date_note='')
    >>> date_of_lines(["The review began on 3 March 2024."])
    """
    for line in lines[:MOST_LINES]:
        dated, rest = _one_date(re.split(r"(?<=[\w)]\.)\s", line)[0])
        words = re.findall(r"[^\W\d_]+", rest.lower())
        if dated and all(word in _LABELS for word in words):
            return dated
    return None


def _dated(match: re.Match[str]) -> Dated | None:
    found = match.groupdict()
    year = int(found["year"])
    if found.get("quarter"):
        return Dated(date(year, 3 * int(found["quarter"]) - 2, 1), QUARTER_KNOWN)
    names = [month.lower()[:3] for month in MONTHS]
    month = names.index(found["name"][:3]) + 1 if found.get("name") else int(found["month"])
    if not found.get("day"):
        return Dated(date(year, month, 1), MONTH_KNOWN)
    day = int(found["day"])
    return Dated(date(year, month, day)) if day <= calendar.monthrange(year, month)[1] else None


def _one_date(text: str) -> tuple[Dated | None, str]:
    """The one date of `text` that has a year and a month, and the text without it."""
    dates = [day for day in find_dates(text) if day.years[0] == day.years[1] and day.months != ANY_MONTH]
    if len(dates) != 1:  # none, several, or one that may be read in two ways
        return None, text
    return _from_range(dates[0]), text[: dates[0].start] + " " + text[dates[0].end :]


def _from_range(day: DateRange) -> Dated | None:
    year, month = day.years[0], day.months[0]
    if day.days[0] != day.days[1]:
        return Dated(date(year, month, 1), MONTH_KNOWN)
    known = 1 <= day.days[0] <= calendar.monthrange(year, month)[1]
    return Dated(date(year, month, day.days[0])) if known else None
