"""Three documents of two sentences, and an index of whatever a test writes."""

from __future__ import annotations

import hashlib
import json
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


def build(documents: Path | list[Path], folder: Path, embedder: rag.Embedder | None = None) -> rag.IndexCard:
    """Index a folder of documents with the colours, or another embedder."""
    return rag.build_index(rag.read_documents(documents), folder, embedder or ColourEmbedder())


def current(index: Path) -> Path:
    """The folder of the snapshot in force."""
    return index / (index / "CURRENT").read_text(encoding="utf-8").split()[0]


def certify(index: Path, **fields: object) -> None:
    """Write the sha256 of each file of the snapshot in force into its card, as if they had been written so.

    `fields` are others of the card.
    """
    snapshot = current(index)
    card = json.loads((snapshot / "card.json").read_bytes())
    card["files"] = {
        name: hashlib.sha256((snapshot / name).read_bytes()).hexdigest() for name in card["files"]
    }
    content = json.dumps(card | fields).encode()
    (snapshot / "card.json").write_bytes(content)
    (index / "CURRENT").write_text(f"{snapshot.name} {hashlib.sha256(content).hexdigest()}\n")


def open_over(files: Mapping[str, str | bytes], folder: Path, embedder: rag.Embedder) -> rag.Chatbot:
    """The chatbot over `files`, written and indexed below `folder`, with the reader."""
    documents = folder / "documents"
    documents.mkdir()
    for name, content in files.items():
        (documents / name).write_bytes(content.encode() if isinstance(content, str) else content)
    build(documents, folder / "index", embedder)
    return rag.open_chatbot(folder / "index", embedder=embedder)
