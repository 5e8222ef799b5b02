"""Fit which words of the turns before a question needs, on conversations whose questions people rewrote.

    python -m training.needed_terms DATA

DATA holds the training data.  Fitted on three quarters of the conversations of canard_dev and
trec_cast_rewrites; the figures are of the rest, beside those of the last question as a whole and of the
rules alone.  The weights go to rag/models/weights/needed_terms.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from rag.datatypes import Turn
from rag.language.words import stems
from rag.models.scorer import TERMS, Logistic, TermScorer
from rag.questions.standalone.followups import resolve_pointing
from rag.questions.standalone.needed_terms import LONGEST_ANSWER, describe_words, find_needed, needed_before
from rag.questions.validation import MOST_TURNS
from training.data.mining import read_rows

SETS = {"canard_dev": "-", "trec_cast_rewrites": "_"}  # what parts a turn's number from its conversation
WEIGHT = {"canard_dev": 1.0, "trec_cast_rewrites": 3.0}  # of a turn: the second set is a third as large
ROUNDS = 3  # each learns from what the one before says that earlier questions needed
STRENGTH = 0.3  # inverse penalty
# Above GATE for one word a question is taken to need something, then those above THRESHOLD: at most one in a
# hundred questions of the eval set takes a word of another one's answer, asked behind it.
GATE, THRESHOLD = 0.65, 0.3
OWN = 0.3  # of the questions stand beside their own turns as people rewrote them
HELD_OUT = 4  # one conversation of so many is not trained on
SEED = 20201130
DIGITS = 3  # of a weight


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was said before it, the words of that which it needs, as stems, and its wording with
    them."""

    set: str
    conversation: str
    question: str
    history: tuple[tuple[str, str], ...]
    needs: frozenset[str]
    alone: str

    @property
    def held_out(self) -> bool:
        """Whether its conversation is not trained on."""
        return hashlib.sha256(self.conversation.encode()).digest()[0] % HELD_OUT == 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    data = parser.parse_args().data
    asked = [one for name in SETS for one in read_asked(data, name)]
    rng = random.Random(SEED)
    learned_from = [one for one in asked if not one.held_out]
    learned_from += _standing_alone(learned_from, rng)
    scorer = TermScorer(Logistic(-9.0, {"often": 0.0}), GATE, THRESHOLD)  # nothing is needed
    for _ in range(ROUNDS):
        scorer = fit(learned_from, scorer)
    held = [one for one in asked if one.held_out]
    alone = _standing_alone(held, rng)
    figures: dict[str, Any] = {
        name: measure([one for one in held if one.set == name], scorer) for name in SETS
    }
    figures["left alone"] = round(
        float(np.mean([not find_needed(one.question, one.history, scorer) for one in alone])), DIGITS
    )
    fitted = {
        "intercept": scorer.words.intercept,
        "weights": scorer.words.weights,
        "gate": scorer.gate,
        "threshold": scorer.threshold,
        "figures": figures,
    }
    TERMS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


def read_asked(data: Path, name: str) -> list[Asked]:
    """The questions of a set that follow another; the first of each history stands as people rewrote it."""
    rows = list(read_rows(data, name))
    rewrites = {row["id"]: row["rewrite"] for row in rows}
    found = []
    for row in rows:
        conversation, sign, number = row["id"].rpartition(SETS[name])
        history = [(question, answer[:LONGEST_ANSWER]) for question, answer in row["history"]][-MOST_TURNS:]
        if not history or not number.isdigit():
            continue
        first = rewrites.get(f"{conversation}{sign}{int(number) - len(history)}", history[0][0])
        history[0] = (first, history[0][1])
        said = {stem for turn in history for text in turn for stem in stems(text)}
        needs = frozenset(said & {*stems(row["rewrite"])} - {*stems(row["question"])})
        found.append(Asked(name, conversation, row["question"], tuple(history), needs, row["rewrite"]))
    return found


def _standing_alone(asked: Sequence[Asked], rng: random.Random) -> list[Asked]:
    """For each, a question that needs nothing of the same history: its own as people rewrote it, or
    another conversation's."""
    found = []
    for one in asked:
        other = rng.choice(asked)
        if other.conversation != one.conversation:
            found.append(replace(one, question=other.alone, needs=frozenset()))
        if rng.random() < OWN:
            found.append(replace(one, question=one.alone, needs=frozenset()))
    return found


def fit(asked: Sequence[Asked], before: TermScorer) -> TermScorer:
    """The weights, if `before` says what the questions before needed."""
    rows, needed, counts = [], [], []
    for one in asked:
        words = describe_words(one.question, one.history)
        features = words.with_needed(needed_before(one.history, before))
        for i, stem in enumerate(words.stems):
            rows.append({name: values[i] for name, values in features.items() if values[i]})
            needed.append(stem in one.needs)
            counts.append(WEIGHT[one.set])
    vectorizer = DictVectorizer(dtype=np.float32)
    matrix = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=SEED)
    model.fit(matrix, needed, sample_weight=counts)
    weights = {
        name: round(float(weight), DIGITS)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if round(float(weight), DIGITS)
    }
    return TermScorer(Logistic(round(float(model.intercept_[0]), DIGITS), weights), GATE, THRESHOLD)


def measure(asked: Sequence[Asked], scorer: TermScorer) -> dict[str, Any]:
    """Precision, recall and F1 of the words needed: by `scorer`, of the last question whole, by the rules."""

    def by_rules(one: Asked) -> set[str]:
        alone = resolve_pointing(one.question, [Turn(*turn) for turn in one.history]).standalone
        said = {stem for turn in one.history for text in turn for stem in stems(text)}
        return said & {*stems(alone)} - {*stems(one.question)}

    def learned(one: Asked) -> set[str]:
        return {*find_needed(one.question, one.history, scorer)}

    ways: dict[str, Callable[[Asked], set[str]]] = {
        "learned": learned,
        "last question": lambda one: {*stems(one.history[-1][0])} - {*stems(one.question)},
        "rules": by_rules,
        "rules, else learned": lambda one: by_rules(one) or learned(one),
    }
    figures = {}
    for name, find in ways.items():
        taken = [find(one) for one in asked]
        right = sum(len(some & one.needs) for some, one in zip(taken, asked, strict=True))
        precision, recall = right / sum(map(len, taken)), right / sum(len(one.needs) for one in asked)
        f1 = 2 * precision * recall / (precision + recall)
        figures[name] = {"precision": precision, "recall": recall, "f1": f1}
    return {"questions": len(asked)} | {
        name: {figure: round(value, DIGITS) for figure, value in own.items()} for name, own in figures.items()
    }


if __name__ == "__main__":
    main()
