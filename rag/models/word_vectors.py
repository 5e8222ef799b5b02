"""Single words -> vectors, by which one is told to be like another: "price" and "cost", "pay" and "salary".

They are the embedding layer of the shipped model.  What a word means beside others is not in them, and
opposites and neighbours are like each other too: "minimum" and "maximum", "Monday" and "Tuesday".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.datatypes import Vectors
from rag.models.embedder import DEFAULT_MODEL, model_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LAYER = "embeddings.word_embeddings.weight"
UNKNOWN = "[UNK]"  # the piece that stands for all that is not
REMEMBERED = 2**14  # words, of 1.5 kB each


class WordVectors:
    """The vectors of words, safe to share between threads; `load_word_vectors` gives the shipped ones.

    `rows` holds one for each piece of a word that `tokenizer` knows, ``(pieces, dim)``.
    """

    def __init__(self, rows: Any, tokenizer: Tokenizer) -> None:
        self._rows, self._tokenizer = rows, tokenizer
        self._vector = lru_cache(REMEMBERED)(self._make_vector)

    def embed(self, words: Sequence[str]) -> Vectors:
        """One row of length 1 for each of `words`, in order: float32 ``(n, dim)``; 0 for what is unknown."""
        vectors = np.zeros((len(words), self._rows.get_shape()[1]), np.float32)
        for row, word in enumerate(words):
            vectors[row] = self._vector(word.lower())
        return vectors

    def describe(self, words: Sequence[str]) -> dict[str, float]:
        """What `words` are together: the mean and the greatest of their vectors in each dimension, by name;
        nothing if there are none."""
        if not words:
            return {}
        vectors = self.embed(words)
        together = {"mean": vectors.mean(axis=0), "most": vectors.max(axis=0)}
        return {f"{name} {i}": value for name, of in together.items() for i, value in enumerate(of.tolist())}

    def _make_vector(self, word: str) -> Vectors:
        """The mean of the rows of its pieces, of length 1; 0 if it has none that is known."""
        unknown = self._tokenizer.token_to_id(UNKNOWN)
        ids = self._tokenizer.encode(word, add_special_tokens=False).ids
        pieces = [piece for piece in ids if piece != unknown]
        total = np.asarray(sum(self._rows[piece] for piece in pieces), np.float32)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)


@lru_cache(maxsize=1)
def load_word_vectors() -> WordVectors:
    """The vectors of the shipped model, read as far as they are asked for.

    Raises EmbedderError if the model is not to be had.
    """
    from safetensors import safe_open

    from rag.models.bert import load_tokenizer

    folder = model_folder(DEFAULT_MODEL)
    opened: Any = safe_open(folder / "model.safetensors", framework="numpy")
    return WordVectors(opened.get_slice(LAYER), load_tokenizer(folder))
