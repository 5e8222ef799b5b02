"""A statement and a question -> the one value that it gives to what is asked for.

Precision comes first: a value counts only if it stands by the event that is asked for, and if the
sentence has the words of the question.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.answers.values import DAYS, Value, amount, bare, bearers, dated, plain_numbers
from rag.datatypes import AnswerType, Document, Statement
from rag.language.numbers import Number, find_numbers
from rag.language.words import WHOLE_WORD, stems
from rag.questions.answer_types import answer_type_of
from rag.spans import overlap

BEFORE, BEHIND = 14, 5  # words from a verb in which its object stands: "ordered by", "orders"

# Words for one event, the first of a group for all.  The day on which something was announced is no
# other value for the day on which it began.
_EVENTS = (
    "due expected scheduled deadline|published publish release released issued|announced announce unveiled"
    "|commissioned commission ordered|began begin begun start starts started launched commenced"
    "|established establish founded created formed|closed close closes ended ends finished expires expired"
    "|led lead leads chaired headed|died die|won win wins|wrote write written|built build|bought buy acquired"
    "|sold sell|cost costs|met meet|made make makes|became become|took take taken|rose rise risen|held hold"
    "|fell fall fallen|left leave|lost lose|sent send|said say says|ran run|opened open opens|found find"
)
# What one party does, once: many may welcome a review, but if two are said to have ordered it, that differs.
_ONCE = frozenset(
    "published announced commissioned began established led wrote built bought won killed".split()
)
_VERB = re.compile(r"(?!(?:hundred|indeed|need|seed|speed|breed|feed|red|bed)$)[a-z]{2,}ed")
_PLANNED = re.compile(r"\b(?:due|expected|scheduled|planned|will|would|shall|to be)\b")
# What sets a thing apart from others of its kind: if only one side has it, both may be right.
_APART = re.compile(
    r"(?:first|second|third|last|final|interim|initial|draft|prelimin|provision|annual|month|week|dai|day"
    r"|quarter|new|next|previous|original|revis|updat|min|max|average|median|net|gross|men|man|wom[ae]n"
    r"|female|male|boy|girl|child|adult|north|south|east|west|rural|urban|domestic|foreign|another|other"
    r"|addition|further|each|per|half|now|current|later|if|most|least|only|some|few|not|never|no)\w*"
    r"|(?:1[5-9]|20)\d\d",
    re.IGNORECASE,
)
PASSING = re.compile(r"\b(?:now|currently|so far|(?:this|last|next|the) (?:year|month|week|quarter))\b")
_OPENING = re.compile(r"(?:In|At|For|On|During|Among|Of|By|Across|Within|Under)\b[^,]{0,80},")
_BREAK = re.compile(
    r"[;:()“”\"?]|,(?!\d)|\s[–-]\s|—"
    r"|\b(?:and|but|while|whereas|which|who|whose|that|because|although|when|where|after|before|until)\b"
)
_DEFINITE = re.compile(r"(?:\b(?:the|all|is|are|was|were|has|have|its|their)|[’']s|s[’'])\s$", re.IGNORECASE)

_PART = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"
_NAME = re.compile(
    rf"{_PART}(?:\s(?:(?:of|for|and|de|van|von)\s(?:the\s)?|the\s(?=Rt\s))?{_PART})*|\b(?:government|ministers)\b"
)
_BY = re.compile(r"\s(?:\w+ly )?by(?: (?:the|a|then|former))*\s")
_DOES = re.compile(
    r"(?:,? (?:who|which)| [–—-] who)?(?: (?:has|had|have|also|then|first|later|is to|will|\w+ly))*\s"
)
_WHERE = re.compile(r"\b(?:in|at|of|on|from|to|for|with|by|near)(?: the)?\s$")
_LISTED = re.compile(r", (?:[A-Z]|and )")


_UNASKED = "date day month year time number amount share sources agree differ many".split()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: a kind of value, by an event and other words; names may stand in a title."""

    kind: AnswerType | None
    event: str
    words: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """The one value that a statement gives, what sets it apart, and all that the statement says."""

    statement: Statement
    value: Value
    planned: bool = False
    apart: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()

    @property
    def document(self) -> Document:
        return self.statement.citations[0].document

    @property
    def words(self) -> str:
        return self.statement.text[self.value.start : self.value.end]


def understood(question: str) -> Asked:
    kind = answer_type_of(question)
    words = [word for word in WHOLE_WORD.findall(question)[1:] if not word.endswith("ly")]
    happens = [root(word) for word in words if is_event(word)]
    person = kind is not None and kind.label == "person"
    event = happens[0 if person else -1] if happens else ""
    counted = kind.label.split() if kind else []
    other = {root(word) for word in [*counted, *_UNASKED]} | {event, ""}
    names = frozenset(root(word) for word in words if word[0].isupper()) - other
    return Asked(kind, event, frozenset(map(root, words)) - names - other - set(happens), names)


def extract_claims(asked: Asked, statement: Statement) -> Iterator[Claim]:
    """The value that `statement` gives to what is asked for, if it gives one only and speaks of the same."""
    text, document = statement.text, statement.citations[0].document
    said, titled = roots(text), roots(f"{document.title} {document.publisher}")
    asked_for = asked.words | asked.names
    if (
        asked.kind is None
        or not asked.words <= said
        or not asked.names <= said | titled
        or not asked_for & said
    ):
        return
    marked = statement.fact or (0, len(text))
    values = [v for v in _values(asked, asked.kind.label, statement) if overlap((v.start, v.end), marked)]
    held = [len(asked_for & roots(text[slice(*_bounds(text, value))])) for value in values]
    values = [v for v, words in zip(values, held, strict=True) if v.names or words == max(held) > 0]
    if values and len({(value.ranges, value.names) for value in values}) == 1:
        value = values[0]
        planned = value.unit == "date" and _PLANNED.search(text, *_bounds(text, value)) is not None
        yield Claim(statement, value, planned, _apart(asked, statement, value), said | titled)


