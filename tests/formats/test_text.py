"""What the doors show.

To renew the golden file, look at the change and run:

    .venv/bin/rag ask "How many ICSs are there in England?" --json \
        | .venv/bin/python -m json.tool --no-ensure-ascii > tests/golden/answer.json
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag.answers.statements import quote
from rag.datatypes import REFUSAL, Answer, Difference, Document, Passage, StageRank, Where
from rag.formats.text import (
    WIDTH,
    answer_json,
    answer_lines,
    attribution,
    date_text,
    difference_label,
    passage_json,
    passage_lines,
    source,
    where_text,
)

GOLDEN = Path(__file__).parent / "golden/answer.json"

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


def taken_apart(value):
    """The value without its fractions, and these in their order."""
    fractions = []

    def without(value):
        if isinstance(value, float):
            return fractions.append(value)
        if isinstance(value, dict):
            return {key: without(inner) for key, inner in value.items()}
        return [without(inner) for inner in value] if isinstance(value, list) else value

    return without(value), fractions


def test_golden_answer(chatbot):
    answer = answer_json(chatbot.ask("How many ICSs are there in England?"))
    words, scores = taken_apart(json.loads(json.dumps(answer)))
    golden_words, golden_scores = taken_apart(json.loads(GOLDEN.read_text(encoding="utf-8")))
    assert words == golden_words
    assert scores == pytest.approx(golden_scores, abs=1e-4)  # the last digits are the CPU's


def test_answer_as_json():
    assert answer_json(CARRYING) == {
        "question": "Who sleeps?",
        "refused": False,
        "reason": None,
        "prefers": None,
        "confidence": 0.9877,
        "author": None,
        "notice": None,
        "text": "The Den, 5 April 2023: The fox sleeps. [1] The hen wakes. [2]",
        "statements": [
            {"text": "The fox sleeps.", "citations": [1], "attribution": "The Den, 5 April 2023",
             "fact": [4, 7], "support": 1.0, "unsupported": []},
            {"text": "The hen wakes.", "citations": [2], "attribution": None, "fact": None, "support": 1.0,
             "unsupported": ["42", "Leeds"]},
        ],
        "differences": [{"kind": "differ", "citations": [1, 2], "values": ["sleeps", "wakes"]}],
        "citations": [
            {"number": 1, "document": "fox.txt", "title": "Foxes", "publisher": "The Den",
             "published": "2023-04-05", "date_note": None, "start": 0, "end": 15, "quote": "The fox sleeps."},
            {"number": 2, "document": "hen.txt", "title": "Hens", "publisher": None, "published": None,
             "date_note": "written in spring", "start": 0, "end": 14, "quote": "The hen wakes."},
        ],
        "passages": [passage_json(PASSAGE)],
    }  # fmt: skip


def test_passage_as_json():
    assert passage_json(replace(PASSAGE, matched=("sleeps",), also_in=(HEN,))) == {
        "rank": 1,
        "score": 0.016393,
        "document": "fox.txt",
        "title": "Foxes",
        "publisher": "The Den",
        "published": "2023-04-05",
        "date_note": None,
        "start": 0,
        "end": 15,
        "text": "The fox sleeps.",
        "stages": [
            {"stage": "dense", "rank": 1, "score": 0.123457},
            {"stage": "bm25", "rank": 2, "score": 3.0},
        ],
        "matched": ["sleeps"],
        "also_in": [
            {"document": "hen.txt", "title": "Hens", "publisher": None, "published": None,
             "date_note": "written in spring"},
        ],
    }  # fmt: skip


def test_refusal_as_json():
    shown = answer_json(REFUSED)
    assert (shown["refused"], shown["text"], shown["reason"]) == (
        True,
        REFUSAL,
        "nothing here mentions flies",
    )
    assert shown["statements"] == shown["citations"] == []
    assert json.loads(json.dumps(shown)) == shown


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
    assert source(document) == line


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


def test_preference_is_told_with_the_answer():
    preferring = replace(ANSWERED, prefers=Where((), ("The Den",), DAY))
    assert answer_json(preferring)["prefers"] == {
        "documents": [],
        "publishers": ["The Den"],
        "since": "2022-12-01",
        "until": None,
    }
    first, blank, answer, *_ = answer_lines(preferring, asked="Who sleeps?").splitlines()
    assert "The Den, from 1 December 2022" in first and "--anywhere" in first
    assert (blank, answer) == ("", "The fox sleeps. [1]")


def test_passage_tells_where_else_it_stands_and_why_it_was_found():
    passage = replace(PASSAGE, matched=("fox", "sleeps"), also_in=(HEN,))
    plain = passage_lines(passage).splitlines()
    assert plain[2:] == [
        "   also in Hens. Publisher unknown, date unknown (written in spring). hen.txt",
    ]
    explained = passage_lines(passage, explain=True).splitlines()
    assert explained[: len(plain)] == plain and explained[len(plain) :] == [
        "   score 0.016",
        "   dense: rank 1, score 0.123",
        "   bm25: rank 2, score 3.000",
        "   matched: fox, sleeps",
    ]
    assert passage_lines(PASSAGE, explain=True).endswith("   matched: no word, only the meaning")


def test_answer_for_a_terminal():
    assert answer_lines(ANSWERED, asked="Who sleeps?").splitlines() == [
        "The fox sleeps. [1]",
        "The hen wakes. [2]",
        "",
        "[1] Foxes. The Den, 5 April 2023. fox.txt:0-15",
        "[2] Hens. Publisher unknown, date unknown (written in spring). hen.txt:0-14",
    ]
    assert answer_lines(ANSWERED, asked="And who?").startswith("Understood as: Who sleeps?\n\n")


def test_terminal_tells_in_plain_words_what_an_answer_carries():
    lines = answer_lines(CARRYING, asked="Who sleeps?").splitlines()
    assert lines[: lines.index("")] == [
        "The Den, 5 April 2023: The fox sleeps. [1]",
        "The hen wakes. [2] (not in the source: 42, Leeds)",
        "The sources differ: The Den, 5 April 2023, says “sleeps” [1]; Hens, date unknown, says “wakes”",
        "[2].",
    ]


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


def test_refusal_for_a_terminal():
    assert answer_lines(REFUSED, asked="Who flies?").splitlines() == [
        f"{REFUSAL} (nothing here mentions flies)",
        "",
        "Nearest passages:",
        "1. Foxes. The Den, 5 April 2023. fox.txt:0-15",
        "   The fox sleeps.",
    ]


def test_lines_are_wrapped():
    long = Document("a", "A", "word " * 100)
    lines = passage_lines(Passage(long, 0, 499, 1, 1.0)).splitlines()
    assert all(len(line) <= WIDTH and line.startswith("   ") for line in lines[1:]) and len(lines) > 5
