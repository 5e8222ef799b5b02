"""LangChain: its FAISS vector store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def load(model: str, hybrid: bool) -> Any:
    from langchain_community.vectorstores import FAISS  # noqa: F401  before the clock of the index starts
    from langchain_huggingface import HuggingFaceEmbeddings

    return HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    from langchain_community.vectorstores import FAISS

    joined = [f"{title}\n{text}" for _, title, text in texts]
    FAISS.from_texts(joined, loaded, [{"id": name} for name, _, _ in texts]).save_local(str(store))


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    from langchain_community.vectorstores import FAISS

    # Its form is a pickle, which `build` wrote here a moment ago.
    index = FAISS.load_local(str(store), loaded, allow_dangerous_deserialization=True)
    return lambda question, k: [hit.metadata["id"] for hit in index.similarity_search(question, k=k)]
