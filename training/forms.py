"""Fit which questions ask for a list or for steps, by their shape, on the questions about folders.

    python -m training.forms

The kinds of training/folders/questions.jsonl say which do; what a near miss or a count asks for is another
matter.  The figures are cross-validated over folders; the weights go to rag/models/weights/forms.json.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_score, recall_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from rag.models.scorer import FORMS
from rag.questions.forms import find_runs, split_words
from training.data.folders import FOLDERS

KINDS = {"list": ("list",), "steps": ("how", "procedure")}
LEFT_OUT = ("near_miss", "absent", "count", "superlative", "compare")
KNOWN = 0.07  # share of the folders whose questions have a word, from which on it belongs to no topic
FEWEST = 4  # questions that have a run
STRENGTH = 0.3  # inverse penalty
THRESHOLDS = {"list": 0.15, "steps": 0.15}  # where precision and recall are alike
FOLDS = 5
LEAST = 0.02  # of a weight that is kept


def main() -> None:
    lines = (FOLDERS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["kind"] not in LEFT_OUT]
    fitted = fit(rows)
    FORMS.write_text(json.dumps(fitted, indent=0) + "\n", encoding="utf-8")
    print(json.dumps(fitted["figures"], indent=1))


def fit(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The words that are told apart, the weights and thresholds of each form, and the figures."""
    folders = [row["folder"] for row in rows]
    known = find_known(rows)
    vectorizer = CountVectorizer(
        analyzer=lambda question: sorted(find_runs(question, known)), min_df=FEWEST, binary=True
    )
    matrix = vectorizer.fit_transform([row["question"] for row in rows])
    names = vectorizer.get_feature_names_out()
    forms, figures = {}, {}
    for form, kinds in KINDS.items():
        asked = np.array([row["kind"] in kinds for row in rows])
        model = LogisticRegression(C=STRENGTH, max_iter=2000)
        folds = GroupKFold(FOLDS)
        chances = cross_val_predict(model, matrix, asked, groups=folders, cv=folds, method="predict_proba")[
            :, 1
        ]
        taken = chances >= THRESHOLDS[form]
        figures[form] = {
            "questions": int(asked.sum()),
            "of": len(rows),
            "precision": round(float(precision_score(asked, taken)), 3),
            "recall": round(float(recall_score(asked, taken)), 3),
            "average_precision": round(float(average_precision_score(asked, chances)), 3),
        }
        model.fit(matrix, asked)
        weights = {
            str(name): round(float(weight), 2)
            for name, weight in zip(names, model.coef_[0], strict=True)
            if abs(weight) >= LEAST
        }
        forms[form] = {"intercept": round(float(model.intercept_[0]), 3), "weights": weights}
    return {"words": sorted(known), "forms": forms, "thresholds": THRESHOLDS, "figures": figures}


def find_known(rows: Sequence[dict[str, Any]]) -> set[str]:
    """The words that the questions about many folders have."""
    found = defaultdict(set)
    for row in rows:
        for word in split_words(row["question"]):
            found[word.lower()].add(row["folder"])
    least = KNOWN * len({row["folder"] for row in rows})
    return {word for word, folders in found.items() if len(folders) >= least and not word.isdigit()}


if __name__ == "__main__":
    main()
