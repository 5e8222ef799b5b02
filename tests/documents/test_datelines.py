"""A day is found where a text or a name says that it is its own, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.documents.corpus import read_documents
from rag.documents.datelines import date_of_heading, date_of_lines, date_of_name
from rag.documents.labels import MONTH_KNOWN, QUARTER_KNOWN, source_line

DAY, MONTH = (date(2026, 1, 7), ""), (date(2026, 1, 1), MONTH_KNOWN)


@pytest.mark.parametrize(
    ("stem", "dated"),
    [
        ("2026-01-07", DAY),
        ("minutes 20260107 final", DAY),
        ("minutes_07-01-2026", DAY),
        ("7.1.2026 minutes", DAY),
        ("minutes-7-jan-2026", DAY),
        ("January 7, 2026", DAY),
        ("minutes-jan-2026", MONTH),
        ("2026-01", MONTH),
        ("report-january2026", MONTH),
        ("q1-2026", (date(2026, 1, 1), QUARTER_KNOWN)),
        ("2026-Q4 sales", (date(2026, 10, 1), QUARTER_KNOWN)),
        ("000_f20260107ed6d90", None),
        ("invoice 120260107", None),
        ("2026", None),
        ("2026-13-40", None),
        ("31-02-2026", None),
        ("marching 2026", None),
        ("version 1.2.3", None),
    ],
)
def test_date_of_a_name(stem, dated):
    assert date_of_name(stem) == dated


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        ("7 January 2026", DAY),
        ("Wednesday, 7 January 2026", DAY),
        ("Last updated: 2026-01-07", DAY),
        ("Version 2, 7 January 2026", DAY),
        ("Effective 7 January 2026. This version replaces version 1.", DAY),
        ("(January 2026)", MONTH),
        ("Opened on 7 January 2026.", None),
        ("The review was held on 7 January 2026.", None),
        ("From 7 January 2026 to 9 January 2026", None),
        ("5/6/2026", None),
        ("Copyright 2026", None),
        ("7 January", None),
    ],
)
def test_date_of_a_line(line, dated):
    assert date_of_lines(["By A. Brook", line]) == dated


@pytest.mark.parametrize(
    ("heading", "dated"),
    [
        ("Status of 7 January 2026", DAY),
        ("Minutes, January 2026", MONTH),
        ("Closed until 7 January 2026", None),
        ("Plan 2026", None),
        ("7 January 2026 and 8 January 2026", None),
    ],
)
def test_date_of_a_heading(heading, dated):
    assert date_of_heading(heading) == dated


@given(st.text(max_size=80))
def test_any_line_and_name_is_read(text):
    for find in (date_of_name, date_of_heading, lambda line: date_of_lines([line])):
        assert find(text) is None or isinstance(find(text).published, date)


FILES = {
    "a.md": ("---\ndate: 2026-01-07\n---\n# Of 9 May 2025\n\nText.", "front matter"),
    "b.html": ("<meta name=date content=2026-01-07><h1>Of 9 May 2025</h1><p>Text.", "the head of the page"),
    "c 2025-05-09.txt": (
        "From: Ann <a@b.org>\nDate: Wed, 7 Jan 2026 10:00 +0000\n\nText.",
        "the head of the mail",
    ),
    "d 2025-05-09.md": ("# Minutes of 7 January 2026\n\nText.", "the heading"),
    "e 2025-05-09.md": ("# Minutes\n\n7 January 2026\n\nText.", "the first lines"),
    "f 2026-01-07.md": ("# Minutes\n\nIt met on 9 May 2025.", "the file's name"),
}


def test_each_source_of_a_date_wins_over_those_behind_it(write):
    corpus = read_documents(write({name: text for name, (text, _) in FILES.items()}))
    for document in corpus.documents:
        assert (document.published, document.date_from) == (date(2026, 1, 7), FILES[document.id][1])


def test_month_alone_is_said_as_a_month_and_sources_win(write):
    text = "# Minutes\n\nText."
    sources = '["b-jan-2026.md"]\npublished = 2026-01-09\n'
    corpus = read_documents(write({"a-jan-2026.md": text, "b-jan-2026.md": text, "sources.toml": sources}))
    month, day = corpus.documents
    assert source_line(month) == "Minutes. Publisher unknown, January 2026"
    assert source_line(day) == "Minutes. Publisher unknown, 9 January 2026"
    assert (day.date_from, day.date_note) == ("sources.toml", None)


def test_heading_below_the_first_is_not_the_date_of_all(write):
    text = "# Minutes\n\n## 14 January 2026\n\nText.\n\n## 11 February 2026\n\nText."
    (document,) = read_documents(write({"a.md": text})).documents
    assert (document.title, document.published) == ("Minutes", None)
