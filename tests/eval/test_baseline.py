"""The baseline is of these questions, and tells answers apart by what they say and quote."""

from __future__ import annotations

import json

from small import ROOT

from eval.baseline import HASH, fingerprint


def test_baseline_is_of_these_questions(eval_questions):
    baseline = json.loads((ROOT / "eval/baseline.json").read_text(encoding="utf-8"))
    assert [*baseline["answers"]] == [question.id for question in eval_questions]


ROW = {
    "id": "a",
    "verdict": "hit",
    "reason": None,
    "confidence": 0.9,
    "statements": [{"text": "The hen wakes.", "attribution": ""}],
    "citations": [{"document": "note.txt", "start": 16, "end": 30, "title": "Note"}],
}


def test_fingerprint_is_of_words_and_places_alone():
    assert len(fingerprint(ROW)) == HASH
    assert fingerprint(ROW | {"confidence": 0.8, "verdict": "miss"}) == fingerprint(ROW)
    changes = (
        {"reason": "nothing here mentions Bob"},
        {"statements": [{"text": "The hen wakes!", "attribution": ""}]},
        {"statements": [{"text": "The hen wakes.", "attribution": "Ada"}]},
        {"citations": [ROW["citations"][0] | {"end": 29}]},
    )
    assert len({fingerprint(ROW | change) for change in changes} | {fingerprint(ROW)}) == 5
