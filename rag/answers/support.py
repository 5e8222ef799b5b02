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

from rag.language.dates import ANY_YEAR, DateRange, Ranges, find_dates
from rag.language.names import Names, find_missing_names
from rag.language.numbers import Number, find_numbers
from rag.language.words import FUNCTION_WORDS, WORD_OR_STOP, find_words, root
from rag.spans import Span, contains

Word = re.Match[str]

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

_NEGATION = re.compile(
    r"(?:not(?! (?:only|just|merely|simply|least)\b)|never|none|nor|neither|nobody|nothing|nowhere|without"
    r"|no(?! (?:more|fewer|less|later|earlier|doubt|matter)\b)|cannot|\w+n[’']t)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:un(?!i|der|til)\w{4,}|fail\w*|lack\w*|den(?:y|ied|ies)|refus\w+|reject\w+|absen(?:t|ce)|impossible"
    r"|inab\w+|hardly|barely|scarcely|exclud\w+|prevent\w*|avoid\w*|oppos(?:e[ds]?|ing))\b",
    re.IGNORECASE,
)
_FUNCTION = FUNCTION_WORDS | frozenset(
    "would could may might must shall yet ever even anything anyone".split()
)
BESIDE = 3  # words between two of which one is the opposite of the other, and what they are said of


# Words of which one says the opposite of the other.
_OPPOSITES = [
    tuple(re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in pair)
    for pair in (
        (
            r"ris(?:e[sn]?|ing)|rose|increas\w+|gr[eo]w(?:s|n|th|ing)?|gain\w*",
            r"f[ae]ll(?:s|en|ing)?|decreas\w+|reduc\w+|cuts?|cutting|dropp?(?:s|ed|ing)?|shr[aiu]nk\w*",
        ),
        (r"more|higher|larger|greater|bigger|longer", r"fewer|less|lower|smaller|shorter"),
        (r"above|over|exceed\w*", r"below|under"),
        (r"at least|minimum", r"at most|up to|no more than|maximum"),
        (r"before|earlier", r"after|later"),
        (r"accept\w*|approv\w*|adopt\w*|agree[sd]?", r"reject\w*|refus\w*|declin\w*|disagree\w*"),
        (r"support(?:s|ed)?|welcom\w*|favou?r\w*|praise[sd]?", r"oppos\w*|criticis\w*|condemn\w*"),
        (r"strong\w*|best|better", r"weak\w*|worst|worse"),
        (r"all|every|always", r"some|most|many|few|sometimes|often"),
        (r"satisfied|confident|optimistic", r"dissatisfied|suspicious|pessimistic|worried"),
    )
]


def support(text: str, quotes: Iterable[str]) -> float:
    """The share of the words of `text` that stand in `quotes`, in [0, 1].

    A text without words has no support.
    """
    words = find_words(text.casefold())
    quoted = {word for quote in quotes for word in find_words(quote.casefold())}
    return sum(word in quoted for word in words) / len(words) if words else 0.0


def unsupported(text: str, quotes: Sequence[str], also: str = "") -> tuple[str, ...]:
    """The numbers, dates, names, quoted phrases and negations of `text` that no quote holds.

    In order, as they stand in `text`; empty if all are held.  A word that the quotes only deny is
    given itself.  A date may say less than the quotes, never more; a number needs its unit.
    `also` is what is known of the cited document, as its title, publisher and date: it may name
    what a quote calls "the review", so it supports names, dates and phrases.  Numbers and
    negations are what a document claims, and those only its words support.  Neither does a
    question support anything: it may ask after what is false.

    >>> unsupported("Ms Hewitt met 12 of “the people” in May 2023.", ["Patricia Hewitt met ten in May."])
    ('12', '“the people”', 'May 2023')
    """
    dated, counted = find_dates(text), [number for quote in quotes for number in find_numbers(quote)]
    known = [day for quote in quotes for day in find_dates(quote)]
    spans = [
        *_phrases(text, [*quotes, also]),
        *_undated(text, dated, known=known, also=find_dates(also), counted=counted),
        *_uncounted(text, dated, known=known, counted=counted),
        *find_missing_names(_without(text, dated), Names([*quotes, also])),
        *_undenied(text, quotes),
        *_opposed(text, quotes),
    ]
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if not kept or not contains(kept[-1], span):
            kept.append(span)
    return tuple(text[start:end] for start, end in kept)


