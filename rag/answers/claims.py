"""A statement and a question -> the one value that it gives to what is asked for.

Precision comes first: a value counts only if the sentence has the words of the question, its verb by
the value.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.answers.values import UNITS, Value, date_values, number_values
from rag.datatypes import AnswerType, Document, Question, Statement
from rag.language.negation import NEGATION
from rag.language.numbers import Number
from rag.language.words import WHOLE_WORD, stems
from rag.spans import overlap

# What one party does, once: many may welcome a review, but if two are said to have ordered it, that differs.
_ONCE = frozenset(
    stems("published announced commissioned established founded created led wrote built bought won")
)
_PLANNED = re.compile(r"\b(?:due|expected|scheduled|planned|will|would|shall|to be)\b")
_ORDERED = re.compile(r"\bordered\b")
# What sets a thing apart from others of its kind: if only one side has it, both may be right.
_APART = re.compile(
    r"(?:first|second|third|final|interim|initial|draft|prelimin|provision|annual|month|week|day|quarter|new"
    r"|next|previous|original|revis|updat|min|max|average|median|net|gross|men|man|wom[ae]n|female|male|boy|girl"
    r"|child|adult|north|south|east|west|rural|urban|domestic|foreign|another|addition|per|half|current|later"
    r"|least)\w*|last|(?:1[5-9]|20)\d\d|\d+(?:st|nd|rd|th)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:In|At|For|On|During|Among|Of|By|Across|Within|Under)\b[^,]{0,80},")
# What is true but for a while, and so may differ from one document to the next.
_PASSING = re.compile(r"\b(?:now|currently|so far|(?:this|last|next|the) (?:year|month|week|quarter))\b")
_BREAK = re.compile(
    r"[;:()“”\"?]|,(?!\d)|\s[–-]\s|—"
    r"|\b(?:and|but|while|whereas|which|who|whose|that|because|although|when|where|after|before|until)\b"
)
_BY = re.compile(r"\s(?:\w+ly )?by(?: (?:the|a|then|former))*\s")
_DOES = re.compile(
    r"(?:,? (?:who|which)| [–—-] who)?(?: (?:has|had|have|also|then|first|later|is to|will|\w+ly))*\s"
)
_UNASKED = frozenset(stems("date day month year time long number amount share sources agree differ"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: a kind of value, by a verb and other words; names may stand in a title."""

    kind: AnswerType
    verb: str
    words: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """The one value that a statement gives, what sets it apart, and all that the statement says."""

    statement: Statement
    value: Value
    is_planned: bool
    apart: frozenset[str]
    words: frozenset[str]

    @property
    def document(self) -> Document:
        return self.statement.citations[0].document

    @property
    def quote(self) -> str:
        return self.statement.text[self.value.start : self.value.end]


def parse_question(question: Question) -> Asked | None:
    """What `question` asks for; None if its answer is no value, or if it has no verb."""
    kind = question.answer_type
    words = [word for word in WHOLE_WORD.findall(question.text.split("?")[0])[1:] if not word.endswith("ly")]
    unasked = _UNASKED | word_stems(kind.label) if kind else _UNASKED
    names = word_stems(" ".join(word for word in words if word[0].isupper())) - unasked
    others = [s for word in words if not word[0].isupper() for s in word_stems(word) - unasked]
    if kind is None or not others:
        return None
    verb = others[0 if kind.label == "person" else -1]
    return Asked(kind, verb, frozenset(others) - {verb}, names)


