"""Sentences -> statements with their proof."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.datatypes import Citation, Document, Statement

_WORD = re.compile(r"\w+")


def quote(spans: Iterable[tuple[Document, int, int]]) -> tuple[Statement, ...]:
    """One statement for each span, in order, its text the exact words there.

    Citations are numbered from 1 in the order in which they first appear.
    """
    statements = []
    for number, (document, start, end) in enumerate(spans, start=1):
        citation = Citation(number, document, start, end, document.text[start:end])
        statements.append(Statement(citation.quote, (citation,), support(citation.quote, [citation])))
    return tuple(statements)


def support(text: str, citations: Iterable[Citation]) -> float:
    """The share of the words of `text` that stand in the quotes of `citations`, in [0, 1].

    A text without words has no support.
    """
    words = _words(text)
    quoted = {word for citation in citations for word in _words(citation.quote)}
    return sum(word in quoted for word in words) / len(words) if words else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
