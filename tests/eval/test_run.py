"""Questions are judged as their gold says, and every quote is read again."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from quoting import quote

import rag
from eval.figures.aggregate import reduce
from eval.questions import EvalQuestion
from eval.run import evaluate, find_place, judge, prediction
from rag.documents.folder.folders import Folders

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
        statements = quote((NOTE, *self.spans[i]) for i in self.cited)
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
    # Of the two that were answered, at .75 and .25, the first statement is wrong.
    assert figures["brier"] == pytest.approx((0.75**2 + 0.25**2) / 2, abs=1e-4)
    assert figures["ece"] == pytest.approx((0.75 + 0.25) / 2)
    assert figures["aurc"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4, abs=1e-4)


def test_quotes_are_read_again_from_the_files(tmp_path):
    (tmp_path / "note.txt").write_text(NOTE.text, encoding="utf-8")
    results = evaluate(Scripted(1), [question()], folders=Folders.of(tmp_path))
    assert (results["threshold"], results["all"]["quote_faithfulness"]) == (0.5, 1)
    (tmp_path / "note.txt").write_text(NOTE.text.replace("hen", "cat"), encoding="utf-8")
    message = r"a: citation \[1\] quotes 'The hen wakes.', which does not stand in note\.txt at 16:30"
    with pytest.raises(rag.RagError, match=message):
        evaluate(Scripted(1), [question()], folders=Folders.of(tmp_path))


def test_no_questions_have_no_figures():
    results = evaluate(Scripted(1), [])
    assert results["all"] == {"questions": 0, "answerable": 0, "unanswerable": 0, "short": 0}
    assert results["kinds"] == results["intervals"]["all"] == {} and results["questions"] == []


def test_quote_that_is_not_there_is_an_error():
    assert find_place({"note.txt": NOTE}, "note.txt", "hen") == ("note.txt", 20, 23)
    with pytest.raises(rag.RagError, match=r"quotes note\.txt: .cow., which this index does not have"):
        find_place({"note.txt": NOTE}, "note.txt", "cow")
