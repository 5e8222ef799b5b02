"""Which end of which measure a superlative asks for."""

from __future__ import annotations

import pytest

from rag.language.measures import asks_for_extreme, find_measures


@pytest.mark.parametrize(
    ("text", "noun", "end"),
    [
        ("the heaviest pump", "weight", "greatest"),
        ("the lightest pump", "weight", "least"),
        ("the fastest bike", "speed", "greatest"),
        ("the fastest route", "duration", "least"),
        ("the slowest bike", "speed", "least"),
        ("the most expensive room", "price", "greatest"),
        ("the least expensive room", "price", "least"),
        ("the oldest member", "age", "greatest"),
        ("the oldest bridge", "built", "least"),
        ("the youngest member", "age", "least"),
        ("the newest release", "date", "greatest"),
        ("the nearest stop", "distance", "least"),
    ],
)
def test_each_superlative_measures_one_end(text, noun, end):
    assert {measure.end for measure in find_measures(text) if noun in measure.nouns} == {end}


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("Which room is the largest that seats at least 20?", "greatest"),
        ("Which has the fewest seats?", "least"),
        ("Which rooms seat at most 20?", None),
        ("What is the fastest way?", "greatest"),
    ],
)
def test_a_limit_is_no_superlative(question, end):
    assert asks_for_extreme(question) == end
