"""Days of the week and months that a text means without their names: "Mon-Fri 9-17", "Apr to Sep"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.dates import MONTHS, WEEKDAYS

_TO = r"\.?[ \t]?(?:[-–—]|to|until|till|through)[ \t]?"
# What stands behind a short form alone, and hardly behind a word that is one by chance ("the sun", "Jan").
_BEHIND_DAY = r"(?=[.,;:)|&/]|[ \t]?\d|[ \t]*$|[ \t]and\b)"
_BEHIND_MONTH = r"(?=\.|[ \t]?(?:\d|\|)|[ \t]*$)"
_LENGTHS = {"Tuesday": (4, 3), "Thursday": (5, 4, 3), "September": (4, 3)}  # of short forms, otherwise 3


def _short_of(name: str) -> str:
    lengths = (length for length in _LENGTHS.get(name, (3,)) if length < len(name))
    return "|".join(name[:length] for length in lengths)


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
    """The names, in small letters, of the days of the week and the months that `text` has in short or between
    two others, in the order of the week and of the year.

    >>> imply_days("Mon-Wed 9-17, Sat 10-13"), imply_days("November to February"), imply_days("Tue/Thu")
    ('monday tuesday wednesday saturday', 'january february november december', 'tuesday thursday')
    >>> [imply_days(text) for text in ("in the sun", "Jan and Peter", "Mar-a-Lago", "- Monday\\n- Friday")]
    ['', '', '', '']
    """
    return " ".join(name.lower() for names, pattern in _ROUNDS for name in _implied(text, names, pattern))


def _implied(text: str, names: list[str], pattern: re.Pattern[str]) -> Iterator[str]:
    meant: set[int] = set()
    for match in pattern.finditer(text):
        first = _place(match["first"] or match["alone"], names)
        last = _place(match["last"], names) if match["last"] else first
        meant.update((first + step) % len(names) for step in range((last - first) % len(names) + 1))
    return (names[place] for place in sorted(meant))


def _place(form: str, names: list[str]) -> int:
    return next(place for place, name in enumerate(names) if name.startswith(form[:3]))
