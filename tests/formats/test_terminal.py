"""Answers and passages as lines for a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from foxes import ANSWERED, CARRYING, HEN, PASSAGE, REFUSED

from rag.datatypes import REFUSAL, Document, Passage, Where
from rag.documents.readers.markdown import read_layout
from rag.formats.terminal import WIDTH, answer_lines, passage_lines


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


def test_preference_is_told_with_the_answer():
    preferring = replace(ANSWERED, prefers=Where((), ("The Den",), date(2022, 12, 1)))
    first, blank, answer, *_ = answer_lines(preferring, asked="Who sleeps?").splitlines()
    assert "The Den, from 1 December 2022" in first and "--anywhere" in first
    assert (blank, answer) == ("", "The fox sleeps. [1]")


def test_terminal_tells_in_plain_words_what_an_answer_carries():
    lines = answer_lines(CARRYING, asked="Who sleeps?").splitlines()
    assert lines[: lines.index("")] == [
        "The Den, 5 April 2023: The fox sleeps. [1]",
        "The hen wakes. [2] (not in the source: 42, Leeds)",
        "The sources differ: The Den, 5 April 2023, says “sleeps” [1]; Hens, date unknown, says “wakes”",
        "[2].",
    ]


def test_refusal_for_a_terminal():
    assert answer_lines(REFUSED, asked="Who flies?").splitlines() == [
        f"{REFUSAL} (nothing here mentions flies)",
        "",
        "Nearest passages:",
        "1. Foxes. The Den, 5 April 2023. fox.txt:0-15",
        "   The fox sleeps.",
    ]


def test_section_stands_before_the_place():
    (statement, *_) = ANSWERED.statements
    cited = replace(statement.citations[0], section="Eastham › Officers")
    answer = replace(ANSWERED, statements=(replace(statement, citations=(cited,)),))
    last = answer_lines(answer, asked="Who sleeps?").splitlines()[-1]
    assert last == "[1] Foxes. The Den, 5 April 2023. Eastham › Officers. fox.txt:0-15"
    first = passage_lines(replace(PASSAGE, section="Officers")).splitlines()[0]
    assert first == "1. Foxes. The Den, 5 April 2023. Officers. fox.txt:0-15"


def test_list_stays_a_list_and_long_items_hang_from_their_numbers():
    listed = "The officers are:\n1. Ann, mayor\n- " + "a very long duty " * 8 + "\n2. Bob"
    answer = replace(ANSWERED, statements=(replace(ANSWERED.statements[0], text=listed),))
    lines = answer_lines(answer, asked="Who sleeps?").splitlines()
    assert lines[:2] == ["The officers are:", "1. Ann, mayor"] and lines[4] == "2. Bob [1]"
    assert lines[2].startswith("- a very") and lines[3].startswith("  ") and len(lines[2]) <= WIDTH


def test_code_keeps_its_indents():
    answer = replace(ANSWERED, statements=(replace(ANSWERED.statements[0], text="if x:\n    go()"),))
    assert answer_lines(answer, asked="Who sleeps?").splitlines()[:2] == ["if x:", "    go() [1]"]


def test_passage_is_shown_without_its_markup_and_rows_with_the_names_of_their_columns():
    text = "## Depots\n\n| Depot | Manager |\n|---|---|\n| *Leeds* | A. Brook |\n"
    blocks, marks = read_layout(text)
    depots = Document("d.md", "Depots", text, blocks=blocks, marks=marks)
    start = text.index("| *Leeds")
    row = passage_lines(Passage(depots, start, len(text), 1, 1.0)).splitlines()[1]
    assert row == "   Depot: Leeds · Manager: A. Brook"


def test_lines_are_wrapped():
    long = Document("a", "A", "word " * 100)
    lines = passage_lines(Passage(long, 0, 499, 1, 1.0)).splitlines()
    assert all(len(line) <= WIDTH and line.startswith("   ") for line in lines[1:]) and len(lines) > 5
