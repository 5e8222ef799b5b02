"""Which documents a filter admits, and what is said of one that cannot be kept."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document, Where
from rag.documents.filters import LISTED, matching_ids, resolve_filter
from rag.errors import FilterError


def documents_within(where, documents):
    """The documents that meet the filter; none if it names what is not there."""
    try:
        ids = matching_ids(resolve_filter(where, documents), documents)
    except FilterError:
        return []
    return [document for document in documents if document.id in ids]


OLD = Document("old.txt", "Old", ".", "The Den, a burrow", date(2022, 12, 19))
NEW = Document("new.txt", "New", ".", "Den of Hens", date(2023, 4, 5))
UNDATED = Document("undated.txt", "Undated", ".", "The Den, a burrow")
NAMELESS = Document("nameless.txt", "Nameless", ".", None, date(2023, 1, 1))
ALL = [OLD, NEW, UNDATED, NAMELESS]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(), ALL),
        (Where(documents=("new.txt", "undated.txt")), [NEW, UNDATED]),
        (Where(publishers=("The Den",)), [OLD, UNDATED]),
        (Where(publishers=("the den, A BURROW",)), [OLD, UNDATED]),
        (Where(publishers=("den",)), [NEW]),  # its first words, not words in it
        (Where(publishers=("The",)), [OLD, UNDATED]),
        (Where(publishers=("The De",)), []),  # whole words
        (Where(publishers=("The Den", "Den of Hens")), [OLD, NEW, UNDATED]),
        (Where(since=date(2022, 12, 19)), [OLD, NEW, NAMELESS]),  # that day, too
        (Where(since=date(2022, 12, 20)), [NEW, NAMELESS]),
        (Where(until=date(2023, 1, 1)), [OLD, NAMELESS]),  # that day, too
        (Where(until=date(2022, 12, 31)), [OLD]),
        (Where(since=date(2022, 12, 19), until=date(2022, 12, 19)), [OLD]),
        (Where(documents=("new.txt", "old.txt"), publishers=("the den",)), [OLD]),
        (Where(publishers=("The Den",), until=date(2023, 12, 31)), [OLD]),
        (Where(("old.txt",), ("Den",), date(2022, 1, 1), date(2022, 12, 31)), []),
    ],
)
def test_document_is_admitted_if_it_meets_every_condition(where, expected):
    assert documents_within(where, ALL) == expected


days = st.dates(date(2022, 1, 1), date(2022, 1, 9))


@given(st.none() | days, st.none() | days, st.none() | days)
def test_dates_are_inclusive_and_a_document_without_one_meets_none(published, since, until):
    document = Document("a", "A", ".", published=published)
    by_hand = (
        since is until is None
        if published is None
        else (since or date.min) <= published <= (until or date.max)
    )
    assert bool(documents_within(Where(since=since, until=until), [document])) is by_hand


# What is not there


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (
            Where(documents=("old.txt", "odd.txt")),
            "no document 'odd.txt' here: expected one of nameless.txt, new.txt, old.txt, undated.txt",
        ),
        (Where(documents=("",)), "no document '' here"),
        (
            Where(publishers=("Burrow",)),
            "no publisher 'Burrow' here: expected one of Den of Hens, The Den, a burrow",
        ),
        (Where(publishers=("Den", " ")), "no publisher ' ' here"),
        (Where(publishers=("None",)), "no publisher 'None' here"),
        (
            Where(since=date(2023, 1, 2), until=date(2023, 1, 1)),
            "2023-01-02 is after 2023-01-01: expected the earlier date as the first",
        ),
    ],
)
def test_filter_that_cannot_be_kept_says_what_there_is(where, message):
    with pytest.raises(FilterError) as caught:
        resolve_filter(where, ALL)
    assert str(caught.value).startswith(message) and "\n" not in str(caught.value)


def test_long_list_of_names_is_cut():
    many = [Document(f"{n:03}.txt", "A", ".") for n in range(1000)]
    with pytest.raises(FilterError) as caught:
        resolve_filter(Where(documents=("x",)), many)
    assert str(caught.value).endswith("007.txt, …") and str(caught.value).count(".txt") == LISTED
    with pytest.raises(FilterError, match="no publisher 'x' here: the documents name no publisher"):
        resolve_filter(Where(publishers=("x",)), many)
