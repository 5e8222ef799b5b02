"""What an answer must bear: the thing that a follow-up asks of now, and what goes by a number or letter."""

from __future__ import annotations

import pytest
from small import open_over

import rag
from rag.answers.evidence.designations import find_designations

WARD = """# Isolation

| Infection | Room | Mask | Stop when |
|---|---|---|---|
| Tuberculosis | negative pressure | FFP3 | two weeks of treatment |
| Norovirus | side room | surgical if vomiting | 48 hours without symptoms |
| Influenza | cohort bay | surgical | five days after symptoms began |
| Shingles | side room | none | the blisters are dry |
"""
NEWS = """# News of the hall

A home in Band D pays £214 a year for the hall, and one in Band B £150.

Release 3.2 of the booking page is planned for 12 November.

The rent was £36 a year until October 2023. The rent of a plot is £40 a year now.
"""


@pytest.fixture(scope="module")
def ward(embedder, tmp_path_factory):
    return open_over({"ward.md": WARD, "news.md": NEWS}, tmp_path_factory.mktemp("ward"), embedder)


def talk(bot, *questions):
    """The answer to the last of the questions."""
    turns = []
    for question in questions:
        answer = bot.ask(question, history=turns)
        turns.append(rag.Turn(question, answer.text, tuple(c.quote for c in answer.citations)))
    return answer


@pytest.mark.parametrize(
    ("question", "infection"),
    [("and norovirus", "Norovirus"), ("what about flu", "Influenza"), ("And for shingles?", "Shingles")],
)
def test_follow_up_about_another_thing_is_answered_of_that(ward, question, infection):
    answer = talk(ward, "What mask is worn for tuberculosis?", question)
    assert answer.statements[0].text.startswith(f"Infection: {infection}")


@pytest.mark.parametrize("question", ["and scabies", "what about measles?"])
def test_follow_up_about_a_thing_that_is_not_there_is_refused(ward, question):
    assert talk(ward, "What mask is worn for tuberculosis?", question).refused


def test_what_goes_by_a_letter_or_number_must_be_that_one(ward):
    assert "£214" in ward.ask("What does a Band D home pay for the hall?").statements[0].text
    assert "£150" in ward.ask("What does a home in band b pay?").statements[0].text
    for question, named in (
        ("What does a home in Band H pay for the hall?", "Band H"),
        ("When is release 3.3 planned?", "release 3.3"),
    ):
        refused = ward.ask(question)
        assert refused.refused and refused.reason == f"{named} is not named where it speaks of others"


def test_what_was_before_is_not_what_was_told(ward):
    first = talk(ward, "How much is the rent of a plot?")
    assert "£40" in first.statements[0].text
    assert "£36" in talk(ward, "How much is the rent of a plot?", "what was it before").statements[0].text


@pytest.mark.parametrize(
    "text", ["Does it seat 20 people?", "Who is aged 18?", "on 14 May", "What is a permit?", "the next 3"]
)
def test_amounts_ages_and_days_are_no_designations(text):
    assert not [*find_designations(text)]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        *(
            ("quarter 4", "by the fourth quarter"),
            ("quarter 4", "in Q4"),
            ("bay C", "Bays A, B and C are shut"),
        ),
        *(("band G", "Bands A, B, C, D, E, F and G"), ("class B", "Classes A/B")),
    ],
)
def test_designation_is_known_in_other_forms(asked, text):
    (one,) = find_designations(f"What of {asked}?")
    assert one.stands_in(text)


def test_ranges_may_hold_it_and_amounts_are_nothing_like_it():
    (version,), (seat,) = find_designations("What of version 4?"), find_designations("Can it seat 80?")
    assert version.is_spanned_in("Version 3 and newer have it") and version.is_spanned_in("versions 2-5")
    assert not seat.has_like("The ferry can seat 120 people.")


def test_word_that_no_document_has_refuses_what_nothing_was_answered_before(ward):
    """After an answer the documents are known to speak of it; in a question of two parts they are not."""
    answer = talk(ward, "What mask is worn for tuberculosis?", "when is that thrown")
    assert answer.reason is None or "thrown" not in answer.reason
    assert (
        "nothing here mentions thrown"
        in ward.ask("What mask is worn for shingles and when is it thrown?").reason
    )
