"""What a question demands of the rows of a table: bounds in any unit, days, yes and no."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from layouts import markdown, rows_of

from rag.answers.layout.tables import MOST_LISTED, find_extreme, find_open_cell, find_rows
from rag.datatypes import Question
from rag.questions.forms import asks_several, form_of
from rag.questions.polar import polar_of


def ask(text, *follows):
    polar = None if follows else polar_of(text)
    return Question(
        text,
        follows=follows,
        form=form_of(text),
        several=asks_several(text),
        claim=polar.claim if polar else "",
    )


def found(outline, question, *follows):
    """The first cells of the rows that are found, and how; None if none are."""
    rows = find_rows(ask(question, *follows), rows_of(outline))
    return rows and ([row.text.split(" · ")[0].partition(": ")[2] for row in rows[0]], rows[1])


ROOMS = markdown(
    "| Room | Seats | Projector | Step-free | Rent | Built |\n|---|---|---|---|---|---|\n"
    "| Alder | 12 | yes | no | £80 | 1987 |\n| Birch | 30 | no | yes | £140 | May 2004 |\n"
    "| Cedar | 45 | yes (new) | yes | £210 | 12/03/2019 |\n| Dogwood | 8 | no | no | £55.50 | 2015 |\n"
)


@pytest.mark.parametrize(
    ("question", "rooms"),
    [
        ("Which rooms seat more than 30 people?", ["Cedar"]),
        ("Which rooms seat at least 30 people?", ["Birch", "Cedar"]),
        ("How many rooms have no more than 12 seats?", ["Alder", "Dogwood"]),
        ("Which rooms have a rent between £80 and £140?", ["Alder", "Birch"]),
        ("Which rooms cost under 60 pounds?", ["Dogwood"]),
        ("What costs more than £100?", ["Birch", "Cedar"]),
        ("Which rooms have a projector?", ["Alder", "Cedar"]),
        ("Which rooms have no projector?", ["Birch", "Dogwood"]),
        ("Which rooms are not step-free?", ["Alder", "Dogwood"]),
        ("Which step-free rooms have a projector?", ["Cedar"]),
        ("Which step-free rooms cost less than £150?", ["Birch"]),
        ("Which rooms were built after 2004?", ["Cedar", "Dogwood"]),
        ("Which rooms were built since 2004?", ["Birch", "Cedar", "Dogwood"]),
        ("Which rooms were built before May 2004?", ["Alder"]),
    ],
)
def test_rows_are_those_that_meet_all_that_is_demanded(question, rooms):
    assert found(ROOMS, question)[0] == rooms


def test_it_is_said_how_rows_were_chosen():
    _, how = found(ROOMS, "Which step-free rooms cost less than £150?")
    assert how == "1 of 4 rows, those with “Step-free: yes”, “Rent: less than £150”"


def test_none_within_a_bound_is_said_and_not_another_row():
    assert found(ROOMS, "Which rooms cost over £1,000?") == (
        [],
        "none of 4 rows, those with “Rent: over £1,000”",
    )


@pytest.mark.parametrize(
    "question",
    [
        "Is there a room with more than 30 seats?",  # asks for a word, not for rows
        "Why has the Birch room no projector?",
        "Which rooms have more than 30 windows and 2 doors?",  # of 2 nothing is known
        "How old is Cedar?",
    ],
)
def test_what_demands_nothing_that_a_column_tells_chooses_no_rows(question):
    assert found(ROOMS, question) is None


def test_units_are_compared_as_what_they_measure():
    walks = markdown(
        "| Walk | Length | Sack (kg) | Start | End |\n|---|---|---|---|---|\n"
        "| Beacon | 4.5 km | 2 | 06:50 | 08:05 |\n"
        "| Quarry | 12 km | 3.5 | 09:15 | 14:40 |\n| Mill | 800 m | 1 | 17:20 | 18:00 |\n"
    )
    assert found(walks, "Which walks are longer than 900 metres?")[0] == ["Beacon", "Quarry"]
    assert found(walks, "Which walks need less than 2500 g of sack?")[0] == ["Beacon", "Mill"]
    assert found(walks, "Which walks start from 9 am?")[0] == ["Quarry", "Mill"]
    assert found(walks, "Which walks end before 2:45 pm?")[0] == ["Beacon", "Quarry"]


DISHES = markdown(
    "| Dish | Price | Vegan | Nuts |\n|---|---|---|---|\n| Pie | £11 | no | no |\n| Soup | £6 | yes | no |\n"
    "| Salad | £9.50 | yes | yes |\n| Cake | £8 | no | yes |\n"
)


@pytest.mark.parametrize(
    ("question", "dishes"),
    [
        ("Which dishes have no nuts and are vegan?", ["Soup"]),
        ("Which dishes are vegan and without nuts?", ["Soup"]),
        ("Which dishes are free of nuts?", ["Pie", "Soup"]),
        ("Which dishes lack nuts?", ["Pie", "Soup"]),
        ("Which dishes are suitable for vegans who avoid nuts?", ["Soup"]),
        ("Which non-vegan dishes have nuts?", ["Cake"]),
        ("Which dishes do not cost more than £9?", ["Soup", "Cake"]),
        ("Which dishes don't cost less than £9?", ["Pie", "Salad"]),
        ("Which dishes cost less than £7 or more than £10?", ["Pie", "Soup"]),
    ],
)
def test_what_is_denied_and_no_more_is_left_out(question, dishes):
    assert found(DISHES, question)[0] == dishes


TRIPS = markdown(
    "| Trip | Places left | Fee | Day | Built |\n|---|---|---|---|---|\n| Run | 40 | free | 5 June | 1987 |\n"
    "| Ride | 8 | £5–£20 | 6 to 8 June | 2015 |\n| Walk | 3 | £12 | 9 June | 2001 |\n"
)
PASSES = markdown(
    "| Age | Price | Valid |\n|---|---|---|\n| under 12 | £2 | 30 |\n| 12-64 | £9 | 90 |\n"
    "| over 65 | £6 | 365 |\n"
)


@pytest.mark.parametrize(
    ("table", "question"),
    [
        (TRIPS, "Which trips cost less than £10?"),  # of half of them it cannot be told
        (TRIPS, "Which trips take over 30 minutes?"),  # no column is of that
        (ROOMS, "Which rooms can we book in March?"),  # a year alone is in no month
        (PASSES, "What does a pass cost for someone over 65?"),  # of that a row is itself
        (PASSES, "What is the price for over 30s?"),
    ],
)
def test_no_other_column_is_taken_for_what_is_bounded(table, question):
    assert found(table, question) is None


@pytest.mark.parametrize(
    ("question", "trips"),
    [
        ("Which trips are in June?", ["Run", "Ride", "Walk"]),
        ("Which trips are before 6 June?", ["Run"]),
        ("Which trips are over by 8 June?", ["Run", "Ride"]),
        ("Which trips begin after 5 June?", ["Ride", "Walk"]),
        ("Which trips are since 9 June?", ["Walk"]),
    ],
)
def test_days_from_one_to_another_are_all_of_them(question, trips):
    assert found(TRIPS, question)[0] == trips


def test_row_that_gives_a_range_is_left_to_the_reader():
    fees = markdown(
        "| Boat | Fee |\n|---|---|\n| up to 8 m | £10 |\n| 8 to 12 m | £20 |\n| over 12 m | £30 |\n"
    )
    assert found(fees, "What is the fee for boats longer than 10 m?") is None


def test_free_of_something_is_without_it():
    dishes = markdown("| Dish | Nuts | Fish |\n|---|---|---|\n| Pie | ✓ | |\n| Stew | | ✓ |\n| Salad | | |\n")
    assert found(dishes, "Which dishes are nut-free?")[0] == ["Stew", "Salad"]
    assert found(dishes, "Which dishes contain fish?")[0] == ["Stew"]


def test_greatest_is_found_among_the_rows_that_meet_what_is_demanded():
    row, how = find_extreme(ask("Which is the cheapest room with a projector?"), rows_of(ROOMS))
    assert row.text.startswith("Room: Alder") and how.endswith("of 2 rows with “Projector: yes”")


@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=12, unique=True), st.integers(0, 500), st.booleans()
)
def test_bound_admits_what_a_comparison_admits(prices, limit, under):
    table = markdown(
        "| Tool | Price |\n|---|---|\n" + "".join(f"| T{n} | £{p} |\n" for n, p in enumerate(prices))
    )
    question = f"Which tools have a price {'under' if under else 'of at least'} £{limit}?"
    expected = [f"T{n}" for n, p in enumerate(prices) if (p < limit if under else p >= limit)]
    assert found(table, question)[0] == expected


def test_of_many_rows_the_first_are_shown_and_all_counted():
    table = markdown(
        "| Tool | Sharp |\n|---|---|\n" + "".join(f"| T{n} | {'yes' if n else 'no'} |\n" for n in range(31))
    )
    rows, how = found(table, "Which tools are sharp?")
    assert rows == [f"T{n}" for n in range(1, MOST_LISTED + 1)]
    assert how == "30 of 31 rows, those with “Sharp: yes”; the first 20 are shown"


JABS = markdown(
    "| | Rabbit | Guinea pig |\n|---|---|---|\n| jab | £57 | – |\n| neutering | £110 | by quote ✓ |\n"
)


@pytest.mark.parametrize(
    ("question", "row", "column"),
    [
        ("How much is a jab for a guinea pig?", 0, "Guinea pig"),
        ("How much is a jab for a rabbit?", 0, None),
        ("How much is neutering for a guinea pig?", 1, None),
        ("What does a jab cost?", 0, None),  # of which animal is open
        ("Can a guinea pig have a jab?", 0, None),  # asks for a word
        ("What is the price for a guinea pig?", 0, None),  # names no row
    ],
)
def test_cell_that_is_asked_for_may_be_open(question, row, column):
    assert find_open_cell(ask(question), rows_of(JABS)[row]) == column


PROJECTOR = "Which rooms have a projector?"


@pytest.mark.parametrize(
    ("turns", "rooms"),
    [
        ((PROJECTOR, "Which of them are step-free?"), ["Cedar"]),
        ((PROJECTOR, "And which have not?"), ["Birch", "Dogwood"]),
        ((PROJECTOR, "And which do not?", "Which of those are step-free?"), ["Birch"]),
        ((PROJECTOR, "Which of them are step-free?", "and the others"), ["Alder", "Birch", "Dogwood"]),
        ((PROJECTOR, "How many of them seat at least 30?"), ["Cedar"]),
        ((PROJECTOR, "how many of them"), ["Alder", "Cedar"]),
        ((PROJECTOR, "and under £100?"), ["Alder"]),
        (("Which rooms cost under £100?", "And under £60?"), ["Dogwood"]),
        (("Which rooms cost under £100?", "do they have a projector"), ["Alder"]),
        ((PROJECTOR, "Which of them are step-free?", "and which cost under £100?"), ["Alder"]),
        (("Which rooms have no projector?", "And which do?"), ["Alder", "Cedar"]),
        (("Which rooms cost over £60?", "Which of them cost under £200?"), ["Alder", "Birch"]),
    ],
)
def test_rows_told_before_are_meant_again(turns, rooms):
    *before, question = turns
    assert found(ROOMS, question, *before)[0] == rooms


def test_none_of_those_told_before_is_said():
    rows, how = found(ROOMS, "Which of them cost over £300?", PROJECTOR)
    assert not rows
    assert how == "none of 4 rows, those with “Projector: yes”, “Rent: over £300”"


@pytest.mark.parametrize(
    "question", ["And what about Birch?", "Does it have a projector?", "And who owns the mill?"]
)
def test_what_means_one_row_or_something_else_is_not_told_those_before(question):
    assert found(ROOMS, question, PROJECTOR) is None


def test_the_greatest_is_that_of_the_rows_told_before():
    row, how = find_extreme(
        ask("And which is the cheapest of them?", "Which rooms are step-free?"), rows_of(ROOMS)
    )
    assert row.text.startswith("Room: Birch")
    assert how == "the least “Rent” of 2 rows with “Step-free: yes”"


def test_what_a_column_has_need_not_be_said():
    dishes = markdown("| Dish | Contains nuts |\n|---|---|\n| Stew | no |\n| Salad | yes |\n| Pie | no |\n")
    assert found(dishes, "Which dishes are without nuts?")[0] == ["Stew", "Pie"]


PARTS = markdown(
    "| Part no. | What | Price EUR | Stock | Made |\n|---|---|---|---|---|\n"
    "| 40-1001 | die | 890.00 | 6 | 2021-03-02 |\n| 40-1002 | die | 940.00 | 0 | 2023-05-01 |\n"
    "| 40-1410 | switch | 39.00 | 5 | 2023-06-30 |\n| 40-1500 | belt | 1990 | 0 | 2023-07-04 |\n"
    "| 40-1600 | grease | 11.20 | 60 | 2020-01-08 |\n"
)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Which parts are out of stock?", ["40-1002", "40-1500"]),
        ("Which parts have no stock?", ["40-1002", "40-1500"]),
        ("List the parts that were made in 2023.", ["40-1002", "40-1410", "40-1500"]),  # 1990 is a price
    ],
)
def test_column_of_counts_says_what_is_lacking_and_one_of_days_when(question, parts):
    assert found(PARTS, question)[0] == parts


def test_part_in_stock_is_not_asked_for_by_the_name_of_the_column():
    assert found(PARTS, "What stock of belts is there?") is None


@pytest.mark.parametrize(
    ("question", "part", "column"),
    [
        ("Which part is the most expensive?", "40-1500", "Price EUR"),  # and not the greatest part number
        ("Which part number has the highest price?", "40-1500", "Price EUR"),
    ],
)
def test_number_that_names_something_is_no_measure(question, part, column):
    row, how = find_extreme(ask(question), rows_of(PARTS))
    assert row.text.startswith(f"Part no.: {part}") and f"“{column}”" in how


def test_most_of_nothing_in_particular_is_of_the_only_amounts():
    grants = markdown(
        "| Who | Amount | Day |\n|---|---|---|\n| Ann | 900 | 2021-03-02 |\n| Bo | 1400 | 2021-05-01 |\n"
    )
    row, how = find_extreme(ask("Who got the most?"), rows_of(grants))
    assert row.text.startswith("Who: Bo") and "“Amount”" in how
    assert find_extreme(ask("Who is the tallest?"), rows_of(grants)) is None
