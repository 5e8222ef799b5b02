"""What was typed is told apart: a question, a word that asks nothing, something asked about the documents."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from functools import cache

import numpy as np
import pytest
from small import ROOT

from eval.questions import read_questions
from rag.questions.intents import ASKS_NOTHING, find_intent

# What one writer typed, of whose lines none was learned from.
WRITTEN = (ROOT / "tests/data/utterances.jsonl").read_text(encoding="utf-8").splitlines()
LINES = [(row["kind"], row["text"]) for row in map(json.loads, WRITTEN)]
PHRASES = tomllib.loads((ROOT / "tests/data/requests.toml").read_text(encoding="utf-8"))
WAYS = [str.upper, str.title, "{}!".format, "  {}  ".format, "{}…".format]
REQUESTS = [(intent, line) for intent, lines in PHRASES.items() for line in lines.split("\n") if line]


@cache
def intent_of(line):
    return find_intent(line).intent


def test_small_talk_of_somebody_else_is_told_from_questions():
    found = [(kind, intent_of(line)) for kind, line in LINES]
    small_talk = [(kind, intent) for kind, intent in found if kind != "question"]
    assert np.mean([intent in ASKS_NOTHING for _, intent in small_talk]) >= 0.77
    assert np.mean([intent == kind for kind, intent in small_talk]) >= 0.7
    assert np.mean([intent in ASKS_NOTHING for kind, intent in found if kind == "question"]) <= 0.005


def test_requests_are_told_apart():
    right = Counter(intent for intent, line in REQUESTS if find_intent(line).intent == intent)
    shares = {intent: right[intent] / len(PHRASES[intent].split("\n")[1:-1]) for intent in PHRASES}
    assert sum(right.values()) / len(REQUESTS) >= 0.97
    assert min(shares.values()) >= 0.9


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_capitals_and_signs_make_no_difference(way):
    """Of each line in one way."""
    lines = [line for _, line in LINES[way :: len(WAYS)]]
    assert [line for line in lines if find_intent(WAYS[way](line)).intent != intent_of(line)] == []


def test_no_question_of_the_eval_set_is_swallowed():
    asked = [q.question for q in read_questions(ROOT / "eval/questions.jsonl")]
    assert [question for question in asked if find_intent(question).intent in ASKS_NOTHING] == []


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("Hi, thanks! And when is it due?", "And when is it due?"),
        ("Hello, who is the mayor? Thanks a lot!", "who is the mayor?"),
        ("Good morning. I live in Leeds. Who is my mayor?", "I live in Leeds. Who is my mayor?"),
        ("Hey can you tell me who chairs the board", "can you tell me who chairs the board"),
        ("ok so how long is the break?", "how long is the break?"),
        ("Shorter please: when is it due?", "when is it due?"),
        ("Rubbish: when is it collected?", "Rubbish: when is it collected?"),
        ("You idiot, when is it due?", "when is it due?"),
        ("What did they do together?", "What did they do together?"),
        ("Thanks to whom was it built?", "Thanks to whom was it built?"),
        ("Hello World is printed by which program?", "Hello World is printed by which program?"),
    ],
)
def test_what_stands_around_a_question_is_taken_off(typed, rest):
    found = find_intent(typed)
    assert (found.text, found.intent) == (rest, "question")


def test_what_stands_around_a_request_is_taken_off():
    assert find_intent("Hi there! How many documents do you have? Cheers").intent == "count"


@pytest.mark.parametrize(
    ("typed", "intent", "target"),
    [
        ("Which document talks about bicycles?", "mentions", "bicycles"),
        ("Where is the mill mentioned?", "mentions", "the mill"),
        ("Do you have anything about pensions?", "mentions", "pensions"),
        ("Summarise the travel policy in three sentences", "gist", "the travel policy"),
        ("Can you give me a short summary of the minutes?", "gist", "the minutes"),
        ("What is this about?", "gist", "this"),
        ("Summarise this document", "gist", "this document"),
        ("Summarise our conversation", "recall", ""),
        ("tl;dr", "gist", ""),
        ("Who wrote the post about the depot?", "author", "the post about the depot"),
        ("When was the memo published?", "date", "the memo"),
    ],
)
def test_what_is_asked_about(typed, intent, target):
    found = find_intent(typed)
    assert (found.intent, found.target) == (intent, target)


@pytest.mark.parametrize("typed", ["How does this work?", "What is this about?"])
def test_it_is_what_was_spoken_of(typed):
    assert find_intent(typed, follows=True).intent == "question"
    assert find_intent(typed).intent != "question"


@pytest.mark.parametrize(
    "typed", ["wann ist mittagsruhe", "Où est la bibliothèque", "parking", "Wo wohnt er?"]
)
def test_what_has_no_known_word_is_a_question(typed):
    assert find_intent(typed).intent == "question"


@pytest.mark.parametrize(
    "question",
    [
        "How does the system work?",
        "What benefits does the program offer?",
        "Who runs the program?",
        "Is it safe?",
        "What is covered?",
        "What data is stored?",
        "How many books can we borrow at once?",
        "What is the main point of contact?",
        "List the most important things to pack",
        "Which article covers termination?",
        "Can I answer in English?",
    ],
)
def test_question_that_looks_like_small_talk_is_one(question):
    assert find_intent(question).intent == "question"
    assert find_intent(question, follows=True).intent == "question"


@pytest.mark.parametrize(
    "question",
    [
        "Do you insure boats?",
        "are you liable if my bike is stolen",
        "Are you going to build more flats?",
        "are you near the beach",
        "Are you a member of the league?",
        "are your trains on strike",
        "Is your hall free on Friday?",
        "can you come out tonight to look at my drain",
    ],
)
def test_what_is_asked_of_those_who_wrote_the_documents_is_a_question(question):
    """None of these was learned from."""
    assert find_intent(question).intent == "question"
