"""Pieces become one text, each place where it begins, and nothing of it beyond measure."""

from __future__ import annotations

import pytest
from made import place_of

from rag.documents.readers.office import composer
from rag.documents.readers.office.composer import Composer


def compose(*pieces):
    whole = Composer()
    for piece in pieces:
        whole.add(piece)
    return whole.contents()


def test_place_without_a_letter_is_not_that_of_what_follows():
    notes = ["detail", "speaker notes"]
    contents = compose(
        ["page", "slide 1"], ["paragraph", "One."], notes, ["paragraph", " "], ["page", "slide 2"],
        ["paragraph", "Two."], notes, ["paragraph", "Three."],
    )  # fmt: skip
    assert place_of(contents, "Two.") == "slide 2"
    assert place_of(contents, "Three.") == "slide 2, speaker notes"
    assert contents.page_names == ("slide 1", "slide 2")


def test_depth_beyond_measure_is_none():
    contents = compose(["item", 10**12, False, "Ropes"], ["heading", 10**12, "Masts"])
    assert len(contents.text) < 100
    assert [block.level for block in contents.blocks] == [composer.MOST_DEEP] * 2


def test_text_beyond_measure_is_refused_before_it_is_all_there(monkeypatch):
    monkeypatch.setattr(composer, "LONGEST_TEXT", 100)
    whole = Composer()  # which would hold 66,000 characters
    with pytest.raises(ValueError, match="characters of text: split it"):
        whole.add(["table", 0, [("", ["rope"] * 10)] * 1_000])
