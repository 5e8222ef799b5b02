"""What counts as a word, and as the same word."""

from __future__ import annotations

import bm25s
import pytest
import Stemmer
from small import SEEDS

from rag.language.words import STOP_WORDS, normalise, stems, stems_of_each


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


def test_stems_are_those_of_bm25s():
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    lines = ["", "Ünïcode ÉTÉ 3.5% a_b İstanbul\u0301", *"\n".join(texts).splitlines()]
    tokens = bm25s.tokenize(
        [normalise(line) for line in lines],
        token_pattern=r"(?u)\b\w\w+\b|\b\d\b",
        stopwords=[*STOP_WORDS],
        stemmer=Stemmer.Stemmer("english").stemWords,
        return_ids=False,
        show_progress=False,
    )
    assert len(lines) > 100
    assert stems_of_each(lines) == tokens
