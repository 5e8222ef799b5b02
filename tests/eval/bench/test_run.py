"""A public test set is asked through the same retrieval and reduced to the figures."""

from __future__ import annotations

import numpy as np
import pytest
from animals import CORPUS, as_lines, write_animals
from hypothesis import given, strategies as st
from sklearn.metrics import ndcg_score

import rag
from eval.bench.datasets import SetQuestion, read_set
from eval.bench.run import CONFIGURATIONS, bench, judge
from rag.retrieval.retriever import MOVED

QUALITY = ["recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"]
SPANS = ["span_recall@5", "span_precision@5"]


@pytest.fixture
def folder(tmp_path):
    return write_animals(tmp_path)


@pytest.fixture
def figures(folder, embedder, tmp_path):
    return bench(read_set(folder), embedder, cache=tmp_path / "cache")


def test_figures_are_those_of_the_chatbot(figures):
    assert (figures["set"], figures["documents"], figures["questions"]) == ("animals", 3, 3)
    assert figures["chunks"] >= 3 and figures["questions_with_spans"] == 1
    assert list(figures["configurations"]) == list(CONFIGURATIONS)
    for row in figures["configurations"].values():
        assert set(row) == {*QUALITY, *SPANS, "p50_ms", "p95_ms"} and row["p50_ms"] <= row["p95_ms"]
    hybrid = figures["configurations"]["hybrid"]
    assert hybrid["recall@10"] == hybrid["mrr@10"] == hybrid["span_recall@5"] == 1
    assert figures["embed_p50_ms"] >= 0 and figures["comparison"]["configurations"] == ["hybrid", "bm25"]
    assert set(figures["comparison"]["differences"]) == {*QUALITY, *SPANS}


def test_comparison_with_itself_is_no_difference(folder, embedder):
    of_one = bench(read_set(folder), embedder, compare=("dense", "dense"))["comparison"]["differences"]
    assert all((v["difference"], v["low"], v["high"], v["real"]) == (0, 0, 0, False) for v in of_one.values())


def test_unknown_configuration_is_named_with_those_there_are(folder, embedder):
    with pytest.raises(
        rag.RagError, match="cannot compare hybrid and magic: expected two of hybrid, dense, bm25"
    ):
        bench(read_set(folder), embedder, compare=("hybrid", "magic"))


def test_single_stage_gives_the_order_of_that_stage(chatbot, embedder):
    question = "How many national priorities does Hewitt recommend?"

    def configured(name):
        return rag.Chatbot(chatbot.index, embedder, weights=CONFIGURATIONS[name])

    for name in ("dense", "bm25"):
        found = configured(name).retrieve(question, 20)
        assert {s.stage for passage in found for s in passage.stages} - MOVED.keys() == {name}
        chunks = {(c.document_id, c.start, c.end) for c in chatbot.index.chunks}
        whole = [
            p for p in found if (p.document.id, p.start, p.end) in chunks and p.stages[-1].stage not in MOVED
        ]
        ranks = [passage.stages[0].rank for passage in whole]
        assert ranks == sorted(ranks) and whole[0].stages[0].rank < 5  # menus may stand before it
    stages = {s.stage for passage in chatbot.retrieve(question) for s in passage.stages}
    assert stages == {"dense", "bm25", "sentence"}
    assert configured("hybrid").retrieve(question, 20) == chatbot.retrieve(question, 20)


def test_index_is_kept_while_it_is_whole_and_fits(folder, embedder, tmp_path):
    said = []
    for text in (None, None, "damaged", None, "The red fox wakes."):
        if text == "damaged":
            next((tmp_path / "cache").glob("*/*/chunks.vectors.npy")).write_text(text)
        elif text:
            (folder / "corpus.jsonl").write_text(as_lines([CORPUS[0] | {"text": text}, *CORPUS[1:]]))
        said.append([])
        bench(read_set(folder), embedder, cache=tmp_path / "cache", progress=said[-1].append)
    assert [any(line.startswith("embedding") for line in run) for run in said] == [
        True,
        False,
        True,
        False,
        True,
    ]


def shown(*names):
    text = "The fox sleeps."
    return [rag.Passage(rag.Document(n, n, text), 0, 15, rank, 1.0) for rank, n in enumerate(names, 1)]


def test_document_that_is_named_as_another_place_is_found_there():
    one, other = shown("a", "b")
    folded = rag.Passage(one.document, 0, 15, 1, 1.0, also_in=(other.document,))
    question = SetQuestion("q", "Who?", (), frozenset({"b"}), ())
    assert judge(question, [folded])["mrr@10"] == 1 / 2 and judge(question, [one])["mrr@10"] == 0


def test_document_stands_at_its_first_passage():
    question = SetQuestion("q", "Who?", (), frozenset({"b", "z"}), ())
    found = judge(question, shown("a", "a", "a", "a", "a", "b", "a"))
    at_rank_2 = 1 / np.log2(3)
    assert found == pytest.approx(
        {
            "recall@1": 0,
            "recall@5": 0.5,
            "recall@10": 0.5,
            "mrr@10": 0.5,
            "ndcg@10": at_rank_2 / (1 + at_rank_2),
        }
    )


documents = st.sampled_from("abcdefghijklmnop")


@given(st.lists(documents, unique=True), st.sets(documents, min_size=1, max_size=5))
def test_document_figures_are_those_of_scikit_learn(order, gold):
    found = judge(SetQuestion("q", "Who?", (), frozenset(gold), ()), shown(*order))
    relevant = [float(name in gold) for name in order]
    for k in (1, 5, 10):
        assert found[f"recall@{k}"] == pytest.approx(sum(relevant[:k]) / len(gold))
    first = np.flatnonzero(relevant[:10])
    assert found["mrr@10"] == pytest.approx(1 / (first[0] + 1) if len(first) else 0)
    gains = relevant + [0.0] * 10 + [1.0] * (len(gold) - int(sum(relevant)))  # not found: after all ranks
    scores = np.arange(len(gains), 0, -1)
    assert found["ndcg@10"] == pytest.approx(ndcg_score([gains], [scores], k=10, ignore_ties=True))
