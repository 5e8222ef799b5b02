"""The table of a language: its question words, and the dates, numbers and persons of its texts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLED = ("de", "es", "fr", "it", "nl", "pt")  # the languages that have one, by their codes of ISO 639-1


@dataclass(frozen=True, slots=True)
class Table:
    """How a language asks, and what its texts answer with.

    `asking` are the words that its questions are made of; `asks` are kinds of answers with what asks for
    each, in a question without accents, the first that fits counts; `answers` finds each kind in a text,
    `measured` the thing itself, where that is less; `goes_on` is how a question goes on with the one before,
    `words` are what asks nothing: a greeting, thanks, a farewell; and `month` is a name of one.
    """

    asking: frozenset[str]
    asks: tuple[tuple[str, re.Pattern[str]], ...]
    answers: dict[str, re.Pattern[str]]
    measured: dict[str, re.Pattern[str]]
    goes_on: re.Pattern[str]
    words: dict[str, re.Pattern[str]]
    month: re.Pattern[str]


@cache
def load_table(language: str) -> Table:
    """The table of one of `TABLED`.

    >>> load_table("de").answers["sum of money"].search("Der Beitrag ist 48,50 Euro.")[0]
    '48,50 Euro'
    """
    data: dict[str, Any] = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text("utf-8"))
    month, weekday, word = ("|".join(data[name].split()) for name in ("months", "weekdays", "numbers"))
    digits = r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?"
    number = rf"(?<![\w.,/])(?:(?!(?:19|20)\d\d\b){digits}(?!\s(?:{month})\b)|(?:{word})\b)(?![\w/]|[.:]\d)"
    money = rf"(?:{number})\s?(?:€|(?:{data['money']})\b)|[€$£]\s?{digits}"
    date = rf"\b(?:\d{{1,2}}(?:\.|er|º|°)?\s(?:de\s)?)?(?:{month})\b(?:\s(?:de\s)?(?:1[5-9]|20)\d\d\b)?"
    when = (
        rf"{date}|\b(?:1[5-9]|20)\d\d\b|\b(?:{weekday})\b|\b\d{{1,2}}[.:h]\d\d\b"
        rf"|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|{data['times']}"
    )
    capital = r"(?-i:[A-ZÀ-ÖØ-Þ][\w’'-]*)"
    name = rf"\b{capital}(?:\s(?:d[aeiou]s?|del|van|von|der|den|zu|el|la)\b)*\s{capital}"
    patterns = {
        "telephone number": r"(?<![\w/])\+?\(?\d[\d\s()./–-]{5,}\d(?!\w)",
        "sum of money": money,
        "length of time": rf"(?:{number})[\s-]{data['units']}\b",
        "date": when,
        "number": number,
        "figure": rf"{number}|\d\s?%",
        "person": rf"{name}|\b{data['titles']}\s",
        "cause": data["causes"],
    }
    return Table(
        frozenset(data["asking"].split()),
        tuple((kind, re.compile(pattern)) for kind, pattern in data["asks"]),
        {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in patterns.items()},
        {"person": re.compile(name)},
        re.compile(rf"\W*{data['goes_on']}"),
        {intent: re.compile(rf"\W*{data[intent]}\W*") for intent in ("greeting", "thanks", "farewell")},
        re.compile(rf"\s*(?:{month})\b", re.IGNORECASE),
    )
