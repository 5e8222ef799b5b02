"""Footnote's `retrieve`, without the reader, which only an answer needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def load(model: str, hybrid: bool) -> Any:
    from rag import load_embedder
    from rag.index.build import build_index  # noqa: F401  imported before the clock of the index starts

    return load_embedder()


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    from rag import Document
    from rag.documents.corpus import Corpus
    from rag.documents.folder.folders import Folders
    from rag.index.build import build_index

    documents = [Document(id=name, title=title, text=text) for name, title, text in sorted(texts)]
    # A folder that is not there: the texts were never files, so none can have changed since.
    build_index(Corpus(Folders.of(store / "texts"), tuple(documents), (), ""), store, loaded)


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    from rag import open_chatbot

    chatbot = open_chatbot(store, embedder=loaded, reader=False)
    return lambda question, k: [passage.document.id for passage in chatbot.retrieve(question, k)]
