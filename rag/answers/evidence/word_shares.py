"""The words of a question and those of sentences -> how much of the question each bears."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.language.words import find_words, normalise, stem_each
from rag.models.scorer import Scores
from rag.models.word_vectors import WordVectors

UNLIKE = 0.2  # the cosine up to which two words have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Alike:
    """When a word of a text is one of a question: in one of `languages` it has one of the `stems` of that,
    or, if they `have_vectors`, is like it by these, which know English."""

    stems: Callable[[str], Collection[str]] = lambda word: stem_each([word])
    languages: Sequence[str] = ("en",)
    have_vectors: bool = True


ENGLISH = Alike()


def share_words(words: Mapping[str, float], held: Sequence[Collection[str]]) -> Scores:
    """Which share of the weight of `words` each text holds, ``(n,)``."""
    weights = np.array([*words.values()], dtype=np.float64)
    present = np.array([[float(word in stems) for word in words] for stems in held])
    return np.asarray(present @ weights / max(weights.sum(), 1e-9))


def share_meaning(
    words: Mapping[str, float], texts: Sequence[str], vectors: WordVectors, alike: Alike = ENGLISH
) -> Scores:
    """Which share of the weight of `words` each text bears, ``(texts,)``: each word as far as the likest one
    there is like it."""
    weights = np.array([*words.values()], dtype=np.float64)
    borne = liken_words([*words], texts, vectors, alike)
    return np.asarray(borne @ weights / max(weights.sum(), 1e-9))


def liken_words(
    words: Sequence[str], texts: Sequence[str], vectors: WordVectors, alike: Alike = ENGLISH
) -> Scores:
    """How like the likest word of each text is to each of `words`, in [0, 1], ``(texts, words)``: 1 is the
    same, in any form.  A word with a digit is like itself alone."""
    held = [_different_words(text) for text in texts]
    columns = {word: i for i, word in enumerate(dict.fromkeys(word for one in held for word in one))}
    likeness = vectors.embed(words) @ vectors.embed([*columns]).T
    likeness *= alike.have_vectors
    likeness[[any(map(str.isdigit, word)) for word in words]] = 0.0
    likeness[:, [any(map(str.isdigit, word)) for word in columns]] = 0.0
    for language in alike.languages:
        stemmed = np.array(stem_each(columns, language))
        for row, word in enumerate(words):
            likeness[row, np.isin(stemmed, [*alike.stems(word)])] = 1.0
    starts = np.cumsum([0, *map(len, held)])[:-1]
    places = [columns[word] for one in held for word in one]
    best = np.maximum.reduceat(likeness[:, places], starts, axis=1).T
    return np.asarray(np.clip((best - UNLIKE) / (1 - UNLIKE), 0.0, 1.0), np.float64)


@lru_cache(maxsize=2**13)  # one question after the other is held against the same sentences
def _different_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(find_words(normalise(text).lower()))) or ("",)