def extract_claims(asked: Asked, statement: Statement) -> Iterator[Claim]:
    """The value that `statement` gives to what is asked for, if it gives one only and speaks of the same."""
    text, document = statement.text, statement.citations[0].document
    words, title = word_stems(text), word_stems(f"{document.title} {document.publisher or ''}")
    if not (asked.words | {asked.verb} <= words and asked.names <= words | title) or _PASSING.search(text):
        return
    marked = statement.fact or (0, len(text))
    values = [value for value in _find_values(asked, statement) if overlap((value.start, value.end), marked)]
    if len({value.ranges or text[value.start : value.end] for value in values}) != 1:
        return
    clause = text[slice(*_clause(asked, text, values[0]))]
    is_planned = values[0].unit == "date" and _PLANNED.search(clause) is not None
    if not any(NEGATION.match(clause, word.start()) for word in WHOLE_WORD.finditer(clause)):
        yield Claim(statement, values[0], is_planned, _apart(asked, statement, values[0]), words | title)


def word_stems(text: str) -> frozenset[str]:
    """The stems of a text; what is planned is due, what is ordered is commissioned.

    >>> sorted(word_stems("The reviews are expected."))
    ['due', 'review']
    """
    return frozenset(stems(_ORDERED.sub("commissioned", _PLANNED.sub("due", text))))


def _find_values(asked: Asked, statement: Statement) -> Iterator[Value]:
    """The values in a statement of the kind that is asked for, by the verb that is asked for."""
    text, label = statement.text, asked.kind.label
    if label == "person":
        yield from _find_agents(asked, text)
        return
    if label == "date":
        values = date_values(text)
    elif label.startswith("number of"):
        values = [replace(v, unit="") for number, v in number_values(text) if _is_count(asked, text, number)]
    else:
        values = [v for number, v in number_values(text) if number.unit in UNITS.get(label, ())]
    yield from (v for v in values if asked.verb in word_stems(text[slice(*_clause(asked, text, v))]))


def _is_count(asked: Asked, text: str, number: Number) -> bool:
    """Whether a number says how many there are of what is asked for: no small word stands between."""
    counted = asked.kind.pattern.search(text, number.start)
    is_next = counted and counted.start() < number.end
    between = WHOLE_WORD.findall(text[number.end : counted.end()]) if counted and is_next else []
    return bool(between) and all(map(word_stems, between))


def _find_agents(asked: Asked, text: str) -> Iterator[Value]:
    """Who brings about what is asked for: "a review ordered by Hunt", "Hunt, who ordered a review"."""
    verbs = [w for w in WHOLE_WORD.finditer(text) if asked.verb in _ONCE and asked.verb in word_stems(w[0])]
    for verb, name in itertools.product(verbs, asked.kind.marks.finditer(text)):
        is_by = _BY.fullmatch(text, verb.end(), name.start())
        if is_by or _DOES.fullmatch(text, name.end(), verb.start()):
            yield Value(*name.span())


def _clause(asked: Asked, text: str, value: Value) -> tuple[int, int]:
    """Where the clause of a value begins and ends; if it opens the sentence, with that of the verb."""
    breaks = list(_BREAK.finditer(text))
    start = max((match.end() for match in breaks if match.end() <= value.start), default=0)
    verb = next((w.end() for w in WHOLE_WORD.finditer(text) if asked.verb in word_stems(w[0])), 0)
    ends = [*(match.start() for match in breaks if match.start() >= value.end), len(text)]
    return start, next(end for end in ends if start > 0 or end >= verb)


def _apart(asked: Asked, statement: Statement, value: Value) -> frozenset[str]:
    """What sets the thing apart that a value is of: names, years, ordinals and words such as "final".

    Of who did something, only what stands right before a word of the question.
    """
    text = statement.text
    start, end = _clause(asked, text, value)
    opening = _OPENING.match(text, 0, value.start)
    places = opening[0] if opening else "", text[start : value.start], text[value.end : end]
    words = WHOLE_WORD.findall(" ".join(places))
    if not value.ranges:
        pairs = itertools.pairwise(WHOLE_WORD.findall(text))
        words = [word for word, following in pairs if word_stems(following) & asked.words]
    apart = [word for word in words if word[0].isupper() or _APART.fullmatch(word)]
    return word_stems(" ".join(apart)) - asked.words - asked.names - {asked.verb}
