"""Documents and sections of which one is a later state of another -> which holds now, or did on a day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Document, Question
from rag.documents.outline import Outline
from rag.index.parts.editions import Edition, exact_days
from rag.language.dates import DateRange, find_dates
from rag.models.scorer import Scores

OLDER = 3.0  # log-odds that a state loses when a later one is asked for and speaks of the same
OUTSIDE = 5.0  # that one loses which is not of the time that is asked for
NEAR = 6.0  # log-odds below an older one within which the later speaks of the same

_BEFORE = re.compile(r"\b(before|until|after|since)\s+(?:the\s+)?$", re.IGNORECASE)


class Editions:
    """Which documents of an index (`rag.index.parts.editions`), and which sections of one, are states of the
    same."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._documents = editions

    @cached_property
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
            days = exact_days(headings[depth - 1])
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
