"""What a document is called: in a footnote, before a statement, in a prompt."""

from __future__ import annotations

import re
from datetime import date

from rag.datatypes import Document


def source_line(document: Document) -> str:
    """Title, publisher and date in one line; what is not known is said to be unknown.

    >>> source_line(Document("a.txt", "A title", "Text."))
    'A title. Publisher unknown, date unknown'
    """
    day = date_text(document.published) if document.published else "date unknown"
    dated = f"{day} ({document.date_note})" if document.date_note else day
    return f"{document.title}. {document.publisher or 'Publisher unknown'}, {dated}"


def full_label(document: Document) -> str:
    """All that a reader may call a document by: title, publisher, kind and date.

    >>> full_label(Document("a.txt", "A title", "Text.", "MiP", date(2022, 12, 19), "article"))
    'A title MiP article 19 December 2022'
    """
    day = date_text(document.published) if document.published else None
    return " ".join(filter(None, (document.title, document.publisher, document.kind, day)))


def attribution(document: Document) -> str:
    """Whose words a document's are, shortly: its publisher, or else its title, and its date.

    >>> attribution(Document("a.txt", "A title", "Text.", "MiP, the union", date(2022, 12, 19)))
    'MiP, 19 December 2022'
    >>> attribution(Document("a.txt", "A title", "Text."))
    'A title, date unknown'
    """
    name = re.split(r", (?:the|an?) ", document.publisher)[0] if document.publisher else document.title
    return f"{name}, {date_text(document.published) if document.published else 'date unknown'}"


def date_text(day: date) -> str:
    """A day in words.

    >>> date_text(date(2023, 4, 4))
    '4 April 2023'
    """
    return f"{day.day} {day:%B %Y}"
