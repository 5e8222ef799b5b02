"""Vectors that a run embedded before it was interrupted, for the next one to go on with."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from rag.datatypes import Vectors
from rag.models.embedder import Embedder

FOLDER = ".embedded"
MOST_BYTES = 2_000_000_000  # about a million texts of 384 dimensions


class Scratch(Protocol):
    """What keeps the vectors of finished batches until they are in a snapshot."""

    def find(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of `texts` that were embedded."""
        ...

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep a batch, unless there is too much already.

        Raises OSError, or RagError, if it cannot be written.
        """
        ...

    def clear(self) -> None:
        """Forget them: they are in a snapshot now."""
        ...


class FolderScratch:
    """The vectors of finished batches, a file each in a hidden folder of the index.

    A file is called by the sha256 of its bytes, and a text in it by one that the model's weights go into:
    what is damaged, or of another model, is not found.
    """

    def __init__(self, root: Path, embedder: Embedder) -> None:
        self._folder = root / FOLDER
        self._embedder = embedder
        self._dim = embedder.dim

    def find(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """`Scratch.find`."""
        kept: dict[bytes, Vectors] = {}
        for path in sorted(self._folder.glob("*")):
            raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != path.name:
                continue
            try:
                batch = load(raw)
                rows = batch["vectors"].reshape(-1, self._dim)
                kept |= zip(map(bytes, batch["texts"]), rows, strict=True)
            except (SafetensorError, KeyError, ValueError):
                continue
        keys = zip(texts, text_keys(self._embedder, texts), strict=True)
        return {text: kept[key] for text, key in keys if key in kept}

    def keep(self, texts: Sequence[str], vectors: Vectors) -> None:
        """`Scratch.keep`."""
        self._folder.mkdir(exist_ok=True)
        if sum(path.stat().st_size for path in self._folder.glob("*")) > MOST_BYTES:
            return
        keys = np.frombuffer(b"".join(text_keys(self._embedder, texts)), np.uint8).reshape(len(texts), -1)
        raw = save({"texts": keys, "vectors": np.ascontiguousarray(vectors, np.float32)})
        (self._folder / hashlib.sha256(raw).hexdigest()).write_bytes(raw)

    def clear(self) -> None:
        """`Scratch.clear`."""
        shutil.rmtree(self._folder, ignore_errors=True)


def text_keys(embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
    """What the vector of each of `texts` is kept by: a sha256 that the model's weights go into."""
    model = f"{embedder.name}\0{embedder.weights_sha256}\0{embedder.window}\0"
    return [hashlib.sha256((model + text).encode("utf-8", "surrogatepass")).digest() for text in texts]
