"""Which documents a filter admits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from unicodedata import normalize

from rag.datatypes import Document, Where
from rag.errors import FilterError
from rag.language.words import find_words

LISTED = 8  # names that an error lists at most


def resolve_filter(where: Where, documents: Sequence[Document]) -> Where:
    """`where` with the ids of its documents and the whole names of its publishers.

    A document may be called by any path at which it stands, composed (NFC) or not; a publisher by the whole
    of its name or, if none is called just so, by the first words, which may be those of several.  Capitals
    do not count.

    Raises FilterError if there is no such document or publisher, saying which there are, or if the
    dates are reversed.
    """
    if where.since and where.until and where.since > where.until:
        raise FilterError(f"{where.since} is after {where.until}: expected the earlier date as the first")
    if not (where.documents or where.publishers):
        return where
    paths = {path: document.id for document in documents for path in (document.id, *document.aliases)}
    composed = {normalize("NFC", path): id for path, id in paths.items()} | paths
    ids = [composed.get(name) or composed.get(normalize("NFC", name)) for name in where.documents]
    for name, id in zip(where.documents, ids, strict=True):
        if id is None:
            raise FilterError(f"no document {name!r} here: expected one of {_list_names(sorted(paths))}")
    there = sorted({document.publisher for document in documents if document.publisher})
    publishers: list[str] = []
    for name in where.publishers:
        same = [publisher for publisher in there if _words(publisher) == _words(name)]
        found = same or [publisher for publisher in there if _begins(publisher, name)]
        if not found:
            expected = f"expected one of {_list_names(there)}" if there else "the documents name no publisher"
            raise FilterError(f"no publisher {name!r} here: {expected}")
        publishers += found
    return replace(where, documents=tuple(filter(None, ids)), publishers=tuple(publishers))


def matching_ids(where: Where, documents: Iterable[Document]) -> frozenset[str]:
    """The ids of the documents that meet every condition of `where`, its publishers by whole names."""
    ids = set(where.documents)
    return frozenset(
        document.id
        for document in documents
        if (not ids or document.id in ids)
        and (not where.publishers or document.publisher in where.publishers)
        and (where.since is None or (document.published is not None and where.since <= document.published))
        and (where.until is None or (document.published is not None and document.published <= where.until))
    )


def _begins(publisher: str, name: str) -> bool:
    words = _words(name)
    return bool(words) and _words(publisher)[: len(words)] == words


def _words(text: str) -> list[str]:
    return find_words(text.casefold())


def _list_names(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join([*every[:LISTED], *(["…"] if len(every) > LISTED else [])])
