"""Places in a text: what joining, subtracting and trimming keep."""

from __future__ import annotations

import itertools

from hypothesis import given, strategies as st

from rag.spans import contains, join, overlap, subtract, trim

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda pair: (pair[0], sum(pair)))


def _characters(spans):
    return {at for start, end in spans for at in range(start, end)}


@given(st.lists(SPANS))
def test_joined_spans_are_apart_and_hold_the_same(spans):
    joined = join(spans)
    assert _characters(joined) == _characters(spans)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(joined))


@given(SPANS, st.lists(SPANS))
def test_what_is_subtracted_and_what_is_left_make_the_whole(span, taken):
    left = subtract(span, taken)
    assert _characters(left) == _characters([span]) - _characters(taken)
    assert all(contains(span, piece) and piece[0] < piece[1] for piece in left)
    assert not any(overlap(piece, other) for piece in left for other in taken)


@given(st.text(), st.text())
def test_trimmed_text_loses_white_space_only(before, after):
    text = f"{before}a{after}"
    start, end = trim(text, (0, len(text)))
    assert text[start:end].strip("\u200b\ufeff") == text[start:end]
    assert text[start:end] == text[start:end].strip() and "a" in text[start:end]
