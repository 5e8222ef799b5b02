"""The baseline is of these questions, and tells answers apart by what they say and quote."""

from __future__ import annotations

import json

from small import ROOT

from eval.figures.aggregate import HALVES
from eval.figures.baseline import HASH, baseline_json, fingerprint


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


def test_baseline_has_a_line_a_figure_and_a_line_an_answer():
    figures = {half: {"questions": 1, "recall@1": 0.5} for half in HALVES}
    written = baseline_json({"threshold": 0.5, **figures, "questions": [ROW, ROW | {"id": "b"}]})
    read = json.loads(written)
    assert read["threshold"] == 0.5
    assert read["figures"]["recall@1"] == dict.fromkeys(HALVES, 0.5)
    assert read["answers"] == {"a": ["hit", fingerprint(ROW)], "b": ["hit", fingerprint(ROW)]}
    lines = written.splitlines()
    assert '"recall@1": {"tune": 0.5, "report": 0.5, "all": 0.5}' in lines
    assert f'"a": ["hit", "{fingerprint(ROW)}"],' in lines


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
