"""One state of the index in a store, as it was written, and opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.datatypes import Document, IndexCard
from rag.documents.folder.files import FileState
from rag.errors import IndexDamaged, IndexStale, RagError
from rag.index.card import (
    COPIED,
    EDITIONS,
    FURNITURE,
    POSTINGS,
    STATES,
    TWINS,
    UNREADABLE,
    WORDS,
    damage_error,
    describe_problem,
)
from rag.index.parts.documents import Documents
from rag.index.parts.editions import parse_editions
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.survey import make_survey
from rag.index.parts.twins import Twins
from rag.index.postgres.rows import (
    Name,
    StoredDocument,
    count_whole,
    hash_parts,
    locate_documents,
    name_model,
    read_documents,
    read_generation,
    read_part,
)
from rag.index.postgres.vectors import CHUNK_TABLE, SENTENCE_TABLE, Ids, StoredVectors
from rag.index.postings import Postings, parse_postings
from rag.index.renewal.columns import Columns, load_columns
from rag.index.store import Index, parse_files
from rag.postgres.server import Server
from rag.postgres.store import Store


@dataclass(frozen=True, slots=True)
class Generation:
    """A state of the index as it was written: `rag.index.places.Snapshot`."""

    server: Server
    name: Name
    card: IndexCard
    ids: list[int]

    def check(self) -> None:
        """`Snapshot.check`: the server compares."""
        with self.server.open() as connection:
            parts = hash_parts(connection, self.name.number)
            whole = count_whole(connection, self._model, self.ids)
        if parts != self.card.files:
            raise self.damage("its parts are not those of its card")
        if whole < len(self.ids):
            raise self.damage(f"{len(self.ids) - whole} documents are missing or altered")

    def load_documents(self) -> tuple[Document, ...]:
        """`Snapshot.load_documents`."""
        return tuple(stored.document for stored in self._read(self.ids))

    def load_files(self) -> tuple[FileState, ...]:
        """`Snapshot.load_files`."""
        return parse_files(self.read_part(STATES))

    def read_part(self, name: str) -> bytes:
        """A part of it.  Raises IndexDamaged if it is missing or altered."""
        with self.server.open() as connection:
            content = read_part(connection, self.name.number, name)
        if hashlib.sha256(content).hexdigest() != self.card.files[name]:
            raise self.damage(f"{name} is missing or altered")
        return content

    def open(self, server: Server, known: dict[bytes, StoredDocument]) -> Index:
        """It opened, its vectors compared on connections of `server`.

        What `known` has of its documents, by their addresses, is taken from there; afterwards it has all of
        them and no other.
        """
        try:
            located = self._locate()
            new = [id for id, (address, *_) in zip(self.ids, located, strict=True) if address not in known]
            read = dict(zip(new, self._read(new), strict=True))
            stored = [
                read[id] if id in read else known[address]
                for id, (address, *_) in zip(self.ids, located, strict=True)
            ]
            twins, copied, furniture, entries = (
                np.load(BytesIO(self.read_part(name)), allow_pickle=False)
                for name in (TWINS, COPIED, FURNITURE, POSTINGS)
            )
            editions = parse_editions(self.read_part(EDITIONS))
            survey = make_survey(Twins(twins), copied, furniture, lambda: editions)
            postings = parse_postings(self.read_part(WORDS), entries)
            files = self.load_files()
        except UNREADABLE as problem:
            raise self.damage(describe_problem(problem)) from None
        known.clear()
        known.update((address, each) for (address, *_), each in zip(located, stored, strict=True))
        numbers = (
            [(first, len(each.chunks)) for (_, first, _), each in zip(located, stored, strict=True)],
            [(first, len(each.sentences)) for (*_, first), each in zip(located, stored, strict=True)],
        )
        chunks, sentences = (
            StoredVectors(server, self.explain_loss, table, _count_up(firsts), self.card.dim)
            for table, firsts in zip((CHUNK_TABLE, SENTENCE_TABLE), numbers, strict=True)
        )
        documents = Documents.of([each.document for each in stored])
        spans = (
            Spans(documents.ids, tabulate([span for own in each for span in own], documents.ids))
            for each in ([one.chunks for one in stored], [one.sentences for one in stored])
        )
        both = next(spans), next(spans)
        vectors = chunks, sentences
        columns = partial(self._load_columns, postings)
        return Index(self.card, documents, both, vectors, survey, postings, lambda: files, columns)

    def _load_columns(self, postings: Postings) -> tuple[Columns, Postings]:
        def load(name: str) -> npt.NDArray[Any]:
            loaded: npt.NDArray[Any] = np.load(BytesIO(self.read_part(name)), allow_pickle=False)
            return loaded

        try:
            return load_columns(load, self.read_part, postings)
        except UNREADABLE as problem:
            raise self.damage(describe_problem(problem)) from None

    def explain_loss(self) -> RagError:
        """The error that says why vectors of it are not there: IndexStale if it was removed itself."""
        with self.server.open() as connection:
            if read_generation(connection, self.name) is None:
                return stale_error(self.server.store, self.name)
        return self.damage("vectors are missing")

    def damage(self, what: str) -> IndexDamaged:
        """The error that says so."""
        return damage_error(self.server.store, what)

    def __str__(self) -> str:
        return f"{self.server.store}/{self.name}"

    @property
    def _model(self) -> bytes:
        return name_model(self.card.embedder, self.card.weights_sha256, self.card.embedder_window)

    def _locate(self) -> list[tuple[bytes, int, int]]:
        """`locate_documents` of each of its documents, in order.  Raises IndexDamaged."""
        with self.server.open() as connection:
            located = locate_documents(connection, self.ids)
        if len(located) < len(self.ids):
            raise self.damage(f"{len(self.ids) - len(located)} documents are missing or altered")
        return [located[id] for id in self.ids]

    def _read(self, ids: list[int]) -> list[StoredDocument]:
        """The documents with these ids, in order.  Raises IndexDamaged."""
        with self.server.open() as connection:
            read = read_documents(connection, self._model, ids)
        if len(read) < len(ids):
            raise self.damage(f"{len(ids) - len(read)} documents are missing or altered")
        return [read[id] for id in ids]


def stale_error(store: Store, name: Name) -> IndexStale:
    """The error that says that the generation was removed."""
    return IndexStale(f"{store}/{name} is not there any more: open the index again")


def _count_up(firsts: list[tuple[int, int]]) -> Ids:
    """The numbers from each first on, so many of each, one after the other."""
    counts = [np.arange(first, first + count, dtype=np.int64) for first, count in firsts]
    return np.concatenate(counts) if counts else np.empty(0, np.int64)
