"""The words told to yes/no questions are counted, and the right ones among them."""

from __future__ import annotations

import json
from collections import Counter

from eval.yes_no import QUESTIONS, Told, show, table
from rag.datatypes import Answer


def told(verdict, right):
    return Told("Is it so?", right, Answer("Is it so?", (), (), refused=False, verdict=verdict))


def test_words_told_are_counted_and_no_word_is_no_error():
    figures = table([told("yes", "yes"), told("yes", "maybe"), told("no", "no"), told(None, "no")])
    lines = figures.splitlines()
    assert lines[0] == "4 questions, 0 refused"
    assert lines[1].split()[:5] == ["yes", "told", "2,", "right", "1"]
    assert lines[2].split()[:5] == ["no", "told", "1,", "right", "1"]
    assert lines[3].split()[:6] == ["either", "told", "3,", "right", "2", "0.67"]


def test_each_question_is_shown_with_its_word():
    assert next(show([told("no", "yes")])).startswith("no   right yes   Is it so?")


def test_half_of_the_questions_are_to_be_answered_with_no():
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["answer"] for row in rows) == {"yes": 20, "no": 20}
