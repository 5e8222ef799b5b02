"""The vectors of single words: means of rows of the shipped model's own embedding layer, of length 1."""

from __future__ import annotations

import numpy as np
import pytest
from transformers import AutoModel, AutoTokenizer

from rag.models.embedder import DEFAULT_MODEL, model_folder
from rag.models.word_vectors import load_word_vectors


@pytest.fixture(scope="module")
def reference():
    folder = str(model_folder(DEFAULT_MODEL))
    layer = AutoModel.from_pretrained(folder, local_files_only=True).embeddings.word_embeddings
    return layer.weight.detach().numpy(), AutoTokenizer.from_pretrained(folder, local_files_only=True)


@pytest.mark.parametrize("word", ["price", "Tariff", "chlorpromazine", "ÜBER", "42", "会"])
def test_vector_is_the_mean_of_the_pieces(word, reference):
    rows, tokenizer = reference
    mean = rows[tokenizer.encode(word, add_special_tokens=False)].mean(axis=0)
    assert np.allclose(load_word_vectors().embed([word])[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_words_of_one_meaning_are_nearer_than_others():
    price, cost, tram = load_word_vectors().embed(["price", "cost", "tram"])
    assert price @ cost > 0.5 > 0.3 > price @ tram


def test_what_the_model_does_not_know_is_like_nothing():
    gothic, runic, price = load_word_vectors().embed(["𐌰𐌱𐌲", "ᚠᚢᚦ", "price"])
    assert not gothic.any() and not runic.any() and price.any()


def test_no_words_have_no_vectors():
    assert load_word_vectors().embed([]).shape == (0, 384)
