"""Statements that quote documents as they stand, without an index."""

from __future__ import annotations

from collections.abc import Iterable

from rag.answers.statements import cite_spans
from rag.datatypes import Document, Statement
from rag.documents.outline import Outline


def quote(places: Iterable[tuple[Document, int, int]]) -> tuple[Statement, ...]:
    """One statement for each place, numbered in order."""
    places = list(places)
    return cite_spans(places, {document.id: Outline(document) for document, *_ in places})