def roots(text: str) -> frozenset[str]:
    return frozenset(map(root, WHOLE_WORD.findall(text))) - {""}


def is_event(word: str) -> bool:
    return word.lower() in _same_events() or _VERB.fullmatch(word) is not None


@cache
def root(word: str) -> str:
    """What a word has in common with those that say the same; empty if it says nothing.

    >>> root("ordered"), root("commissioned"), root("Reviews"), root("the")
    ('commissioned', 'commissioned', 'review', '')
    """
    return _same_events().get(bare(word)) or next(iter(stems(bare(word))), "")


def _values(asked: Asked, label: str, statement: Statement) -> Iterator[Value]:
    """The values in a statement of the kind that is asked for, by the event that is asked for."""
    text = statement.text
    if label == "person":
        yield from _agents(asked, text)
    elif label == "date":
        dates = dated(text, statement.citations[0].document)
        yield from (value for value in dates if _is_by_event(asked, text, value))
    elif label.startswith("number of"):
        for number in plain_numbers(text):
            value = amount(text, number, "")
            alone = not (asked.words or asked.event) and not _DEFINITE.search(text, 0, value.start)
            if _counts(asked, text, number) and not alone and _is_by_event(asked, text, value):
                yield value
    else:
        units = {"length of time": (*DAYS,), "figure": ("£", "$", "€", "%")}.get(label, ("£", "$", "€"))
        for number in plain_numbers(text):
            value = amount(text, number, number.unit)
            around = roots(text[slice(*_bounds(text, value))])
            if number.unit in units and asked.words <= around and _is_by_event(asked, text, value):
                yield value


def _counts(asked: Asked, text: str, number: Number) -> bool:
    """Whether a number says how many there are of what is asked for: no verb or small word stands between."""
    counted = asked.kind.pattern.match(text, number.start) if asked.kind else None
    between = WHOLE_WORD.findall(text[number.end : counted.end()]) if counted else []
    return bool(between) and all(root(word) and not is_event(word) for word in between)


def _agents(asked: Asked, text: str) -> Iterator[Value]:
    """Who brings about what is asked for: "a review ordered by Hunt", "Hunt, who ordered a review"."""
    happens = [w for w in WHOLE_WORD.finditer(text) if asked.event in _ONCE and root(w[0]) == asked.event]
    for word, name in itertools.product(happens, _NAME.finditer(text)):
        listed = _LISTED.match(text, name.end()) or text.endswith(", ", 0, name.start())
        by = not listed and _BY.fullmatch(text, word.end(), name.start())
        does = _DOES.fullmatch(text, name.end(), word.start()) and not _WHERE.search(text, 0, name.start())
        if not (by or does):
            continue
        near = (
            WHOLE_WORD.findall(text[: word.start()])[-BEFORE:]
            if by
            else WHOLE_WORD.findall(text[word.end() :])[:BEHIND]
        )
        told = {*map(root, near)}
        if asked.words <= told and (asked.words | asked.names) & told:
            yield Value(*name.span(), "name", names=bearers(name[0]))


def _is_by_event(asked: Asked, text: str, value: Value) -> bool:
    """Whether a value stands by the event that is asked for; without one, by none that is not."""
    role = _role(text, value)
    if not asked.event:
        return not role or role in asked.words
    planned = _PLANNED.search(text, *_bounds(text, value)) and role == "published"
    return role == asked.event or (asked.event == "due" and bool(planned))


def _role(text: str, value: Value) -> str:
    """The event that is named nearest to a value in its clause."""
    start, end = _bounds(text, value)
    events = [word for word in WHOLE_WORD.finditer(text, start, end) if is_event(word[0])]
    nearest = min(events, key=lambda w: max(value.start - w.end(), w.start() - value.end), default=None)
    return root(nearest[0]) if nearest else ""


def _bounds(text: str, value: Value) -> tuple[int, int]:
    """Where the clause of a value begins and ends; if it opens the sentence, with that of the first event."""
    breaks = list(_BREAK.finditer(text))
    start = max((match.end() for match in breaks if match.end() <= value.start), default=0)
    ends = [*(match.start() for match in breaks if match.start() >= value.end), len(text)]
    happens = next((word.end() for word in WHOLE_WORD.finditer(text) if is_event(word[0])), 0)
    return start, next(end for end in ends if start > 0 or end >= happens)


def _apart(asked: Asked, statement: Statement, value: Value) -> frozenset[str]:
    """What sets the thing apart that a value is of: names, years, ordinals and words such as "final".

    Of who did something, only what stands right before a word of the question; of what passes, such
    as "this year", the day of publication.
    """
    text = statement.text
    start, end = _bounds(text, value)
    opening = _OPENING.match(text, 0, value.start)
    words = WHOLE_WORD.findall(
        f"{opening[0] if opening else ''} {text[start : value.start]} {text[value.end : end]}"
    )
    if value.names:
        told = itertools.pairwise(WHOLE_WORD.findall(text))
        words = [word for word, following in told if root(following) in asked.words]
    apart = {root(word) for word in words if word[0].isupper() or _APART.fullmatch(word)}
    apart |= {root(text[n.start : n.end]) for n in find_numbers(text) if n.unit == "th"}
    passing = {f"in {statement.citations[0].document.published}"} if PASSING.search(text) else set()
    return frozenset(apart - asked.words - asked.names - {asked.event, ""} | passing)


@cache
def _same_events() -> dict[str, str]:
    groups = (group.split() for group in _EVENTS.split("|"))
    return {word: group[0] for group in groups for word in group}
