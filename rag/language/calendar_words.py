"""Days of the week and months that a text means without their names: "Mon-Fri 9-17", "Apr to Sep"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.dates import MONTHS, WEEKDAYS

_TO = r"\.?\s?(?:[-–—/]|to|until|till|through)\s?"
# What stands behind a short form of a day, and hardly behind a word that is one by chance ("the sun").
_BEHIND = r"(?=\s?(?:[-–—/,&.:;)|]|to\b|and\b|until\b|\d|$))"


def _form_of(name: str) -> str:
    """A pattern of a name whole, or as its first three, four or five letters."""
    short = "|".join(name[:length] for length in (5, 4, 3) if length < len(name))
    return rf"{name}s?\b" + (rf"|(?:{short})\b{_BEHIND}" if short else "")


def _round_of(names: list[str]) -> re.Pattern[str]:
    form = "|".join(map(_form_of, names))
    return re.compile(rf"\b(?P<first>{form})(?:{_TO}(?P<last>{form}))?", re.MULTILINE)


SHORT_DAY = re.compile(  # at the end of a text
    rf"\b(?:{'|'.join(name[:length] for name in (*WEEKDAYS, *MONTHS) for length in (5, 4, 3))})\.$"
)
_ROUNDS = tuple((names, _round_of(names)) for names in (WEEKDAYS, MONTHS))


def imply_days(text: str) -> str:
    """The names, in small letters, of the days of the week and the months that `text` has in short or between
    two others, in the order of the week and of the year.

    >>> imply_days("Mon-Wed 9-17, Sat 10-13"), imply_days("November to February"), imply_days("in the sun")
    ('monday tuesday wednesday saturday', 'january february november december', '')
    """
    return " ".join(name.lower() for names, pattern in _ROUNDS for name in _implied(text, names, pattern))


def _implied(text: str, names: list[str], pattern: re.Pattern[str]) -> Iterator[str]:
    meant: set[int] = set()
    for match in pattern.finditer(text):
        first = _place(match["first"], names)
        last = _place(match["last"], names) if match["last"] else first
        if match["last"] or match["first"].removesuffix("s") != names[first]:
            meant.update((first + step) % len(names) for step in range((last - first) % len(names) + 1))
    return (names[place] for place in sorted(meant))


def _place(form: str, names: list[str]) -> int:
    return next(place for place, name in enumerate(names) if name.startswith(form[:3]))
