"""What a document is called: in a footnote, before a statement, in a prompt."""

from __future__ import annotations

import re
from datetime import date

from rag.datatypes import Document

MONTH_KNOWN, QUARTER_KNOWN = "only the month is known", "only the quarter is known"  # notes of a date


def source_line(document: Document) -> str:
    """Title, publisher and date in one line; what is not known is said to be unknown.

    >>> source_line(Document("a.txt", "A title", "Text."))
    'A title. Publisher unknown, date unknown'
    """
    return f"{document.title}. {document.publisher or 'Publisher unknown'}, {dated_text(document)}"


def full_label(document: Document) -> str:
    """All that a reader may call a document by: title, publisher, kind and date.

    >>> full_label(Document("a.txt", "A title", "Text.", "MiP", date(2022, 12, 19), "article"))
    'A title MiP article 19 December 2022'
    """
    day = published_text(document) if document.published else None
    return " ".join(filter(None, (document.title, document.publisher, document.kind, day)))


def attribution(document: Document) -> str:
    """Whose words a document's are, shortly: its publisher, or else its title, and its date.

    >>> attribution(Document("a.txt", "A title", "Text.", "MiP, the union", date(2022, 12, 19)))
    'MiP, 19 December 2022'
    >>> attribution(Document("a.txt", "A title", "Text."))
    'A title, date unknown'
    """
    name = re.split(r", (?:the|an?) ", document.publisher)[0] if document.publisher else document.title
    return f"{name}, {published_text(document)}"


def published_text(document: Document) -> str:
    """When a document is of, as exactly as it is known.

    >>> published_text(Document("a.txt", "A", "Text.", published=date(2026, 1, 1), date_note=MONTH_KNOWN))
    'January 2026'
    """
    day = document.published
    if day is None:
        return "date unknown"
    if document.date_note == MONTH_KNOWN:
        return f"{day:%B %Y}"
    if document.date_note == QUARTER_KNOWN:
        return f"{('first', 'second', 'third', 'fourth')[day.month // 3]} quarter of {day.year}"
    return date_text(day)


def dated_text(document: Document) -> str:
    """When a document is of, with what there is to say of that."""
    note = document.date_note if document.date_note not in (MONTH_KNOWN, QUARTER_KNOWN) else None
    return f"{published_text(document)} ({note})" if note else published_text(document)


def date_text(day: date) -> str:
    """A day in words.

    >>> date_text(date(2023, 4, 4))
    '4 April 2023'
    """
    return f"{day.day} {day:%B %Y}"
