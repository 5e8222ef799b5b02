"""What a source leaves open bears out no plain claim."""

from __future__ import annotations

import pytest

from rag.language.assertions.openness import leaves_open


@pytest.mark.parametrize(
    "source",
    [
        "The council asked whether the library is shut.",
        "To find out if the library is shut.",
        "The council plans to shut the library.",
        "The library may be shut.",
        "Critics say the library is shut.",
        "The mayor said that the library should be shut.",
        "The library was shut in 1980.",
        "The library will be shut in May.",
        "It is false that the library is shut.",
        "The library has ceased to be shut.",
    ],
)
def test_source_that_asks_supposes_or_reports_leaves_it_open(source):
    assert leaves_open("The library is shut.", source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The library is shut.", "The library is shut and the school may be."),
        ("Critics say the library is shut.", "Critics say the library is shut."),
        ("The library was shut.", "The library was shut in 1980."),
        ("The library may be shut.", "The library may be shut."),
    ],
)
def test_source_that_says_it_does_not(claim, source):
    assert not leaves_open(claim, source)
