"""A public test set is read strictly, asked through the same retrieval and reduced to the figures."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import ndcg_score, precision_score, recall_score

import rag
from eval.bench import CONFIGURATIONS, bench, judge
from eval.bench_report import page, table, write_report
from eval.datasets import SetQuestion, read_set
from eval.metrics import coverage, paired_bootstrap
from rag.cli.main import main

QUALITY = ["recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"]
SPANS = ["span_recall@5", "span_precision@5"]
CORPUS = [
    {"id": "fox", "title": "Foxes", "source": "A zoo", "date": "2023-04-05", "url": "",
     "text": "The red fox sleeps in its den all winter. It dreams of hens and eats 12 of them a year."},
    {"id": "whale", "title": "Whales", "source": "", "date": "spring", "url": "",
     "text": "The blue whale swims through the ocean. It sings at night to find its friends."},
    {"id": "frog", "title": "", "text": "The green frog jumps over the pond. It catches flies with it."},
]  # fmt: skip
QUESTIONS = [
    {"id": "1", "question": "Where does the fox sleep?",
     "evidence": [{"doc": "fox", "text": "The red fox sleeps in its den all winter.", "start": 0}]},
    {"id": "2", "question": "When does it sing?",
     "evidence": [{"doc": "whale", "text": "It sings at night"}],
     "history": [{"role": "user", "text": "Tell me about the blue whale."}, {"role": "agent", "text": "A"}]},
    {"id": "3", "question": "What does it catch?", "scenario": "I have a frog.",
     "evidence": [{"doc": "frog", "text": "flies"}, {"doc": "fox", "text": "hens"}]},
    {"id": "4", "question": "Who is the king of Spain?", "evidence": [], "answerable": False},
]  # fmt: skip


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path):
    """A set of three documents and four questions, one of them without evidence."""
    made = tmp_path / "animals"
    made.mkdir()
    (made / "corpus.jsonl").write_text(lines(CORPUS), encoding="utf-8")
    (made / "questions.jsonl").write_text(lines(QUESTIONS), encoding="utf-8")
    (made / "distractors.jsonl").write_text(
        lines([{"id": "hen", "text": "The hen wakes."}]), encoding="utf-8"
    )
    return made


@pytest.fixture
def figures(folder, embedder, tmp_path):
    return bench(read_set(folder), embedder, cache=tmp_path / "cache")


# The set


def test_documents_are_those_of_the_corpus(folder):
    read = read_set(folder).corpus.documents
    assert [document.id for document in read] == ["fox", "frog", "whale"]
    assert read[0] == rag.Document("fox", "Foxes", CORPUS[0]["text"], "A zoo", date(2023, 4, 5))
    assert (read[2].published, read[2].date_note, read[2].publisher) == (None, "spring", None)
    assert [d.id for d in read_set(folder, distractors=True).corpus.documents] == [
        "fox",
        "frog",
        "hen",
        "whale",
    ]


def test_questions_have_their_history_scenario_and_gold(folder):
    first, second, third = read_set(folder).questions
    assert first.places == (("fox", 0, 41),) and second.places == () and first.history == ()
    assert second.history == (rag.Turn("Tell me about the blue whale.", "A"),)
    assert third.question == "What does it catch? I have a frog." and third.gold == {"fox", "frog"}


def test_span_that_is_not_there_is_no_place(folder):
    moved = QUESTIONS[0] | {"evidence": [QUESTIONS[0]["evidence"][0] | {"start": 1}]}
    (folder / "questions.jsonl").write_text(lines([moved]), encoding="utf-8")
    assert read_set(folder).questions[0].places == ()


def test_limit_takes_the_same_questions_in_any_order(folder):
    some = {question.id for question in read_set(folder, limit=2).questions}
    (folder / "questions.jsonl").write_text(lines(QUESTIONS[::-1]), encoding="utf-8")
    assert {question.id for question in read_set(folder, limit=2).questions} == some and len(some) == 2
    assert len(read_set(folder, limit=9).questions) == 3


BAD = [
    ("corpus.jsonl", None, "cannot read corpus.jsonl (No such file or directory): expected a folder"),
    ("questions.jsonl", None, "cannot read questions.jsonl (No such file or directory)"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}\n\n{"id"\n', "corpus.jsonl, line 3: not UTF-8 JSON"),
    ("corpus.jsonl", b'{"id": "a", "text": "caf\xe9"}', "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b'{"id": "a", "text": "\\ud800"}', "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b"[" * 100_000, "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b"[1]", "corpus.jsonl, line 1: '[1]', expected an object in braces"),
    ("corpus.jsonl", b'{"id": "a"}', "corpus.jsonl, line 1: 'text' is 'None', expected text in quotes"),
    ("corpus.jsonl", b'{"id": 7, "text": "b"}', "corpus.jsonl, line 1: 'id' is '7', expected text"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}\n' * 2, "line 2: the id 'a' is there twice"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}', "questions.jsonl, line 1: evidence in 'fox'"),
    ("questions.jsonl", b'{"id": "1", "question": "Who?"}', "has evidence: expected at least one to score"),
    ("questions.jsonl", b'{"id": "1", "evidence": "fox"}', "line 1: 'evidence' is 'fox', expected a list"),
    ("questions.jsonl", b'{"id": "1", "evidence": [{"doc": "fox"}]}', "line 1: 'question' is 'None'"),
    (
        "questions.jsonl",
        b'{"id": "1", "question": "??", "evidence": [{"doc": "fox"}]}',
        "line 1: the question '??' holds no word",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_broken_set_is_one_line_that_names_the_place(folder, monkeypatch, capsys, name, content, message):
    monkeypatch.chdir(folder)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    assert main(["bench", "."]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("rag: ") and err.count("\n") == 1 and message in err


# The figures


def test_figures_are_those_of_the_chatbot(figures):
    assert (figures["set"], figures["documents"], figures["questions"]) == ("animals", 3, 3)
    assert figures["chunks"] >= 3 and figures["questions_with_spans"] == 1
    assert list(figures["configurations"]) == list(CONFIGURATIONS)
    for row in figures["configurations"].values():
        assert set(row) == {*QUALITY, *SPANS, "p50_ms", "p95_ms"} and row["p50_ms"] <= row["p95_ms"]
    hybrid = figures["configurations"]["hybrid"]
    assert hybrid["recall@10"] == hybrid["mrr@10"] == hybrid["span_recall@5"] == 1
    assert figures["embed_p50_ms"] > 0 and figures["comparison"]["configurations"] == ["hybrid", "bm25"]
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
        assert {s.stage for passage in found for s in passage.stages} == {name}
        chunks = {(c.document_id, c.start, c.end) for c in chatbot.index.chunks}
        whole = [p for p in found if (p.document.id, p.start, p.end) in chunks]
        ranks = [passage.stages[0].rank for passage in whole]
        assert ranks == sorted(ranks) and found[0].stages[0].rank == 1
    stages = {s.stage for passage in chatbot.retrieve(question) for s in passage.stages}
    assert stages == {"dense", "bm25", "sentence"}
    assert configured("hybrid").retrieve(question, 20) == chatbot.retrieve(question, 20)


def test_index_is_kept_while_it_is_whole_and_fits(folder, embedder, tmp_path):
    said = []
    for text in (None, None, "damaged", None, "The red fox wakes."):
        if text == "damaged":
            next((tmp_path / "cache").glob("*/*/chunks.faiss")).write_text(text)
        elif text:
            (folder / "corpus.jsonl").write_text(lines([CORPUS[0] | {"text": text}, *CORPUS[1:]]))
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


spans = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 20), st.integers(0, 20)), max_size=4)


@given(spans, spans)
def test_span_figures_are_those_of_scikit_learn(gold, found):
    def mask(some):
        marked = np.zeros((2, 20), dtype=int)
        for name, start, end in some:
            marked["ab".index(name), start:end] = 1
        return marked.ravel()

    true, predicted = mask(gold), mask(found)
    assert coverage(gold, by=found) == pytest.approx(recall_score(true, predicted, zero_division=0))
    assert coverage(found, by=gold) == pytest.approx(precision_score(true, predicted, zero_division=0))


@given(st.integers(0, 5), st.integers(30, 60))
@settings(max_examples=5)
def test_interval_is_that_of_scipy(seed, count):
    random = np.random.default_rng(seed)
    ours, theirs = random.random(count), random.random(count)
    expected = bootstrap(
        (ours, theirs), lambda x, y: np.mean(x - y), paired=True, vectorized=False, method="percentile",
        n_resamples=10_000, rng=seed,
    ).confidence_interval  # fmt: skip
    assert paired_bootstrap(ours, theirs) == pytest.approx(tuple(expected), abs=0.01)


def test_interval_depends_on_the_seed_alone():
    ours, theirs = [1.0, 0.0, 0.5, 1.0], [0.0, 0.5, 0.5, 0.0]
    assert paired_bootstrap(ours, theirs) == paired_bootstrap(ours, theirs)
    low, high = paired_bootstrap(theirs, ours)
    assert (-high, -low) == pytest.approx(paired_bootstrap(ours, theirs))


# The reports


def test_table_and_page_show_every_figure(figures):
    for shown_as in (table(figures), page(figures)):
        for name in (
            "R@1",
            "R@5",
            "R@10",
            "MRR@10",
            "nDCG@10",
            "span R@5",
            "p50 ms",
            "p95 ms",
            *CONFIGURATIONS,
        ):
            assert name in shown_as
        assert "95% interval of 10,000 paired resamples" in shown_as and "indexed in" in shown_as


def test_page_is_whole_and_calls_nothing(figures):
    drawn = page(figures | {"set": "<script>&"})
    assert "&lt;script&gt;&amp;" in drawn and "<script" not in drawn and "http" not in drawn
    plots = ["<svg" + rest.split("</svg>")[0] + "</svg>" for rest in drawn.split("<svg")[1:]]
    assert len(plots) == 3
    for plot in plots:
        for shape in ElementTree.fromstring(plot).iter():
            assert all(
                0 <= float(shape.get(at, 0)) <= 720 for at in ("x", "y", "cx", "cy", "x1", "x2", "width")
            )


def test_report_that_cannot_be_written_is_one_line(figures, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(rag.RagError, match=r"cannot write the report to .*file/: "):
        write_report(figures, tmp_path / "file")


def test_command_prints_and_writes(folder, tmp_path, capsys):
    call = ["bench", str(folder), "--cache", str(tmp_path / "cache"), "--out", str(tmp_path / "out")]
    assert main([*call, "--json", "--limit", "2", "--compare", "dense", "bm25"]) == 0
    out, err = capsys.readouterr()
    printed = json.loads(out)
    assert out.count("\n") == 1 and printed["questions"] == 2 and "asking 2 questions of animals" in err
    assert json.loads((tmp_path / "out/animals.json").read_text(encoding="utf-8")) == printed
    assert (tmp_path / "out/animals.html").read_text(encoding="utf-8") == page(printed)
    assert main([*call, "--distractors"]) == 0
    assert capsys.readouterr().out.startswith("animals+distractors: 4 documents, ")
    with pytest.raises(SystemExit, match="2"):
        main([*call, "--compare", "dense", "magic"])
