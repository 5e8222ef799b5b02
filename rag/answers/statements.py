"""Sentences -> statements with their proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answers.support import support, unsupported
from rag.datatypes import Citation, Document, Statement


def quote(spans: Iterable[tuple[Document, int, int]]) -> tuple[Statement, ...]:
    """One statement for each span, in order, its text the exact words there.

    Citations are numbered from 1 in the order in which they first appear.
    """
    statements = []
    for number, (document, start, end) in enumerate(spans, start=1):
        citation = Citation(number, document, start, end, document.text[start:end])
        said = citation.quote
        statements.append(
            Statement(said, (citation,), support(said, [said]), unsupported=unsupported(said, [said]))
        )
    return tuple(statements)


def renumbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """`statements`, each once, their citations numbered from 1 in the order in which they first appear."""
    numbers: dict[tuple[str, int, int], int] = {}
    places: dict[tuple[str, tuple[tuple[str, int, int], ...]], Statement] = {}
    for statement in statements:
        cited = tuple((c.document.id, c.start, c.end) for c in statement.citations)
        if (statement.text, cited) not in places:
            renamed = tuple(
                replace(citation, number=numbers.setdefault(place, len(numbers) + 1))
                for citation, place in zip(statement.citations, cited, strict=True)
            )
            places[statement.text, cited] = replace(statement, citations=renamed)
    return tuple(places.values())
