"""Documents of which one is a later state of another, as they are told when an index is made."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from pydantic_core import from_json

from rag.datatypes import Document
from rag.language.dates import find_dates
from rag.language.words import stems

HEAD, HEAD_LINES, HEAD_WORDS = 600, 6, 12  # characters, lines and words a line that tell the state of a text

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


class Label(NamedTuple):
    """What a document calls itself, by itself: of what it is a state, of which version and day, in force or
    not; and what its name says without its year, if it has one."""

    family: tuple[str, ...]
    version: tuple[int, ...]
    day: str | None  # as ISO has it
    valid: bool
    name: tuple[str, ...]
    year: str


def label_document(document: Document) -> Label:
    """What a document calls itself by title, name or date."""
    path = PurePosixPath(document.id)
    told = [_OF_ANOTHER.sub("", text) for text in (document.title, path.stem, *_head_of(document.text))]
    version = next((found[0] for text in told if (found := find_versions(text))), ())
    days = exact_days(document.title)
    day = document.published or (days[0] if days else None)
    name = _spaced(path.stem)
    year = _YEAR.search(name)
    return Label(
        tuple(stems(without_state(document.title))),
        version,
        day.isoformat() if day else None,
        not any(_NOT_VALID.search(text) for text in told),
        (str(path.parent), *stems(without_state(name))) if year else (),
        year[0] if year else "",
    )


def parse_label(
    family: Iterable[str],
    version: Iterable[int],
    day: str | None,
    valid: bool,
    name: Iterable[str],
    year: str,
) -> Label:
    """The label with these fields as JSON has them."""
    return Label(tuple(family), tuple(version), day, valid, tuple(name), year)


def find_editions(labels: Mapping[str, Label]) -> dict[str, Edition]:
    """The state that each document is, by its id, of which there are others; `labels` are by their ids."""
    families: dict[tuple[str, ...], list[tuple[str, Edition]]] = defaultdict(list)
    named = _named_by_year(labels)
    for id, label in labels.items():
        if edition := _edition_of(label, named.get(id, ())):
            families[edition.family].append((id, edition))
    return {
        name: edition
        for members in families.values()
        if len({edition.order for _, edition in members}) > 1
        for name, edition in members
    }


def format_editions(editions: Mapping[str, Edition]) -> bytes:
    """The editions as `parse_editions` reads them."""
    fields = {name: asdict(edition) for name, edition in editions.items()}
    return json.dumps(fields, ensure_ascii=False, default=date.isoformat).encode()


def parse_editions(raw: bytes) -> dict[str, Edition]:
    """What `format_editions` wrote; any of the errors `UNREADABLE` if it is none."""
    return {name: _parse_edition(**fields) for name, fields in from_json(raw).items()}


def _parse_edition(family: Iterable[str], version: Iterable[int], day: str, valid: bool) -> Edition:
    return Edition(tuple(family), tuple(version), date.fromisoformat(day), valid)


def _named_by_year(labels: Mapping[str, Label]) -> dict[str, tuple[str, ...]]:
    """What the names of documents have in common that tell them apart by a year ("tariff-2023.txt" and
    "tariff-2024.txt"), by their ids."""
    alike: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for id, label in labels.items():
        if label.year:
            alike[label.name][id] = label.year
    return {
        name: family
        for family, years in alike.items()
        if len(family) > 1 and len({*years.values()}) == len(years) > 1
        for name in years
    }


def _edition_of(label: Label, named: tuple[str, ...]) -> Edition | None:
    """The state that a document calls itself; None if it has no place among others.

    `named` is what its name has in common with those of other years, empty if that is nothing.
    """
    family = named or label.family
    day = date.fromisoformat(label.day) if label.day else None
    if named and (day is None or day.year != int(label.year)):
        day = date(int(label.year), 1, 1)
    if not family or not (label.version or day):
        return None
    return Edition(family, label.version, day or date.min, label.valid)


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


def exact_days(text: str) -> list[date]:
    """The days or months that `text` names with their year, each as its first day."""
    return [
        day.first_day
        for day in find_dates(text)
        if day.years[0] == day.years[1] and day.months[0] == day.months[1]
    ]
