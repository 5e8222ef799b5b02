"""Rated answers become questions that `rag eval` takes, and nothing is made up."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from eval.questions import read_questions
from rag.conversations.archive import NAME, Archive
from rag.conversations.feedback import feedback
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Citation, Document, Statement, Turn, Where

FOX = Document("red.txt", "Foxes", "The red fox sleeps. It dreams of hens.")
RIGHT = Statement("The red fox sleeps.", (Citation(1, FOX, 0, 19, "The red fox sleeps."),), 1.0, fact=(4, 11))
DREAM = Statement("It dreams of hens.", (Citation(2, FOX, 20, 38, "It dreams of hens."),), 1.0, fact=(13, 17))


def answered(question="Who sleeps?", *statements, thumb="up", **more):
    answer = Answer(question, statements or (RIGHT,), (), refused=False)
    return Exchange(question, answer, thumb=thumb, **more)


def refused(question="Who flies?", thumb="up", **more):
    answer = Answer(question, (), (), refused=True, reason="nothing here mentions flies")
    return Exchange(question, answer, thumb=thumb, **more)


def test_an_answer_rated_right_is_a_question_with_its_quotes_and_facts():
    (question,), drafts = feedback([(answered("Who sleeps?", RIGHT, replace(DREAM, fact=None)),)], [FOX])
    assert drafts == [] and question.pop("id").startswith("feedback-")
    assert question == {
        "kind": "feedback",
        "question": "Who sleeps?",
        "history": [],
        "expects": "answer",
        "evidence": [
            [
                {"document": "red.txt", "quote": "It dreams of hens."},
                {"document": "red.txt", "quote": "The red fox sleeps."},
            ]
        ],
        "facts": [["red fox"]],
    }
    (question,), _ = feedback([(answered("Who?", replace(RIGHT, fact=None)),)], [FOX])
    assert question["facts"] == []


def test_a_refusal_rated_right_expects_one_and_history_goes_along():
    (question,), drafts = feedback([(answered(thumb=""), refused("And who flies?"))], [FOX])
    assert drafts == [] and (question["expects"], question["evidence"], question["facts"]) == (
        "refusal",
        [],
        [],
    )
    assert question["question"] == "And who flies?"
    assert question["history"] == [["Who sleeps?", "The red fox sleeps. [1]"]]


def test_what_is_right_is_not_made_up_of_what_is_wrong():
    wrong = answered(thumb="down", comment="It is the frog.")
    questions, (draft,) = feedback([(refused(thumb=""), wrong)], [FOX])
    assert questions == [] and not {"expects", "evidence", "facts"} & set(draft)
    assert draft["why"] == "rated wrong" and draft["comment"] == "It is the frog."
    assert draft["answer"] == "The red fox sleeps. [1]" and draft["question"] == "Who sleeps?"
    assert draft["quotes"] == [{"document": "red.txt", "quote": "The red fox sleeps."}]
    assert draft["history"] == [["Who flies?", "The documents do not answer this question."]]


@pytest.mark.parametrize(
    ("exchange", "documents", "why"),
    [
        (refused(where=Where(since=date(2030, 1, 1))), [FOX], "asked with a filter"),
        (replace(answered(), answer=Answer("?", (), (), refused=False)), [FOX], "nothing was answered"),
        (answered(), [replace(FOX, text="The red fox wakes.")], "the documents no longer hold"),
        (answered(), [replace(FOX, id="other.txt")], "the documents no longer hold"),
    ],
)
def test_what_the_eval_set_cannot_say_is_a_draft(exchange, documents, why):
    questions, (draft,) = feedback([(exchange,)], documents)
    assert questions == [] and draft["why"].startswith("rated right, but") and why in draft["why"]


def test_looking_in_all_alike_is_no_filter():
    questions, drafts = feedback([(answered(where=Where()),)], [FOX])
    assert len(questions) == 1 and drafts == []


def test_the_same_question_comes_once_and_any_right_answer_will_do():
    other = answered("Who sleeps?", DREAM)
    (question,), drafts = feedback([(answered(),), (other,), (answered(),)], [FOX])
    assert [q["quote"] for q in question["evidence"][0]] == ["It dreams of hens.", "The red fox sleeps."]
    assert question["facts"] == [["hens", "red fox"]] and drafts == []
    twice = [(answered(thumb="down"),)] * 2
    assert len(feedback(twice, [FOX])[1]) == 1


def test_readers_who_contradict_each_other_settle_nothing():
    questions, drafts = feedback([(answered("Who flies?"),), (refused(),)], [FOX])
    assert questions == [] and len(drafts) == 2
    assert {draft["why"] for draft in drafts} == {"an answer and a refusal were both rated right"}


def test_ids_and_order_depend_on_question_and_history_alone():
    first, second = answered(), refused("And who flies?")
    rated = [(first,), (first, second), (second,), (answered("Who dreams?"),)]
    questions, _ = feedback(rated, [FOX])
    assert feedback(rated[::-1], [FOX])[0] == questions
    ids = [question["id"] for question in questions]
    assert ids == sorted(set(ids)) and len(ids) == 4
    commented = feedback([(replace(first, comment="Yes.", answer=answered("?", DREAM).answer),)], [FOX])[0]
    assert commented[0]["id"] in ids


# The command


@pytest.fixture
def rated(seeds_index, chatbot, tmp_path):
    """The folder of an index of seeds/, with a conversation of which four answers were rated."""
    folder = tmp_path / "index"
    folder.mkdir()
    for part in seeds_index.iterdir():
        (folder / part.name).symlink_to(part)
    asked = (
        ("Who ordered the review?", "up"),
        ("How long was he health secretary?", "up"),
        ("What is the capital of Australia?", "up"),
        ("How big are the targets? \ud83d", "down"),
        ("Who led it?", ""),
    )
    history = ()
    with closing(Archive(folder / NAME)) as archive:
        id = archive.begin("me")
        for turn, (question, thumb) in enumerate(asked, start=1):
            answer = chatbot.ask(question, history=history)
            archive.save("me", id, turn, Exchange(question, answer))
            archive.rate("me", id, turn, thumb, "Hm." if thumb == "down" else "")
            history = (*history, Turn(question, answer.text, tuple(c.quote for c in answer.citations)))
    return folder


def test_the_export_is_an_eval_set(run, rated, seeds_index, tmp_path):
    out, drafts = tmp_path / "questions.jsonl", tmp_path / "drafts.jsonl"
    code, shown, said = run("feedback", "export", "--index", rated, "--out", out, "--drafts", drafts)
    assert (code, shown) == (0, "")
    assert said.splitlines() == [
        f"wrote {out}",
        "questions from answers that were rated right: 3",
        f"wrote {drafts}",
        "drafts to be completed: 1",
    ]
    assert {(q.question, q.expects, len(q.history)) for q in read_questions(out)} == {
        ("Who ordered the review?", "answer", 0),
        ("How long was he health secretary?", "answer", 1),
        ("What is the capital of Australia?", "refusal", 2),
    }
    (draft,) = [json.loads(line) for line in drafts.read_text(encoding="utf-8").splitlines()]
    assert draft["question"] == "How big are the targets? \ud83d" and draft["comment"] == "Hm."
    code, shown, said = run("eval", "--questions", out, "--index", seeds_index, "--json")
    assert code == 0 and "asked 3 of 3" in said
    figures = json.loads(shown)["all"]
    assert figures["answer_hit"] == figures["citation_recall"] == figures["citation_precision"] == 1
    assert figures["refusal_f1"] == 1
    code, _, said = run("eval", "--questions", drafts, "--index", seeds_index)
    assert code == 1 and "line 1, is no question (KeyError: 'expects')" in said


def test_without_files_the_questions_are_printed_and_the_rest_is_counted(run, rated, tmp_path):
    code, shown, said = run("feedback", "export", "--index", rated)
    out = tmp_path / "questions.jsonl"
    run("feedback", "export", "--index", rated, "--out", out)
    assert code == 0 and shown == out.read_text(encoding="utf-8") and shown.count("\n") == 3
    assert (
        "left out, to be completed by somebody who knows what is right: 1 (--drafts FILE writes them)" in said
    )
    assert run("feedback", "export", "--index", rated) == (code, shown, said)


def test_half_a_surrogate_pair_is_exported(run, small_index):
    with closing(Archive(small_index / NAME)) as archive:
        archive.save("me", archive.begin("me"), 1, refused("Who flies? \ud83d"))
    out = small_index / "out.jsonl"
    assert run("feedback", "export", "--index", small_index, "--out", out)[0] == 0
    assert [question.question for question in read_questions(out)] == ["Who flies? \ud83d"]


def test_nothing_rated_is_an_empty_set(run, small_index):
    Archive(small_index / NAME).close()
    said = "questions from answers that were rated right: 0\n"
    assert run("feedback", "export", "--index", small_index) == (0, "", said)


def test_no_conversations_are_told_in_one_line_and_none_are_made(run, small_index, tmp_path):
    code, out, said = run("feedback", "export", "--index", small_index)
    assert (code, out) == (1, "") and said.startswith(
        f"rag: no conversations in {small_index / NAME}: expected"
    )
    assert said.count("\n") == 1 and not (small_index / NAME).exists()
    (small_index / NAME).write_text("nonsense")
    code, out, said = run("feedback", "export", "--index", small_index)
    assert (code, out) == (1, "") and "file is not a database" in said and said.count("\n") == 1
    (tmp_path / NAME).touch()
    assert "no index in" in run("feedback", "export", "--index", tmp_path)[2]


@pytest.mark.parametrize("arguments", [[], ["import"], ["export", "--wrong"]])
def test_wrong_call_is_a_usage_error(run, arguments):
    code, out, said = run("feedback", *arguments)
    assert (code, out) == (2, "") and said.startswith("usage: rag")
