"""Days, months and years that a text means without their names: "Mon-Fri 9-17", "9-14 Dec", "2024-01-09"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.language.dates import MONTHS, WEEKDAYS, find_dates

_TO = r"\.?[ \t]?(?:[-–—]|to|until|till|through)[ \t]?"
# What stands behind a short form alone, and hardly behind a word that is one by chance ("the sun", "Jan").
_BEHIND_DAY = r"(?=[.,;:)|&/]|[ \t]?\d|[ \t]*$|[ \t]and\b)"
_BEHIND_MONTH = r"(?=\.|[ \t]?(?:\d|\|)|[ \t]*$)"
_LENGTHS = {
    "Tuesday": (4, 3),
    "Wednesday": (4, 3),
    "Thursday": (5, 4, 3),
    "September": (4, 3),
}  # of short forms, otherwise 3


def _short_of(name: str) -> str:
    lengths = (length for length in _LENGTHS.get(name, (3,)) if length < len(name))
    return "|".join([*["Weds"][: name == "Wednesday"], *(name[:length] for length in lengths)])


def _round_of(names: list[str], behind: str) -> re.Pattern[str]:
    whole = "|".join(rf"{name}s?\b" for name in names)
    short = "|".join(filter(None, map(_short_of, names)))
    any_form = rf"{whole}|(?:{short})\b"
    return re.compile(
        rf"\b(?P<first>{any_form}){_TO}(?P<last>{any_form})|\b(?P<alone>(?:{short})\b){behind}", re.MULTILINE
    )


_ROUNDS = ((WEEKDAYS, _round_of(WEEKDAYS, _BEHIND_DAY)), (MONTHS, _round_of(MONTHS, _BEHIND_MONTH)))
SHORT_DAY = re.compile(  # at the end of a text
    rf"\b(?:{'|'.join(filter(None, map(_short_of, (*WEEKDAYS, *MONTHS))))})\.$"
)


def imply_days(text: str) -> str:
    """The names, in small letters, of the days of the week and the months that `text` has in short, in
    figures or between two others, in the order of the week and of the year, and so the days of the month.

    >>> imply_days("Mon-Wed 9-17, Sat 10-13"), imply_days("November to February"), imply_days("Tue/Thu")
    ('monday tuesday wednesday saturday', 'january february november december', 'tuesday thursday')
    >>> imply_days("2024-01-09: passed"), imply_days("from 9 to 12 Dec 2025")
    ('january 2024 9', 'december 2025 9 10 11')
    >>> [imply_days(text) for text in ("in the sun", "Jan and Peter", "Mar-a-Lago", "- Monday\\n- Friday")]
    ['', '', '', '']
    """
    found = [name.lower() for names, pattern in _ROUNDS for name in _implied(text, names, pattern)]
    return " ".join(dict.fromkeys([*found, *_in_dates(text)]))


def _in_dates(text: str) -> Iterator[str]:
    """The month of each date, its year and day if in figures alone, and the days between two of a month."""
    days = [day for day in find_dates(text) if day.days[0] == day.days[1] and day.months[0] == day.months[1]]
    for day in days:
        month = MONTHS[day.months[0] - 1].lower()
        yield from [month] if month not in text[day.start : day.end].lower() else []
        if not any(map(str.isalpha, text[day.start : day.end])) and day.years[0] == day.years[1]:
            yield from (str(day.years[0]), str(day.days[0]))
    for first, last in pairwise(days):
        if first.start == last.start and first.end < last.end and first.months == last.months:
            yield from map(str, range(first.days[0] + 1, last.days[0]))


def _implied(text: str, names: list[str], pattern: re.Pattern[str]) -> Iterator[str]:
    meant: set[int] = set()
    for match in pattern.finditer(text):
        first = _place(match["first"] or match["alone"], names)
        last = _place(match["last"], names) if match["last"] else first
        meant.update((first + step) % len(names) for step in range((last - first) % len(names) + 1))
    return (names[place] for place in sorted(meant))


def _place(form: str, names: list[str]) -> int:
    return next(place for place, name in enumerate(names) if name.startswith(form[:3]))
