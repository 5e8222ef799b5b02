"""What the doors say in words."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Difference, Where
from rag.formats.text import difference_label, where_text

DAY, MONTH_END = date(2022, 12, 1), date(2022, 12, 31)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where(), ""),
        (Where(("a.txt", "b.txt")), "a.txt or b.txt"),
        (Where((), ("MiP", "The Den")), "MiP or The Den"),
        (Where((), ("MiP",), DAY, MONTH_END), "MiP, from 1 December 2022 to 31 December 2022"),
        (Where(since=DAY), "from 1 December 2022"),
        (Where(until=DAY), "to 1 December 2022"),
        (Where(("a.txt",), ("MiP",), until=DAY), "MiP, a.txt, to 1 December 2022"),
    ],
)
def test_filter_is_told_in_words(where, text):
    assert where_text(where) == text


def test_several_are_more_exact_than_the_first():
    difference = Difference("refine", (2, 1, 3), ("a", "b", "c"))
    assert difference_label(difference) == "[1], [3] are more exact than [2]"
