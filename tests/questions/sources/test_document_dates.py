"""A date without a year, a side of a month and the latest are completed by the documents' own dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document, Question
from rag.documents.labels import MONTH_KNOWN
from rag.questions.sources.document_dates import find_dated
from rag.questions.sources.preferences import SourceMatcher

BOARD = [
    Document("jan", "Board minutes", ".", published=date(2026, 1, 7)),
    Document("feb", "Board minutes", ".", published=date(2026, 2, 11)),
    Document("mar", "Board minutes", ".", published=date(2026, 3, 11)),
    Document("old", "Board minutes", ".", published=date(2025, 1, 8)),
    Document("may", "Board minutes", ".", published=date(2026, 5, 1), date_note=MONTH_KNOWN),
    Document("menu", "Canteen menu", ".", published=date(2027, 1, 1)),
    Document("rules", "Rules", "."),
]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What was decided at the meeting of 7 January?", {"jan"}),
        ("What do the minutes of 8 January say of the roof?", {"old"}),
        ("Who attended the February meeting?", {"feb"}),
        ("What do the January minutes say?", {"jan"}),
        ("What do the minutes of May say?", {"may"}),
        ("What do the minutes of 1 May say?", set()),
        ("What was the status of the roof before February 2026?", {"jan", "old"}),
        ("What was decided before March?", {"old", "jan", "feb"}),
        ("What was agreed since March?", {"mar", "may"}),
        ("What do the latest minutes say?", {"may"}),
        ("What is the most recent decision of the board?", {"may"}),
        ("What is currently on the menu?", set()),
        ("What is the current price of gas?", set()),
        ("Who leads the board?", set()),
        ("When does the fair of 9 May begin?", set()),
        ("How long is the meeting?", set()),
    ],
)
def test_documents_are_found_by_their_dates(question, ids):
    in_year = [d for d in BOARD if d.id != "menu"] if "since" in question or "before" in question else BOARD
    found = find_dated(question, in_year)
    assert (set(found[0]) if found else set()) == ids


def test_they_are_preferred_and_the_words_not_searched():
    prefers = SourceMatcher(BOARD).preference(Question("What do the latest minutes say of the roof?"))
    assert (prefers.ids, prefers.words, prefers.sources) == ({"may"}, ("latest",), 1)
    assert SourceMatcher(BOARD[-1:]).preference(Question("What do the latest rules say?")) is None


@given(st.text(max_size=80))
def test_any_question_is_read(text):
    for question in (text, f"the latest minutes of {text}", f"the status before {text}"):
        found = find_dated(question, BOARD)
        assert found is None or found[0] < {document.id for document in BOARD}
