"""What the doors say in words."""

from __future__ import annotations

from datetime import date

import pytest
from foxes import FOX, HEN

from rag.datatypes import Difference, Document, Where
from rag.documents.labels import attribution, date_text, source_line
from rag.formats.text import difference_label, where_text


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (FOX, "Foxes. The Den, 5 April 2023"),
        (HEN, "Hens. Publisher unknown, date unknown (written in spring)"),
        (Document("a", "A", "."), "A. Publisher unknown, date unknown"),
        (Document("a", "A", ".", "B", date(2023, 4, 5), date_note="or so"), "A. B, 5 April 2023 (or so)"),
    ],
)
def test_source_never_guesses(document, line):
    assert source_line(document) == line


def test_day_is_in_words_without_a_nought():
    assert [date_text(date(2023, 4, day)) for day in (5, 15)] == ["5 April 2023", "15 April 2023"]


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


@pytest.mark.parametrize(
    ("publisher", "name"),
    [
        ("MiP, the union", "MiP"),
        ("Sun, Moon & Co", "Sun, Moon & Co"),
    ],
)
def test_attribution_is_short(publisher, name):
    document = Document("a.txt", "A", ".", publisher, date(2023, 4, 5))
    assert attribution(document) == f"{name}, 5 April 2023"
