"""The script that anybody would write first: sentence-transformers and an exact FAISS index."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def load(model: str, hybrid: bool) -> Any:
    import faiss  # noqa: F401  imported before the clock of the index starts
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(model, device="cpu")


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    import faiss

    vectors = loaded.encode([f"{title}\n{text}" for _, title, text in texts], normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(store / "vectors.faiss"))
    (store / "texts.json").write_text(json.dumps(texts), encoding="utf-8")


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    import faiss

    index = faiss.read_index(str(store / "vectors.faiss"))
    texts = json.loads((store / "texts.json").read_text(encoding="utf-8"))

    def search(question: str, k: int) -> list[str]:
        _, rows = index.search(loaded.encode([question], normalize_embeddings=True), k)
        return [texts[row][0] for row in rows[0] if row >= 0]

    return search
