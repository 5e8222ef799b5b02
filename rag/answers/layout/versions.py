"""Documents and sections of which one is a later state of another -> which holds now, or did on a day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath

import numpy as np

from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Document, Question
from rag.documents.outline import Outline
from rag.language.dates import DateRange, find_dates
from rag.language.words import stems
from rag.models.scorer import Scores

OLDER = 3.0  # log-odds that a state loses when a later one is asked for and speaks of the same
OUTSIDE = 5.0  # that one loses which is not of the time that is asked for
HEAD, HEAD_LINES, HEAD_WORDS = 600, 6, 12  # characters, lines and words a line that tell the state of a text
NEAR = 6.0  # log-odds below an older one within which the later speaks of the same

_VERSION = re.compile(
    r"\b(?:version|ver|rev|revision|edition|release|v)s?[\s._:-]{0,2}(\d+(?:\.\d+){0,3})\b", re.IGNORECASE
)
_NUMBER = r"\d+(?:\.\d+){0,3}"
# Numbers behind that of a version: "versions 1 and 2".
_FURTHER = re.compile(
    rf"\s*(?:,|&|–|-|\b(?:and|or|to|with|against|over|vs\.?))\s*({_NUMBER})\b", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_STATE = re.compile(r"\b(?:drafts?|final|old|new|updated?|revised|copy|archived?|current|previous)\b", re.I)
# What is said of another state: "Replaces the draft of May", "superseded by version 3".
_OF_ANOTHER = re.compile(r"\b(?:replac|supersed)(?:es|ing)\b.*|\bby\b.*\d.*", re.IGNORECASE)
_NOT_VALID = re.compile(
    r"\bdrafts?\b(?! \w)|\bdraft (?:for|version|of)\b|^\W*draft\b"
    r"|\b(?:superseded|replaced|withdrawn|obsolete|expired|repealed|rescinded|no longer valid)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(before|until|after|since)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edition:
    """A state of something that has several: of which, and its place among them, the later the greater."""

    family: tuple[str, ...]
    version: tuple[int, ...]
    day: date
    valid: bool = True  # it calls itself neither a draft nor superseded

    @property
    def order(self) -> tuple[bool, tuple[int, ...], date]:
        return self.valid, self.version, self.day


class Editions:
    """Which documents of an index, and which sections of one, are states of the same."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        families: dict[tuple[str, ...], list[tuple[str, Edition]]] = defaultdict(list)
        documents = [outline.document for outline in outlines]
        named = _named_by_year(documents)
        for document in documents:
            if edition := _edition_of(document, named.get(document.id, ())):
                families[edition.family].append((document.id, edition))
        self._documents = {
            name: edition
            for members in families.values()
            if len({edition.order for _, edition in members}) > 1
            for name, edition in members
        }

    def families(self) -> list[tuple[tuple[str, ...], list[str]]]:
        """The stems that name each family, and the ids of its documents, the earliest state first."""
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for name in sorted(self._documents, key=lambda name: (self._documents[name].order, name)):
            found[self._documents[name].family].append(name)
        return sorted(found.items())

    def of_document(self, name: str) -> Edition | None:
        """The state that the document of this id is, None if there is no other."""
        return self._documents.get(name)

    def of(self, outline: Outline, at: int) -> Edition | None:
        """The state that the character `at` speaks of: its section's, or else its document's."""
        place = outline.block_at(at)
        own = [outline.shown(outline.blocks[place])] if outline.blocks[place].kind == "heading" else []
        headings = (*outline.section(at), *own)
        for depth in range(len(headings), 0, -1):
            days = _exact_days(headings[depth - 1])
            if days:
                return Edition((outline.document.id, *headings[: depth - 1]), (), days[0])
        return self._documents.get(outline.document.id)

    def is_superseded(self, document: Document) -> bool:
        """Whether another document is a later state of this one."""
        own = self._documents.get(document.id)
        return own is not None and any(
            own.family == other.family and own.order < other.order for other in self._documents.values()
        )

    def weigh(self, question: Question, sentences: Sequence[Candidate], scores: Scores) -> Scores:
        """What the time that `question` asks for says against each sentence, in log-odds, ``(n,)``."""
        editions = [self.of(sentence.outline, sentence.start) for sentence in sentences]
        asked = [(day, _limit(question.text, day.start)) for day in find_dates(question.text)]
        within = np.array(
            [e is None or all(_is_within(e, *one, editions) for one in asked) for e in editions]
        )
        if asked and not any(e and w for e, w in zip(editions, within, strict=True)):
            within[:] = True  # the date is not one of these
        against = np.where(within, 0.0, OUTSIDE)
        limited = any(limit for _, limit in asked)
        if (asked and not limited) or not (question.present or limited):
            return np.asarray(against)
        for i, edition in enumerate(editions):
            later = [
                j
                for j, other in enumerate(editions)
                if edition and other and within[j] and other.family == edition.family
                if other.order > edition.order and scores[j] >= scores[i] - NEAR
            ]
            against[i] += OLDER if later else 0.0
        return np.asarray(against)


