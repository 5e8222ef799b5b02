"""Words for documents in a request -> the documents that they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

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


class DocumentNames:
    """What `documents` may be called by.

    >>> documents = [Document("travel-policy.md", "Travel", "…"), Document("parking.txt", "Parking", "…")]
    >>> names = DocumentNames(documents)
    >>> sorted(names.find("the travel policy", ()))
    ['travel-policy.md']
    >>> names.find("bicycles", ()), len(names.find("all documents", ()))
    (frozenset(), 2)
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def find(
        self, target: str, history: Sequence[Turn], among: Collection[str] | None = None
    ) -> frozenset[str]:
        """The ids of the documents that `target` names, of those `among`: all if it names none in particular,
        none if a topic.

        "This document" is the one last quoted in `history`.
        """
        if _THIS.fullmatch(target.strip()) and (quoted := _last_quoted(self._documents, history, among)):
            return quoted
        words = set(stems(target))
        return self._called(words, among) or self._called(words - set(stems(_ANY)), among)

    def _called(self, words: set[str], among: Collection[str] | None) -> frozenset[str]:
        """The ids of the documents that are called by all these stems."""
        numbers: Iterable[int] = range(len(self._documents))
        if words:
            numbers = set.intersection(*(self._having.get(word, set()) for word in words))
        ids = (self._documents[number].id for number in numbers)
        return frozenset(id for id in ids if among is None or id in among)

    @cached_property
    def _having(self) -> dict[str, set[int]]:
        """The numbers of the documents that are called by each stem."""
        having: dict[str, set[int]] = {}
        for number, document in enumerate(self._documents):
            for stem in _label_stems(document):
                having.setdefault(stem, set()).add(number)
        return having


def _label_stems(document: Document) -> set[str]:
    """The stems of all that a document may be called by, the names of its files among them."""
    paths = " ".join((document.id, *document.aliases))
    return set(stems(f"{paths} {re.sub(r'[-_./]+', ' ', paths)} {full_label(document)}"))


def _last_quoted(
    documents: Sequence[Document], history: Sequence[Turn], among: Collection[str] | None
) -> frozenset[str]:
    """The ids of the documents that the last answer quotes."""
    quotes = next((turn.quotes for turn in reversed(history) if turn.quotes), ())
    return frozenset(
        document.id
        for document in documents
        if (among is None or document.id in among) and any(quote in document.text for quote in quotes[:1])
    )