def _phrases(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where the quoted phrases stand that are not, but for what they leave out, in one of `quotes`."""
    held = [_plain(quote) for quote in quotes]
    stands = cache(lambda parts: any(all(_stands(part, quote) for part in parts) for quote in held))
    for match in _QUOTED.finditer(text):
        phrase = next(filter(None, match.groups()))
        if not stands(tuple(part for piece in _OMITTED.split(phrase) if (part := _plain(piece)))):
            yield match.span()


def _plain(text: str) -> str:
    """Text as it is compared with what is said to quote it."""
    bare = _QUOTE_MARKS.sub(" ", _APOSTROPHE.sub("", unicodedata.normalize("NFKC", text)))
    return _DASHES.sub("-", " ".join(bare.casefold().split())).strip(_EDGE)


def _stands(phrase: str, text: str) -> bool:
    """Whether `phrase` stands in `text` with no half of a word at its ends."""
    at = text.find(phrase)
    while at >= 0 and (
        text[at - 1 : at].isalnum() or text[at + len(phrase) : at + len(phrase) + 1].isalnum()
    ):
        at = text.find(phrase, at + 1)
    return at >= 0


def _without(text: str, dated: Iterable[DateRange]) -> str:
    """`text` with commas in the place of its dates, for a month is no name."""
    letters = list(text)
    for day in dated:
        letters[day.start : day.end] = "," * (day.end - day.start)
    return "".join(letters)


def _undated(
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


def _uncounted(
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
        if not any(_fits(number.unit, unit) for unit in units.get(number.value, ())):
            yield number.start, number.end


def _fits(unit: str, other: str) -> bool:
    """Whether two numbers may count the same: a bare one, as in a table, may count anything."""
    return unit == other or ("" in (unit, other) and not {"th", "clock", "s"} & {unit, other})


def _undenied(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where `text` denies what `quotes` say, and where it says what they deny.

    A negation is of the first word behind it that has a meaning of its own.  Where the quotes do
    not have that word, any negation or word of refusal in them will do.
    """
    told = [pair for quote in quotes for pair in _polarity(quote)]
    denied = {stem for stem, _, negation in told if negation}
    stated = {stem for stem, _, negation in told if not negation}
    negative = bool(denied) or any(_DENIAL.search(quote) for quote in quotes)
    said = list(_polarity(text))
    silent = not any(negation for *_, negation in said) and not _DENIAL.search(text)
    for stem, word, negation in said:
        if negation and stem not in denied and (stem in stated or not negative):
            yield negation.span()
        elif silent and stem in denied and stem not in stated:
            yield word.span()


def _opposed(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where `text` has a word of whose kind the quotes have only the opposite, beside the same word."""
    told = "\n".join(quotes)
    for pair in _OPPOSITES:
        for said, other in (pair, pair[::-1]):
            word, opposite = said.search(text), other.search(told)
            if not word or not opposite or other.search(text) or said.search(told):
                continue
            if _beside(text, word) & {
                near for match in other.finditer(told) for near in _beside(told, match)
            }:
                yield word.span()


def _beside(text: str, word: Word) -> set[str]:
    """The roots of the words with a meaning that stand up to `BESIDE` words before or behind `word`."""
    before = WORD_OR_STOP.findall(text[: word.start()])[-BESIDE:]
    near = [*before, *WORD_OR_STOP.findall(text[word.end() :])[:BESIDE]]
    return {root(w) for w in near if w[0].isalnum() and w.lower() not in _FUNCTION}


def _polarity(text: str) -> Iterator[tuple[str, Word, Word | None]]:
    """The root of each word of `text` that has a meaning, the word and its negation, if it has one."""
    negation = None
    for word in WORD_OR_STOP.finditer(text):
        told = word[0].lower()
        if _NEGATION.match(text, word.start()):
            negation = word
        elif not word[0][0].isalnum():
            negation = None
        elif told not in _FUNCTION and not told.endswith("ly"):
            yield root(told), word, negation
            negation = None
