"""Ranges of numbers as tariffs and rules have them, and the numbers of a question that they hold."""

from __future__ import annotations

import pytest

from rag.language.ranges import find_amounts, find_ranges


def holds(text, question):
    return any(span.holds(amount) for span in find_ranges(text) for amount in find_amounts(question))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("8 to 12 m | 28.50", "a boat of 10 m", "a boat of 14 m"),
        ("8-12m", "a 10m boat", "a 14m boat"),
        ("length_m: 8–12", "a 9.5 metre boat", "a 7 metre boat"),
        ("up to 50 guests", "a party of 50", "a party of 51"),
        ("up to and including 12 m", "a boat of 12 m", "a boat of 13 m"),
        ("Children under 16 travel free.", "my son is 7", "my son is 17"),
        ("65 and over", "I am 70", "I am 64"),
        ("20 guests or more", "24 guests", "19 guests"),
        ("21–50 people", "for thirty people", "for twelve people"),
        ("£1,000 to £2,500", "a bill of £1,200", "a bill of £900"),
        ("20+", "24 seats", "19 seats"),
        ("between 5 and 9 kg", "a parcel of 6 kg", "a parcel of 6 miles"),
        ("from 2 to under 5 years", "a girl of 3", "a girl of 6"),
        ("over 8 m and up to 12 m", "a boat of 10 m", "a boat of 7 m"),
        ("more than 5 but not more than 10 kg", "a parcel of 7 kg", "a parcel of 12 kg"),
        ("not less than 16 years old", "I am 17", "I am 15"),
        ("no longer than 8 m", "a boat of 7 m", "a boat of 9 m"),
        ("minimum age: 18", "I am 20", "I am 16"),
        ("up to 50 guests", "a wedding for 45 guests", "a wedding for 1,200 guests"),
    ],
)
def test_range_holds_what_is_within_it_alone(text, inside, outside):
    assert holds(text, inside)
    assert not holds(text, outside)


@pytest.mark.parametrize(
    "text",
    [
        "", "No number at all.", "2025-05-21", "01632 960 455", "2023-24", "in 2019 and 2021",
        "the 3rd to 5th", "Alice and 7 others", "5 km and 9 km", "Fees from 1 April 2025", "3 to 5 May",
        "up to 2025", "from 2019 onwards", "5 miles to 8 kg",
    ],
)  # fmt: skip
def test_what_is_no_range_gives_none(text):
    assert find_ranges(text) == []


def test_years_names_and_ordinals_are_no_amounts():
    assert find_amounts("the 2nd night of 2025 in berth W-B03 of A4, room 12, on 3 May") == []


def test_time_of_day_is_within_times_alone():
    assert holds("from 09:00 to 17:00", "at 10:30")
    assert not holds("09:00 to 17:00", "600 people")
