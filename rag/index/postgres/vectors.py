"""The vectors of the spans of one generation, which the database compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import sql

from rag.datatypes import Mask, Vectors
from rag.errors import RagError
from rag.postgres.server import Connection, Server

CHUNK_TABLE, SENTENCE_TABLE = "index_chunks", "index_sentences"
# Up to so many rows each is compared, above by HNSW (Malkov & Yashunin, 2018); docs/scaling.md has the times.
EXACT = 10_000
HNSW_DIMENSIONS = 2_000  # at most; vectors of more are always all compared
HNSW_SEARCH = 200  # how many candidates are kept at a time: more finds more, and is slower

GRAPH_MEMORY = 1_500  # bytes of a vector's place in the graph while it is made, beside its numbers
LEAST_MEMORY, MOST_MEMORY = 64 << 20, 4 << 30  # bytes, however many vectors

Ids = npt.NDArray[np.int64]


class StoredVectors:
    """The vectors in a table whose numbers are `ids`, row by row: `rag.index.parts.vectors.SpanVectors`.

    `explain_loss` gives the error to raise where one is not there.
    """

    def __init__(
        self, server: Server, explain_loss: Callable[[], RagError], table: str, ids: Ids, dim: int
    ) -> None:
        self._server, self._explain_loss, self._dim = server, explain_loss, dim
        self._table = sql.Identifier(table)
        self._ids = ids
        self._order = np.argsort(ids)
        self._sorted = ids[self._order]

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """`SpanVectors.search`; all rows that may be found are compared if they are at most `EXACT`."""
        rows = np.arange(len(self._ids)) if allowed is None else np.flatnonzero(allowed)
        count = min(n, len(rows))
        if not count:
            return []
        hits: list[tuple[int, float]] = []
        if len(rows) > EXACT and self._dim <= HNSW_DIMENSIONS:
            hits = self._search_graph(query, count, self._ids[rows])
        if len(hits) < count:  # few of the nearest may be found, and the search along the graph gave up
            hits = self._search_exactly(query, count, self._ids[rows])
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:n]

    def cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.cosines`."""
        wanted = self._ids[np.asarray(rows, dtype=np.int64)]
        statement = sql.SQL("SELECT id, -(embedding <#> %b) FROM {} WHERE id = ANY(%b)").format(self._table)
        found = np.array(self._run(statement, (query, np.unique(wanted).tolist())), dtype=np.float64)
        return self._pick(found.reshape(-1, 2)[:, 0], found.reshape(-1, 2)[:, 1], wanted)

    def fetch(self, rows: Sequence[int]) -> Vectors:
        """`SpanVectors.fetch`."""
        wanted = self._ids[np.asarray(rows, dtype=np.int64)]
        statement = sql.SQL("SELECT id, embedding FROM {} WHERE id = ANY(%b)").format(self._table)
        found = self._run(statement, (np.unique(wanted).tolist(),))
        vectors = np.array([vector.to_numpy() for _, vector in found], dtype=np.float32).reshape(
            -1, self._dim
        )
        return self._pick(np.array([id for id, _ in found]), vectors, wanted)

    def _search_exactly(self, query: Vectors, count: int, ids: Ids) -> list[tuple[int, float]]:
        """The hits of a comparison with each of `ids`, and those that are as near as the last of them."""
        statement = sql.SQL(
            "SELECT id, -(embedding <#> %b) AS cosine FROM {} WHERE id = ANY(%b) "
            "ORDER BY cosine DESC FETCH FIRST %b ROWS WITH TIES"  # by no operator that HNSW would take
        ).format(self._table)
        hits = self._hits(self._run(statement, (query, ids.tolist(), count)))
        if len(hits) < count:
            raise self._explain_loss()
        return hits

    def _search_graph(self, query: Vectors, count: int, ids: Ids) -> list[tuple[int, float]]:
        """The hits along the graph, which goes on until `count` of `ids` are found; fewer if it gives up."""
        first, last = int(ids.min()), int(ids.max())
        mask = np.zeros(last - first + 1, dtype=bool)
        mask[ids - first] = True
        statement = sql.SQL(
            "SELECT id, -(embedding <#> %b) FROM {} WHERE vector_dims(embedding) = {} "
            # As FAISS has it, a bit for each row; and CASE, for a bit that is none is an error.
            "AND CASE WHEN id BETWEEN %b AND %b THEN get_bit(%b, id - %b) = 1 ELSE false END "
            "ORDER BY embedding::vector({}) <#> %b LIMIT %b"
        ).format(self._table, sql.Literal(self._dim), sql.Literal(self._dim))
        bits = np.packbits(mask, bitorder="little").tobytes()
        settings = (
            "SET LOCAL hnsw.iterative_scan = strict_order",
            f"SET LOCAL hnsw.ef_search = {HNSW_SEARCH}",
            "SET LOCAL enable_seqscan = off",  # its cost is estimated without the vectors
        )
        values = (query, first, last, bits, first, query, count)
        return self._hits(self._run(statement, values, settings))

    def _run(
        self, statement: sql.Composed, values: tuple[object, ...], settings: Sequence[str] = ()
    ) -> list[tuple[int, Any]]:
        with self._server.open() as connection:
            for setting in settings:
                connection.execute(setting)
            found = connection.execute(statement, values, binary=True).fetchall()
        return [(id, value) for id, value in found]

    def _hits(self, found: list[tuple[int, Any]]) -> list[tuple[int, float]]:
        places = np.searchsorted(self._sorted, [id for id, _ in found])
        rows = self._order[places].tolist()
        return [(row, float(cosine)) for row, (_, cosine) in zip(rows, found, strict=True)]

    def _pick(self, ids: npt.NDArray[np.generic], values: npt.NDArray[np.generic], wanted: Ids) -> Vectors:
        """Of `values`, each of one of `ids`, those of the `wanted` ids, in order."""
        order = np.argsort(ids)
        if len(ids) < len(np.unique(wanted)):
            raise self._explain_loss()
        picked: Vectors = values[order[np.searchsorted(ids[order], wanted)]].astype(np.float32)
        return picked


