"""What changed between versions is told by the sentences that differ, the older beside the newer."""

from __future__ import annotations

import pytest
from small import open_over

from rag import Turn

LEASES = {
    "lease-v1.md": "# Bike lease, version 1\n\nEffective 3 May 2021.\n\n"
    "A bike is lent for 14 days. It is fetched at the gate. A deposit of £40 is asked for.\n",
    "lease-v2.md": "# Bike lease, version 2\n\nEffective 9 June 2023.\n\n"
    "A helmet comes with it.\n\nA bike is lent for 21 days. It is fetched at the gate.\n",
    "lease-v3.md": "# Bike lease, version 3\n\nEffective 1 July 2024.\n\n"
    "A helmet comes with it.\n\nA bike is lent for 30 days. It is fetched at the gate.\n",
    "rooms.md": "# Rooms\n\nThe hall seats 90 people. Doors close at ten.\n",
}


@pytest.fixture(scope="module")
def leases(tmp_path_factory, embedder):
    return open_over(LEASES, tmp_path_factory.mktemp("leases"), embedder)


def told(answer):
    return [(statement.citations[0].document.id, statement.text) for statement in answer.statements]


def test_the_versions_named_are_compared_sentence_by_sentence(leases):
    answer = leases.ask("What changed between version 1 and version 2 of the bike lease?")
    assert told(answer) == [
        ("lease-v1.md", "Effective 3 May 2021."),
        ("lease-v2.md", "Effective 9 June 2023."),
        ("lease-v2.md", "A helmet comes with it."),
        ("lease-v1.md", "A bike is lent for 14 days."),
        ("lease-v2.md", "A bike is lent for 21 days."),
        ("lease-v1.md", "A deposit of £40 is asked for."),
    ]
    assert answer.statements[0].attribution == "Bike lease, version 1 (3 May 2021)"
    assert all(c.quote == c.document.text[c.start : c.end] for c in answer.citations)


def test_without_numbers_the_two_latest_are_compared(leases):
    answer = leases.ask("How has the bike lease changed?")
    assert [text for _, text in told(answer)] == [
        "Effective 9 June 2023.",
        "Effective 1 July 2024.",
        "A bike is lent for 21 days.",
        "A bike is lent for 30 days.",
    ]


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        ("what changed", (2, 3)),
        ("Which changes were made in the new version?", (2, 3)),
        ("diff version 1 and 2", (1, 2)),
        ("What changed between versions 1 and 3?", (1, 3)),
        ("What changed in version 2?", (1, 2)),
        ("What has changed since version 1?", (1, 3)),
        ("How do the first and the second version differ?", (1, 2)),
        ("What is the difference between the old and the new bike lease?", (2, 3)),
        ("In what way does version 3 differ from version 2?", (2, 3)),
        ("what was removed since the last edition", (2, 3)),
    ],
)
def test_people_ask_for_changes_in_many_words(leases, asked, compared):
    answer = leases.ask(asked)
    assert "these sentences differ" in answer.reply
    assert {c.document.id for c in answer.citations} == {f"lease-v{number}.md" for number in compared}


def test_a_version_that_is_not_there_is_said_to_be_missing(leases):
    assert leases.ask("What changed in version 9?").reply.startswith("There is no version 9 here. Between")


@pytest.mark.parametrize(
    "asked",
    [
        "When was the bike lease changed?",
        "How do I change the lease?",
        "What was introduced in 2021?",
        "What is the difference between a bike and a helmet?",
        "Is a new deposit asked for?",
        "What is the difference between -n and -q?",
        "Compare A, B and C.",
    ],
)
def test_other_questions_with_such_words_are_left_to_the_text(leases, asked):
    assert leases.ask(asked).kind in ("answer", "refusal")


def test_what_differs_is_that_which_was_spoken_of_before(leases):
    before = [Turn("How many people does the hall seat?", "The hall seats 90 people.")]
    assert leases.ask("How do they differ?", history=before).kind in ("answer", "refusal")


def test_what_has_no_other_version_is_asked_of_the_text(leases):
    answer = leases.ask("What changed in the hall?")
    assert answer.kind in ("answer", "refusal")


def test_versions_that_say_the_same_are_said_to(tmp_path, embedder):
    same = {f"keys-v{n}.md": f"# Keys, version {n}\n\nThe key hangs behind the door.\n" for n in (1, 2)}
    answer = open_over(same, tmp_path, embedder).ask("What are the differences between the versions?")
    assert (answer.statements, answer.reply) == (
        (),
        "Keys, version 1 (keys-v1.md) and Keys, version 2 (keys-v2.md) say the same.",
    )
