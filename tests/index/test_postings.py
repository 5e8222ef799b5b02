"""The words of a corpus come back from the disk as they were collected."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag.index.bm25 import Lexicon
from rag.index.postings import Postings, collect_postings, load_postings, npy

TEXTS = ["The High Care Scheme (HCS) is new.", "A fox and a hen.", "", "Two high care schemes for a fox."]


def store(postings: Postings, folder):
    (folder / "words").write_bytes(postings.words_json())
    (folder / "entries").write_bytes(npy(postings.entries))
    return load_postings(folder / "words", folder / "entries")


@pytest.mark.parametrize("texts", [TEXTS, ["of the"], []])
def test_what_was_kept_finds_the_same(texts, tmp_path):
    collected = collect_postings(texts)
    kept = store(collected, tmp_path)
    for question in ("the foxes", "HCS", "high care schemes", "hen", "zebra"):
        assert Lexicon(kept).search(question, 9) == Lexicon(collected).search(question, 9)
        assert Lexicon(kept).as_meant(question) == Lexicon(collected).as_meant(question)


@given(st.lists(st.lists(st.sampled_from("fox hen barn lamp".split())).map(" ".join)))
def test_entries_are_the_texts_of_each_stem_in_order(texts):
    postings = collect_postings(texts)
    ends = np.cumsum(postings.counts)
    for stem, count, end in zip(postings.stems, postings.counts, ends, strict=True):
        rows = [row for row, text in enumerate(texts) if stem in text.split()]
        assert postings.entries["row"][end - count : end].tolist() == rows


@pytest.mark.parametrize("entries", [np.zeros(3), np.zeros((2, 2)), np.array([object()])])
def test_entries_of_another_form_are_an_error(entries, tmp_path):
    store(collect_postings(TEXTS), tmp_path)
    np.save(tmp_path / "entries.npy", entries, allow_pickle=True)
    with pytest.raises(ValueError, match=r"entries|Object arrays"):
        load_postings(tmp_path / "words", tmp_path / "entries.npy")
