"""A text -> the dates it states, in figures or words.

English and its usual forms.  The pattern reads a line once, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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


def find_dates(text: str) -> list[DateRange]:
    """The dates of `text` in order; of a range of days or years, both ends.

    >>> [day.ranges for day in find_dates("from mid-March to 5 May 2023")]
    [((0, 9999), (3, 3), (10, 21)), ((2023, 2023), (5, 5), (5, 5))]
    """
    return [day for match in _DATE.finditer(text) for day in _days(match)]


def _days(match: re.Match[str]) -> Iterator[DateRange]:
    said = {name.rstrip("123456"): value for name, value in match.groupdict().items() if value}
    start, end = match.span()
    if "one" in said:
        yield from _in_figures(match)
        return
    month = said.get("month", "")
    if month == "May" == match[0] and not _BEFORE_MAY.search(match.string, max(0, start - 8), start):
        return  # it may be a verb, or a name
    months = _only(_NUMBERS.get(month[:3]) or int(month)) if month else ANY_MONTH
    years = _only(int(said["year"])) if "year" in said else ANY_YEAR
    part = said.get("part", "").lower()
    if "since" in said:
        first = match.start("since3" if match["since3"] else "since4")
        yield DateRange(first, first + len(said["since"]), years, months, _only(_number(said["since"])))
    if "decade" in said:
        years = (years[0], years[0] + 9)
    elif part and not month:
        months = _MONTHS[part]
    exact = _only(_number(said["day"])) if "day" in said else ANY_DAY
    yield DateRange(start, end, years, months, _DAYS[part] if part and month else exact)
    if "until" in said:
        last = years[0] // 100 * 100 + int(said["until"])
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
