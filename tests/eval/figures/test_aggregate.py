"""The figures of many questions are those of scikit-learn, and say how sure they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from runs import row, run_of
from scipy.stats import bootstrap
from sklearn.metrics import (
    balanced_accuracy_score,
    brier_score_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

from eval.figures.aggregate import FIGURES, draws, estimates, intervals, points, reduce, summarise, table


@given(st.integers(2, 40), st.integers(0, 99))
def test_figures_are_those_of_scikit_learn(count, seed):
    rows = run_of(count, seed=seed)
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
    told = [(r["statements"][0]["gold"], r["confidence"]) for r in rows if r["statements"]]
    assert figures["brier"] == pytest.approx(brier_score_loss(*zip(*told, strict=True), labels=[False, True]))


def test_figures_stand_in_their_order_and_only_those_known():
    rows = run_of(20)
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
    rows = run_of(20)
    rows[0]["citations"] = [{"faithful": False}, {"faithful": True}]
    quotes = sum(len(r["citations"]) for r in rows)
    assert points(rows)["quote_faithfulness"] == pytest.approx((quotes - 1) / quotes)


# Intervals


def test_interval_is_that_of_scipy():
    rows = run_of(60)
    hits = np.array([r["answer_hit"] for r in rows if r["expects"] == "answer"], dtype=float)
    only = [r for r in rows if r["expects"] == "answer"]
    expected = bootstrap((hits,), np.mean, method="percentile", n_resamples=10_000, rng=0).confidence_interval
    assert intervals(only)["answer_hit"] == pytest.approx(tuple(expected), abs=0.03)


def test_a_resample_is_the_figure_of_the_questions_drawn():
    rows = run_of(30)
    drawn = draws(len(rows), resamples=5)
    found = estimates(rows, drawn)
    for at, draw in enumerate(drawn):
        again = points([rows[place] for place in draw])
        assert {name: values[at] for name, values in found.items()} == pytest.approx(again)


def test_intervals_hold_the_figures_and_never_change():
    rows = run_of(80)
    ends, figures = intervals(rows), points(rows)
    assert ends == intervals(rows) and list(ends) == list(figures)
    for name in set(figures) - {"ece"}:  # a resample has larger gaps: its bins are less even
        assert ends[name][0] <= figures[name] <= ends[name][1], name


def test_table_shows_every_figure():
    results = summarise(run_of(30))
    lines = table(results).splitlines()
    assert {line.split()[0] for line in lines if line.strip()} >= {*results["all"], *results["kinds"]}
    figure, ends = results["tune"]["auroc"], results["intervals"]["tune"]["auroc"]
    assert f"{figure:.3f} [{ends[0]:.3f}, {ends[1]:.3f}]" in table(results)
