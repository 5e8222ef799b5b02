"""Evidence -> how likely it is that a sentence answers, and that the documents do.

Two logistic regressions over named features, fitted on questions of known answer; their weights are
in rag/models/weights/scorer.json, to be read there and to be made anew by `make train`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.errors import EmbedderError
from rag.models.trained import MENDED_BY, WEIGHTS

SCORER = WEIGHTS / "scorer.json"
TERMS = WEIGHTS / "needed_terms.json"

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: a weight for each feature, by name."""

    intercept: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, Scores]) -> Scores:
        """``intercept + sum of weight * feature``, rounded so that equal evidence is a tie."""
        score = sum((weight * features[name] for name, weight in self.weights.items()), np.float64(0.0))
        return np.asarray(np.round(score + self.intercept, 5))

    def chance(self, features: Mapping[str, Scores]) -> Scores:
        """The log-odds as a probability, in (0, 1)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds(features))))


@dataclass(frozen=True, slots=True)
class Scorer:
    """`sentence` says whether a sentence answers, `question` whether the documents do.

    Below `threshold` a question is refused.
    """

    sentence: Logistic
    question: Logistic
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class TermScorer:
    """`words` says whether a question needs a word of what was said before.

    If one is as likely as `gate`, the question needs something; then all are taken above `threshold`.
    """

    words: Logistic
    gate: float
    threshold: float


@cache
def load_scorer(*, reader: bool, path: Path = SCORER) -> Scorer:
    """The shipped scorer: the one fitted with what the reader says among the features, or without.

    Raises EmbedderError if its file is missing or no such file.
    """
    try:
        fitted = json.loads(path.read_text(encoding="utf-8"))["with reader" if reader else "without reader"]
        sentence, question = Logistic(**fitted["sentence"]), Logistic(**fitted["question"])
        return Scorer(sentence, question, float(fitted["threshold"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise EmbedderError(f"cannot read {path.name} ({type(problem).__name__}): {MENDED_BY}") from None


@cache
def load_term_scorer(path: Path = TERMS) -> TermScorer:
    """The shipped scorer of the words that a question needs.

    Raises EmbedderError if its file is missing or no such file.
    """
    try:
        fitted = json.loads(path.read_text(encoding="utf-8"))
        words = Logistic(fitted["intercept"], fitted["weights"])
        return TermScorer(words, float(fitted["gate"]), float(fitted["threshold"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise EmbedderError(f"cannot read {path.name} ({type(problem).__name__}): {MENDED_BY}") from None
