"""Haystack: its document store in memory, by vectors alone or joined with its BM25 by reciprocal ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

STORE = "documents.json"


def load(model: str, hybrid: bool) -> Any:
    from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: F401  before the clock starts
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    device = ComponentDevice.from_str("cpu")
    # Two components of the framework, which keeps one model for both.
    documents = SentenceTransformersDocumentEmbedder(model=model, device=device, progress_bar=False)
    questions = SentenceTransformersTextEmbedder(model=model, device=device, progress_bar=False)
    documents.warm_up()
    questions.warm_up()
    return documents, questions, hybrid


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    embedder, _, _ = loaded
    documents = [Document(id=name, content=f"{title}\n{text}") for name, title, text in texts]
    kept = InMemoryDocumentStore()
    kept.write_documents(embedder.run(documents)["documents"])
    kept.save_to_disk(str(store / STORE))


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    _, embedder, hybrid = loaded
    kept = InMemoryDocumentStore.load_from_disk(str(store / STORE))
    dense, lexical = InMemoryEmbeddingRetriever(kept), InMemoryBM25Retriever(kept)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(question: str, k: int) -> list[str]:
        found = dense.run(embedder.run(question)["embedding"], top_k=k)["documents"]
        if hybrid:
            found = joiner.run([found, lexical.run(question, top_k=k)["documents"]], top_k=k)["documents"]
        return [hit.id for hit in found]

    return search
