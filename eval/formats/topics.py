"""What the files of the set say and what is asked of it: the lines of topics.jsonl.

They were written before any question of them was answered.  The questions of every other line are set aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What stands around the facts, in files of every kind.
FILLER = (
    "This page is kept by the district council and is looked through once a year.",
    "Remarks are welcome at any time and are answered in writing.",
)
TOPICS = Path(__file__).with_name("topics.jsonl")


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence, a question that it answers, and the words that the answer must have."""

    sentence: str
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a file is about: a first fact and a second one, which stand in different places."""

    title: str
    facts: tuple[Fact, Fact]
    is_locked: bool

    @property
    def phrases(self) -> tuple[str, ...]:
        """What every file about it says."""
        return self.title, *(fact.sentence for fact in self.facts), *FILLER


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its first row the names of the columns; `asked` are questions, words, and rows from 1."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    asked: tuple[tuple[str, str, int], ...]
    is_locked: bool

    @property
    def phrases(self) -> tuple[str, ...]:
        """What every file with it says."""
        return self.title, *(cell for row in self.rows for cell in row), *FILLER


def read_topics() -> Iterator[Topic | Table]:
    """Every topic, in order: those in sentences, then those in tables."""
    for number, line in enumerate(TOPICS.read_text(encoding="utf-8").splitlines()):
        fields = json.loads(line)
        if "facts" in fields:
            first, second = (Fact(**fact) for fact in fields["facts"])
            yield Topic(fields["title"], (first, second), bool(number % 2))
        else:
            asked = tuple((fact["question"], fact["words"], fact["row"]) for fact in fields["questions"])
            yield Table(fields["title"], tuple(map(tuple, fields["rows"])), asked, bool(number % 2))
