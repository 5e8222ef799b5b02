"""What a program wrote into the properties of a file is not taken for what a person did."""

from __future__ import annotations

from datetime import date

import pytest

from rag.documents.readers.office.properties import read_author, read_properties


@pytest.mark.parametrize(
    "title",
    [
        "Microsoft Word - doc1.doc",
        "untitled",
        "Presentation1",
        "PowerPoint Presentation",
        "Document 3",
        "a b.pdf",
        "-",
    ],
)
def test_title_that_a_program_made_up_is_none(title):
    assert read_properties({"title": title}) == {}


@pytest.mark.parametrize(
    "title", ["Annual report", "Untitled works of Ann Lee", "Book of hours", "Node.js in use"]
)
def test_title_that_a_person_gave_is_taken(title):
    assert read_properties({"title": title}) == {"title": title}


@pytest.mark.parametrize(
    "author", ["admin", "User", "", "python-docx", "Microsoft Office User", "root@localhost"]
)
def test_author_that_is_nobody_is_none(author):
    assert read_author({"author": author}) == ""


@pytest.mark.parametrize("author", ["Ada Brook", "Adminah Userov", "Root & Sons"])
def test_author_that_is_somebody_is_taken(author):
    assert read_author({"authors": [author, "user"]}) == author


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-03-04T05:06:00Z", date(2026, 3, 4)),
        ("D:20260304050600+01'00'", date(2026, 3, 4)),
        ("2026-03-04", date(2026, 3, 4)),
        ("2013-12-23T23:15:00Z", None),  # of the template of python-docx
        ("March", None),
    ],
)
def test_dates_are_of_one_form(value, day):
    assert read_properties({"created": value}).get("published") == day
