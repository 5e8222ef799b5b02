"""A statement and a question -> the one value that it gives to what is asked for.

Precision comes first: a value counts only if the sentence has the words of the question, its verb nearby.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from rag.datatypes import AnswerType, Citation, Question, Statement
from rag.language.assertions.negation import NEGATION
from rag.language.dates import find_dates
from rag.language.numbers import Number, find_numbers
from rag.language.words import WHOLE_WORD, stems
from rag.spans import Span, overlap

_DAYS = {"year": 365.25, "month": 365.25 / 12, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_RATES = ("%", "£", "$", "€")
_BOUND = re.compile(r"\b(?:before|after|since|until|till|between|from|to)\s$", re.IGNORECASE)
_HEDGE = re.compile(
    r"(?i)\b(?:(?P<about>about|around|roughly|approximately|nearly|almost|some)"
    r"|(?P<most>up to|(?:less|fewer) than|under|below|at most|(?:an absolute |a )?maximum of|no more than)"
    r"|(?P<least>more than|over|at least|above|no fewer than))\s$"
)
# What one party does, once: many may welcome a review, but if two are said to have ordered it, that differs.
_ONCE = {*stems("published announced commissioned established founded created led wrote built bought won")}
_PLANNED = re.compile(r"\b(?:due|expected|scheduled|planned|will|would|shall|to be)\b")
# What sets a thing apart from others of its kind: if only one side has it, both may be right.
_APART = re.compile(
    r"(?i)(?:first|second|third|final|interim|initial|draft|prelimin|provision|annual|month|week|day|quarter"
    r"|new|next|previous|original|revis|updat|min|max|average|median|net|gross|men|man|wom[ae]n|female|male|boy"
    r"|girl|child|adult|north|south|east|west|rural|urban|domestic|foreign|another|addition|per|half|current"
    r"|later|least)\w*|last|due|(?:1[5-9]|20)\d\d|\d+(?:st|nd|rd|th)"
)
_OPENING = re.compile(r"(?:In|At|For|On|During|Among|Of|By|Across|Within|Under)\b[^,]{0,80},")
# What is not so, or but for a while, and so may differ from one document to the next.
_NOT_SO = re.compile(
    rf"(?i)\b(?:{NEGATION.pattern}|(?:now|currently|so far|(?:this|last|next) (?:year|month|week|quarter))\b)"
)
_BREAK = re.compile(
    r"[;:()“”\"?]|,(?!\d)|\s[–-]\s|—"
    r"|\b(?:and|but|while|whereas|which|who|whose|that|because|although|when|where|after|before|until)\b"
)
# What may stand between a deed and who did it, and the other way round.
_BY = re.compile(r"\s(?:\w+ly )?by(?: (?:the|a|then|former))*\s")
_DOES = re.compile(r"(?:(?:,| [–—-])? (?:who|which))?(?: (?:ha[sd]|have|also|then|later|will|\w+ly))*\s")
_UNASKED = frozenset(stems("date day month year time long number amount share sources agree differ"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: a kind of value, by a verb and other words; names may stand in a title."""

    kind: AnswerType
    verb: str
    words: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """What a text has at `span`: a name, or a date or number of a unit as the least and most of its parts."""

    span: Span
    quote: str
    unit: str = "name"
    ranges: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """The one value that a source gives, what sets it apart, and all that is said with it."""

    citation: Citation
    value: Value
    apart: frozenset[str]
    words: frozenset[str]


def parse_question(question: Question) -> Asked | None:
    """What `question` asks for; None if its answer is no value, or if it has no verb."""
    kind = question.answer_type
    words = [word for word in WHOLE_WORD.findall(question.text.split("?")[0])[1:] if not word.endswith("ly")]
    unasked = _UNASKED | word_stems(kind.label if kind else "")
    names = word_stems(" ".join(word for word in words if word[0].isupper())) - unasked
    others = [s for word in words if not word[0].isupper() for s in word_stems(word) - unasked]
    if kind is None or not others:
        return None
    return Asked(kind, others[0 if kind.label == "person" else -1], frozenset(others), names)


def extract_claims(asked: Asked, statement: Statement) -> Iterator[Claim]:
    """The value that `statement` gives to what is asked for, if it gives one only and speaks of the same."""
    text, citation = statement.text, statement.citations[0]
    words = word_stems(text)
    known = words | word_stems(f"{citation.document.title} {citation.document.publisher or ''}")
    if not (asked.words <= words and asked.names <= known):
        return
    find = _find_agents if asked.kind.label == "person" else _find_values
    marked = statement.fact or (0, len(text))
    values = [value for value in find(asked, text) if overlap(value.span, marked)]
    if len({value.ranges or value.quote for value in values}) == 1:
        clause = _clause(asked, text, values[0])
        if not _NOT_SO.search(text, *clause):
            yield Claim(citation, values[0], _apart(asked, text, values[0], clause), known)


