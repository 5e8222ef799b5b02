"""Logistic regressions over named features, and the shipped weights that go with what is weighed."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from colours import ColourEmbedder
from hypothesis import given, strategies as st
from sklearn.linear_model import LogisticRegression

import rag
from rag.answers.evidence.features import question_features
from rag.index.places import open_index
from rag.models.reader import Reading
from rag.models.scorer import RELATED, Logistic, Scorer, load_scorer

NAMES = ("words", "cosine", "length")


def test_chance_is_that_of_sklearn():
    numbers = np.random.default_rng(7)
    matrix = numbers.normal(size=(200, 3))
    answers = (matrix @ [2.0, -1.0, 0.5] + numbers.normal(size=200)) > 0.3
    model = LogisticRegression().fit(matrix, answers)
    ours = Logistic(float(model.intercept_[0]), dict(zip(NAMES, model.coef_[0].tolist(), strict=True)))
    features = dict(zip(NAMES, matrix.T, strict=True))
    assert ours.log_odds(features) == pytest.approx(model.decision_function(matrix), abs=1e-5)
    assert ours.chance(features) == pytest.approx(model.predict_proba(matrix)[:, 1], abs=1e-5)


def test_chance_by_hand():
    logistic = Logistic(-1.0, {"words": 2.0, "cosine": -0.5})
    features = {
        "cosine": np.array([1.0, 0.0]),
        "words": np.array([0.5, 1.0]),
        "unweighed": np.array([9.0, 9]),
    }
    assert logistic.log_odds(features).tolist() == [-0.5, 1.0]
    assert logistic.chance(features).tolist() == [1 / (1 + math.exp(0.5)), 1 / (1 + math.exp(-1.0))]


def test_features_go_by_name_not_by_place():
    weights = {"words": 2.0, "cosine": -0.5}
    features = {"words": np.array([0.25]), "cosine": np.array([0.75])}
    backwards = dict(reversed(weights.items())), dict(reversed(features.items()))
    assert Logistic(0.0, weights).log_odds(features) == Logistic(0.0, backwards[0]).log_odds(backwards[1])


def test_equal_evidence_is_a_tie():
    thirds = Logistic(0.0, {"a": 0.1, "b": 0.2, "c": 0.3})
    features = {"a": np.array([1.0, 0.0]), "b": np.array([1.0, 0.0]), "c": np.array([0.0, 1.0])}
    assert 0.1 + 0.2 != 0.3
    one, other = thirds.log_odds(features)
    assert one == other


def test_weight_of_a_feature_that_there_is_not_is_an_error():
    with pytest.raises(KeyError, match="cosine"):
        Logistic(0.0, {"cosine": 1.0}).log_odds({"words": np.array([1.0])})


def test_without_weights_all_chances_are_those_of_the_intercept():
    assert Logistic(0.0, {}).chance({"words": np.array([1.0])}) == 0.5


values = st.floats(-5, 5)


@given(st.lists(st.tuples(values, values), min_size=1, max_size=5), values)
def test_chance_is_a_probability_and_grows_with_the_log_odds(pairs, intercept):
    logistic = Logistic(intercept, {f"feature {n}": weight for n, (weight, _) in enumerate(pairs)})
    features = {f"feature {n}": np.array([value]) for n, (_, value) in enumerate(pairs)}
    (odds,) = logistic.log_odds(features)
    assert odds == pytest.approx(intercept + sum(weight * value for weight, value in pairs), abs=1e-4)
    assert 0 <= logistic.chance(features)[0] <= 1 and (odds > 0) == (logistic.chance(features)[0] > 0.5)


# The shipped weights


class Silent:
    """A reader that sees no answer anywhere."""

    def read(self, question, windows):
        return [[Reading(0.0, (start, start), 0.0) for start, _ in w.sentences] for w in windows]


@pytest.mark.parametrize("reader", [None, Silent()])
def test_every_weight_has_its_feature_and_every_feature_its_weight(small_index, reader):
    bot = rag.Chatbot(open_index(small_index), ColourEmbedder(), reader=reader)
    evidence, question = bot.extractive.evidence, bot.understand("When does the red fox sleep?")
    found, features = evidence.candidates(bot.retriever.search(question, 5))
    scores, missing = np.arange(len(found), 0.0, -1.0), evidence.vocabulary.find_unknown(question)
    weighed = question_features(question, features, scores, missing, evidence.count_chunks(question))
    assert set(evidence.scorer.sentence.weights) == set(features)
    assert set(evidence.scorer.question.weights) == set(weighed)
    assert set(evidence.scorer.related.weights) < set(weighed)
    assert bool(reader) == ("answers" in features) == ("certainty of the best" in weighed)


@pytest.mark.parametrize("reader", [True, False])
def test_shipped_weights_are_numbers_and_the_threshold_a_probability(reader):
    shipped = load_scorer(reader=reader)
    for logistic in (shipped.sentence, shipped.question, shipped.related, shipped.right):
        assert all(math.isfinite(weight) for weight in (logistic.intercept, *logistic.weights.values()))
    assert 0 < shipped.threshold < 1
    assert all(weight > 0 for weight in (*shipped.related.weights.values(), *shipped.right.weights.values()))
    assert shipped.sentence.weights["cosine"] > 0 < shipped.sentence.weights["meaning around"]


def test_scorer_is_that_of_its_file(tmp_path):
    fitted = {
        name: {
            "sentence": {"intercept": 1, "weights": {"words": weight}},
            "question": {"intercept": 2, "weights": {"cosine": weight}},
            "related": {"intercept": 3, "weights": {"cosine": weight}},
            "right": {"intercept": -1, "weights": {"chance": weight / 4}},
            "threshold": weight / 10,
            "figures": {},
        }
        for name, weight in (("with reader", 3), ("without reader", 4))
    }
    path = tmp_path / "scorer.json"
    path.write_text(json.dumps(fitted), encoding="utf-8")
    with_reader, without = (load_scorer(reader=reader, path=path) for reader in (True, False))
    assert with_reader.sentence == Logistic(1, {"words": 3}) and with_reader.threshold == 0.3
    assert without.question == Logistic(2, {"cosine": 4}) and without.threshold == 0.4
    assert without.related == Logistic(3, {"cosine": 4})
    # log-odds of .8 are 1.386: of them a quarter of the weight, less 1
    assert with_reader.confidence(0.8) == pytest.approx(1 / (1 + math.exp(1 - 0.75 * math.log(4))), abs=1e-4)
    assert 0 < without.confidence(0.0) < without.confidence(0.5) < without.confidence(1.0) < 1


@given(st.floats(-6, 6), st.floats(-6, 6))
def test_what_is_related_is_as_likely_as_the_question_says_and_else_less(question, related):
    nothing = Logistic(0.0, {})
    scorer = Scorer(nothing, Logistic(question, {}), Logistic(related, {}), 0.5, nothing)
    whole = 1 / (1 + math.exp(-question))
    expected = whole * min(1.0, 1 / (1 + math.exp(-related)) / RELATED)
    assert scorer.chance({}) == pytest.approx(expected, abs=1e-4) and scorer.chance({}) <= whole + 1e-4
