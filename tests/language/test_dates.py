"""The time that a text speaks of: which days, and by which words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.language.dates import find_dates, find_period


@pytest.mark.parametrize(
    ("text", "since", "until", "words"),
    [
        ("in 2022", date(2022, 1, 1), date(2022, 12, 31), "in 2022"),
        ("what was said in dec 2022?", date(2022, 12, 1), date(2022, 12, 31), "in dec 2022"),
        ("on 19th of December 2022", date(2022, 12, 19), date(2022, 12, 19), "on 19th of December 2022"),
        ("on May 4, 2023", date(2023, 5, 4), date(2023, 5, 4), "on May 4, 2023"),
        ("on 5 to 7 May 2023", date(2023, 5, 5), date(2023, 5, 7), "on 5 to 7 May 2023"),
        ("on 31 February 2023", date(2023, 2, 1), date(2023, 2, 28), "on 31 February 2023"),
        ("since March 2023", date(2023, 3, 1), None, "since March 2023"),
        ("after March 2023", date(2023, 4, 1), None, "after March 2023"),
        ("before 2023", None, date(2022, 12, 31), "before 2023"),
        ("until 2023", None, date(2023, 12, 31), "until 2023"),
        ("from May 2022 to 2023", date(2022, 5, 1), date(2023, 12, 31), "from May 2022 to 2023"),
        ("the May 2022 article", date(2022, 5, 1), date(2022, 5, 31), "May 2022"),
        ("in 2021 and in 2023", date(2021, 1, 1), date(2023, 12, 31), "in 2021 in 2023"),
    ],
)
def test_periods(text, since, until, words):
    assert find_period(text) == (since, until, tuple(words.split()))


@pytest.mark.parametrize(
    "text", ["", "in May", "2022", "in 2022/23", "in 2022-05", "from 2022", "in the 2020s"]
)
def test_what_tells_no_period(text):
    assert find_period(text) is None


@given(
    st.text() | st.lists(st.sampled_from("from in 2022 to May 5 , before / - 31 and".split())).map(" ".join)
)
def test_dates_stand_in_any_text_and_periods_are_told_by_its_words(text):
    assert all(0 <= day.start < day.end <= len(text) for day in find_dates(text))
    period = find_period(text)
    assert period is None or all(word in text for word in period.words)
