"""A question and the sentence that answers it -> the very words of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.datatypes import AnswerType
from rag.language.calendar_words import imply_days
from rag.language.dates import find_dates
from rag.language.numbers import find_numbers
from rag.language.words import WORD
from rag.spans import Span, overlap

# A fact may be so much of its sentence; what is longer is no easier to read when marked.
MOST = 0.6
_STANDS_FOR = re.compile(
    r"\b(?:stands? for|(?:meaning|full name) of|abbreviat\w+|short for)\b", re.IGNORECASE
)
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]s?\b")
_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s(?:at|on|by|around|until|till)\s")  # a day and its hour
_JOINT = re.compile(r"(?:[\s,.–-]|\b(?:of|to|and|from|the|in)\b){0,4}")


def answer_span(question: str, text: str, expectation: AnswerType | None, read: Span | None) -> Span | None:
    """Where in the sentence `text` the answer to `question` stands, ``(start, end)``.

    `expectation` is the kind of thing asked for, `read` where the reader sees the answer, if it
    does.  None if the whole sentence is the answer, or nothing tells which part is.

    >>> answer_span("What does ICB stand for?", "An integrated care board (ICB) plans.", None, None)
    (3, 24)
    """
    if _STANDS_FOR.search(question):
        return _find_long_form(question, text)
    if _YES_OR_NO.match(question):
        return None
    if expectation:
        things = [_whole_words(text, span) for span in _find_of_type(question, text, expectation)]
        marked = [span for span in things if read and overlap(span, read)]
        if marked:
            return marked[0]
        # A sentence may name several persons; a date or a number is seldom beside the point.
        return things[0] if things and (expectation.required or _is_run(text, things)) else None
    return _whole_words(text, read) if read and read[1] - read[0] <= MOST * len(text) else None


def _is_run(text: str, spans: Sequence[Span]) -> bool:
    """Whether they follow each other as a day and its hour do, or there is one alone."""
    gaps = (text[end:start] for (_, end), (start, _) in pairwise(spans))
    return all(_BETWEEN.fullmatch(gap) for gap in gaps)


def has_answer_type(expectation: AnswerType, text: str) -> bool:
    """Whether `text` holds a thing of the kind asked for."""
    found = bool(expectation.pattern.search(text))
    return found or (expectation.label == "date" and bool(find_dates(text) or imply_days(text)))


def _whole_words(text: str, span: Span) -> Span:
    """`span` with the whole of the words that it begins and ends in, and a percent sign."""
    start, end = span
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end + text.startswith("%", end)


def _find_of_type(question: str, text: str, expectation: AnswerType) -> Iterator[Span]:
    """The things of the kind asked for that the question does not name itself, those that touch as one."""
    spans = [match.span() for match in expectation.marks.finditer(text)]
    if expectation.label == "date":
        spans += [(day.start, day.end) for day in find_dates(text)]
    # A number in several words or with its scale is one thing, and so is a date.
    whole = [(n.start, n.end) for n in find_numbers(text)] + [
        (day.start, day.end) for day in find_dates(text)
    ]
    spans += [n for n in whole if any(overlap(n, span) for span in spans)]
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and _JOINT.fullmatch(text, min(joined[-1][1], start), start):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    asked = question.casefold()
    yield from (span for span in joined if text[slice(*span)].strip().casefold() not in asked)


def _find_long_form(question: str, text: str) -> Span | None:
    """The long form before or behind an acronym of the question: "Long Form (LF)" or "LF (Long Form)"."""
    for acronym in _ACRONYM.findall(question):
        letters = acronym.rstrip("s").upper()
        for match in re.finditer(rf"\(?\b{re.escape(acronym.rstrip('s'))}s?\b\)?", text):
            before = [*WORD.finditer(text[max(0, match.start() - 120) : match.start()])]
            behind = [*WORD.finditer(text[match.end() : match.end() + 120])]
            offset = max(0, match.start() - 120)
            for size in range(len(letters), len(letters) + 3):
                if size <= len(before) and _spells(letters, [word[0] for word in before[-size:]]):
                    return offset + before[-size].start(), offset + before[-1].end()
                if size <= len(behind) and _spells(letters, [word[0] for word in behind[:size]]):
                    return match.end() + behind[0].start(), match.end() + behind[size - 1].end()
    return None


def _spells(letters: str, words: list[str]) -> bool:
    """Whether the words begin with `letters`, small ones left out or not."""
    initials = "".join(word[0].upper() for word in words)
    large = "".join(word[0].upper() for word in words if word[0].isupper() or len(word) > 3)
    return letters in (initials, large)
