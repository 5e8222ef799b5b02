"""What counts as a word, and as the same word."""

from __future__ import annotations

import pytest

from rag.language.words import stems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who ordered the reviews?", ["order", "review"]),
        ("HARPs, ICBs", ["harp", "icb"]),
        ("10 priorities by 2025/26", ["10", "prioriti", "2025", "26"]),
        ("the of and", []),
        ("", []),
    ],
)
def test_stems(text, words):
    assert stems(text) == words


@pytest.mark.parametrize("acronym", ["ICS", "ICB", "HARP", "GP"])
def test_plural_of_an_acronym_is_the_acronym(acronym):
    assert stems(f"all {acronym}s") == stems(f"all {acronym}")
