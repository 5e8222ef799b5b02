"""Values -> what the doors show: plain JSON objects and lines for a terminal."""

from __future__ import annotations

import textwrap
from typing import Any

from rag.datatypes import Answer, Citation, Document, Passage, marked

WIDTH = 96


def source(document: Document) -> str:
    """Title, publisher and date in one line; what is not known is said to be unknown.

    >>> source(Document("a.txt", "A title", "Text."))
    'A title. Publisher unknown, date unknown'
    """
    day = date_text(document) or "date unknown"
    dated = f"{day} ({document.date_note})" if document.date_note else day
    return f"{document.title}. {document.publisher or 'Publisher unknown'}, {dated}"


def date_text(document: Document) -> str | None:
    """The date a document was published, as 4 April 2023, or None if that is not known."""
    return f"{document.published.day} {document.published:%B %Y}" if document.published else None


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as one JSON object; citations are referred to by number."""
    return {
        "question": answer.question,
        "refused": answer.refused,
        "reason": answer.reason,
        "text": answer.text,
        "statements": [
            {"text": s.text, "citations": [c.number for c in s.citations], "support": s.support}
            for s in answer.statements
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        **document_json(citation.document),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "rank": passage.rank,
        "score": round(passage.score, 6),
        **document_json(passage.document),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "stages": [{"stage": s.stage, "rank": s.rank, "score": round(s.score, 6)} for s in passage.stages],
    }


def document_json(document: Document) -> dict[str, Any]:
    """What a citation says of its document; `document` is its id."""
    return {
        "document": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat() if document.published else None,
        "date_note": document.date_note,
    }


def answer_lines(answer: Answer, asked: str) -> str:
    """The answer for a terminal: the statements with their markers, then their sources."""
    lines = [] if answer.question.split() == asked.split() else [f"Understood as: {answer.question}", ""]
    if answer.refused:
        lines += [f"{answer.text} ({answer.reason})", "", "Nearest passages:"]
        return "\n".join(lines + [passage_lines(p) for p in answer.passages[:3]])
    lines += [_wrapped(marked(statement)) for statement in answer.statements]
    lines += [""] + [
        f"[{c.number}] {source(c.document)}. {c.document.id}:{c.start}-{c.end}" for c in answer.citations
    ]
    return "\n".join(lines + ([f"Not answered: {answer.reason}"] if answer.reason else []))


def passage_lines(passage: Passage) -> str:
    """A passage for a terminal: its rank, source and place, then its words."""
    place = f"{passage.document.id}:{passage.start}-{passage.end}"
    head = f"{passage.rank}. {source(passage.document)}. {place}"
    return f"{head}\n{_wrapped(passage.text, indent='   ')}"


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=indent)
