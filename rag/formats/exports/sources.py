"""Citations -> the documents that they are from, each once, as bibliographies list them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.datatypes import Citation, Document
from rag.documents.labels import MONTH_KNOWN, QUARTER_KNOWN


@dataclass(frozen=True, slots=True)
class Source:
    """A document under a key of its own, and what is quoted of it."""

    key: str
    document: Document
    citations: tuple[Citation, ...]


def list_sources(citations: Iterable[Citation]) -> list[Source]:
    """The documents, in the order of their first citation.

    A key is the document's id in letters, digits and hyphens of ASCII; no two are the same, capitals or not.
    """
    quoted: dict[Document, list[Citation]] = {}
    for citation in citations:
        quoted.setdefault(citation.document, []).append(citation)
    sources: dict[str, Source] = {}
    for document, those in quoted.items():
        base = key = re.sub(r"[^A-Za-z0-9]+", "-", document.id).strip("-") or "source"
        count = 1
        while key.lower() in sources:
            count += 1
            key = f"{base}-{count}"
        sources[key.lower()] = Source(key, document, tuple(those))
    return list(sources.values())


def date_parts(document: Document) -> tuple[int, ...]:
    """Year, month and day of publication, as far as they are known.

    >>> from datetime import date
    >>> date_parts(Document("a.txt", "A", "Big.", published=date(2023, 4, 1), date_note=MONTH_KNOWN))
    (2023, 4)
    """
    day = document.published
    if day is None:
        return ()
    known = {MONTH_KNOWN: 2, QUARTER_KNOWN: 1}.get(document.date_note or "", 3)
    return (day.year, day.month, day.day)[:known]
