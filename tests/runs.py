"""Runs of the eval set, as `eval.run.judge` gives them, made up."""

from __future__ import annotations

import numpy as np

from eval.figures.aggregate import Row

ASKED = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "first_hit", "citation_recall")


def row(
    number: int,
    expects: str,
    *,
    confidence: float,
    refused: bool,
    hit: bool = False,
    half: str = "tune",
    kind: str = "fact",
) -> Row:
    """What came of a question, its figures 1 if it was answered rightly and 0 if not."""
    fields: Row = {"id": f"a{number:03}", "half": half, "kind": kind, "expects": expects, "question": "Who?"}
    fields |= {"facts": [["fox"]], "confidence": confidence, "refused": refused}
    fields |= {"statements": [], "citations": []}
    if expects == "answer":
        fields |= dict.fromkeys(ASKED, float(hit)) | {"answer_hit": hit, "citation_precision": float(hit)}
    if not refused:
        fields["statements"] = [{"gold": hit, "unsupported": []}, {"gold": False, "unsupported": ["42"]}]
        fields["citations"] = [{"faithful": True}]
    return fields


def run_of(count: int, *, seed: int = 0, skill: float = 0.5) -> list[Row]:
    """Questions, three of five answerable, with a threshold of ½ on a noisy confidence."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        expects = ("answer", "refusal")[number % 5 in (1, 3)]
        noise = (1 - skill) * random.random()
        confidence = round((skill if expects == "answer" else 0) + noise, 1)
        refused, half = confidence < 0.5, ("tune", "report")[number % 3 == 0]
        hit = not refused and expects == "answer" and bool(random.random() < 0.7)
        rows.append(row(number, expects, confidence=confidence, refused=refused, hit=hit, half=half))
    return rows
