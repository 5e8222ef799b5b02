"""An answer in two sentences of two documents, and what it may carry: for whoever shows answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quoting import quote

from rag.datatypes import Answer, Difference, Document, Passage, StageRank

FOX = Document("fox.txt", "Foxes", "The fox sleeps. It dreams.", "The Den", date(2023, 4, 5), "tale", None)
HEN = Document("hen.txt", "Hens", "The hen wakes.", date_note="written in spring")
PASSAGE = Passage(FOX, 0, 15, 1, 1 / 61, (StageRank("dense", 1, 0.12345678), StageRank("bm25", 2, 3.0)))
ANSWERED = Answer("Who sleeps?", quote([(FOX, 0, 15), (HEN, 0, 14)]), (PASSAGE,), refused=False)
SAID, LACKING = ANSWERED.statements
CARRYING = replace(
    ANSWERED,
    statements=(
        replace(SAID, attribution="The Den, 5 April 2023", fact=(4, 7)),
        replace(LACKING, unsupported=("42", "Leeds")),
    ),
    confidence=0.98765,
    differences=(Difference("differ", (1, 2), ("sleeps", "wakes")),),
)
REFUSED = Answer("Who flies?", (), (PASSAGE,), refused=True, reason="nothing here mentions flies")
