"""A fake embedder whose vectors a reader can compute in his head."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.datatypes import Vectors

AXES = ("red", "green", "blue")


class ColourEmbedder:
    """One axis for each colour a text names, a fourth for texts that name none; length 1.

    Its tokens are words.

    >>> colours = ColourEmbedder()
    >>> colours.embed_query("A red fox.").tolist()
    [1.0, 0.0, 0.0, 0.0]
    >>> print(colours.embed_query("Blue is red, but blue.").round(2))
    [0.71 0.   0.71 0.  ]
    >>> colours.embed_documents(["No colour.", "Green."]).tolist()
    [[0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]
    >>> colours.count_tokens("A red fox.")
    3
    """

    name = "colours"
    weights_sha256 = "c" * 64
    dim = 4

    def __init__(self, window: int = 64) -> None:
        self.window = window

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        named = [[colour in text.lower() for colour in AXES] for text in texts]
        axes = np.array([[*row, not any(row)] for row in named], dtype=np.float32).reshape(-1, self.dim)
        return axes / np.linalg.norm(axes, axis=1, keepdims=True)

    def embed_query(self, text: str) -> Vectors:
        return self.embed_documents([text])[0]
