"""What compares things is asked of each of them; what only looks like it is left whole."""

from __future__ import annotations

import pytest
from small import open_over

from rag.questions.standalone.comparisons import split_comparison

TARIFFS = {
    "tariffs.md": "# Tariffs\n\n## Basic\n\nThe Basic plan costs £9 a month. "
    "The notice period is one month.\n\n"
    "## Premium\n\nThe Premium plan costs £24 a month. The notice period is three months.\n",
    "parks.txt": "Hallow Wood covers 31 hectares. Dogs must be kept on a lead there.\n\n"
    "Mill Meadow covers 12 hectares. It has a pond.\n",
}


def questions(text):
    return [part.question for part in split_comparison(text)]


@pytest.mark.parametrize(
    ("asked", "each"),
    [
        ("Compare the fees of Ely and Bow.", ["What are the fees of Ely?", "What are the fees of Bow?"]),
        (
            "Compare Ely with Bow in population",
            ["What is the population of Ely?", "What is the population of Bow?"],
        ),
        ("What is the difference between an ICB and an ICS?", ["What is an ICB?", "What is an ICS?"]),
        (
            "How does class 310 differ from class 450 in top speed?",
            ["What is the top speed of class 310?", "What is the top speed of class 450?"],
        ),
        (
            "Which class has more seats, 310 or 450?",
            ["What are the seats of class 310?", "What are the seats of class 450?"],
        ),
        (
            "Which is cheaper, the bus or the tram?",
            ["How much does the bus cost?", "How much does the tram cost?"],
        ),
        ("Is the pool warmer than the lake?", ["How warm is the pool?", "How warm is the lake?"]),
        (
            "Do guides get more leave than cooks?",
            ["How much leave do guides get?", "How much leave do cooks get?"],
        ),
        (
            "What is the difference between a user and a manager?",
            ["What is a user?", "What is a manager?"],
        ),
        (
            "bus vs tram: which one has the longer route?",
            ["What is the route of bus?", "What is the route of tram?"],
        ),
        ("The bus or the tram, which is longer?", ["How long is The bus?", "How long is the tram?"]),
        ("Basic vs Gold: roaming", ["What is the roaming of Basic?", "What is the roaming of Gold?"]),
        (
            "Which plan offers more data: Basic, Gold or Family?",
            [f"How much data does {plan} offer?" for plan in ("Basic", "Gold", "Family")],
        ),
    ],
)
def test_each_thing_is_asked_for_the_same(asked, each):
    assert questions(asked) == each


@pytest.mark.parametrize(
    "asked",
    [
        "Compare what MiP and the FT say about targets.",
        "How do the sources differ?",
        "What changed between version 1 and version 2?",
        "Is a later report expected?",
        "Is there a larger budget than last year?",
        "Which ICS is larger than Norfolk?",
        "What is the ratio of men to women?",
        "Who was in the Mapp vs Ohio case",
        "Did Hewitt or Hunt order the review?",
        "How do they compare to tigers?",
    ],
)
def test_no_comparison_of_things_is_left_whole(asked):
    assert questions(asked) == []


@pytest.fixture(scope="module")
def tariffs(tmp_path_factory, embedder):
    return open_over(TARIFFS, tmp_path_factory.mktemp("tariffs"), embedder)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "Compare the price of the Basic and the Premium plan.",
            [("Basic plan", "£9"), ("Premium plan", "£24")],
        ),
        (
            "Which has the longer notice period, Basic or Premium?",
            [("Basic", "one month"), ("Premium", "three")],
        ),
        (
            "Does Mill Meadow or Hallow Wood cover more hectares?",
            [("Mill Meadow", "12"), ("Hallow Wood", "31")],
        ),
    ],
)
def test_the_same_is_told_of_each_thing_under_its_name(tariffs, asked, told):
    answer = tariffs.ask(asked)
    assert [statement.attribution for statement in answer.statements] == [thing for thing, _ in told]
    assert all(value in s.text for s, (_, value) in zip(answer.statements, told, strict=True))


def test_a_thing_of_which_nothing_is_said_is_named(tariffs):
    answer = tariffs.ask("Compare the price of the Basic plan and the Platinum plan.")
    assert "£9" in answer.text
    assert "Platinum" in (answer.reason or "")


def test_each_thing_gets_its_own_sentence_and_what_another_source_says_of_it(tmp_path, embedder):
    flyers = {
        "shop.txt": "The Basic plan costs £9 a month.\n\nThe Premium plan costs £24 a month.\n",
        "flyer.txt": "The Basic plan costs £12 a month, the flyer says.\n",
    }
    answer = open_over(flyers, tmp_path, embedder).ask(
        "Which is cheaper, the Basic plan or the Premium plan?"
    )
    told = {(statement.attribution, statement.text.partition(" plan")[0]) for statement in answer.statements}
    assert told == {("Basic plan", "The Basic"), ("Premium plan", "The Premium")}
    (difference,) = answer.differences
    assert set(difference.values) == {"£9", "£12"}
