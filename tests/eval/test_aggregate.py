"""The figures of many questions are those of scikit-learn, and say how sure they are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap
from sklearn.metrics import (
    balanced_accuracy_score,
    brier_score_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

import rag
from eval.aggregate import FIGURES, draws, estimates, intervals, points, reduce, summarise, table
from eval.compare import compare, comparison_table, read_rows
from rag.cli.main import main

ASKED = ("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "first_hit", "citation_recall")


def row(number, expects, *, confidence, refused, hit=False, half="tune", kind="fact"):
    """What came of a question, its figures 1 if it was answered rightly and 0 if not."""
    made = {"id": f"a{number:03}", "half": half, "kind": kind, "expects": expects, "question": "Who?"}
    made |= {"facts": [["fox"]], "confidence": confidence, "refused": refused}
    made |= {"statements": [], "citations": []}
    if expects == "answer":
        made |= dict.fromkeys(ASKED, float(hit)) | {"answer_hit": hit, "citation_precision": float(hit)}
    if not refused:
        made["statements"] = [{"gold": hit, "unsupported": []}, {"gold": False, "unsupported": ["42"]}]
        made["citations"] = [{"faithful": True}]
    return made


def asked(count, *, seed=0, skill=0.5):
    """Questions, three of five answerable, with a threshold of ½ on a noisy confidence."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        expects = ("answer", "refusal")[number % 5 in (1, 3)]
        noise = (1 - skill) * random.random()
        confidence = round((skill if expects == "answer" else 0) + noise, 1)
        refused, half = confidence < 0.5, ("tune", "report")[number % 3 == 0]
        hit = not refused and expects == "answer" and bool(random.random() < 0.7)
        rows.append(row(number, expects, confidence=confidence, refused=refused, hit=hit, half=half))
    return rows


