"""Vectors that a run embedded before it was interrupted, in the database: `rag.index.scratch.Scratch`."""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Vectors
from rag.index.scratch import text_keys
from rag.models.embedder import Embedder
from rag.postgres.server import Server

MOST = 1_000_000  # texts that are kept: about two gigabytes


class StoredScratch:
    """The vectors of finished batches in a table; a text is by a sha256 that the model's weights go into."""

    def __init__(self, server: Server, embedder: Embedder) -> None:
        self._server, self._embedder = server, embedder

    def find(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """`Scratch.find`."""
        keys = text_keys(self._embedder, texts)
        with self._server.open() as connection:
            rows = connection.execute(
                "SELECT key, embedding FROM index_embedded WHERE key = ANY(%b)", (keys,), binary=True
            ).fetchall()
        kept: dict[bytes, Vectors] = {key: vector.to_numpy() for key, vector in rows}
        return {text: kept[key] for text, key in zip(texts, keys, strict=True) if key in kept}

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """`Scratch.keep`."""
        keys = text_keys(self._embedder, texts)
        with self._server.open() as connection:
            if connection.execute("SELECT FROM index_embedded OFFSET %b", (MOST,)).fetchone() is not None:
                return
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO index_embedded VALUES (%b, %b) ON CONFLICT DO NOTHING",
                    list(zip(keys, vectors, strict=True)),
                )

    def clear(self) -> None:
        """`Scratch.clear`."""
        with self._server.open() as connection:
            connection.execute("DELETE FROM index_embedded")
