"""A text -> the numbers it states, in words or digits, with what they count.

English and its usual forms.  The pattern reads a line once, from left to right.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.language.words import FUNCTION_WORDS

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
TO_TWELVE = [*_ONES, *_TEENS[:3]]
_FIRST = "first second third fourth fifth sixth seventh eighth ninth".split()
_TENTH = [{"twelve": "twelfth"}.get(name, f"{name.removesuffix('t')}th") for name in _TEENS]
_TWENTIETH = [f"{name[:-1]}ieth" for name in _TENS]
_VALUES = {
    **{name: Decimal(n) for names in (_ONES, _FIRST) for n, name in enumerate(names, start=1)},
    **{name: Decimal(n) for names in (_TEENS, _TENTH) for n, name in enumerate(names, start=10)},
    **{name: Decimal(10 * n) for names in (_TENS, _TWENTIETH) for n, name in enumerate(names, start=2)},
    "half": Decimal("0.5"),
    "quarter": Decimal(4),  # as the lower part of a fraction
}
_POWERS = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALES = {**_POWERS, "trillion": 10**12, "k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}

_UNITS = {
    name: unit
    for unit, written in {
        "%": "% percent pc",
        "point": "pp",
        "second": "seconds second secs sec",
        "minute": "minutes minute mins min",
        "hour": "hours hour hrs hr",
        "day": "days day",
        "week": "weeks week",
        "month": "months month",
        "year": "years year yrs yr",
        "time": "times",
        "£": "pounds pound gbp",
        "$": "dollars dollar usd",
        "€": "euros euro eur",
        "penny": "pence p",
        "metre": "metres metre meters meter m",
        "kilometre": "kilometres kilometre kilometers kilometer km",
        "mile": "miles mile",
        "foot": "feet foot ft",
        "gram": "grams gram g",
        "kilogram": "kilograms kilogram kilos kilo kg",
        "tonne": "tonnes tonne tons ton",
        "litre": "litres litre liters liter",
        "degree": "degrees degree °c °f °",
    }.items()
    for name in written.split()
}


def _any(words: list[str]) -> str:
    return rf"(?:{'|'.join(words)})"


UNIT = _any([*map(re.escape, _UNITS), r"per\scent(?:age\spoints?)?", r"percentage\spoints?"])
SCALE = _any([*_POWERS, "trillion", "mn", "bn", "tn"])
_DIGITS = rf"\d+(?:,\d{{3}}(?!\d))*(?:\.\d+)?(?:[km]\b|[\s-]?{SCALE}\b)?"
_SMALL = rf"(?:{_any(_TENS)}(?:[\s-]{_any(_ONES)}\b)?|{_any([*_TEENS, *_ONES])}\b)"
_HUNDRED = rf"(?:{_SMALL}|an?)[\s-]hundred(?:[\s-](?:and[\s-])?{_SMALL})?"
_GROUP = rf"(?:{_HUNDRED}|{_SMALL})"
_ROUND = rf"(?:{_GROUP}|half[\s-]an?|an?)(?:\sand\sa\shalf)?[\s-]{SCALE}\b"
_WORDS = rf"(?:{_ROUND}(?:[\s-](?:and[\s-])?{_ROUND})*(?:[\s-](?:and[\s-])?{_GROUP})?|{_GROUP})"
_ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|(?:{_any(_TENS)}[\s-])?{_any([*_FIRST, *_TENTH])}|{_any(_TWENTIETH)})"
_PART = _any(["quarter", *_FIRST[2:], "tenth"])
_SHARE = rf"(?:an?\s{_PART}(?=\sof)|{_any(_ONES)}[\s-]{_PART}s?|half(?![\s-]an?\s{SCALE}))"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b"
    r"|(?<![\w:])(?P<hour24>\d{1,2}):(?P<minute24>\d\d)(?![\d:])"
    r"|(?P<sign>(?<![\w)])[-−])?(?:\b(?:US|AU|CA|NZ|HK))?(?P<money>[£$€¥]\s?)?"
    rf"(?:\b(?P<ordinal>{_ORDINAL})\b(?!,)|\b(?P<share>{_SHARE})\b|(?P<vulgar>\d*[¼½¾⅓⅔⅛])"
    rf"|(?P<plain>(?<![\d.]){_DIGITS}|\b{_WORDS}\b)|\b(?P<vague>{SCALE}s)\b)"
    rf"(?:[\s-]?(?P<unit>{UNIT})(?!\w))?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[a-z]+|\d[\d,]*(?:\.\d+)?")
_NEXT = re.compile(r"[\s-]{1,2}([^\W\d_]+)")
_SHARED = re.compile(r"\s?(?:[-–—,]|to|and|or)\s?")  # between two numbers of one unit


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]`` and what it counts.

    `unit` is a unit of measure, "%" (`value` is then a share), "th" for an ordinal, "clock" for
    a time (`value` in minutes) or "s" for so many as "millions"; "?" if it counts some other
    thing, "" if nothing follows that it could count.
    """

    start: int
    end: int
    value: Decimal
    unit: str


