"""A block is cut into sentences, lines or pieces, and no letter is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from rag.documents.sentences import (
    LONGEST_SENTENCE,
    bullet_end,
    halve,
    is_list_item,
    split_lines,
    split_sentences,
)


def sentences(text, hidden=(), *, whole=False):
    return [text[start:end] for start, end in split_sentences(text, (0, len(text)), hidden, whole=whole)]


def lines(text, longest=0):
    return [text[start:end] for start, end in split_lines(text, (0, len(text)), longest)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t\n", []),
        ("***", []),
        ("It is so. It was so.", ["It is so.", "It was so."]),
        ("Mr. Fox met Dr. Frog at 3.5 p.m. yesterday. They spoke.",
         ["Mr. Fox met Dr. Frog at 3.5 p.m. yesterday.", "They spoke."]),
        ("A long line that is wrapped by hand after some eighty\ncharacters goes on.",
         ["A long line that is wrapped by hand after some eighty\ncharacters goes on."]),
        ("\ufeff\xa0It is so.\u200b\r\nSo it is.\r\n", ["It is so.", "So it is."]),
        ("これは文です。これも文です。", ["これは文です。", "これも文です。"]),
    ],
)  # fmt: skip
def test_sentences(text, found):
    assert sentences(text) == found


def test_whole_block_is_one_piece():
    assert sentences("Who? Me. You.", whole=True) == ["Who? Me. You."]


def test_sentence_goes_on_behind_what_is_hidden():
    text = "The fox went over\n12 THE FOX\nthe wall. It slept."
    hidden = (text.index("12"), text.index("the wall") - 1)
    assert sentences(text, [hidden]) == [text[: text.index(" It")], "It slept."]


@given(st.text(), st.booleans())
def test_no_letter_of_any_text_is_lost(text, whole):
    spans = list(split_sentences(text, (0, len(text)), whole=whole))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    found = "".join(text[start:end] for start, end in spans)
    assert [c for c in found if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize("gap", [" ", "\t", ""])
def test_what_has_no_full_stop_is_cut_into_sentences_of_a_length(gap):
    words = gap.join(f"word{n:04}" for n in range(5000 // (8 + len(gap))))
    pieces = sentences(words)
    assert len(pieces) >= 5 and all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words.split())
    if gap:
        assert all(word.startswith("word") and len(word) == 8 for p in pieces for word in p.split())


def test_line_without_an_end_is_read_in_no_time_and_cut():
    for text in ("x 1 " * 150_000, "a | 5 " * 30_000, "a: 1 " * 50_000, "x" * 100_000):
        assert max(map(len, sentences(text))) <= LONGEST_SENTENCE


def test_lines_are_kept_together_up_to_a_length():
    assert lines("one\ntwo\n\nthree\n") == ["one", "two", "three"]
    assert lines("one\ntwo\n\nthree\n", 8) == ["one\ntwo", "three"]


@given(st.text(), st.integers(0, 20))
def test_no_letter_of_any_line_is_lost(text, longest):
    assert [c for c in "".join(lines(text, longest)) if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(), st.integers(1, 9))
def test_halves_fit_and_hold_all_but_white_space(text, most):
    spans = list(halve(text, (0, len(text)), lambda start, end: end - start <= most))
    assert all(end - start <= most for start, end in spans)
    held = "".join(text[start:end] for start, end in spans)
    assert "".join(held.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("- fox", "fox"),
        ("12) fox", "fox"),
        ("(a) fox", "fox"),
        ("iv. fox", "fox"),
        ("- [x] fox", "[x] fox"),
        ("fox", "fox"),
        ("-fox", "-fox"),
        ("3.5 foxes", "3.5 foxes"),
    ],
)
def test_bullets(text, body):
    assert text[bullet_end(text, 0, len(text)) :] == body


def test_list_items_are_known_by_their_bullet():
    text = "It has these parts:\n • one\n2. two\nthree."
    assert [is_list_item(text, text.index(word)) for word in ("It", "one", "two", "three")] == [
        False,
        True,
        True,
        False,
    ]


def test_the_short_form_of_a_day_ends_no_sentence_and_a_month_does():
    text = "Counter: Tues. and Fri. 10-12. The mill closed in June. 20 people left."
    found = [text[slice(*span)] for span in split_sentences(text, (0, len(text)))]
    assert found == ["Counter: Tues. and Fri. 10-12.", "The mill closed in June.", "20 people left."]


def test_no_sentence_ends_at_a_short_form_that_something_follows():
    text = "All prices incl. VAT at 20 %. Approx. Ten people came."
    assert [text[a:b] for a, b in split_sentences(text, (0, len(text)))] == [
        "All prices incl. VAT at 20 %.",
        "Approx. Ten people came.",
    ]
