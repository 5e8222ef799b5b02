"""The form that an answer has is read from the question."""

from __future__ import annotations

import pytest

from rag.questions.forms import asks_cause, asks_present, form_of, step_of


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("How do I reset the router?", "steps"),
        ("How to bake bread?", "steps"),
        ("What are the steps to close the valve?", "steps"),
        ("What is the procedure for a spill?", "steps"),
        ("How is the pump installed?", "steps"),
        ("What do I do after I close the valve?", "next"),
        ("What comes next?", "next"),
        ("Which ports does it use?", "list"),
        ("Who are the trustees?", "list"),
        ("List the rules of the den.", "list"),
        ("Give me every rule of the den.", "list"),
        ("What would they give me for it?", ""),
        ("How many rules are there?", "count"),
        ("Which depot has the highest rent?", "greatest"),
        ("What is the lowest fee?", "least"),
        ("Which room has the largest number of seats?", "greatest"),
        ("What does the fee cover?", ""),
        ("What is the fee?", ""),
        ("What was the fee in 2019?", ""),
        ("When is the rent due?", ""),
        ("Who is the mayor of Eastham?", ""),
        ("How old is the mill?", ""),
        ("", ""),
    ],
)
def test_form(question, form):
    assert form_of(question) == form


@pytest.mark.parametrize(
    ("question", "step"),
    [
        ("What is step 6 of the reset?", 6),
        ("What does rule 12 say?", 12),
        ("What is item no. 3?", 3),
        ("What happened in 2019?", None),
        ("What is the 6th step?", None),
    ],
)
def test_step(question, step):
    assert step_of(question) == step


@pytest.mark.parametrize(
    ("question", "present"),
    [
        ("What is the fee?", True),
        ("Who is currently the mayor?", True),
        ("What was decided at the latest meeting?", True),
        ("What was the fee?", False),
        ("Who used to be the mayor?", False),
        ("What is the fee in version 2?", False),
        ("How has the fee changed?", False),
    ],
)
def test_present(question, present):
    assert asks_present(question) == present


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Why is the gate shut?", True),
        ("how come it is shut", True),
        ("And what for?", True),
        ("What are the main reasons for the delay?", True),
        ("On what grounds was it refused?", True),
        ("What causes the noise?", True),
        ("Which grounds are open on Sunday?", False),
        ("Which causes does the charity support?", False),
        ("What is the reason code?", False),
        ("What is the fee for a dog?", False),
    ],
)
def test_why_is_told_from_what_only_has_its_words(question, why):
    assert asks_cause(question) == why
