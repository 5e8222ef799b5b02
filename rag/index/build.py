"""What an index takes over from the one it replaces: the vectors of texts that are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rag.datatypes import Chunk, Document, Vectors
from rag.models.embedder import Embedder

if TYPE_CHECKING:
    from rag.index.store import Index

BATCH = 512  # texts embedded between two lines of progress: some seconds on a laptop


def vectors_of(index: Index, embedder: Embedder) -> dict[str, Vectors]:
    """The vector of each text of `index`, none if another embedder or other weights made them."""
    made = (index.card.embedder, index.card.weights_sha256, index.card.dim, index.card.embedder_window)
    if made != (embedder.name, embedder.weights_sha256, embedder.dim, embedder.window):
        return {}
    known: dict[str, Vectors] = {}
    for spans, vectors in (
        (index.chunks, index.chunk_vectors),
        (index.sentences, index.sentence_vectors),
    ):
        known |= zip(texts(index.documents, spans), vectors.reconstruct_n(0, len(spans)), strict=True)
    return known


def embed_new(
    wanted: Iterable[str], known: dict[str, Vectors], embedder: Embedder, progress: Callable[[str], None]
) -> dict[str, Vectors]:
    """The vector of each text: `known` and those that had to be embedded, each once.

    A job of several batches tells `progress` how far it is.
    """
    # The longest first, as a batch takes as long as its longest text for each.
    new = sorted({text for text in wanted if text not in known}, key=lambda text: (-len(text), text))
    vectors = dict(known)
    for done in range(0, len(new), BATCH):
        batch = new[done : done + BATCH]
        vectors |= zip(batch, embedder.embed_documents(batch), strict=True)
        if len(new) > BATCH:
            progress(f"embedded {done + len(batch)} of {len(new)}")
    return vectors


def first_indexed(documents: Iterable[Document], before: Index | None, now: datetime) -> dict[str, str]:
    """When each document was first indexed with the text it has, by its id: `now`, or as `before` says."""
    known = {document.id: document.text for document in before.documents} if before else {}
    then = before.card.indexed if before else {}
    this = now.isoformat(timespec="seconds")
    return {d.id: then[d.id] if known.get(d.id) == d.text else this for d in documents}


def texts(documents: Iterable[Document], spans: Sequence[Chunk]) -> list[str]:
    """The text of each span, in order."""
    text = {document.id: document.text for document in documents}
    return [text[span.document_id][span.start : span.end] for span in spans]