def _named_by_year(documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
    """What the names of documents have in common that tell them apart by a year ("tariff-2023.txt" and
    "tariff-2024.txt"), by their ids."""
    alike: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for document in documents:
        name = _spaced(PurePosixPath(document.id).stem)
        if year := _YEAR.search(name):
            alike[(str(PurePosixPath(document.id).parent), *stems(without_state(name)))][document.id] = year[
                0
            ]
    return {
        name: family
        for family, years in alike.items()
        if len(family) > 1 and len({*years.values()}) == len(years) > 1
        for name in years
    }


def _edition_of(document: Document, named: tuple[str, ...]) -> Edition | None:
    """The state that a document calls itself by title, name or date; None if it has no place among others.

    `named` is what its name has in common with those of other years, empty if that is nothing.
    """
    name = PurePosixPath(document.id).stem
    told = [_OF_ANOTHER.sub("", text) for text in (document.title, name, *_head_of(document.text))]
    version = next((found[0] for text in told if (found := find_versions(text))), ())
    days = _exact_days(document.title)
    day = document.published or (days[0] if days else None)
    family = named or tuple(stems(without_state(document.title)))
    if named and (year := _YEAR.search(_spaced(name))) and (day is None or day.year != int(year[0])):
        day = date(int(year[0]), 1, 1)
    if not family or not (version or day):
        return None
    valid = not any(_NOT_VALID.search(text) for text in told)
    return Edition(family, version, day or date.min, valid)


def _head_of(text: str) -> list[str]:
    """The short lines that a text begins with, sentences left out: there it says of which state it is."""
    lines = (line.strip() for line in text[:HEAD].splitlines())
    told = (line for line in lines if line and len(line.split()) <= HEAD_WORDS and line[-1] not in ".?!")
    return [*islice(told, HEAD_LINES)]


def find_versions(text: str) -> list[tuple[int, ...]]:
    """The numbers of the versions that `text` names, in order.

    >>> find_versions("What changed from version 1 to version 2.1?"), find_versions("versions 1 and 2")
    ([(1,), (2, 1)], [(1,), (2,)])
    """
    found, text = [], _spaced(text)
    for match in _VERSION.finditer(text):
        number: re.Match[str] | None = match
        while number:
            found.append(tuple(map(int, number[1].split("."))))
            number = _FURTHER.match(text, number.end())
    return found


def without_state(title: str) -> str:
    """A title without what tells one state from another: dates, versions, figures.

    >>> without_state("Refund policy, version 2").strip(" ,")
    'Refund policy'
    """
    for day in reversed(find_dates(title)):
        title = title[: day.start] + " " + title[day.end :]
    return re.sub(r"\d+", " ", _STATE.sub(" ", _VERSION.sub(" ", title)))


def _spaced(name: str) -> str:
    return re.sub(r"[_-]+", " ", name)


def _exact_days(text: str) -> list[date]:
    """The days or months that `text` names with their year, each as its first day."""
    return [
        day.first_day
        for day in find_dates(text)
        if day.years[0] == day.years[1] and day.months[0] == day.months[1]
    ]


def _limit(text: str, at: int) -> str:
    before = _BEFORE.search(text, max(0, at - 14), at)
    return before[1].lower() if before else ""


def _is_within(edition: Edition, day: DateRange, limit: str, editions: Sequence[Edition | None]) -> bool:
    """Whether a state is of the time that a question asks for, the year that it leaves open the latest."""
    if limit:
        years = (day.years[0], day.years[1])
        if years[0] != years[1]:
            latest = max(e.day.year for e in editions if e)
            years = (latest, latest)
        months, days = day.months, day.days
        first, last = (years[0], months[0], days[0]), (years[1], months[1], days[1])
        at = (edition.day.year, edition.day.month, edition.day.day)
        return at < first if limit in ("before", "until") else at > last if limit == "after" else at >= first
    parts = zip((edition.day.year, edition.day.month, edition.day.day), day.ranges, strict=True)
    return all(first <= part <= last for part, (first, last) in parts)
