"""An identifier is found whole, and a word is none."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.language.names import find_identifiers


@pytest.mark.parametrize(
    "name",
    [
        "MAX_ROOM_SIZE",
        "ERR_NICKNAMEINUSE",
        "room.join()",
        "AX-1032",
        "2.2.2",
        "E824",
        "P2",
        "--autosquash",
        "-v",
        "maxSize",
        "os.path",
        "snake_case",
        "key:value",
        "user@host",
    ],
)
def test_identifier_is_found_whole(name):
    for text in (name, f"What is {name}?", f"`{name}`, then", f"({name})", f"Set {name}."):
        assert find_identifiers(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The fox sleeps.",
        "Mr Lee-Jones",
        "well-known",
        "NHS",
        "1987",
        "12%",
        "3.5 miles",
        "Who? Me.",
        "and/or",
    ],
)
def test_words_and_figures_are_none(text):
    assert find_identifiers(text) == []


@given(st.text())
def test_those_of_any_text_stand_in_it_in_order(text):
    at = 0
    for name in find_identifiers(text):
        at = text.index(name, at) + len(name)
