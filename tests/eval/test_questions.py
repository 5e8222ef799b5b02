"""The questions of the eval set are sound, and read strictly."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest
from small import ROOT

import rag
from eval.figures.metrics import holds
from eval.questions import EvalQuestion, read_questions


def test_set_is_large_enough(eval_questions):
    assert len(eval_questions) >= 60
    assert sum(question.expects == "refusal" for question in eval_questions) >= 15
    assert len({question.id for question in eval_questions}) == len(eval_questions)
    halves = Counter(question.half for question in eval_questions)
    assert all(count >= 60 for count in halves.values())


def test_every_gold_quote_stands_in_its_document(eval_questions, corpus):
    texts = {document.id: document.text for document in corpus.documents}
    for question in eval_questions:
        assert question.expects in ("answer", "refusal", "either")
        assert (question.expects == "refusal") <= (not question.evidence and not question.facts)
        assert (question.expects == "answer") <= bool(question.evidence and question.facts)
        for document, words in (pair for piece in question.evidence for pair in piece):
            assert texts[document].count(words) == 1, (question.id, words)


def test_every_fact_stands_in_a_gold_quote(eval_questions):
    for question in eval_questions:
        quotes = [words for piece in question.evidence for _, words in piece]
        for fact in question.facts:
            assert any(holds(words, [fact]) for words in quotes), (question.id, fact)


# How they are read


def question(id):
    return EvalQuestion(id, "fact", "Who?", (), "refusal", (), ())


def test_first_questions_are_for_tuning_and_a_hash_halves_the_rest():
    assert {question(f"q{i:03}").half for i in range(1, 169)} == {"tune"}
    for letter in "ab":
        halves = Counter(question(f"{letter}{i:03}").half for i in range(1, 101))
        assert set(halves) == {"tune", "report"} and min(halves.values()) >= 35
    assert question("a001").half == replace(question("a001"), question="Other?").half


def test_questions_are_read_with_their_history(tmp_path):
    line = {"id": "a", "kind": "k", "question": "Who\u2028is it?", "history": [["When?", "Now."]],
            "expects": "refusal", "evidence": [], "facts": []}  # fmt: skip
    (tmp_path / "q.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    (read,) = read_questions(tmp_path / "q.jsonl")
    assert read.history == (rag.Turn("When?", "Now."),) and read.question == "Who\u2028is it?"


UNPROVED = '{"id": "a", "kind": "k", "question": "Who?", "history": [], "expects": "answer", ' + (
    '"evidence": [], "facts": []}'
)


@pytest.mark.parametrize("line", ["{", "7", "{}", '{"id": "a"}', UNPROVED])
def test_line_that_is_no_question_is_named(tmp_path, line):
    good = (ROOT / "eval/questions.jsonl").read_text(encoding="utf-8").split("\n")[0]
    (tmp_path / "q.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(rag.RagError, match=r"q\.jsonl, line 2, is no question"):
        read_questions(tmp_path / "q.jsonl")
