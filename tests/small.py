"""Three documents of two sentences, and an index of whatever a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from colours import ColourEmbedder

import rag

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SMALL = {
    "blue.txt": "The blue whale swims. It sings at night.",
    "green.txt": "The green frog sings. It eats flies.",
    "red.txt": "The red fox sleeps. It dreams of hens.",
}


def build(documents: Path, folder: Path, embedder: rag.Embedder | None = None) -> rag.IndexCard:
    """Index a folder of documents with the colours, or another embedder."""
    return rag.build_index(rag.read_documents(documents), folder, embedder or ColourEmbedder())


def current(index: Path) -> Path:
    """The folder of the snapshot in force."""
    return index / (index / "CURRENT").read_text(encoding="utf-8").split()[0]


def open_over(files: Mapping[str, str | bytes], folder: Path, embedder: rag.Embedder) -> rag.Chatbot:
    """The chatbot over `files`, written and indexed below `folder`, with the reader."""
    documents = folder / "documents"
    documents.mkdir()
    for name, content in files.items():
        (documents / name).write_bytes(content.encode() if isinstance(content, str) else content)
    build(documents, folder / "index", embedder)
    return rag.open_chatbot(folder / "index", embedder=embedder)
