"""Chunks are runs of whole pieces that fit the window with what they stand under, for any document."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st
from layouts import markdown, outlines, plain

from rag.documents.chunking import CONTEXT_SHARE, chunk, context_of, embedded_text, windows
from rag.index.build import embedded_texts

sizes = st.integers(2, 40).flatmap(lambda window: st.tuples(st.just(window), st.integers(0, window - 1)))


def words(text: str) -> int:
    return len(text.split())


def letters(text: str) -> int:
    return len("".join(text.split()))


counters = st.sampled_from([words, letters])


def spans_of(outline, count, size):
    return [(c.start, c.end) for c in chunk(outline, count, window=size[0], overlap=size[1])]


@given(outlines, counters, sizes)
def test_chunks_are_in_order_and_hold_every_piece(outline, count, size):
    text, spans = outline.document.text, spans_of(outline, count, size)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in itertools.pairwise(spans))
    covered = {at for span in spans for at in range(*span)}
    assert all(at in covered or text[at].isspace() for piece in outline.pieces for at in range(*piece))
    assert spans_of(outline, count, size) == spans


@given(outlines, counters, sizes)
def test_chunk_fits_the_window_with_its_context(outline, count, size):
    """A context that is longer than its share takes no more room from the words below it."""
    for span in spans_of(outline, count, size):
        shown = count(outline.show(*span).text)
        room = max(int((1 - CONTEXT_SHARE) * size[0]), size[0] - count(context_of(outline, span[0])))
        assert shown <= room or span[1] - span[0] == 1
        if count(context_of(outline, span[0])) <= CONTEXT_SHARE * size[0]:
            assert count(embedded_text(outline, span)) <= size[0] or span[1] - span[0] == 1


@given(outlines, counters, sizes)
def test_no_chunk_reaches_over_a_heading_or_furniture(outline, count, size):
    for start, end in spans_of(outline, count, size):
        kinds = [outline.kind_at(first) for first, last in outline.pieces if first < end and start < last]
        below = [kind for kind in kinds if kind != "heading"]
        assert kinds == ["heading"] * (len(kinds) - len(below)) + below
        assert len({kind == "furniture" for kind in kinds}) == 1


@given(st.lists(st.sampled_from(["It is so.", "Why is it?", "The fox sleeps in its den."])), sizes)
def test_chunks_repeat_at_most_the_overlap(said, size):
    text = " ".join(said)
    for one, two in itertools.pairwise(spans_of(plain(text), words, size)):
        assert words(text[two[0] : one[1]]) <= size[1]


def test_first_chunk_below_a_heading_begins_with_it():
    outline = markdown("One. Two.\n\n# Foxes\n\nThree.")
    text = outline.document.text
    held = [text[start:end] for start, end in spans_of(outline, letters, (100, 50))]
    assert held == ["One. Two.", "# Foxes\n\nThree."] or held == ["One. Two.", "Foxes\n\nThree."]


def test_what_is_embedded_has_what_it_stands_under_above_it():
    outline = markdown(
        "# Depots\n\nThe managers are:\n\n| Depot | Manager |\n|---|---|\n| Leeds | **A. Brook** |\n\n"
        "# Shops\n\nThere are many of them, and each has a manager.\n"
    )
    piece = next(span for span in outline.pieces if "Leeds" in outline.document.text[slice(*span)])
    assert embedded_text(outline, piece) == "Depots › The managers are:\nDepot: Leeds · Manager: A. Brook"
    alone = markdown("# Depots\n\nThere are many of them.\n")  # what all stands under tells nothing apart
    assert embedded_text(alone, alone.pieces[-1]) == "There are many of them."
    assert embedded_text(plain("It is so."), (0, 9)) == "It is so."


def test_overlong_sentence_is_cut_at_white_space_or_else_inside():
    sentence = "a b c d e f g h."
    cut = [sentence[slice(*span)] for span in spans_of(plain(sentence), words, (3, 0))]
    assert " ".join(cut) == sentence and len(cut) == 4
    word = "x" * 10 + "."
    assert "".join(word[slice(*span)] for span in spans_of(plain(word), letters, (4, 0))) == word


def test_row_is_cut_if_the_names_of_its_columns_make_it_too_long():
    outline = markdown("| The depot | Its manager |\n|---|---|\n| Leeds | A. Brook |\n")
    spans = spans_of(outline, words, (6, 0))
    assert [outline.show(*span).text for span in spans[-2:]] == ["The depot: Leeds", "Its manager: A. Brook"]


def test_empty_text_has_no_chunks():
    assert spans_of(plain(""), letters, (4, 2)) == []


@pytest.mark.parametrize(("window", "overlap"), [(4, 4), (4, 5), (4, -1), (0, 0)])
def test_overlap_must_be_below_the_window(window, overlap):
    with pytest.raises(ValueError, match=f"overlap {overlap} must be at least 0 and below window {window}"):
        spans_of(plain("It is so."), letters, (window, overlap))


@given(st.lists(st.integers(0, 9)), sizes)
def test_windows_cover_all_items_and_advance(items, size):
    ranges = list(windows(items, *size))
    assert {at for first, last in ranges for at in range(first, last)} == set(range(len(items)))
    for first, last in ranges:
        assert sum(items[first:last]) <= size[0] or last == first + 1
    for (first, last), (next_first, next_last) in itertools.pairwise(ranges):
        assert first < next_first <= last < next_last
        assert sum(items[next_first:last]) <= size[1]


# The real documents with the real model


def test_no_chunk_of_the_seeds_is_cut_by_the_model(chatbot, embedder):
    index = chatbot.index
    longest = max(map(embedder.count_tokens, embedded_texts(index.outlines, index.chunks)))
    assert longest <= index.card.window <= embedder.window == 254
