"""Paragraphs of a plain text that have the same labels are records; what only looks so is none."""

from __future__ import annotations

import pytest

from rag.documents.readers.plain_layout import find_blocks


def kinds(text):
    return [block.kind for block in find_blocks(text)]


def test_records_have_a_cell_for_each_field_with_the_lines_it_goes_on_in():
    text = "Name: Oak\nUse: doors\n  and boats\n\nName: Elm\nUse: wheels\n"
    oak, elm = find_blocks(text)
    assert [text[slice(*cell)] for cell in oak.cells] == ["Name: Oak", "Use: doors\n  and boats"]
    assert (oak.kind, text[elm.start : elm.end]) == ("row", "Name: Elm\nUse: wheels")


@pytest.mark.parametrize(
    "text",
    [
        "Name: Oak\nUse: doors\n\nThe end of it.\n",  # one alone
        "Name: Oak\nUse: doors\n\nName: Elm\nAge: nine\nPlace: a wood\nOwner: nobody\n",  # of another kind
        "Name: Oak\nUse: doors\nIt is hard.\n\nName: Elm\nUse: wheels\nIt is soft.\n",  # with prose
        "Note: it rains.\n\nNote: it snows.\n",  # of one field
    ],
)
def test_what_has_no_like_is_no_record(text):
    assert "row" not in kinds(text)


def test_heads_of_mails_are_no_records():
    head = "From: Ann\nTo: Bo\nDate: Tue, 4 Mar 2025 09:12\nSubject: Keys\n\nThey hang in the hall.\n\n"
    assert kinds(2 * head).count("metadata") == 8


def test_what_names_a_record_stands_above_it():
    text = "Plot 12\nOwner: Ann\nArea: 40 m2\n\nPlot 13\nOwner: Bo\nArea: 60 m2\n"
    blocks = find_blocks(text)
    assert [block.kind for block in blocks] == ["heading", "row", "heading", "row"]
    assert [text[slice(*cell)] for cell in blocks[3].cells] == ["Owner: Bo", "Area: 60 m2"]


def test_a_field_goes_on_where_its_line_was_wrapped():
    text = "Name: Oak\nUse: doors of barns and the boats that go up\nthe river\n\nName: Elm\nUse: wheels\n"
    oak, _ = find_blocks(text)
    assert text[slice(*oak.cells[1])].endswith("go up\nthe river")
