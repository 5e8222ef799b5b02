"""What changes a sentence comes before it: a deed that names the part, a later document that says so."""

from __future__ import annotations

import re

import pytest
from small import open_over

LEASE = """LEASE OF THE OLD FORGE

dated 2 May 2021

1. RENT

1.1 The Tenant pays a rent of £900 a month.
1.2 The Tenant pays within 14 days of a demand.

2. REPAIRS

2.1 The Landlord repairs the roof and the outer walls.
2.2 The Tenant repairs the windows.
2.3 The Tenant sweeps the chimney every autumn.

SCHEDULE 1: PEOPLE

Agent: Nils Aspen
Surveyor: Orla Quint
"""
DEED = """DEED OF VARIATION

dated 9 June 2023, to the lease of the Old Forge

Changes

1. In clause 1.1 "£900" is replaced by "£1,050".
2. In Schedule 1 the Surveyor is Petra Lomax.
3. Clause 2.3 is deleted.
4. In clause 2.1 "roof" is replaced by "roof, the gutters".
"""
FLAT = """LEASE OF THE FLAT

2.3 The lodger airs the stairs of the flat.
1.1 The lodger pays a rent of £300 a month for the flat above the shop.
"""
HANDBOOK = """---
title: Staff handbook
date: 2022-01-10
---
# Leave

New fathers have two weeks of paternity leave.

Everybody has 25 days of annual leave.
"""
MEMO = """---
title: Changes to the handbook
date: 2023-08-01
---
From September the following changes apply:

- Paternity leave becomes four weeks.
- The summer party is in July.
"""


@pytest.fixture(scope="module")
def lease(tmp_path_factory, embedder):
    files = {"lease.txt": LEASE, "deed.txt": DEED, "flat.txt": FLAT}
    return open_over(files, tmp_path_factory.mktemp("lease"), embedder)


@pytest.fixture(scope="module")
def handbook(tmp_path_factory, embedder):
    files = {"handbook.md": HANDBOOK, "memo.md": MEMO}
    return open_over(files, tmp_path_factory.mktemp("leave"), embedder)


@pytest.mark.parametrize(
    ("question", "change", "before"),
    [
        ("How much rent does the tenant of the forge pay?", "£1,050", "£900 a month"),
        ("Who is the surveyor?", "Petra Lomax", "Orla Quint"),
        ("Who sweeps the chimney every autumn?", "Clause 2.3 is deleted", "sweeps the chimney"),
        ("Who repairs the roof?", "roof, the gutters", "repairs the roof"),
    ],
)
def test_what_a_deed_changes_comes_first_and_the_old_wording_beneath(lease, question, change, before):
    answer = lease.ask(question)
    assert change in answer.statements[0].text
    assert before in answer.statements[1].text
    assert all(statement.attribution for statement in answer.statements)
    assert answer.statements[1].fact is None  # what no longer holds is not marked


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Within how many days of a demand does the tenant pay?", "14 days"),  # the clause beside is changed
        ("Who repairs the windows?", "repairs the windows"),
        ("Who is the agent?", "Nils Aspen"),  # of the schedule of which another line is changed
        ("How much does the lodger pay for the flat above the shop?", "£300"),  # clause 1.1 of another lease
        ("Who airs the stairs of the flat?", "The lodger airs"),  # clause 2.3 of another lease
    ],
)
def test_what_is_not_changed_is_told_alone(lease, question, words):
    answer = lease.ask(question)
    assert words in answer.statements[0].text
    assert not any(re.search("replaced|deleted", statement.text) for statement in answer.statements)


def test_later_document_that_says_what_changes_comes_first(handbook):
    answer = handbook.ask("How long is paternity leave?")
    assert [("four weeks" in s.text, "two weeks" in s.text) for s in answer.statements] == [
        (True, False),
        (False, True),
    ]
    assert "2023" in answer.statements[0].attribution and "2022" in answer.statements[1].attribution


def test_question_of_what_once_held_is_answered_by_that(handbook):
    answer = handbook.ask("How long was paternity leave in 2022?")
    assert "two weeks" in answer.statements[0].text


def test_what_the_later_document_does_not_change_is_told_alone(handbook):
    assert [s.text for s in handbook.ask("How many days of annual leave are there?").statements] == [
        "Everybody has 25 days of annual leave."
    ]


CLUBS = "Club,Day,Room\nDrama,Tuesday,Hall\nChess,Friday,Library\nKnitting,Monday,Attic\n"
NEWS = """Drama club moves to Wednesday since the hall is let on Tuesdays.

Chess club has a new board. It is kept in the Library, and Ada Moss, who moved here in May, gave it.
"""
LOG = """# Decisions

| No. | Decision | Status |
|---|---|---|
| D-3 | Tea is served at four | superseded by D-7 |
| D-4 | Cake is served on Sundays | in force |
| D-7 | Tea is served at three | in force |
"""


def test_notice_that_moves_a_day_comes_before_the_list_that_has_it(tmp_path, embedder):
    clubs = open_over({"clubs.csv": CLUBS, "news.txt": NEWS}, tmp_path, embedder)
    moved, before = clubs.ask("When is the drama club?").statements
    assert "Wednesday" in moved.text and "Tuesday" in before.text
    assert "Library" in clubs.ask("In which room is the chess club?").statements[0].text.split(" · ")[-1]


def test_row_that_says_what_supersedes_it_comes_behind_that(tmp_path, embedder):
    log = open_over({"log.md": LOG}, tmp_path, embedder)
    assert [s.text.split(" · ")[0] for s in log.ask("Is tea served at four?").statements] == [
        "No.: D-7",
        "No.: D-3",
    ]
    assert [s.text.split(" · ")[0] for s in log.ask("When is cake served?").statements] == ["No.: D-4"]
    still = log.ask("Is D-3 still in force?").statements  # and not all that are
    assert [s.text.split(" · ")[0] for s in still] == ["No.: D-7", "No.: D-3"]


def test_number_of_votes_is_no_decision(tmp_path, embedder):
    files = {
        "news.txt": "The mayor Ada Bell was replaced by 14 votes to 9 by Ben Cole.",
        "hall.txt": "14 people came to the meeting of the mayor.",
    }
    answer = open_over(files, tmp_path, embedder).ask("Who replaced the mayor Ada Bell?")
    assert "Ben Cole" in answer.statements[0].text


def test_later_change_of_something_else_stays_behind(tmp_path, embedder):
    files = {
        "agm.md": "---\ndate: 2024-01-05\n---\nThe annual meeting is on 12 May in the hut.\n",
        "paths.md": "---\ndate: 2024-02-09\n---\nOn 12 May the water is turned on, and moves to the hut.\n",
    }
    answer = open_over(files, tmp_path, embedder).ask("When is the annual meeting?")
    assert "annual meeting" in answer.statements[0].text
