"""A statement -> what of it stands in its quotes.

The same check serves every answerer: what is quoted word for word passes it by its nature, what a
language model writes about its quotes has to.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import chain, groupby

from rag.language.assertions.negation import find_denials, find_opposites
from rag.language.dates import ANY_YEAR, DateRange, Ranges, find_dates
from rag.language.names import Names, find_missing_names
from rag.language.numbers import Number, find_numbers
from rag.language.words import find_words
from rag.spans import Span, contains

# Single quotes open before a word and close behind one; inside a word they are apostrophes.
_QUOTED = re.compile(
    r"“([^“”]+)”|«([^«»]+)»|(?<!\w)\"([^\"]+)\"(?!\w)"
    r"|(?<!\w)[‘']((?=\S)(?:[^‘’'\n]|(?<=\w)[’'](?=\w)){1,500})[’'](?!\w)"
)
_OMITTED = re.compile(r"…|\.{3}|\[[^\[\]]*\]")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_QUOTE_MARKS = re.compile(r"[\"'“”‘’«»]")
_DASHES = re.compile(r" ?[‐‑‒–—−-] ?")
_EDGE = ".,;:!? -"


def support(text: str, quotes: Iterable[str]) -> float:
    """The share of the words of `text` that stand in `quotes`, in [0, 1].

    A text without words has no support.
    """
    words = find_words(text.casefold())
    quoted = {word for quote in quotes for word in find_words(quote.casefold())}
    return sum(word in quoted for word in words) / len(words) if words else 0.0


def find_unsupported(text: str, quotes: Sequence[str], also: str = "") -> tuple[str, ...]:
    """The numbers, dates, names, quoted phrases and negations of `text` that no quote holds.

    In order, as they stand in `text`; empty if all are held.  A word that the quotes only deny is
    given itself.  A date may say less than the quotes, never more; a number needs its unit.
    `also` is what is known of the cited document, as its title, publisher and date: it may name
    what a quote calls "the review", so it supports names, dates and phrases.  Numbers and
    negations are what a document claims, and those only its words support.  Neither does a
    question support anything: it may ask after what is false.

    >>> find_unsupported("Ms Hewitt met 12 of “the people” in May 2023.", ["Patricia Hewitt met ten in May."])
    ('12', '“the people”', 'May 2023')
    """
    dated, counted = find_dates(text), [number for quote in quotes for number in find_numbers(quote)]
    known = [day for quote in quotes for day in find_dates(quote)]
    spans = [
        *_find_unknown_phrases(text, [*quotes, also]),
        *_find_unknown_dates(text, dated, known=known, also=find_dates(also), counted=counted),
        *_find_unknown_numbers(text, dated, known=known, counted=counted),
        *find_missing_names(_blank_dates(text, dated), Names([*quotes, also])),
        *find_denials(text, quotes),
        *find_opposites(text, quotes),
    ]
    outermost: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if not outermost or not contains(outermost[-1], span):
            outermost.append(span)
    return tuple(text[start:end] for start, end in outermost)


def _find_unknown_phrases(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where the quoted phrases stand that are not, but for what they leave out, in one of `quotes`."""
    normalised = [_normalise(quote) for quote in quotes]
    is_quoted = cache(
        lambda parts: any(all(_has_phrase(part, quote) for part in parts) for quote in normalised)
    )
    for match in _QUOTED.finditer(text):
        phrase = next(filter(None, match.groups()))
        if not is_quoted(tuple(part for piece in _OMITTED.split(phrase) if (part := _normalise(piece)))):
            yield match.span()


def _normalise(text: str) -> str:
    """Text as it is compared with what is said to quote it."""
    bare = _QUOTE_MARKS.sub(" ", _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text)))
    return _DASHES.sub("-", " ".join(bare.casefold().split())).strip(_EDGE)


def _has_phrase(phrase: str, text: str) -> bool:
    """Whether `phrase` stands in `text` with no half of a word at its ends."""
    at = text.find(phrase)
    while at >= 0 and (
        text[at - 1 : at].isalnum() or text[at + len(phrase) : at + len(phrase) + 1].isalnum()
    ):
        at = text.find(phrase, at + 1)
    return at >= 0


def _blank_dates(text: str, dated: Iterable[DateRange]) -> str:
    """`text` with commas in the place of its dates, for a month is no name."""
    letters = list(text)
    for day in dated:
        letters[day.start : day.end] = "," * (day.end - day.start)
    return "".join(letters)


def _find_unknown_dates(
    text: str,
    dated: Iterable[DateRange],
    *,
    known: Sequence[DateRange],
    also: Sequence[DateRange],
    counted: Iterable[Number],
) -> Iterator[Span]:
    """Where the dates of `text` stand that no date `known` or in `also` is as exact as.

    A known date without a year may have any year that is told; a year alone may be a number.
    """
    years = {day.years for day in (*known, *also) if day.years[0] == day.years[1]}
    exact = {day.ranges for day in (*known, *also)}
    exact |= {(year, *day.ranges[1:]) for day in known if day.years == ANY_YEAR for year in years}
    values = {number.value for number in counted}
    covered = cache(lambda ranges: ranges in exact or any(_covers(ranges, other) for other in exact))
    for span, readings in groupby(dated, key=lambda day: (day.start, day.end)):
        year = text[slice(*span)]
        number = year.isdigit() and len(year) == 4 and int(year) in values
        if not number and not any(covered(day.ranges) for day in readings):
            yield span


def _covers(ranges: Ranges, other: Ranges) -> bool:
    """Whether all that `other` may be is within `ranges`."""
    return all(
        low <= first and last <= high for (low, high), (first, last) in zip(ranges, other, strict=True)
    )


def _find_unknown_numbers(
    text: str, dated: Iterable[DateRange], *, known: Iterable[DateRange], counted: Iterable[Number]
) -> Iterator[Span]:
    """Where the numbers of `text` stand that are not `counted`, or only of another unit.

    A date is no number, nor is "one" on its own.  A fall may be told without its sign.
    """
    units: defaultdict[Decimal, set[str]] = defaultdict(set)
    for number in counted:
        units[number.value].add(number.unit)
        units[abs(number.value)].add(number.unit)
    for day in known:
        if day.days[0] == day.days[1]:
            units[Decimal(day.days[0])] |= {"", "th"}
    taken = set(chain.from_iterable(range(day.start, day.end) for day in dated))
    for number in find_numbers(text):
        pronoun = text[number.start : number.end].lower() == "one"
        if pronoun or not taken.isdisjoint((number.start, number.end - 1)):
            continue
        if not any(_may_be_same_unit(number.unit, unit) for unit in units.get(number.value, ())):
            yield number.start, number.end


def _may_be_same_unit(unit: str, other: str) -> bool:
    """Whether two numbers may count the same: a bare one, as in a table, may count anything."""
    return unit == other or ("" in (unit, other) and not {"th", "clock", "s"} & {unit, other})
