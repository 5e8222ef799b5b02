"""Words are borne by the same in any form and, in part, by what is like them."""

from __future__ import annotations

import pytest

from rag.answers.evidence.word_shares import liken_words, share_meaning
from rag.models.word_vectors import load_word_vectors


def test_word_is_like_the_likest_of_a_text():
    likeness = liken_words(
        ["price", "2024"], ["The cost is £9.", "In 2023.", "A price of 2024.", ""], load_word_vectors()
    )
    assert likeness.shape == (4, 2)
    assert likeness[2].tolist() == [1.0, 1.0]
    assert 0.3 < likeness[0, 0] < 1 and likeness[1, 0] < 0.2
    assert likeness[1, 1] == 0.0  # a year is like itself alone
    assert likeness[3].tolist() == [0.0, 0.0]


def test_share_is_that_of_the_weights():
    share = share_meaning(
        {"boats": 3.0, "1200": 1.0}, ["A boat.", "It has £1,200.", "¿"], load_word_vectors()
    )
    assert share == pytest.approx([0.75, 0.25, 0.0], abs=0.1)
    assert share_meaning({}, ["A boat."], load_word_vectors()).tolist() == [0.0]
