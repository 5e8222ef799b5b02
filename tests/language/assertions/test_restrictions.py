"""A word that restricts what is said, and stands in one of two texts alone, is found."""

from __future__ import annotations

import pytest

from rag.language.assertions.restrictions import find_restrictions

ALIKE = (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("K2 is the highest mountain.", "K2 is the second highest mountain."),
        ("The line is the longest.", "The line is one of the longest."),
        ("Its grant is the largest grant.", "Its grant is the largest grant after that of Ulm."),
        ("Schools are closed.", "Some schools are closed."),
        ("The seats are reserved.", "Half of the seats are reserved."),
        ("The tower opens on Sunday.", "The tower opens only on Sunday."),
        ("All swimmers are children.", "Most swimmers are children."),
        ("Nora is the director.", "Nora is the deputy director."),
        ("Nora is the chair.", "Nora is the vice-chair."),
        ("Ada Lund is a minister.", "Ada Lund is an ex-minister."),
        ("The choir has 40 singers.", "The choir has at most 40 singers."),
        ("The prize was cancelled.", "The prize was almost cancelled."),
        ("Entry is free.", "Entry is free unless there is a concert."),
        ("The gallery is free.", "From 1 June on the gallery is free."),
        ("The lane is closed.", "The lane is closed at night."),
        ("Dogs are allowed.", "Dogs on a lead are allowed."),
        ("Guests must show a passport.", "Guests must show a passport or a card."),
        ("The pool is warm.", "The pool is warmer than the sea."),
    ],
)
def test_restriction_in_one_alone_is_found(claim, source):
    assert find_restrictions(claim, source) != ALIKE


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("K2 is the second highest mountain.", "K2 is the second highest mountain on Earth."),
        ("Members get a key.", "All members get a key."),
        ("The pier is shut.", "The pier is shut. Most of the others are open."),
        ("The union accepted the offer.", "The union accepted the offer on 2 April."),
    ],
)
def test_what_both_restrict_alike_or_neither_does_is_not(claim, source):
    assert find_restrictions(claim, source) == ALIKE
