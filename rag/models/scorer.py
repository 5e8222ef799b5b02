"""Evidence -> how likely it is that a sentence answers, and that the documents do.

Logistic regressions over named features, fitted on questions of known answer; their weights are
in rag/models/weights/scorer.json, to be read there and to be made anew by `make train`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import EmbedderError
from rag.models.trained import MENDED_BY, WEIGHTS

SCORER = WEIGHTS / "scorer.json"
TERMS = WEIGHTS / "needed_terms.json"
FORMS = WEIGHTS / "forms.json"
INTENTS = WEIGHTS / "intents.json"
COMMON_WORDS = WEIGHTS / "common_words.json"

# The chance that the documents speak of this, below which they answer it less likely.  At .2 the tune half of
# the eval set has false refusals of .06, and of questions of other folders .83 are refused; at .1 it is .05
# and .77, at .5 .10 and .89.
RELATED = 0.2
_PARTS = ("sentence", "question", "related", "right")
SMALLEST = 1e-6  # of a chance whose log-odds are taken

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
    """`sentence` says whether a sentence answers, `question` whether the documents do that speak of this,
    `related` whether they speak of it at all, and `right` whether the first sentence is right.

    Below the chance `threshold` a question is refused.
    """

    sentence: Logistic
    question: Logistic
    related: Logistic
    threshold: float
    right: Logistic

    def chance(self, features: Mapping[str, Scores]) -> float:
        """The chance that the documents answer: less, where they rather speak of something else."""
        return float(self.question.chance(features)) * min(
            1.0, float(self.related.chance(features)) / RELATED
        )

    def confidence(self, chance: float) -> float:
        """The chance that the first sentence is right of what the documents answer with the given `chance`:
        its log-odds, scaled (Platt 1999)."""
        held = min(max(chance, SMALLEST), 1.0 - SMALLEST)
        return float(self.right.chance({"chance": np.asarray(math.log(held / (1.0 - held)))}))


@dataclass(frozen=True, slots=True, eq=False)
class TermScorer:
    """`words` says whether a question needs a word of what was said before.

    If one is as likely as `gate`, the question needs something; then all are taken above `threshold`.
    """

    words: Logistic
    gate: float
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class ShapeScorer:
    """Says by the shape of what was typed which of some kinds it is of.

    `words` are those that are told apart in it, of others only their ending; of each kind there is a
    regression over features such as runs of these, and the chance from which on it is taken.  If there is a
    `gate`, it says whether it is of any, which it is from the chance `least` on.
    """

    words: frozenset[str]
    kinds: Mapping[str, Logistic]
    thresholds: Mapping[str, float]
    gate: Logistic | None = None
    least: float = 0.0

    def choose(self, features: Mapping[str, float]) -> str:
        """The likeliest kind of what has these features and no others, "" if none is likely enough."""
        if self.gate and _chance_of(self.gate, features) < self.least:
            return ""
        chances = {name: _chance_of(kind, features) for name, kind in self.kinds.items()}
        likely = [name for name, chance in chances.items() if chance >= self.thresholds[name]]
        return max(likely, key=lambda name: chances[name], default="")


@cache
def load_scorer(*, reader: bool, path: Path = SCORER) -> Scorer:
    """The shipped scorer: the one fitted with what the reader says among the features, or without.

    Raises EmbedderError if its file is missing or no such file.
    """
    with _weights_of(path) as fitted:
        own = fitted["with reader" if reader else "without reader"]
        sentence, question, related, right = (Logistic(**own[name]) for name in _PARTS)
        return Scorer(sentence, question, related, float(own["threshold"]), right)


@cache
def load_term_scorer() -> TermScorer:
    """The shipped scorer of the words that a question needs.

    Raises EmbedderError if its file is missing or no such file.
    """
    with _weights_of(TERMS) as fitted:
        words = Logistic(fitted["intercept"], fitted["weights"])
        return TermScorer(words, float(fitted["gate"]), float(fitted["threshold"]))


@cache
def load_shape_scorer(path: Path) -> ShapeScorer:
    """The shipped scorer of the form of an answer (`FORMS`), or of what is no question (`INTENTS`).

    Raises EmbedderError if its file is missing or no such file.
    """
    with _weights_of(path) as fitted:
        kinds = {name: Logistic(**weights) for name, weights in fitted["kinds"].items()}
        gate = Logistic(**fitted["gate"]) if "gate" in fitted else None
        words, least = frozenset(fitted["words"]), float(fitted.get("least", 0.0))
        return ShapeScorer(words, kinds, fitted["thresholds"], gate, least)


@cache
def load_common_words() -> tuple[str, ...]:
    """The words that most questions are made of, the commonest first.

    Raises EmbedderError if their file is missing or no such file.
    """
    with _weights_of(COMMON_WORDS) as words:
        return tuple(words)


def _chance_of(kind: Logistic, features: Mapping[str, float]) -> float:
    """The chance of a kind of what has some features and no others."""
    found = (kind.weights.get(name, 0.0) * value for name, value in features.items())
    return 1.0 / (1.0 + math.exp(-kind.intercept - math.fsum(found)))


@contextmanager
def _weights_of(path: Path) -> Iterator[Any]:
    """What a file of weights holds; raises EmbedderError if that is not what is read of it."""
    try:
        yield json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise EmbedderError(f"cannot read {path.name} ({type(problem).__name__}): {MENDED_BY}") from None
