"""The eval set is sound, its metrics are the published ones, and the figures do not fall."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score, precision_recall_fscore_support

import rag
from eval.metrics import holds, ndcg, precision_recall_f1, recall, reciprocal_rank
from eval.run import EvalQuestion, judge, place, read_questions, reduce, table
from rag.citing import quote

BASELINE = ROOT / "eval/baseline.json"  # renewed by `make baseline`
HIGHER_IS_BETTER = [
    *("answer_hit", "recall@5", "mrr", "ndcg@10", "citation_precision", "citation_recall"),
    *("refusal_precision", "refusal_recall", "refusal_f1"),
]


# The figures


@pytest.mark.parametrize("figure", HIGHER_IS_BETTER)
def test_figure_is_not_below_the_baseline(evaluated, figure):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert evaluated[0]["all"][figure] >= baseline["all"][figure]


def test_no_more_false_refusals_than_in_the_baseline(evaluated):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert evaluated[0]["all"]["false_refusals"] <= baseline["all"]["false_refusals"]


def test_baseline_is_of_these_questions(eval_questions):
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert [row["id"] for row in baseline["questions"]] == [question.id for question in eval_questions]


def test_table_shows_every_figure(evaluated):
    lines = table(evaluated[0]).splitlines()
    assert {line.split()[0] for line in lines if line.strip()} >= {
        *evaluated[0]["all"],
        *evaluated[0]["kinds"],
    }


# The questions


def test_set_is_large_enough(eval_questions):
    assert len(eval_questions) >= 60
    assert sum(question.expects == "refusal" for question in eval_questions) >= 15
    assert len({question.id for question in eval_questions}) == len(eval_questions)
    for half in ("tune", "report"):
        ours = [question for question in eval_questions if question.half == half]
        assert len(ours) >= 60 and {question.kind for question in ours} == {q.kind for q in eval_questions}


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


# The metrics

ranks = st.lists(st.sets(st.integers(1, 20), max_size=4), min_size=1, max_size=6)


@given(ranks, st.integers(1, 20))
def test_ndcg_is_that_of_scikit_learn(pieces, k):
    found = {min(piece) for piece in pieces if piece}  # a result that is the first to hold a piece
    gains = [float(rank in found) for rank in range(1, 21)]
    gains += [1.0] * (len(pieces) - len(found)) + [0.0]  # what was not found comes after all results
    scores = np.arange(len(gains), 0, -1)
    assert ndcg(pieces, k) == pytest.approx(ndcg_score([gains], [scores], k=k, ignore_ties=True))


@given(ranks, st.integers(1, 20))
def test_recall_and_reciprocal_rank_by_counting(pieces, k):
    assert recall(pieces, k) == pytest.approx(np.mean([any(rank <= k for rank in piece) for piece in pieces]))
    first = next((r for r in range(1, 21) if any(r in piece for piece in pieces)), math.inf)
    assert reciprocal_rank(pieces) == 1 / first


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_precision_recall_f1_are_those_of_scikit_learn(both, predicted_only, actual_only, neither):
    actual = [1] * (both + actual_only) + [0] * (predicted_only + neither + 1)
    predicted = [1] * both + [0] * actual_only + [1] * predicted_only + [0] * (neither + 1)
    expected = precision_recall_fscore_support(actual, predicted, average="binary", zero_division=1.0)[:3]
    ours = precision_recall_f1(both, both + predicted_only, both + actual_only)
    assert (ours["precision"], ours["recall"], ours["f1"]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "facts", "held"),
    [
        ("England’s 42 ICSs", [["42"]], True),
        ("in 1942", [["42"]], False),
        ("4.2 and 421", [["42"]], False),
        ("the ‘Earned’ autonomy", [["'earned' AUTONOMY"]], True),
        ("a  b\nc", [["a b c"]], True),
        ("first", [["first"], ["second"]], False),
        ("first and second", [["first"], ["second", "2nd"]], True),
        ("cut by 30%.", [["30%"]], True),
        ("a £250m budget", [["£250m"]], True),
        ("anything", [], True),
    ],
)
def test_text_holds_its_facts(text, facts, held):
    assert holds(text, facts) == held


# One question judged by hand


NOTE = rag.Document("note.txt", "Note", "The fox sleeps. The hen wakes. The frog sings.")


class Scripted:
    """A chatbot that shows the three sentences in order and answers as it is told."""

    documents = (NOTE,)
    spans = ((0, 15), (16, 30), (31, 46))

    def __init__(self, *cited):
        self.cited = cited

    def retrieve(self, question, k, *, history=()):
        return [rag.Passage(NOTE, *span, rank, 1.0) for rank, span in enumerate(self.spans, 1)]

    def ask(self, question, *, history=()):
        return rag.Answer(question, quote((NOTE, *self.spans[i]) for i in self.cited), (), not self.cited)


def question(**changed):
    gold = ((("note.txt", "The hen wakes."),), (("note.txt", "The frog sings."), ("note.txt", "frog")))
    fields = {"id": "q", "kind": "fact", "question": "Who?", "history": (), "expects": "answer"}
    return EvalQuestion(**(fields | {"evidence": gold, "facts": (("hen",), ("frog",))} | changed))


def test_judging_an_answer():
    row = judge(question(), Scripted(0, 2))
    assert (row["recall@1"], row["recall@5"], row["mrr"]) == (0, 1, 0.5)
    ideal = 1 + 1 / math.log2(3)
    assert row["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / ideal)
    assert (row["citation_precision"], row["citation_recall"]) == (0.5, 0.5)
    assert (row["answer_hit"], row["first_hit"], row["refused"]) == (False, False, False)
    assert judge(question(), Scripted(1, 2))["answer_hit"] is True


def test_judging_a_refusal():
    row = judge(question(), Scripted())
    assert (row["refused"], row["answer_hit"], row["citation_recall"]) == (True, False, 0)
    assert "mrr" not in judge(question(expects="refusal", evidence=(), facts=()), Scripted())


def test_figures_of_four_questions():
    refusal = {"expects": "refusal", "evidence": (), "facts": ()}
    asked = [(question(), Scripted(1, 2)), (question(), Scripted()),
             (question(**refusal), Scripted()), (question(**refusal), Scripted(0))]  # fmt: skip
    figures = reduce([judge(*pair) for pair in asked])
    assert (figures["questions"], figures["answerable"], figures["unanswerable"]) == (4, 2, 2)
    assert (figures["answer_hit"], figures["citation_precision"], figures["citation_recall"]) == (0.5, 1, 0.5)
    assert figures["false_refusals"] == figures["refusal_precision"] == figures["refusal_recall"] == 0.5


def test_quote_that_is_not_there_is_an_error():
    assert place({"note.txt": NOTE}, "note.txt", "hen") == ("note.txt", 20, 23)
    with pytest.raises(rag.RagError, match=r"quotes note\.txt: .cow., which this index does not have"):
        place({"note.txt": NOTE}, "note.txt", "cow")


def test_halves_depend_on_the_id_alone():
    assert question(id="q001").half == question(id="q001", question="Other?").half
    assert {question(id=f"q{i}").half for i in range(20)} == {"tune", "report"}


def test_questions_are_read_with_their_history(tmp_path):
    line = {"id": "a", "kind": "k", "question": "Who\u2028is it?", "history": [["When?", "Now."]],
            "expects": "refusal", "evidence": [], "facts": []}  # fmt: skip
    (tmp_path / "q.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    (read,) = read_questions(tmp_path / "q.jsonl")
    assert read.history == (rag.Turn("When?", "Now."),) and read.question == "Who\u2028is it?"


@pytest.mark.parametrize("line", ["{", "7", "{}", '{"id": "a"}'])
def test_line_that_is_no_question_is_named(tmp_path, line):
    good = (ROOT / "eval/questions.jsonl").read_text(encoding="utf-8").split("\n")[0]
    (tmp_path / "q.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(rag.RagError, match=r"q\.jsonl, line 2, is no question"):
        read_questions(tmp_path / "q.jsonl")
