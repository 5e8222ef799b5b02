"""Questions of known answer, asked -> how likely the first statement is right, by the chance of an answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression

from rag import load_embedder
from rag.chatbot import open_chatbot
from rag.datatypes import Answer
from rag.models.scorer import SMALLEST, load_scorer
from training.figures.folders import outcome_of
from training.scorer.cases import MADE, REAL, SEEDS, Source, read_source

MOST = 10  # questions of a folder
NEEDS = 5.0  # inverse penalty


def fit_right(sources: Sequence[Source], *, reader: bool, jobs: int) -> dict[str, Any]:
    """The regression of whether the first statement of an answer is right over the log-odds of the chance
    that the documents answer; each set of questions counts alike."""
    tasks = (delayed(_ask)(source, reader) for source in sources if source.set in (SEEDS, REAL, MADE))
    answers = [one for answers in Parallel(n_jobs=jobs)(tasks) for one in answers]
    return fit_answers(answers)


def fit_answers(answers: Sequence[tuple[str, float, bool]]) -> dict[str, Any]:
    """The same of answers: the set of the question, the log-odds, whether the first statement was right."""
    sets = [name for name, _, _ in answers]
    odds = np.array([odds for _, odds, _ in answers])[:, None]
    counting = np.array([1.0 / sets.count(name) for name in sets]) * len(answers)
    right = np.array([right for _, _, right in answers])
    fitted = LogisticRegression(C=NEEDS).fit(odds, right, sample_weight=counting)
    return {
        "intercept": round(float(fitted.intercept_[0]), 3),
        "weights": {"chance": round(float(fitted.coef_[0, 0]), 3)},
    }


def _ask(source: Source, reader: bool) -> list[tuple[str, float, bool]]:
    return [*_ask_all(source, reader)]


def _ask_all(source: Source, reader: bool) -> Iterator[tuple[str, float, bool]]:
    load_scorer.cache_clear()  # it has been fitted anew since
    chatbot = open_chatbot(source.index, embedder=load_embedder(), reader=reader)
    for question in read_source(source, chatbot, held_out=reader, most=MOST):
        if question.natural or source.set == MADE:
            answer = chatbot.ask(question.question, history=question.history)
            if answer.statements and answer.kind == "answer":
                yield source.set, _log_odds(answer, reader), outcome_of(answer, question) == "first"


def _log_odds(answer: Answer, reader: bool) -> float:
    """Of the chance that the documents answer, of which `answer` has the confidence."""
    right = load_scorer(reader=reader).right
    held = min(max(answer.confidence, SMALLEST), 1.0 - SMALLEST)
    return (math.log(held / (1.0 - held)) - right.intercept) / right.weights["chance"]
