"""What a document is called where it is cited."""

from __future__ import annotations

from datetime import date

import pytest
from foxes import FOX, HEN

from rag.datatypes import Document
from rag.documents.labels import attribution, date_text, source_line


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
