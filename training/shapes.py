"""What was typed, and of which kind it is -> regressions over its shape (`rag.models.scorer.ShapeScorer`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_score, recall_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from rag.language.word_runs import split_words

FEWEST = 4  # texts that have a feature
FOLDS = 6
LEAST = 0.05  # of a weight that is kept

Labels = npt.NDArray[np.bool_]
Chances = npt.NDArray[np.float64]


class Shapes:
    """Some texts by their features, of which the texts of one group are held out together."""

    def __init__(self, features: Sequence[Mapping[str, float]], groups: Sequence[str]) -> None:
        having = Counter(name for one in features for name in one)
        kept = [{name: value for name, value in one.items() if having[name] >= FEWEST} for one in features]
        vectorizer = DictVectorizer(dtype=np.float32)
        self._matrix, self._groups = vectorizer.fit_transform(kept), np.array(groups)
        self._names = vectorizer.get_feature_names_out()

    def fit(self, labels: Labels, strength: float, among: Labels | None = None) -> dict[str, Any]:
        """The regression that tells what is labelled from the others `among` the texts, of all without it, as
        `rag.models.scorer.Logistic` has it; `strength` is the inverse penalty of the weights."""
        rows = slice(None) if among is None else among
        model = self._model(strength).fit(self._matrix[rows], labels[rows])
        weights = {
            str(name): round(float(weight), 2)
            for name, weight in zip(self._names, model.coef_[0], strict=True)
            if abs(weight) >= LEAST
        }
        return {"intercept": round(float(model.intercept_[0]), 3), "weights": weights}

    def cross_validate(self, labels: Labels, strength: float) -> Chances:
        """The chance that each text is labelled, by a regression over the other groups, ``(texts,)``."""
        folds, model = GroupKFold(FOLDS), self._model(strength)
        found = cross_val_predict(
            model, self._matrix, labels, groups=self._groups, cv=folds, method="predict_proba"
        )
        return np.asarray(found[:, 1], np.float64)

    @staticmethod
    def _model(strength: float) -> LogisticRegression:
        return LogisticRegression(C=strength, max_iter=2000, solver="liblinear")


def figures(labels: Labels, chances: Chances, threshold: float) -> dict[str, float]:
    """How well those with a chance from `threshold` on are those that are labelled."""
    taken = chances >= threshold
    return {
        "texts": int(labels.sum()),
        "of": len(labels),
        "precision": round(float(precision_score(labels, taken)), 3),
        "recall": round(float(recall_score(labels, taken)), 3),
        "average_precision": round(float(average_precision_score(labels, chances)), 3),
    }


def find_known(texts: Sequence[str], groups: Sequence[str], share: float) -> set[str]:
    """The words that belong to no topic: that the texts of a `share` of the groups have."""
    found = defaultdict(set)
    for text, group in zip(texts, groups, strict=True):
        for word in split_words(text):
            found[word.lower()].add(group)
    least = share * len(set(groups))
    return {word for word, having in found.items() if len(having) >= least and not word.isdigit()}
