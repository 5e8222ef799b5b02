"""Words for documents in a request -> the documents that they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Document, Turn
from rag.documents.labels import full_label
from rag.language.words import stems

# Words that name no document in particular.
_ANY = (
    "document doc file source text material article report paper page folder collection corpus index library"
    " everything all whole entire content piece post memo letter note minutes entry about"
)
_THIS = re.compile(
    r"(?:the|this|that) (?:document|file|text|article|report|paper|page)|it|this|that", re.IGNORECASE
)


def find_named(target: str, documents: Sequence[Document], history: Sequence[Turn]) -> frozenset[str]:
    """The ids of the documents that `target` names: all if it names none in particular, none if a topic.

    "This document" is the one last quoted in `history`.

    >>> documents = [Document("travel-policy.md", "Travel", "…"), Document("parking.txt", "Parking", "…")]
    >>> sorted(find_named("the travel policy", documents, ()))
    ['travel-policy.md']
    >>> find_named("bicycles", documents, ()), len(find_named("all documents", documents, ()))
    (frozenset(), 2)
    """
    if _THIS.fullmatch(target.strip()) and (quoted := _last_quoted(documents, history)):
        return quoted
    words = set(stems(target))
    labels = {document.id: _label_stems(document) for document in documents}
    fully = frozenset(name for name, label in labels.items() if words <= label)
    particular = words - set(stems(_ANY))
    return fully or frozenset(name for name, label in labels.items() if particular <= label)


def _label_stems(document: Document) -> set[str]:
    """The stems of all that a document may be called by, the names of its files among them."""
    paths = " ".join((document.id, *document.aliases))
    return set(stems(f"{paths} {re.sub(r'[-_./]+', ' ', paths)} {full_label(document)}"))


def _last_quoted(documents: Sequence[Document], history: Sequence[Turn]) -> frozenset[str]:
    """The ids of the documents that the last answer quotes."""
    quotes = next((turn.quotes for turn in reversed(history) if turn.quotes), ())
    return frozenset(
        document.id for document in documents if any(quote in document.text for quote in quotes[:1])
    )
