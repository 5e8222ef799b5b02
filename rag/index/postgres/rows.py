"""What of an index stands in the tables of a store: read, written, and removed when nobody reads it."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import sql

from rag.datatypes import Chunk, Document, IndexCard
from rag.index.card import CHUNKS, SENTENCES, folders_root, format_card
from rag.index.parts.lazy_documents import format_document, parse_document
from rag.index.parts.spans import Spans
from rag.index.postgres.vectors import CHUNK_TABLE, SENTENCE_TABLE, copy_vectors, make_graph
from rag.index.snapshots import Draft
from rag.postgres.server import LOCKS, Connection
from rag.postgres.store import Store

# The address of a document: the sha256 of all that its rows depend on, the model first.
ADDRESS = (
    "sha256(%b || int4send(length(content)) || int4send(length(chunks)) || content || chunks || sentences)"
)
PLACES = np.dtype([("start", "<i4"), ("end", "<i4")])
# As it was written, and each of its spans has a vector.
WHOLE = f"address = {ADDRESS}" + "".join(
    f" AND length({spans}) / {PLACES.itemsize} = (SELECT count(*) FROM {table} AS vectors "
    f"WHERE vectors.id >= {first} AND vectors.id < {first} + length({spans}) / {PLACES.itemsize})"
    for spans, first, table in (
        ("chunks", "first_chunk", CHUNK_TABLE),
        ("sentences", "first_sentence", SENTENCE_TABLE),
    )
)
PIECE = 1 << 25  # bytes of a part in one row: a value may have a gigabyte, and is held in memory thrice


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its spans."""

    document: Document
    chunks: tuple[Chunk, ...]
    sentences: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What a generation is called: its number, and the key that no other of that number has."""

    number: int
    key: UUID

    def __str__(self) -> str:
        return f"generation-{self.number:06d}-{self.key.hex[:8]}"


def current_generation(connection: Connection) -> Name | None:
    """The generation that readers take, None if there is none yet."""
    statement = "SELECT id, key FROM index_generations WHERE id = (SELECT generation FROM index_current)"
    row = connection.execute(statement).fetchone()
    return Name(*row) if row else None


def read_generation(connection: Connection, generation: Name) -> tuple[bytes, list[int]] | None:
    """The card of a generation and the ids of its documents, in order; None if it is not there."""
    statement = "SELECT card, documents FROM index_generations WHERE id = %s AND key = %s"
    row = connection.execute(statement, (generation.number, generation.key)).fetchone()
    return row and (row[0], row[1])


def locate_documents(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[bytes, int, int]]:
    """The address of each document with these ids, and the numbers from which on the vectors of its chunks
    and of its sentences are."""
    statement = "SELECT id, address, first_chunk, first_sentence FROM index_documents WHERE id = ANY(%b)"
    rows = connection.execute(statement, (list(ids),), binary=True)
    return {id: (address, first_chunk, first_sentence) for id, address, first_chunk, first_sentence in rows}


def count_whole(connection: Connection, model: bytes, ids: Sequence[int]) -> int:
    """How many documents with these ids are as they were written, with the vectors of that model."""
    statement = f"SELECT count(*) FROM index_documents WHERE id = ANY(%b) AND {WHOLE}"
    return _number(connection.execute(statement, (list(ids), model)).fetchone())


def read_documents(connection: Connection, model: bytes, ids: Sequence[int]) -> dict[int, StoredDocument]:
    """The documents with these ids that are as they were written, by the vectors of that model.

    Raises one of `UNREADABLE` if one cannot be understood.
    """
    rows = connection.execute(
        "SELECT id, content, chunks, sentences FROM index_documents "
        f"WHERE id = ANY(%b) AND address = {ADDRESS}",
        (list(ids), model),
        binary=True,
    )
    read: dict[int, StoredDocument] = {}
    for id, content, chunks, sentences in rows:
        document = parse_document(json.loads(content))
        spans = (_parse_spans(document.id, chunks), _parse_spans(document.id, sentences))
        read[id] = StoredDocument(document, *spans)
    return read


def hash_parts(connection: Connection, generation: int) -> dict[str, str]:
    """The sha256 of each part of a generation, by its name."""
    rows = connection.execute(
        "SELECT name, encode(sha256(string_agg(content, ''::bytea ORDER BY piece)), 'hex') FROM index_parts "
        "WHERE generation = %s GROUP BY name",
        (generation,),
    )
    return dict(rows.fetchall())


def read_part(connection: Connection, generation: int, name: str) -> bytes:
    """A part of a generation; empty if it is not there."""
    rows = connection.execute(
        "SELECT content FROM index_parts WHERE generation = %s AND name = %s ORDER BY piece",
        (generation, name),
        binary=True,
    )
    return b"".join(content for (content,) in rows)


def write_generation(connection: Connection, store: Store, draft: Draft) -> IndexCard:
    """The card of a new generation, which is made the current one as the transaction ends.

    Documents that are there are shared; what is new is written.  The lock of who writes must be held.
    """
    ids = _write_documents(connection, draft)
    parts = {name: b"".join(content) for name, content in draft.parts().items()}
    card = draft.card(
        folders_root(store), {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    )
    statement = "INSERT INTO index_generations (card, documents) VALUES (%s, %s) RETURNING id"
    generation = _number(connection.execute(statement, (format_card(card), ids)).fetchone())
    for name, content in parts.items():
        for piece, start in enumerate(range(0, len(content), PIECE)):
            connection.execute(
                "INSERT INTO index_parts VALUES (%s, %s, %s, %b)",
                (generation, name, piece, content[start : start + PIECE]),
            )
    make_graph(connection, *draft.spans[CHUNKS][1].shape)
    point_to(connection, generation)
    return card


def point_to(connection: Connection, generation: int) -> None:
    """Make that generation the current one as the transaction ends."""
    connection.execute(
        "INSERT INTO index_current (generation) VALUES (%s) "
        "ON CONFLICT (one) DO UPDATE SET generation = excluded.generation",
        (generation,),
    )


def remove_unread(connection: Connection) -> None:
    """Remove the generations that are not the current one and that nobody reads, and what only they have."""
    older = connection.execute(
        "SELECT id FROM index_generations WHERE id NOT IN (SELECT generation FROM index_current)"
    ).fetchall()
    for (generation,) in older:
        taken = connection.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCKS, generation)).fetchone()
        if taken == (True,):
            connection.execute("DELETE FROM index_generations WHERE id = %s", (generation,))
    gone = connection.execute(
        "DELETE FROM index_documents WHERE id NOT IN (SELECT unnest(documents) FROM index_generations) "
        "RETURNING first_chunk, length(chunks), first_sentence, length(sentences)"
    ).fetchall()
    for first_chunk, chunks, first_sentence, sentences in gone:
        for table, first, length in (
            (CHUNK_TABLE, first_chunk, chunks),
            (SENTENCE_TABLE, first_sentence, sentences),
        ):
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE id >= %s AND id < %s").format(sql.Identifier(table)),
                (first, first + length // PLACES.itemsize),
            )


def _write_documents(connection: Connection, draft: Draft) -> list[int]:
    """The ids of the documents of the draft, in order; those that are new are written with their vectors."""
    spans = {name: _by_document(draft.spans[name][0]) for name in (CHUNKS, SENTENCES)}
    model = name_model(draft.embedder.name, draft.embedder.weights_sha256, draft.embedder.window)
    nothing = (b"", slice(0, 0))
    rows = {}
    for document in draft.corpus.documents:
        content = format_document(document)
        own = [spans[name].get(document.id, nothing) for name in (CHUNKS, SENTENCES)]
        rows[_address(model, content, *(places for places, _ in own))] = (content, own)
    # What was altered or lacks a vector gives up its address, and goes with the generations that have it.
    altered = f"address = ANY(%b) AND NOT ({WHOLE})"
    statement = f"UPDATE index_documents SET address = address || int4send(id) WHERE {altered}"
    connection.execute(statement, (list(rows), model))
    statement = "SELECT address, id FROM index_documents WHERE address = ANY(%s)"
    known = dict(connection.execute(statement, (list(rows),)).fetchall())
    new = {address: row for address, row in rows.items() if address not in known}
    firsts = []
    for number, (name, table) in enumerate(
        zip((CHUNKS, SENTENCES), (CHUNK_TABLE, SENTENCE_TABLE), strict=True)
    ):
        vectors = [draft.spans[name][1][own[number][1]] for _, own in new.values()]
        firsts.append(copy_vectors(connection, table, vectors))
    for place, (address, (content, own)) in enumerate(new.items()):
        row = connection.execute(
            "INSERT INTO index_documents (address, content, chunks, sentences, first_chunk, first_sentence) "
            "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            (address, content, own[0][0], own[1][0], firsts[0][place], firsts[1][place]),
        ).fetchone()
        known[address] = _number(row)
    return [known[address] for address in rows]


def name_model(name: str, weights_sha256: str, window: int) -> bytes:
    """What tells the vectors of a model from those of others."""
    return f"{name}\0{weights_sha256}\0{window}\0".encode()


def _address(model: bytes, content: bytes, chunks: bytes, sentences: bytes) -> bytes:
    """`ADDRESS`."""
    sizes = struct.pack(">ii", len(content), len(chunks))
    return hashlib.sha256(b"".join((model, sizes, content, chunks, sentences))).digest()


def _by_document(spans: Spans) -> dict[str, tuple[bytes, slice]]:
    """The places of the spans of each document, as they are written, and their rows."""
    places = np.empty(len(spans), PLACES)
    places["start"], places["end"] = spans.starts, spans.ends
    ends = np.cumsum(spans.counts)
    rows = [slice(end - count, end) for end, count in zip(ends.tolist(), spans.counts.tolist(), strict=True)]
    return {id: (places[own].tobytes(), own) for id, own in zip(spans.ids, rows, strict=True)}


def _parse_spans(document_id: str, places: bytes) -> tuple[Chunk, ...]:
    own: npt.NDArray[np.void] = np.frombuffer(places, PLACES)
    return tuple(Chunk(document_id, start, end) for start, end in own.tolist())


def _number(row: tuple[Any, ...] | None) -> int:
    """The number that a statement gives which always gives one."""
    assert row
    number: int = row[0]
    return number