def word_stems(text: str) -> frozenset[str]:
    """The stems of a text; what is planned is due, what is ordered is commissioned.

    >>> sorted(word_stems("The reviews are expected."))
    ['due', 'review']
    """
    return frozenset(stems(_PLANNED.sub("due", text).replace("ordered", "commissioned")))


def _find_values(asked: Asked, text: str) -> Iterator[Value]:
    """The dates or numbers of the kind that is asked for, by the verb that is asked for."""
    dates = [Value((d.start, d.end), text[d.start : d.end], "date", d.ranges) for d in find_dates(text)]
    values = [d for d in dates if not _BOUND.search(text, max(0, d.span[0] - 9), d.span[0])]
    if asked.kind.label != "date":
        numbers = [n for n in find_numbers(text) if not any(overlap((n.start, n.end), d.span) for d in dates)]
        values = [v for n in numbers if _is_asked(asked.kind, text, v := _number_value(text, n))]
    yield from (v for v in values if asked.verb in word_stems(text[slice(*_clause(asked, text, v))]))


def _is_asked(kind: AnswerType, text: str, value: Value) -> bool:
    """Whether a number is what is asked for, or says how many there are: no small word stands between."""
    marked = kind.marks.search(text, value.span[0])
    if not marked or marked.start() >= value.span[1] or (kind.label == "figure" and value.unit not in _RATES):
        return False
    return all(map(word_stems, WHOLE_WORD.findall(text, value.span[1], marked.end())))


def _number_value(text: str, number: Number) -> Value:
    """A number as what it may be: "about 40" is 36 to 44, a length of time so many days."""
    # Of millions it is what is rounded to it, as £3.2 million; what is smaller is exact but for its decimals.
    exact = number.value * (100 if number.unit == "%" else 1)
    exponent, size = int(str(exact.normalize().as_tuple().exponent)), exact.adjusted()
    last = exponent if size >= 6 else min(exponent, size - 1 if size >= 3 else 0)
    value, half = float(exact), 0.49 * float(Decimal(10) ** last)  # so that neighbours do not touch
    hedge = _HEDGE.search(text, max(0, number.start - 24), number.start)
    ranges = {"about": (0.9 * value, 1.1 * value), "least": (value, inf), "most": (0.0, value)}
    low, high = ranges.get(str(hedge.lastgroup) if hedge else "", (value - half, value + half))
    days, unit = _DAYS.get(number.unit, 1.0), "day" if number.unit in _DAYS else number.unit
    start = hedge.start() if hedge else number.start
    return Value((start, number.end), text[start : number.end], unit, ((low * days, high * days),))


def _find_agents(asked: Asked, text: str) -> Iterator[Value]:
    """Who brings about what is asked for: "a review ordered by Hunt", "Hunt, who ordered a review"."""
    verbs = [w for w in WHOLE_WORD.finditer(text) if asked.verb in _ONCE & word_stems(w[0])]
    for verb, name in itertools.product(verbs, asked.kind.marks.finditer(text)):
        if _BY.fullmatch(text, verb.end(), name.start()) or _DOES.fullmatch(text, name.end(), verb.start()):
            yield Value(name.span(), name[0])


def _clause(asked: Asked, text: str, value: Value) -> Span:
    """Where the clause of a value begins and ends; if it opens the sentence, with that of the verb."""
    start = max((match.end() for match in _BREAK.finditer(text, 0, value.span[0])), default=0)
    verb = next((w.end() for w in WHOLE_WORD.finditer(text) if asked.verb in word_stems(w[0])), 0)
    end = _BREAK.search(text, value.span[1] if start else max(value.span[1], verb))
    return start, end.start() if end else len(text)


def _apart(asked: Asked, text: str, value: Value, clause: Span) -> frozenset[str]:
    """What sets the thing apart that a value is of: names, years, words such as "final", that it is planned.

    Of who did something, only what stands right before a word of the question.
    """
    (start, end), opening = value.span, _OPENING.match(text, 0, value.span[0])
    around = f"{opening[0] if opening else ''} {text[clause[0] : start]} {text[end : clause[1]]}"
    words = WHOLE_WORD.findall(_PLANNED.sub("due", around))
    if not value.ranges:
        pairs = itertools.pairwise(WHOLE_WORD.findall(text))
        words = [word for word, following in pairs if word_stems(following) & asked.words - {asked.verb}]
    apart = [word for word in words if word[0].isupper() or _APART.fullmatch(word)]
    return word_stems(" ".join(apart)) - asked.words - asked.names
