"""Words for a document find it by its title, file, publisher or date; those for none in particular, all."""

from __future__ import annotations

from datetime import date

import pytest

from rag import Document, Turn
from rag.questions.sources.document_names import DocumentNames

DOCUMENTS = [
    Document("minutes-march.md", "Minutes of March", "The roof leaks.", published=date(2026, 3, 4)),
    Document("minutes-may.md", "Minutes of May", "The roof is dry.", published=date(2026, 5, 6)),
    Document("bees/honey_v2.txt", "How to sell honey", "Honey is sold on Friday.", "The Bee Club"),
]


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("the minutes of March", ["minutes-march.md"]),
        ("the minutes", ["minutes-march.md", "minutes-may.md"]),
        ("minutes-may.md", ["minutes-may.md"]),
        ("the honey paper", ["bees/honey_v2.txt"]),
        ("the Bee Club document", ["bees/honey_v2.txt"]),
        ("the roof", []),
        ("these documents", [document.id for document in DOCUMENTS]),
        ("", [document.id for document in DOCUMENTS]),
    ],
)
def test_target(target, ids):
    assert sorted(DocumentNames(DOCUMENTS).find(target, ())) == sorted(ids)


def test_this_document_is_the_one_last_quoted():
    history = [
        Turn("When is honey sold?", "On Friday.", ("Honey is sold on Friday.",)),
        Turn("thanks", "Welcome."),
    ]
    assert DocumentNames(DOCUMENTS).find("this document", history) == {"bees/honey_v2.txt"}
    assert len(DocumentNames(DOCUMENTS).find("this document", ())) == 3
