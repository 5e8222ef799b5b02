"""A text file is read whole and unaltered."""

from __future__ import annotations

from hypothesis import given, strategies as st

from rag.documents.readers.plain_text import read_plain_text


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_any_text_survives(text):
    assert read_plain_text(text.encode()).text == text
