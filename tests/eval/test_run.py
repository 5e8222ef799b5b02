"""The eval set is sound, its questions are judged as told, and the figures do not fall."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace

import pytest
from conftest import ROOT

import rag
from eval.aggregate import reduce
from eval.metrics import holds
from eval.run import EvalQuestion, evaluate, judge, place, prediction, read_questions
from rag.answers.statements import cite_spans


def test_baseline_is_of_these_questions(eval_questions):
    baseline = json.loads((ROOT / "eval/baseline.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in baseline["questions"]] == [question.id for question in eval_questions]


# The questions


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


# One question judged by hand


NOTE = rag.Document("note.txt", "Note", "The fox sleeps. The hen wakes. The frog sings.")


class Scripted:
    """A chatbot that shows the three sentences in order and answers as it is told."""

    documents = (NOTE,)
    threshold = 0.5
    spans = ((0, 15), (16, 30), (31, 46))

    def __init__(self, *cited, fact=None):
        self.cited, self.fact = cited, fact

    def retrieve(self, question, k, *, history=()):
        return [rag.Passage(NOTE, *span, rank, 1.0) for rank, span in enumerate(self.spans, 1)]

    def ask(self, question, *, history=()):
        statements = cite_spans((NOTE, *self.spans[i]) for i in self.cited)
        statements = tuple(replace(statement, fact=self.fact) for statement in statements)
        return rag.Answer(question, statements, (), not self.cited, confidence=len(self.cited) / 4)


def question(**changed):
    gold = ((("note.txt", "The hen wakes."),), (("note.txt", "The frog sings."), ("note.txt", "frog")))
    fields = {"id": "a", "kind": "fact", "question": "Who?", "history": (), "expects": "answer"}
    return EvalQuestion(**(fields | {"evidence": gold, "facts": (("hen",), ("frog",))} | changed))


TEXTS = {"note.txt": NOTE.text}
REFUSAL = {"expects": "refusal", "evidence": (), "facts": ()}


def test_judging_an_answer():
    row = judge(question(), Scripted(0, 2), TEXTS)
    assert (row["recall@1"], row["recall@5"], row["mrr"]) == (0, 1, 0.5)
    ideal = 1 + 1 / math.log2(3)
    assert row["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / ideal)
    assert (row["citation_precision"], row["citation_recall"]) == (0.5, 0.5)
    assert (row["answer_hit"], row["first_hit"], row["refused"]) == (False, False, False)
    assert [statement["gold"] for statement in row["statements"]] == [False, True]
    assert [citation["gold"] for citation in row["citations"]] == [False, True]
    assert judge(question(), Scripted(1, 2), TEXTS)["answer_hit"] is True


def test_judging_a_refusal():
    row = judge(question(), Scripted(), TEXTS)
    assert (row["refused"], row["answer_hit"], row["citation_recall"]) == (True, False, 0)
    assert "mrr" not in judge(question(**REFUSAL), Scripted(), TEXTS)


@pytest.mark.parametrize(
    ("changed", "cited", "verdict"),
    [
        ({}, (1, 2), "hit"),
        ({}, (0,), "miss"),
        ({}, (), "refused wrongly"),
        (REFUSAL, (), "refused rightly"),
        (REFUSAL, (1,), "answered wrongly"),
        ({"expects": "either"}, (), "refused rightly"),
        ({"expects": "either"}, (1, 2), "hit"),
        ({"expects": "either"}, (1,), "miss"),
    ],
)
def test_verdict_on_an_answer(changed, cited, verdict):
    assert judge(question(**changed), Scripted(*cited), TEXTS)["verdict"] == verdict


@pytest.mark.parametrize(
    ("changed", "chatbot", "scores"),
    [
        ({"facts": (("hen", "the hen"),)}, Scripted(1, fact=(4, 7)), (1, 1)),
        ({"facts": (("hen", "the hen"),)}, Scripted(1), (0, 2 / 3)),  # hen wakes
        ({"facts": (("hen", "a frog sings"),)}, Scripted(2, 1), (1, 1)),  # of the first statement alone
        ({"facts": (("hen",),)}, Scripted(), (0, 0)),
        (REFUSAL, Scripted(), (1, 1)),
        (REFUSAL, Scripted(1), (0, 0)),
        ({"facts": (("hen",), ("frog",))}, Scripted(1), None),
        ({"facts": (("hen", "one of more than just six words"),)}, Scripted(1), None),
        ({"facts": (("hen",),), "expects": "either"}, Scripted(1), None),
    ],
)
def test_short_answer_is_compared_as_in_squad(changed, chatbot, scores):
    row = judge(question(**changed), chatbot, TEXTS)
    assert scores == ((row["exact_match"], row["token_f1"]) if "token_f1" in row else None)


def test_prediction_is_the_fact_or_the_first_statement():
    assert prediction(Scripted(1, 2, fact=(4, 7)).ask("Who?")) == "hen"
    assert prediction(Scripted(1, 2).ask("Who?")) == "The hen wakes."
    assert prediction(Scripted().ask("Who?")) == ""


def test_figures_of_four_questions():
    asked = [(question(), Scripted(0, 1, 2)), (question(), Scripted()),
             (question(**REFUSAL), Scripted()), (question(**REFUSAL), Scripted(0))]  # fmt: skip
    figures = reduce([judge(*pair, TEXTS) for pair in asked])
    assert (figures["questions"], figures["answerable"], figures["unanswerable"], figures["short"]) == (
        4,
        2,
        2,
        2,
    )
    assert (figures["answer_hit"], figures["citation_recall"], figures["statements"]) == (0.5, 0.5, 3)
    assert figures["citation_precision"] == figures["statement_precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["false_refusals"] == figures["refusal_precision"] == figures["refusal_recall"] == 0.5
    assert figures["statements_supported"] == figures["quote_faithfulness"] == 1
    # Confidences .75 and 0 of the answerable, 0 and .25 of the others: pairs 1, 1, ½ and 0 of 4.
    assert (figures["auroc"], figures["balanced_accuracy"]) == (0.625, 0.5)
    assert figures["brier"] == pytest.approx((0.25**2 + 1 + 0 + 0.25**2) / 4, abs=1e-4)
    assert figures["ece"] == pytest.approx((0.25 + 2 * 0.5 + 0.25) / 4)
    assert figures["aurc"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4, abs=1e-4)


def test_quotes_are_read_again_from_the_files(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE.text, encoding="utf-8")
    results = evaluate(Scripted(1), [question()], folder=tmp_path)
    assert (results["threshold"], results["all"]["quote_faithfulness"]) == (0.5, 1)
    (tmp_path / "note.txt").write_text(NOTE.text.replace("hen", "cat"), encoding="utf-8")
    message = r"a: citation \[1\] quotes 'The hen wakes.', which does not stand in note\.txt at 16:30"
    with pytest.raises(rag.RagError, match=message):
        evaluate(Scripted(1), [question()], folder=tmp_path)


def test_no_questions_have_no_figures():
    results = evaluate(Scripted(1), [])
    assert results["all"] == {"questions": 0, "answerable": 0, "unanswerable": 0, "short": 0}
    assert results["kinds"] == results["intervals"]["all"] == {} and results["questions"] == []


def test_quote_that_is_not_there_is_an_error():
    assert place({"note.txt": NOTE}, "note.txt", "hen") == ("note.txt", 20, 23)
    with pytest.raises(rag.RagError, match=r"quotes note\.txt: .cow., which this index does not have"):
        place({"note.txt": NOTE}, "note.txt", "cow")


def test_first_questions_are_for_tuning_and_a_hash_halves_the_rest():
    assert {question(id=f"q{i:03}").half for i in range(1, 169)} == {"tune"}
    for letter in "ab":
        halves = Counter(question(id=f"{letter}{i:03}").half for i in range(1, 101))
        assert set(halves) == {"tune", "report"} and min(halves.values()) >= 35
    assert question(id="a001").half == question(id="a001", question="Other?").half


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
