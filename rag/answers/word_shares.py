"""The words of a question and those of sentences -> how much of the question each bears."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from rag.models.scorer import Scores


def share_words(words: Mapping[str, float], held: Sequence[Collection[str]]) -> Scores:
    """Which share of the weight of `words` each text holds, ``(n,)``."""
    weights = np.array([*words.values()], dtype=np.float64)
    present = np.array([[float(word in stems) for word in words] for stems in held])
    return np.asarray(present @ weights / max(weights.sum(), 1e-9))


def find_outdone(
    words: Collection[str], held: Sequence[Collection[str]], said: Sequence[Collection[str]]
) -> Scores:
    """How like each sentence another is that bears all the `words` of the question that it bears and more,
    ``(n,)``: the share of all their words that both have (Jaccard), 0 if there is none.

    `held` are the words that each bears, or stands under, `said` its own.
    """
    bears = np.array([[word in one for word in words] for one in held], dtype=np.float64)
    counts = bears.sum(axis=1)
    beaten = ((bears @ bears.T) == counts[:, None]) & (counts[None, :] > counts[:, None])
    every = {word: i for i, word in enumerate(dict.fromkeys(word for one in said for word in one))}
    tells = np.zeros((len(said), len(every)))
    for row, one in enumerate(said):
        tells[row, [every[word] for word in one]] = 1.0
    both = tells @ tells.T
    sizes = tells.sum(axis=1)
    union = sizes[:, None] + sizes[None, :] - both
    return np.asarray((beaten * both / np.maximum(union, 1.0)).max(axis=1))
