"""A look-up takes the row that bears most of what the question names, and all that it does not tell apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layouts import markdown, rows_of

from rag.answers.layout.lookup import find_alike, order_rows
from rag.datatypes import Question

PASSES = markdown(
    "| Pass | Lakes | Adult | Child | Sold |\n|---|---|---|---|---|\n"
    "| Day | A | 4.50 | 2.25 | pier |\n| Day | A+B | 6.00 | 3.00 | pier |\n"
    "| Week | A+B | 22.00 | 11.00 | shop, valid on each day |\n"
    "| 4-week | A+B | 70.00 | 35.00 | shop |\n| Family day | A+B | 14.00 | | pier |\n"
)


def first_of(question, best):
    """The first two cells of the row that comes first, where that with the place `best` scored best."""
    rows = rows_of(PASSES)
    scored = [replace(row, score=5.0 if place == best else 4.0) for place, row in enumerate(rows)]
    ordered = order_rows(Question(question), sorted(scored, key=lambda row: -row.score))
    return " ".join(cell.partition(": ")[2] for cell in ordered[0].text.split(" · ")[:2])


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("How much is a week on A+B for adults?", "Week A+B"),
        ("How much is a 4-week pass for A+B?", "4-week A+B"),
        ("How much is a day on A for a child?", "Day A"),
        ("How much is a day on A+B for a child?", "Day A+B"),
        ("How much is a family day?", "Family day A+B"),
    ],
)
@pytest.mark.parametrize("best", range(5))
def test_row_whose_cells_the_question_holds_whole_comes_first(question, row, best):
    assert first_of(question, best) == row


def test_article_is_no_letter_of_a_cell():
    assert first_of("How much is a day pass for a child?", 1) == "Day A+B"


def test_rows_that_bear_less_than_the_first_are_left_out():
    ordered = order_rows(Question("How much is a day on A?"), rows_of(PASSES))
    assert [row.text.split(" · ")[:2] for row in ordered] == [["Pass: Day", "Lakes: A"]]


def test_rows_that_the_question_does_not_tell_apart_are_all_told():
    rows = order_rows(Question("How much is a day pass?"), rows_of(PASSES))
    alike = find_alike(Question("How much is a day pass?"), rows)
    assert [row.text.split(" · ")[1] for row in alike] == ["Lakes: A", "Lakes: A+B"]


def test_row_far_worse_than_another_like_it_is_not_told():
    rows = [replace(row, score=-4.0 * place) for place, row in enumerate(rows_of(PASSES))]
    assert find_alike(Question("How much is a day pass?"), rows) == []


def test_question_that_names_no_cell_leaves_the_order():
    rows = rows_of(PASSES)
    assert order_rows(Question("What is valid?"), rows) == rows  # a word of the third
    assert order_rows(Question("How much does it cost?"), rows) == rows
    assert find_alike(Question("How much does it cost?"), rows) == []


LEAVE = markdown(
    "| Leave | Weeks | Pay |\n|---|---|---|\n"
    "| Maternity | 52 | 9 weeks full pay |\n| Paternity | 2 | full pay |\n"
)


def test_follow_up_keeps_the_row_of_the_question_before_unless_it_asks_of_another():
    rows = rows_of(LEAVE)
    before = ("How long is maternity leave?",)
    same = Question("How much of it is full pay?", context="maternity leave", follows=before)
    assert order_rows(same, rows)[0].text.startswith("Leave: Maternity")
    other = Question("And for paternity?", context="maternity leave", follows=before, instead="paternity")
    assert order_rows(other, rows)[0].text.startswith("Leave: Paternity")