def find_numbers(text: str) -> list[Number]:
    """The numbers of `text` in order, with the unit that a range shares.

    >>> [(str(n.value), n.unit) for n in find_numbers("Forty-two staff, 5 to 7 years, £1.2bn: 3rd")]
    [('42', '?'), ('5', 'year'), ('7', 'year'), ('1200000000.0', '£'), ('3', 'th')]
    """
    numbers: list[Number] = []
    for match in reversed(list(_NUMBER.finditer(text))):
        number = Number(match.start(), match.end(), _value(match), _unit(match))
        if numbers and not number.unit and _SHARED.fullmatch(text, number.end, numbers[-1].start):
            number = replace(number, unit=numbers[-1].unit)
        numbers.append(number)
    return numbers[::-1]


def _value(match: re.Match[str]) -> Decimal:
    parts = match.groupdict()
    hour = parts["hour"] or parts["hour24"]
    if hour:
        noon = {"p": 12}.get((parts["half"] or "").lower(), 0)
        return Decimal(60 * ((int(hour) % 12 if parts["half"] else int(hour)) + noon)) + int(
            parts["minute"] or parts["minute24"] or 0
        )
    if parts["vulgar"]:
        whole, part = parts["vulgar"][:-1], parts["vulgar"][-1]
        return Decimal(whole or 0) + Decimal(str(unicodedata.numeric(part)))
    if parts["share"]:
        return _share(parts["share"].lower())
    value = _parse_number(str(parts["ordinal"] or parts["plain"] or parts["vague"]).lower())
    if match["unit"] and _unit_name(match["unit"]) == "%":
        value /= 100
    return -value if parts["sign"] else value


def _parse_number(words: str) -> Decimal:
    """The value of a number in words or digits.

    >>> _parse_number("two million and forty-one thousand"), _parse_number("3.5bn")
    (Decimal('2041000'), Decimal('3500000000.0'))
    """
    total = part = Decimal(0)
    for word in _PIECE.findall(words):
        scale = _SCALES.get(word) or _SCALES.get(word.removesuffix("s"))
        if word == "hundred":
            part = (part or Decimal(1)) * 100
        elif scale:
            total, part = total + (part or 1) * scale, Decimal(0)
        elif word[0].isdigit():
            part += Decimal(word.replace(",", ""))
        else:
            part += _VALUES.get(word, 0)
    return total + part


def _share(words: str) -> Decimal:
    *upper, lower = re.split(r"[\s-]", words)
    parts = _VALUES[lower if lower in _VALUES else lower.removesuffix("s")]
    return parts if lower == "half" else (_VALUES.get(upper[0], Decimal(1)) / parts)


def _unit(match: re.Match[str]) -> str:
    if match["hour"] or match["hour24"]:
        return "clock"
    if match["ordinal"]:
        return "th"
    if match["money"]:
        return match["money"][0]
    if match["unit"]:
        return _unit_name(match["unit"])
    if match["share"]:
        return "%"
    if match["vague"]:
        return "s"
    following = _NEXT.match(match.string, match.end())
    return "?" if following and following[1].lower() not in FUNCTION_WORDS else ""


def _unit_name(unit: str) -> str:
    words = "".join(unit.lower().split())
    return "point" if "point" in words else _UNITS.get(words, "%")
