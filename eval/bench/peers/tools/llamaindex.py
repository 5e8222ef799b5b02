"""LlamaIndex: its vector index over FAISS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def load(model: str, hybrid: bool) -> Any:
    import faiss  # noqa: F401  imported before the clock of the index starts
    from llama_index.core import VectorStoreIndex  # noqa: F401
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore  # noqa: F401

    return HuggingFaceEmbedding(model_name=model, device="cpu")


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.vector_stores.faiss import FaissVectorStore

    nodes = [TextNode(id_=name, text=f"{title}\n{text}") for name, title, text in texts]
    vectors = FaissVectorStore(faiss_index=faiss.IndexFlatIP(len(loaded.get_query_embedding("length"))))
    context = StorageContext.from_defaults(vector_store=vectors)
    index = VectorStoreIndex(nodes, storage_context=context, embed_model=loaded)
    index.storage_context.persist(str(store))


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.vector_stores.faiss import FaissVectorStore

    vectors = FaissVectorStore.from_persist_dir(str(store))
    context = StorageContext.from_defaults(vector_store=vectors, persist_dir=str(store))
    index: Any = load_index_from_storage(context, embed_model=loaded)

    def search(question: str, k: int) -> list[str]:
        return [hit.node.node_id for hit in index.as_retriever(similarity_top_k=k).retrieve(question)]

    return search