@given(st.integers(2, 40), st.integers(0, 99))
@settings(max_examples=40)
def test_figures_are_those_of_scikit_learn(count, seed):
    rows = asked(count, seed=seed)
    figures = points(rows)
    unanswerable = [r["expects"] == "refusal" for r in rows]
    refused = [r["refused"] for r in rows]
    confidence = [r["confidence"] for r in rows]
    precision, recall, f1, _ = precision_recall_fscore_support(
        unanswerable, refused, average="binary", zero_division=0
    )
    assert figures.get("refusal_precision", 0) == pytest.approx(precision)  # of no refusal it says nothing
    assert (figures["refusal_recall"], figures["refusal_f1"]) == pytest.approx((recall, f1))
    assert figures["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(unanswerable, refused))
    answerable = np.logical_not(unanswerable)
    assert figures["auroc"] == pytest.approx(roc_auc_score(answerable, confidence))
    assert figures["brier"] == pytest.approx(brier_score_loss(answerable, confidence))


def test_figures_stand_in_their_order_and_only_those_known():
    rows = asked(20)
    names = [name for group in FIGURES.values() for name in group]
    assert list(points(rows)) == [name for name in names if name not in ("exact_match", "token_f1")]
    only = reduce([r for r in rows if r["expects"] == "refusal"])
    assert "refusal_recall" in only and not {"auroc", "answer_hit", "balanced_accuracy"} & set(only)
    either = row(0, "either", confidence=0.9, refused=True)
    assert reduce([either])["refused"] == 1 and not {"brier", "ece", "aurc"} & set(reduce([either]))
    assert reduce([*rows, either])["ece"] == reduce(rows)["ece"]


def test_statements_count_alike_and_questions_alike():
    right = row(0, "answer", confidence=1.0, refused=False, hit=True)
    wrong = row(1, "answer", confidence=1.0, refused=False)
    wrong["statements"] = wrong["statements"][1:]
    figures = points([right, wrong])
    assert (figures["citation_precision"], figures["statement_precision"]) == (0.5, pytest.approx(1 / 3))
    assert figures["statements_supported"] == pytest.approx(1 / 3)


def test_a_false_quote_shows():
    rows = asked(20)
    rows[0]["citations"] = [{"faithful": False}, {"faithful": True}]
    quotes = sum(len(r["citations"]) for r in rows)
    assert points(rows)["quote_faithfulness"] == pytest.approx((quotes - 1) / quotes)


# Intervals


def test_interval_is_that_of_scipy():
    rows = asked(60)
    hits = np.array([r["answer_hit"] for r in rows if r["expects"] == "answer"], dtype=float)
    only = [r for r in rows if r["expects"] == "answer"]
    expected = bootstrap((hits,), np.mean, method="percentile", n_resamples=10_000, rng=0).confidence_interval
    assert intervals(only)["answer_hit"] == pytest.approx(tuple(expected), abs=0.03)


def test_a_resample_is_the_figure_of_the_questions_drawn():
    rows = asked(30)
    drawn = draws(len(rows), resamples=5)
    found = estimates(rows, drawn)
    for at, draw in enumerate(drawn):
        again = points([rows[place] for place in draw])
        assert {name: values[at] for name, values in found.items()} == pytest.approx(again)


def test_intervals_hold_the_figures_and_never_change():
    rows = asked(80)
    ends, figures = intervals(rows), points(rows)
    assert ends == intervals(rows) and list(ends) == list(figures)
    for name in set(figures) - {"ece"}:  # a resample has larger gaps: its bins are less even
        assert ends[name][0] <= figures[name] <= ends[name][1], name


def test_table_shows_every_figure():
    results = summarise(asked(30))
    lines = table(results).splitlines()
    assert {line.split()[0] for line in lines if line.strip()} >= {*results["all"], *results["kinds"]}
    figure, ends = results["tune"]["auroc"], results["intervals"]["tune"]["auroc"]
    assert f"{figure:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]" in table(results)


# Two runs


@pytest.fixture
def written(tmp_path):
    """Write rows as the result of a run; its path."""

    def write(rows, name="run.json"):
        path = tmp_path / name
        path.write_text(json.dumps({"questions": rows}), encoding="utf-8")
        return path

    return write


def test_only_a_difference_that_leaves_out_0_is_real():
    before, after = asked(80, skill=0.1), asked(80, skill=0.5)
    comparison = compare(before, after)
    auroc = comparison["differences"]["all"]["auroc"]
    assert auroc["real"] and auroc["low"] > 0
    assert auroc["difference"] == pytest.approx(points(after)["auroc"] - points(before)["auroc"], abs=1e-4)
    other_way = compare(after, before)["differences"]["all"]["auroc"]
    assert other_way["real"] and other_way["high"] == -auroc["low"]
    same = compare(after, after)["differences"]
    assert not any(values["real"] or values["high"] for half in same.values() for values in half.values())
    assert compare(before, after) == comparison


def test_interval_of_a_difference_is_of_pairs():
    """Of two runs that each vary much but always by the same, the difference is known well."""
    before, after = asked(60), asked(60)
    for number, r in enumerate(after):
        r["confidence"] += 0.001 * (number % 2)
    apart = intervals(before)["brier"]
    brier = compare(before, after)["differences"]["all"]["brier"]
    assert brier["high"] - brier["low"] < 0.01 < apart[1] - apart[0]


def test_questions_of_one_run_alone_are_left_out():
    rows = asked(40)
    comparison = compare(rows[:30], rows[10:])
    assert (comparison["questions"], comparison["left_out"]) == (20, 20)
    shown = comparison_table(comparison)
    assert "20 questions that both have (20 left out)" in shown
    tune = [r | {"half": "tune"} for r in rows]
    assert "report" not in comparison_table(compare(tune, tune)) and "report" in shown


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"question": "When?"}, r"differ in the question of question a000: 'Who\?', then 'When\?'"),
        ({"expects": "either"}, "differ in the expects of question a000: 'answer', then 'either'"),
        ({"id": "b000"}, "no question in common: compare two runs of one set"),
    ],
)
def test_other_questions_are_an_error(changed, message):
    rows = asked(20)
    after = [rows[0] | changed, *(rows[1:] if "id" not in changed else ())]
    with pytest.raises(rag.RagError, match=message):
        compare(rows, after)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "JSONDecodeError"),
        (b"\xff", "UnicodeDecodeError"),
        (b"7", "TypeError"),
        (b"{}", "KeyError: 'questions'"),
        (b'{"questions": [7]}', "TypeError"),
        (b'{"questions": [{"expects": "answer", "refused": true}]}', "KeyError: 'statements'"),
        (b'{"questions": {"a": {}}}', "TypeError"),
    ],
)
def test_file_that_is_no_result_is_named(tmp_path, content, problem):
    (tmp_path / "no.json").write_bytes(content)
    with pytest.raises(rag.RagError, match=rf"cannot compare .*no\.json \({problem}.*`rag eval --out"):
        read_rows(tmp_path / "no.json")


def test_result_that_lacks_something_is_named(written, tmp_path):
    rows = asked(4)
    del rows[2]["id"]
    with pytest.raises(rag.RagError, match=r"run\.json \(a question lacks a field\)"):
        read_rows(written(rows))
    with pytest.raises(rag.RagError, match=r"gone\.json \(No such file or directory\)"):
        read_rows(tmp_path / "gone.json")


def test_command_compares_two_files(written, capsys):
    before, after = asked(80, skill=0.1), asked(80, skill=0.5)
    call = ["eval", "--compare", str(written(before, "a.json")), str(written(after, "b.json"))]
    assert main(call) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("auroc"))
    assert line.endswith(" real")
    assert main([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == compare(before, after)
    for more, message in (("--out", "leave out --out and --report"), ("--report", "leave out --out")):
        assert main([*call, more, "x"]) == 1 and message in capsys.readouterr().err
    assert main(["eval", "--compare", call[2], str(ROOT / "README.md")]) == 1
    assert "rag: cannot compare" in capsys.readouterr().err
