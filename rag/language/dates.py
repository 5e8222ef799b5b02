"""A text -> the dates it states, in figures or words, and the time that it speaks of.

English and its usual forms.  The pattern reads a line once, from left to right.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from rag.language.numbers import SCALE, UNIT

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

Range = tuple[int, int]  # the first and the last
Ranges = tuple[Range, Range, Range]  # of years, months and days

ANY_YEAR, ANY_MONTH, ANY_DAY = (0, 9999), (1, 12), (1, 31)
# What these words mean of a month and of a year.  They overlap, for so does their use.
_DAYS = {"early": (1, 13), "mid": (10, 21), "late": (18, 31)}
_MONTHS = {"early": (1, 5), "mid": (4, 9), "late": (8, 12)}

_NUMBERS = {month[:3]: number for number, month in enumerate(MONTHS, start=1)}
_MONTH = rf"(?:(?:{'|'.join(MONTHS)})(?!\w)|(?:{'|'.join(_NUMBERS)}|Sept)(?!\w)\.?)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\w%])"
_YEAR = r"(?:1[5-9]|20)\d\d(?!\d)"
_TO = r"\s?(?:[-–—&]|to|and|or)\s?"
_DATE = re.compile(
    rf"(?<![\d-])(?P<year1>{_YEAR})-(?P<month1>[01]\d)-(?P<day1>[0-3]\d)(?!\d)"
    r"|(?<![\d/.])(?P<one>\d{1,2})(?P<slash>[/.])(?P<other>\d{1,2})(?P=slash)(?P<year2>\d{4}|\d\d)(?![/.]?\d)"
    rf"|(?<![\w.,£$€])(?:(?P<since3>{_DAY}){_TO})?(?P<day3>{_DAY})[\s-](?:of\s)?(?P<month3>{_MONTH})"
    rf"(?:,?[\s-](?P<year3>{_YEAR}))?"
    rf"|\b(?P<month4>{_MONTH})\s(?:the\s)?(?:(?P<since4>{_DAY}){_TO})?(?P<day4>{_DAY})(?![.,]\d)"
    rf"(?:,?\s(?P<year4>{_YEAR}))?"
    rf"|\b(?:(?P<part5>(?i:early|mid|late))[\s-])?(?P<month5>{_MONTH})(?:,?\s(?P<year5>{_YEAR}))?"
    rf"|(?<![£$€¥\w])(?<!\d[.,])(?:(?P<part6>\b(?i:early|mid|late))[\s-](?:the\s)?)?(?P<year6>{_YEAR})"
    rf"(?:(?P<decade>s\b)|[/–-](?P<until>\d\d)(?!\d))?(?!\w|%|[.,]\d|[\s-]?(?i:{UNIT}|{SCALE})(?!\w))"
)
_BEFORE_MAY = re.compile(
    r"\b(?:in|by|since|until|till|from|of|last|this|next|before|after|during|and|to) $", re.IGNORECASE
)

_ANY_MONTH = re.compile(rf"\b{_MONTH}", re.IGNORECASE)
_LIMIT = re.compile(r"\b(in|on|during|of|since|after|before|until|between|from)\s$", re.IGNORECASE)
_BEGINS = ("between", "from")
_TO_END = re.compile(r"\s(?:and|to|until)\s", re.IGNORECASE)
_TELLS = re.compile(
    r"\s(?:article|piece|briefing|report|story|statement|document|paper|post)\b", re.IGNORECASE
)
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d(?![\d/–-])")


@dataclass(frozen=True, slots=True)
class DateRange:
    """A date at ``text[start:end]``, as exactly as it is told: what it leaves open may be any.

    Two of them at the same place are two readings of one date.
    """

    start: int
    end: int
    years: Range = ANY_YEAR
    months: Range = ANY_MONTH
    days: Range = ANY_DAY

    @property
    def ranges(self) -> Ranges:
        """Its years, months and days, each the first and the last it may be."""
        return self.years, self.months, self.days

    @property
    def first_day(self) -> date:
        """The first day that it may be, of those that the month has."""
        year, month, day = self.years[0], self.months[0], self.days[0]
        return date(year, month, day if day <= calendar.monthrange(year, month)[1] else 1)

    @property
    def last_day(self) -> date:
        """The last day that it may be, of those that the month has."""
        year, month, day = self.years[1], self.months[1], self.days[1]
        return date(year, month, min(day, calendar.monthrange(year, month)[1]))


class Period(NamedTuple):
    """The first and the last day of a time, either may be open, and the words that tell it."""

    since: date | None
    until: date | None
    words: tuple[str, ...]


def find_dates(text: str) -> list[DateRange]:
    """The dates of `text` in order; of a range of days or years, both ends.

    >>> [day.ranges for day in find_dates("from mid-March to 5 May 2023")]
    [((0, 9999), (3, 3), (10, 21)), ((2023, 2023), (5, 5), (5, 5))]
    """
    return [day for match in _DATE.finditer(text) for day in _days(match)]


def find_period(text: str) -> Period | None:
    """The time that `text` speaks of: in, since or before a date with a year, or from one to another.

    Of several, all that they span.  None if there is none.

    >>> find_period("What did the union say in December 2022?")[:2]
    (datetime.date(2022, 12, 1), datetime.date(2022, 12, 31))
    >>> find_period("And before 2022?")
    Period(since=None, until=datetime.date(2021, 12, 31), words=('before', '2022'))
    """
    periods = list(_periods(text))
    if not periods:
        return None
    firsts = [period.since for period in periods if period.since]
    lasts = [period.until for period in periods if period.until]
    since = min(firsts) if len(firsts) == len(periods) else None
    until = max(lasts) if len(lasts) == len(periods) else None
    return Period(since, until, tuple(word for period in periods for word in period.words))


def _periods(text: str) -> Iterator[Period]:
    cased = _ANY_MONTH.sub(lambda month: month[0].capitalize(), text)
    begun: tuple[date, int, int] | None = None  # of a period of which the end may follow
    for start, readings in groupby(find_dates(cased), key=lambda day: day.start):
        *_, last = dates = list(readings)
        if not _YEAR_ALONE.match(text, last.end - 4):
            continue
        first_day, last_day = min(day.first_day for day in dates), max(day.last_day for day in dates)
        limit = _LIMIT.search(text, max(0, start - 8), start)
        word, begin = (limit[1].lower(), limit.start()) if limit else ("", start)
        if begun and _TO_END.fullmatch(text, begun[1], start):
            yield Period(begun[0], last_day, tuple(text[begun[2] : last.end].split()))
        elif word not in ("", *_BEGINS) or _TELLS.match(text, last.end):
            since, until = _limits(word, first_day, last_day)
            yield Period(since, until, tuple(text[begin : last.end].split()))
        begun = (first_day, last.end, begin) if word in _BEGINS else None


def _limits(word: str, first: date, last: date) -> tuple[date | None, date | None]:
    """The first and the last day of what is, say, "before" the days from `first` to `last`."""
    if word == "before":
        return None, first - timedelta(days=1)
    if word == "after":
        return last + timedelta(days=1), None
    return (None if word == "until" else first), (None if word == "since" else last)


def _days(match: re.Match[str]) -> Iterator[DateRange]:
    parts = {name.rstrip("123456"): value for name, value in match.groupdict().items() if value}
    start, end = match.span()
    if "one" in parts:
        yield from _in_figures(match)
        return
    month = parts.get("month", "")
    if month == "May" == match[0] and not _BEFORE_MAY.search(match.string, max(0, start - 8), start):
        return  # it may be a verb, or a name
    months = _only(_NUMBERS.get(month[:3]) or int(month)) if month else ANY_MONTH
    years = _only(int(parts["year"])) if "year" in parts else ANY_YEAR
    part = parts.get("part", "").lower()
    if "since" in parts:
        first = match.start("since3" if match["since3"] else "since4")
        yield DateRange(first, first + len(parts["since"]), years, months, _only(_number(parts["since"])))
    if "decade" in parts:
        years = (years[0], years[0] + 9)
    elif part and not month:
        months = _MONTHS[part]
    exact = _only(_number(parts["day"])) if "day" in parts else ANY_DAY
    yield DateRange(start, end, years, months, _DAYS[part] if part and month else exact)
    if "until" in parts:
        last = years[0] // 100 * 100 + int(parts["until"])
        yield DateRange(match.start("until"), end, _only(last + 100 * (last < years[0])))


def _in_figures(match: re.Match[str]) -> Iterator[DateRange]:
    """Both readings of 5/12/2022, for which of them is the month is the custom of a country."""
    one, other, year = int(match["one"]), int(match["other"]), int(match["year2"])
    years = _only(year if year > 99 else 2000 + year)
    for day, month in dict.fromkeys([(one, other), (other, one)]):
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield DateRange(*match.span(), years, _only(month), _only(day))


def _number(day: str) -> int:
    return int(day.rstrip("stndrh"))


def _only(number: int) -> Range:
    return number, number
