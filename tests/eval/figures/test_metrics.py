"""The metrics of the eval set are the published ones: each is compared with another way to get it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import bootstrap
from sklearn.calibration import calibration_curve
from sklearn.metrics import ndcg_score, precision_score, recall_score

from eval.figures.metrics import (
    calibration_error,
    coverage,
    exact_match,
    holds,
    ndcg,
    paired_bootstrap,
    recall,
    reciprocal_rank,
    reliability,
    risk_coverage,
    token_f1,
)

ranks = st.lists(st.sets(st.integers(1, 20), max_size=4), min_size=1, max_size=6)


@given(ranks, st.integers(1, 20))
def test_ndcg_is_that_of_scikit_learn(pieces, k):
    found = {min(piece) for piece in pieces if piece}  # a result that is the first to hold a piece
    gains = [float(rank in found) for rank in range(1, 21)]
    gains += [1.0] * (len(pieces) - len(found)) + [0.0]  # what was not found comes after all results
    scores = np.arange(len(gains), 0, -1)
    assert ndcg(pieces, k) == pytest.approx(ndcg_score([gains], [scores], k=k, ignore_ties=True))


@given(ranks, st.integers(1, 20))
def test_recall_and_reciprocal_rank_by_counting(pieces, k):
    assert recall(pieces, k) == pytest.approx(np.mean([any(rank <= k for rank in piece) for piece in pieces]))
    first = next((r for r in range(1, 21) if any(r in piece for piece in pieces)), math.inf)
    assert reciprocal_rank(pieces) == 1 / first


@pytest.mark.parametrize(
    ("text", "facts", "held"),
    [
        ("England’s 42 ICSs", [["42"]], True),
        ("in 1942", [["42"]], False),
        ("4.2 and 421", [["42"]], False),
        ("the ‘Earned’ autonomy", [["'earned' AUTONOMY"]], True),
        ("a  b\nc", [["a b c"]], True),
        ("first", [["first"], ["second"]], False),
        ("first and second", [["first"], ["second", "2nd"]], True),
        ("cut by 30%.", [["30%"]], True),
        ("a £250m budget", [["£250m"]], True),
        ("anything", [], True),
    ],
)
def test_text_holds_its_facts(text, facts, held):
    assert holds(text, facts) == held


# SQuAD


@pytest.mark.parametrize(
    ("said", "golds", "f1"),
    [
        ("The  Cat!", ["cat"], 1),
        ("cat", ["a dog", "An cat."], 1),
        ("the cat sat", ["cat"], 2 / 3),
        ("cat cat", ["cat"], 2 / 3),
        ("cat cat sat", ["cat sat cat"], 1),  # order counts for exactness alone
        ("sat cat", ["cat sat mat"], 4 / 5),
        ("theatre", ["atre"], 0),  # an article is a whole word
        ("state-of-the-art", ["stateoftheart"], 1),  # punctuation goes first and leaves no gap
        ("30%", ["30"], 1),
        ("dog", ["cat"], 0),
        ("", ["cat"], 0),
        ("cat", [], 0),
        ("", [], 1),
        ("England’s", ["England's"], 1),
    ],
)
def test_words_shared_with_the_gold_answer(said, golds, f1):
    assert token_f1(said, golds) == pytest.approx(f1)
    assert exact_match(said, golds) == (f1 == 1 and said != "cat cat sat")


words = st.text(st.sampled_from("ab the.’-A "), max_size=12)


@given(words, words)
def test_exact_match_is_a_full_share_of_words_and_either_may_be_the_gold(one, other):
    assert exact_match(one, [other]) <= token_f1(one, [other]) <= 1
    assert token_f1(one, [other]) == token_f1(other, [one])
    assert exact_match(one, [one]) == 1


# Confidence

steps = st.integers(0, 20).map(lambda step: step / 20)  # on the edges of the bins, too, and with ties
judged = st.lists(st.tuples(steps, st.integers(0, 1)), min_size=1, max_size=30)


def columns(pairs):
    confidence, outcome = np.array(pairs, dtype=float).T
    return confidence, outcome


@given(judged)
def test_reliability_is_the_calibration_curve_of_scikit_learn(pairs):
    confidence, outcome = columns(pairs)
    means, shares, sizes = reliability(confidence, outcome)
    expected_shares, expected_means = calibration_curve(outcome, confidence, n_bins=10, pos_label=1)
    assert means == pytest.approx(expected_means) and shares == pytest.approx(expected_shares)
    assert sizes.sum() == pytest.approx(1)


@given(judged)
def test_calibration_error_by_counting(pairs):
    confidence, outcome = columns(pairs)
    edges = np.linspace(0, 1, 11)
    within = [(low < confidence) & (confidence <= high) for low, high in itertools.pairwise(edges)]
    within[0] |= confidence == 0
    gaps = [abs(outcome[b].mean() - confidence[b].mean()) * b.sum() for b in within if b.any()]
    assert calibration_error(confidence, outcome) == pytest.approx(sum(gaps) / len(pairs))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=5))
def test_risk_is_the_mean_over_every_order_of_the_tied(pairs):
    confidence, loss = columns(pairs)
    orders = [
        order for order in itertools.permutations(range(len(pairs)))
        if all(confidence[a] >= confidence[b] for a, b in itertools.pairwise(order))
    ]  # fmt: skip
    curves = [[loss[list(order[:k])].mean() for k in range(1, len(pairs) + 1)] for order in orders]
    coverage, risk = risk_coverage(confidence, loss)
    assert risk == pytest.approx(np.mean(curves, axis=0))
    assert coverage == pytest.approx(np.arange(1, len(pairs) + 1) / len(pairs))


# Of a test set


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
