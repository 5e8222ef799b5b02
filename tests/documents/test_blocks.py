"""What a block stands under."""

from __future__ import annotations

import pytest
from hypothesis import given
from layouts import outlines

from rag.datatypes import Block
from rag.documents.blocks import INTRODUCTION_WORDS, NOTHING, find_parents


def parents(*blocks):
    """The parents of blocks, each of its kind, words and fields."""
    text = "".join(f"{words:200}" for _, words, _ in blocks)
    made = [
        Block(kind, 200 * n, 200 * n + len(words), **fields) for n, (kind, words, fields) in enumerate(blocks)
    ]
    return find_parents(text, made)


def heading(level):
    return ("heading", f"Level {level}", {"level": level})


def item(level=0):
    return ("item", "- an item", {"level": level})


PARAGRAPH = (
    "paragraph",
    "It is a long sentence that says much of the fox and of the hens in their house.",
    {},
)
INTRODUCTION = (
    "paragraph",
    "It is a long sentence that says much of the fox and of the hens, and names them:",
    {},
)
SHORT = ("paragraph", "Bring these", {})
QUESTION = ("question", "Why?", {})
ROW = ("row", "a b", {})
HEADER = ("row", "A B", {"header": True})
FURNITURE = ("furniture", "Home > News", {})


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([PARAGRAPH], [-1]),
        ([heading(1), heading(2), PARAGRAPH, heading(2), PARAGRAPH], [-1, 0, 1, 0, 3]),
        ([heading(2), heading(1), PARAGRAPH], [-1, -1, 1]),
        ([heading(1), heading(3), heading(2), PARAGRAPH], [-1, 0, 0, 2]),  # a level is left out
        ([heading(1), INTRODUCTION, item(), item()], [-1, 0, 1, 1]),
        ([heading(1), SHORT, item()], [-1, 0, 1]),
        ([heading(1), PARAGRAPH, item()], [-1, 0, 0]),  # too long to introduce it
        ([SHORT, item(), item(1), item(1), item()], [-1, 0, 1, 1, 0]),
        ([SHORT, item(), item(2), item()], [-1, 0, 1, 0]),  # a depth is left out
        ([SHORT, item(), FURNITURE, item()], [-1, 0, -1, 0]),  # a running head between items
        ([SHORT, item(), ("code", "run it", {}), item()], [-1, 0, 1, 0]),
        ([heading(1), HEADER, ROW, ROW], [-1, 0, 1, 1]),
        ([("caption", "Table 1", {}), HEADER, HEADER, ROW], [-1, 0, 1, 2]),
        ([HEADER, ROW, HEADER, ROW], [-1, 0, -1, 2]),  # another table
        ([SHORT, ROW, ROW], [-1, 0, 0]),  # no names of columns
        ([heading(1), QUESTION, PARAGRAPH, QUESTION, SHORT], [-1, 0, 1, 0, 3]),
        ([("speaker", "Ann", {}), SHORT, heading(1), SHORT], [-1, 0, -1, 2]),
        ([heading(1), ("term", "Den", {}), ("definition", "A hole.", {})], [-1, 0, 1]),
        ([heading(1), FURNITURE], [-1, -1]),
    ],
)  # fmt: skip
def test_parents(blocks, expected):
    assert parents(*blocks) == expected


def test_paragraph_introduces_by_its_length_or_its_colon():
    words = " ".join(["word"] * INTRODUCTION_WORDS)
    assert parents(("paragraph", words, {}), item()) == [-1, 0]
    assert parents(("paragraph", f"{words} more", {}), item()) == [-1, -1]
    assert parents(("paragraph", f"{words} **more:**", {}), item()) == [-1, 0]


@given(outlines)
def test_every_way_up_ends(outline):
    assert len(outline.parents) == len(outline.blocks)
    assert all(NOTHING <= parent < place for place, parent in enumerate(outline.parents))


def test_a_talk_of_questions_alone_nests_no_deeper_than_a_reply():
    kinds = [kind for _ in range(50) for kind in ("speaker", "question")]
    blocks = [Block(kind, 2 * n, 2 * n + 1) for n, kind in enumerate(kinds)]
    parents = find_parents("A " * len(blocks), blocks)

    def depth(place: int) -> int:
        return 0 if place < 0 else 1 + depth(parents[place])

    assert max(map(depth, range(len(blocks)))) <= 4
