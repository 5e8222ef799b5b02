"""Which documents a question asks for by a date that only their own dates complete.

"The minutes of 7 January", "the status before March", "the latest report".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rag.datatypes import Document
from rag.language.dates import ANY_DAY, ANY_MONTH, ANY_YEAR, DateRange, find_dates
from rag.language.words import stems

Dated = tuple[frozenset[str], list[str]]  # the ids of the documents, and the words that ask for them

_THING = (
    r"(?:meetings?|minutes|reports?|status|notes?|articles?|statements?|versions?|editions?|issues?|updates?"
    r"|letters?|posts?|briefings?|memos?|agendas?|newsletters?|bulletins?|notices?|polic(?:y|ies)|announcements?)"
)
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|currently|current|at present|right now)\b", re.IGNORECASE
)
# "the minutes of", "the status before"; "the January minutes"
_OF_THING = re.compile(
    rf"\b{_THING}\b(?:[\s\w'’]{{0,40}}\s)?(of|from|dated|on|before|after|since|until)\s(?:the\s)?$",
    re.IGNORECASE,
)
_THING_BEHIND = re.compile(rf"\s{_THING}\b", re.IGNORECASE)
_DECIDED = re.compile(r"\b(?:decided|agreed|resolved|approved|adopted|discussed|status)\b", re.IGNORECASE)
_SIDE = re.compile(r"\b(before|after|since|until)\s$", re.IGNORECASE)


def find_dated(text: str, documents: Sequence[Document]) -> Dated | None:
    """The documents of `documents` that `text` asks for by such a date; None if it asks for none, or for all.

    A date without a year is of the latest year for which there is one, among the documents whose titles share
    most with the question.  The latest are those of the greatest date among these, if they share a word.
    """
    dated = [document for document in documents if document.published]
    found = (_of_date(text, dated) or _latest(text, dated)) if dated else None
    return found if found and 0 < len(found[0]) < len(documents) else None


def names_date(text: str) -> bool:
    """Whether `text` may ask for documents by a date: who looks through them all asks this first."""
    return bool(_LATEST.search(text) or find_dates(text))


def _of_date(text: str, dated: Sequence[Document]) -> Dated | None:
    for start, readings in groupby(find_dates(text), key=lambda day: day.start):
        days = list(readings)
        before = text[:start]
        asks = _OF_THING.search(before) or _THING_BEHIND.match(text, days[0].end)
        side = _SIDE.search(before)
        if not asks and not (side and _DECIDED.search(before)):
            continue
        ids = _on_side(days[0], side[1].lower(), dated) if side else _on(days, dated, text)
        if ids:
            begin = side.start() if side else start
            return frozenset(ids), text[begin : days[0].end].split()
    return None


def _on(days: Sequence[DateRange], dated: Sequence[Document], text: str) -> set[str]:
    """The ids of the documents of one of `days`, of the latest year if they give none."""
    if all(day.months == ANY_MONTH for day in days):  # a year alone is what others look for
        return set()
    _, fitting = _family(text, [d for d in dated if any(_fits(day, d) for day in days)])
    latest = max((d.published.year for d in fitting if d.published), default=0)
    return {d.id for d in fitting if d.published and d.published.year == latest}


def _fits(day: DateRange, document: Document) -> bool:
    published = document.published
    if published is None:
        return False
    values = zip(day.ranges, (published.year, published.month, published.day), strict=True)
    note = document.date_note is None or day.days == ANY_DAY
    return note and all(first <= value <= last for (first, last), value in values)


def _on_side(day: DateRange, side: str, dated: Sequence[Document]) -> set[str]:
    """The ids of the documents before, after, since or until `day`, in the latest year that parts them."""
    if day.months == ANY_MONTH:
        return set()
    years = {d.published.year for d in dated if d.published} if day.years == ANY_YEAR else {day.years[0]}
    for year in sorted(years, reverse=True):
        whole = DateRange(day.start, day.end, (year, year), day.months, day.days)
        ids = {d.id for d in dated if d.published and _is_on_side(d.published, side, whole)}
        if ids and (len(ids) < len(dated)):
            return ids
    return set()


def _is_on_side(published: date, side: str, day: DateRange) -> bool:
    match side:
        case "before":
            return published < day.first_day
        case "after":
            return published > day.last_day
        case "since":
            return published >= day.first_day
    return published <= day.last_day


def _latest(text: str, dated: Sequence[Document]) -> Dated | None:
    asks = _LATEST.search(text)
    if asks is None:
        return None
    shared, family = _family(text[: asks.start()] + text[asks.end() :], dated)
    if not shared or len(family) < 2:
        return None
    newest = max(document.published for document in family if document.published)
    return frozenset(document.id for document in family if document.published == newest), asks[0].split()


def _family(text: str, documents: Sequence[Document]) -> tuple[int, list[Document]]:
    """How many words of `text` a title has at most, and the documents whose titles have so many."""
    asked = set(stems(text))
    shared = [len(asked & set(stems(document.title))) for document in documents]
    most = max(shared, default=0)
    return most, [document for document, words in zip(documents, shared, strict=True) if words == most]
