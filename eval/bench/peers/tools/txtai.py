"""txtai: its embeddings database, by vectors alone or with its sparse index beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def load(model: str, hybrid: bool) -> Any:
    from txtai import Embeddings

    # With its content, as every other tool keeps the texts too; the models' cache, as it else loads it twice.
    return Embeddings(
        models={}, path=model, method="sentence-transformers", gpu=False, content=True, hybrid=hybrid
    )


def build(loaded: Any, texts: Sequence[tuple[str, str, str]], store: Path) -> None:
    loaded.index((name, f"{title}\n{text}", None) for name, title, text in texts)
    loaded.save(str(store))


def open_store(loaded: Any, store: Path) -> Callable[[str, int], list[str]]:
    loaded.load(str(store))
    return lambda question, k: [hit["id"] for hit in loaded.search(question, k)]