def copy_vectors(connection: Connection, table: str, vectors: Sequence[Vectors]) -> list[int]:
    """The numbers from which on each of `vectors`, ``(n, dim)``, was written into the table."""
    counts = [len(own) for own in vectors]
    if not sum(counts):
        return [0] * len(counts)
    statement = "SELECT setval('index_rows', nextval('index_rows') + %s)"
    row = connection.execute(statement, (sum(counts),)).fetchone()
    first = row[0] - sum(counts) if row else 0
    copy = sql.SQL("COPY {} (id, embedding) FROM STDIN WITH (FORMAT BINARY)").format(sql.Identifier(table))
    with connection.cursor().copy(copy) as rows:
        rows.set_types(["int8", "vector"])
        number = first
        for own in vectors:
            for vector in own:
                rows.write_row((number, vector))
                number += 1
    return [first + before for before in np.cumsum([0, *counts[:-1]]).tolist()]


def make_graph(connection: Connection, rows: int, dim: int) -> None:
    """Make the HNSW graph over the vectors of chunks that have so many dimensions, if it is worth it and not
    there."""
    if rows <= EXACT or dim > HNSW_DIMENSIONS:
        return
    memory = min(MOST_MEMORY, max(LEAST_MEMORY, rows * (4 * dim + GRAPH_MEMORY)))
    connection.execute(
        sql.SQL("SET LOCAL maintenance_work_mem = {}").format(sql.Literal(f"{memory >> 10}kB"))
    )
    connection.execute(
        sql.SQL(
            "CREATE INDEX IF NOT EXISTS {} ON {} USING hnsw ((embedding::vector({dim})) vector_ip_ops) "
            "WHERE vector_dims(embedding) = {dim}"
        ).format(
            sql.Identifier(f"{CHUNK_TABLE}_hnsw_{dim}"), sql.Identifier(CHUNK_TABLE), dim=sql.Literal(dim)
        )
    )
