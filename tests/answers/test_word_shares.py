"""A sentence is outdone by one like it that bears the same words of the question and more."""

from __future__ import annotations

import pytest

from rag.answers.word_shares import find_outdone

ASKED = ["basic", "plan", "cost"]


def outdone(*said):
    held = [set(sentence.split()) for sentence in said]
    return find_outdone(ASKED, held, held).tolist()


def test_the_like_sentence_without_a_word_of_the_question_is_outdone():
    basic, premium = "basic plan cost nine", "premium plan cost nine"
    assert outdone(basic, premium) == [0.0, pytest.approx(3 / 5)]


def test_a_sentence_that_bears_another_word_of_the_question_is_not():
    assert outdone("basic plan", "plan cost") == [0.0, 0.0]


def test_two_that_bear_the_same_are_even():
    assert outdone("basic plan nine", "basic plan twelve") == [0.0, 0.0]


def test_what_bears_nothing_is_outdone_by_as_much_as_it_is_alike():
    assert outdone("fox hen", "basic plan") == [0.0, 0.0]
    assert outdone("fox hen", "basic fox hen") == [pytest.approx(2 / 3), 0.0]
