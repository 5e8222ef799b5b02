"""Fit which questions ask for a list or for steps, by their shape, on the questions about folders.

    python -m training.forms

The kinds of training/folders/questions.jsonl say which do; what a near miss or a count asks for is another
matter.  The figures are cross-validated over folders; the weights go to rag/models/weights/forms.json, and
the words that questions about all kinds of folders have, for which mistyped ones are meant, to
common_words.json.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.language.word_runs import find_runs, split_words
from rag.models.scorer import COMMON_WORDS, FORMS
from training.data.folders import FOLDERS
from training.shapes import Shapes, figures, find_known

KINDS = {"list": ("list",), "steps": ("how", "procedure")}
LEFT_OUT = ("near_miss", "absent", "count", "superlative", "compare")
KNOWN = 0.07  # share of the folders whose questions have a word, from which on it belongs to no topic
STRENGTH = 0.3  # inverse penalty
COMMON = 0.2  # the same from which on a word is common
SHORTEST = 3  # letters of a common word
THRESHOLDS = {"list": 0.2, "steps": 0.2}  # where precision and recall are alike


def main() -> None:
    lines = (FOLDERS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    COMMON_WORDS.write_text(json.dumps(find_common(asked)) + "\n", encoding="utf-8")
    rows = [row for row in asked if row["kind"] not in LEFT_OUT]
    texts, folders = [row["question"] for row in rows], [row["folder"] for row in rows]
    forms = {form: np.array([row["kind"] in kinds for row in rows]) for form, kinds in KINDS.items()}
    known = find_known(texts, folders, KNOWN)
    shapes = Shapes([dict.fromkeys(find_runs(text, known), 1.0) for text in texts], folders)
    fitted = {
        "words": sorted(known),
        "kinds": {form: shapes.fit(labels, STRENGTH) for form, labels in forms.items()},
        "thresholds": THRESHOLDS,
        "figures": {
            form: figures(labels, shapes.cross_validate(labels, STRENGTH), THRESHOLDS[form])
            for form, labels in forms.items()
        },
    }
    FORMS.write_text(json.dumps(fitted, indent=0) + "\n", encoding="utf-8")
    print(json.dumps(fitted["figures"], indent=1))


def find_common(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The words of the questions about many folders, the commonest first."""
    texts, folders = [row["question"] for row in rows], [row["folder"] for row in rows]
    counts = Counter(word.lower() for text in texts for word in split_words(text))
    many = find_known(texts, folders, COMMON)
    return [
        w for w, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if w in many and len(w) >= SHORTEST
    ]


if __name__ == "__main__":
    main()
