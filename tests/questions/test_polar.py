"""A question that yes or no answers is turned into the claim that it asks the truth of."""

from __future__ import annotations

import pytest

from rag.questions.polar import polar_of


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Does MiP support cutting targets?", "MiP supports cutting targets"),
        ("Is the fee 10%?", "the fee is 10%"),
        ("Has the pier been repaired?", "the pier has been repaired"),
        ("Can I bring my dog?", "I can bring my dog"),
        ("Do dogs travel free?", "dogs travel free"),
        ("Is K2 the highest mountain?", "K2 is the highest mountain"),
        ("Is there a lift on the ship?", "there is a lift on the ship"),
        ("Was the Hewitt review ordered by Hunt?", "the Hewitt review was ordered by Hunt"),
        ("Can wheelchairs be borrowed at the pier?", "wheelchairs can be borrowed at the pier"),
        ("Does the museum have any debts?", "the museum has debts"),
        ("So, is the review due in May or not?", "the review is due in May"),
        ("The crossing takes 55 minutes, right?", "The crossing takes 55 minutes"),
        ("The pier is closed, isn't it?", "The pier is closed"),
        ("The pier isn't closed, right?", "The pier isn't closed"),
        ("Is it true that the pier is not closed?", "the pier is not closed"),
        ("Do you know whether the pier is closed?", "the pier is closed"),
        ("Is it true that the pier is closed?", "the pier is closed"),
    ],
)
def test_claim_has_the_words_in_the_order_of_a_statement(question, claim):
    assert polar_of(question) == (claim, False)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Doesn't MiP support it?", "MiP supports it"),
        ("Does MiP not support it?", "MiP supports it"),
        ("Isn’t it true that the fee was raised?", "the fee was raised"),
        ("Can't dogs travel free?", "dogs can travel free"),
        ("The pier isn't closed, is it?", "The pier is closed"),
    ],
)
def test_denial_is_taken_out_of_the_claim_and_told(question, claim):
    assert polar_of(question) == (claim, True)


@pytest.mark.parametrize(
    "question",
    [
        "When is the review due?",
        "Which guided tours are there?",
        "Who should I ask if the lift breaks?",
        "Is it in May or in June?",
        "Can you tell me what it costs?",
        "Could you list the ports?",
        "Do you know when it opens?",
        "Does the report say how many came?",
        "I have a dog. Is it free?",
        "the pier",
        "Is?",
        "",
    ],
)
def test_what_yes_does_not_answer_has_no_claim(question):
    assert polar_of(question) is None
