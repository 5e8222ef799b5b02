"""Chunks are runs of whole sentences that fit the window, for any text and any way to count."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.datatypes import Document
from rag.documents.chunking import chunk, windows
from rag.documents.sentences import boilerplate_rule, sentence_runs

pieces = st.sampled_from(
    [
        "It is so. ",
        "One two three four five six seven eight nine ten eleven. ",
        "Why? Because!  ",
        "\n\nA heading\n\n",
        "\n\nCopyright © 2022 MiP\n\n",
        "\nThere are these three new things:\n• one\n• two and a half\n3. three\n",
        "…\n",
        "🙂 Ünïcödé, عربى and 日本語。",
    ]
)
texts = st.lists(pieces | st.text(max_size=30)).map("".join)
sizes = st.integers(1, 12).flatmap(lambda window: st.tuples(st.just(window), st.integers(0, window - 1)))


def words(text: str) -> int:
    return len(text.split())


def letters(text: str) -> int:
    return len("".join(text.split()))


counters = st.sampled_from([words, letters])


def chunks_of(text, count, size):
    window, overlap = size
    return chunk(Document("a.txt", "A", text), count, window=window, overlap=overlap)


@given(texts, counters, sizes)
def test_chunks_are_spans_of_the_document_in_order(text, count, size):
    chunks = chunks_of(text, count, size)
    assert all(c.document_id == "a.txt" and 0 <= c.start < c.end <= len(text) for c in chunks)
    assert all(text[c.start : c.end].strip() for c in chunks)
    for one, two in itertools.pairwise(chunks):
        assert one.start < two.start and one.end < two.end
    assert chunks_of(text, count, size) == chunks


@given(texts, counters, sizes)
def test_chunk_fits_the_window(text, count, size):
    assert all(count(text[c.start : c.end]) <= size[0] for c in chunks_of(text, count, size))


@given(texts, counters, sizes)
def test_chunks_repeat_at_most_the_overlap(text, count, size):
    chunks = chunks_of(text, count, size)
    for one, two in itertools.pairwise(chunks):
        assert count(text[two.start : one.end]) <= size[1]


@given(texts, counters, sizes)
@example("First one here. Second one.\n\nHeading\n\nThird.", letters, (5, 2))
def test_chunks_cover_every_sentence(text, count, size):
    covered = {at for c in chunks_of(text, count, size) for at in range(c.start, c.end)}
    for run in sentence_runs(text):
        for start, end in run:
            assert all(at in covered or text[at].isspace() for at in range(start, end))


def test_chunk_does_not_reach_over_a_heading():
    text = "One. Two.\n\nA heading\n\nThree."
    assert [text[c.start : c.end] for c in chunks_of(text, letters, (100, 50))] == ["One. Two.", "Three."]


def test_overlong_sentence_is_cut_at_white_space_or_else_inside():
    sentence = "a b c d e f g h."
    cut = [sentence[c.start : c.end] for c in chunks_of(sentence, words, (3, 0))]
    assert " ".join(cut) == sentence and len(cut) == 4
    word = "x" * 10 + "."
    assert "".join(word[c.start : c.end] for c in chunks_of(word, letters, (4, 0))) == word


def test_empty_text_has_no_chunks():
    assert chunks_of("", letters, (4, 2)) == []


@pytest.mark.parametrize(("window", "overlap"), [(4, 4), (4, 5), (4, -1), (0, 0)])
def test_overlap_must_be_below_the_window(window, overlap):
    with pytest.raises(ValueError, match=f"overlap {overlap} must be at least 0 and below window {window}"):
        chunks_of("It is so.", letters, (window, overlap))


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
    card, texts = chatbot.index.card, {document.id: document.text for document in chatbot.documents}
    longest = max(embedder.count_tokens(texts[c.document_id][c.start : c.end]) for c in chatbot.index.chunks)
    assert longest <= card.window <= embedder.window == 254


def test_no_chunk_of_the_seeds_holds_boilerplate(chatbot):
    texts = {document.id: document.text for document in chatbot.documents}
    for span in (*chatbot.index.chunks, *chatbot.index.sentences):
        assert not any(
            boilerplate_rule(line) for line in texts[span.document_id][span.start : span.end].split("\n")
        )
