""" "Yes." or "No." stands before a sentence that decides the question, and nothing else is changed by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import open_over

import rag
from rag.formats.serialisation import answer_json
from rag.formats.terminal import answer_lines

FACTS = """K2 is the second highest mountain on Earth.
The Quince Bakery does not sell cakes.
Half of the seats in the Gorse Hall are reserved.
The Rook Bridge is 48 metres long.
The minister was asked whether the Corran bridge is safe.
Critics say the Dunmore dam is unsafe.
Upsilon House was built in 1880 and rebuilt in 1921.
The Yarrow Court rejected the claim of the miners.
Anna Weir beat Bella Stone in the final.
Dora Lund chairs the Fern Committee.
RAW files are skipped. HEIC files are converted to JPEG first.
Printing at the Sorrel Library is 10p a sheet in black and white, 40p in colour.
Photographs of residents are not allowed at Teasel House."""


@pytest.fixture(scope="module")
def facts(embedder: rag.Embedder, tmp_path_factory: pytest.TempPathFactory) -> rag.Chatbot:
    """The chatbot over documents of a sentence or two each."""
    files = {f"{number}.txt": f"{fact}\n" for number, fact in enumerate(FACTS.splitlines())}
    return open_over(files, tmp_path_factory.mktemp("facts"), embedder)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is the Rook Bridge 48 metres long?", "yes"),
        ("The Rook Bridge is 48 metres long, isn't it?", "yes"),
        ("Doesn't Dora Lund chair the Fern Committee?", "yes"),
        ("Does the Quince Bakery sell cakes?", "no"),
        ("Did the Yarrow Court accept the claim of the miners?", "no"),
        ("Was Upsilon House built in 1880?", "yes"),
        ("Are photographs of residents allowed at Teasel House?", "no"),
        ("Are RAW files skipped?", "yes"),
        ("Are HEIC files skipped?", None),  # the name stands beside the sentence
        ("Is printing at the Sorrel Library 10p a sheet in colour?", None),
        ("Do you know whether Dora Lund never chairs the Fern Committee?", None),
        ("Doesn't the Quince Bakery sell cakes?", None),  # a "no" could mean either
        ("Is K2 the highest mountain on Earth?", None),
        ("Are the seats in the Gorse Hall reserved?", None),
        ("Is the Corran bridge safe?", None),
        ("Is the Dunmore dam unsafe?", None),
        ("Was Upsilon House built in 1921?", None),
        ("Did Bella Stone beat Anna Weir in the final?", None),
        ("Who chairs the Fern Committee?", None),
    ],
)
def test_word_is_told_where_the_sentence_surely_decides(facts, question, verdict):
    answer = facts.ask(question)
    assert not answer.refused and answer.verdict == verdict
    assert answer.reply == {"yes": "Yes.", "no": "No.", None: ""}[verdict]


@pytest.mark.parametrize(
    "question",
    [
        "Is it true that Dora Lund does not chair the Fern Committee?",
        "Dora Lund doesn't chair the Fern Committee, right?",
    ],
)
def test_what_denies_is_told_no_word_be_it_refused_or_not(facts, question):
    answer = facts.ask(question)
    assert answer.verdict is None and not answer.reply.startswith(("Yes", "No"))


def test_other_value_in_the_same_sentence_is_a_no(ferries):
    assert ferries.ask("Do bicycles cost £6 each way?").verdict == "no"


def test_word_changes_nothing_else_of_an_answer(facts):
    question = "Is the Rook Bridge 48 metres long?"
    asked = facts.understand(question)
    found = facts.retriever.search(asked.parts[0], 30)
    told, plain = facts.ask(question), facts.extractive.answer(asked, [found])
    assert told.verdict == "yes"
    assert replace(told, verdict=None, reply="") == plain


def test_word_stands_before_the_sentence_at_every_door(facts):
    answer = facts.ask("Does the Quince Bakery sell cakes?")
    assert answer.text == "No. The Quince Bakery does not sell cakes. [1]"
    assert answer_json(answer)["verdict"] == "no" and answer_json(answer)["reply"] == "No."
    assert answer_lines(answer, answer.question).splitlines()[:2] == [
        "No.",
        "The Quince Bakery does not sell cakes. [1]",
    ]


def test_what_two_questions_ask_at_once_gets_no_word(facts):
    answer = facts.ask("Is the Rook Bridge 48 metres long? Does the Quince Bakery sell cakes?")
    assert answer.verdict is None and len(answer.statements) == 2


def test_followup_whose_subject_was_said_before_gets_no_word(facts):
    before = rag.Turn("What does the Quince Bakery do?", "The Quince Bakery does not sell cakes. [1]")
    assert facts.ask("Does it sell cakes?", history=[before]).verdict is None
