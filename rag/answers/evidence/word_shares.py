"""The words of a question and those of sentences -> how much of the question each bears."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

from rag.language.words import find_words, normalise, stem_each
from rag.models.scorer import Scores
from rag.models.word_vectors import WordVectors

UNLIKE = 0.2  # the cosine up to which two words have nothing to do with each other


def share_words(words: Mapping[str, float], held: Sequence[Collection[str]]) -> Scores:
    """Which share of the weight of `words` each text holds, ``(n,)``."""
    weights = np.array([*words.values()], dtype=np.float64)
    present = np.array([[float(word in stems) for word in words] for stems in held])
    return np.asarray(present @ weights / max(weights.sum(), 1e-9))


def share_meaning(words: Mapping[str, float], texts: Sequence[str], vectors: WordVectors) -> Scores:
    """Which share of the weight of `words` each text bears, ``(texts,)``: each word as far as the likest one
    there is like it."""
    weights = np.array([*words.values()], dtype=np.float64)
    borne = liken_words([*words], texts, vectors)
    return np.asarray(borne @ weights / max(weights.sum(), 1e-9))


def liken_words(words: Sequence[str], texts: Sequence[str], vectors: WordVectors) -> Scores:
    """How like the likest word of each text is to each of `words`, in [0, 1], ``(texts, words)``: 1 is the
    same, in any form.  A word with a digit is like itself alone."""
    held = [_different_words(text) for text in texts]
    columns = {word: i for i, word in enumerate(dict.fromkeys(word for one in held for word in one))}
    likeness = vectors.embed(words) @ vectors.embed([*columns]).T
    likeness[[any(map(str.isdigit, word)) for word in words]] = 0.0
    likeness[:, [any(map(str.isdigit, word)) for word in columns]] = 0.0
    stemmed = np.array(stem_each(columns))
    for row, word in enumerate(stem_each(words)):
        likeness[row, stemmed == word] = 1.0
    starts = np.cumsum([0, *map(len, held)])[:-1]
    places = [columns[word] for one in held for word in one]
    best = np.maximum.reduceat(likeness[:, places], starts, axis=1).T
    return np.asarray(np.clip((best - UNLIKE) / (1 - UNLIKE), 0.0, 1.0), np.float64)


@lru_cache(maxsize=2**13)  # one question after the other is held against the same sentences
def _different_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(find_words(normalise(text).lower()))) or ("",)
