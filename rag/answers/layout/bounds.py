"""A bound that a question sets -> whether a cell meets it: amounts in any unit, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from rag.answers.layout.cells import figure_of
from rag.language.dates import ANY_DAY, ANY_MONTH, ANY_YEAR, DateRange, find_dates
from rag.language.measures import find_size, scale_of
from rag.language.ranges import NumberRange, find_ranges
from rag.language.words import find_words

REACH = 20  # characters before a day in which it is told how it limits something
_SIGNS = frozenset("£$€¥")
_LIMIT = re.compile(
    r"\b(?:(?P<before>before|earlier than|prior to)|(?P<until>until|till|by)|(?P<after>after|later than)"
    r"|(?P<since>since|from)|(?P<within>in|on|during|of))\s(?:the\s)?$",
    re.IGNORECASE,
)


class Meets(Protocol):
    """Whether a cell below a name of a column meets a bound, None if it cannot be told, and whether both are
    known to be of one unit; `alone` says that a column need not be like a word of the question if no other
    has such cells: where things are counted ("30 people"), and for days."""

    @property
    def alone(self) -> bool: ...

    def __call__(self, name: str, cell: str, /) -> tuple[bool, bool] | None: ...


class AmountWithin:
    """What tells whether the amount of a cell is within a bound, as far as their units can be compared; a
    unit may stand in the name of the column."""

    def __init__(self, bound: NumberRange) -> None:
        self._bound = bound
        self._least, self._factor = scale_of(bound.unit)
        self.alone = bound.unit == "?"

    def __call__(self, name: str, cell: str) -> tuple[bool, bool] | None:
        if find_ranges(cell) or find_dates(cell):  # what "over £50" costs is asked of such a row itself
            return None
        figure, size = figure_of(cell), find_size(cell)
        if figure is None or size is None or (self._least == "clock") > (size[0] == "clock"):
            return None
        if size[0] == "clock" and not self._least:  # "between 9 and 18"
            figure = size[1] / 60
        unit, value = size if size[0] else _unit_of_name(name, figure)
        if unit and unit != self._least and (self._least or self._bound.unit == "?"):
            return None
        same = bool(unit and self._least)
        low, high = (
            float(end) * (self._factor if same else 1) for end in (self._bound.low, self._bound.high)
        )
        value = value if same else figure
        return (low < value < high if self._bound.beyond else low <= value <= high), same


def _unit_of_name(name: str, figure: float) -> tuple[str, float]:
    """What a figure measures below a name that says in which unit, "" if none: "Weight (kg)", "Fee £"."""
    written = [f"{figure} {word}" for word in find_words(name)] + [
        f"{sign}{figure}" for sign in _SIGNS & {*name}
    ]
    sizes = (find_size(amount) for amount in written)
    return next((size for size in sizes if size and size[0]), ("", figure))


def find_limits(question: str) -> Iterator[tuple[DateRange, str]]:
    """The days of a question that limit something, with how: before, until, after, since, within."""
    for day in find_dates(question):
        if limit := _LIMIT.search(question, max(0, day.start - REACH), day.start):
            yield day, str(limit.lastgroup)


class DayWithin:
    """What tells whether the day of a cell, or the days from one to another, are before a day that is asked
    for, until, after, since or within it, as far as both are told."""

    alone = True

    def __init__(self, day: DateRange, limit: str) -> None:
        self._day, self._limit = day, limit

    def __call__(self, _: str, cell: str) -> tuple[bool, bool] | None:
        found = find_dates(cell)
        sides = [side for day in found[:2] if (side := _side(day, self._day)) is not None]
        if not sides:
            return None
        several = len(found) > 1 and found[0].start == found[1].start  # from one to the other
        first, last = sides[0], sides[-1] if several else sides[0]
        met = {
            "before": last < 0,
            "until": last <= 0,
            "after": first > 0,
            "since": first >= 0,
            "within": first <= 0 <= last,
        }
        return met[self._limit], True


def _side(day: DateRange, asked: DateRange) -> int | None:
    """-1 if `day` is before the one that is asked for, 1 if behind, 0 if it is that, None if it is told less
    exactly than that takes."""
    for mine, other in zip(day.ranges, asked.ranges, strict=True):
        if other[0] != other[1]:
            if other in (ANY_YEAR, ANY_MONTH, ANY_DAY):
                continue
            return None if mine[0] != mine[1] else (mine[0] > other[1]) - (mine[0] < other[0])
        if mine[0] != mine[1]:
            return None
        if mine[0] != other[0]:
            return 1 if mine[0] > other[0] else -1
    return 0
