"""Each question of the training data comes with a window that answers it, and the best that do not."""

from __future__ import annotations

import json
import lzma

import numpy as np
import pytest
import torch

from training.data.mining import EXTRACTIVE, SELECTION, UNANSWERABLE, WRONG, mine
from training.reader.losses import _against_nothing

RIVERS = "Aven Bure Cam Dart Exe Fal Glen Hull Irt Jed Ken Lune".split()
NAME = "squad2_train_rebuilt"


def context_of(river, n):
    return (
        f"The {river} rises on a moor and runs to the sea. It was first bridged in {1700 + n} by a mason. "
        f"The mill on the {river} burnt down one night. Its owner, Ann {river}, built it up again. "
        f"Boats go up the {river} as far as the weir. The weir was closed in {1900 + n} after a flood."
    )


def extractive_rows():
    for n, river in enumerate(RIVERS):
        context, year = context_of(river, n), str(1700 + n)
        answers = [{"text": year, "start": context.index(year)}]
        row = {"context": context, "title": f"River_{river}"}
        yield row | {
            "id": f"{river}-1",
            "question": f"When was the {river} bridged?",
            "answers": answers,
            "answerable": True,
        }
        yield row | {
            "id": f"{river}-2",
            "question": f"Who drowned in the {river}?",
            "answers": [],
            "answerable": False,
        }


@pytest.fixture(scope="module")
def groups(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    for name in {*EXTRACTIVE, *UNANSWERABLE, *SELECTION}:
        rows = list(extractive_rows()) if name == NAME else []
        if name == "qmsum_turns":
            sentences = ["We met.", "The gate is green.", "We left."]
            rows = [
                {
                    "id": "1",
                    "question": "What colour is the gate?",
                    "title": "Gate",
                    "sentences": sentences,
                    "labels": [0, 1, 0],
                }
            ]
        with lzma.open(data / f"{name}.jsonl.xz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("training.data.mining.LISTED", 1.0)
        patched.setattr("training.data.mining.SWAPPED", 0.0)
        yield mine(data, (), data, seed=1)


def test_every_question_is_there_once(groups):
    assert len({group.question for group in groups}) == len(groups) == 2 * len(RIVERS) + 1


def test_first_window_answers_and_no_other_does(groups):
    for group in groups:
        first, *others = group.windows
        assert len(others) <= WRONG
        assert bool(first.gold) == ("drowned" not in group.question)
        assert not any(window.gold or window.answer for window in others)
        if first.answer:
            said = first.text[slice(*first.answer)]
            assert said in context_of(*next((r, n) for n, r in enumerate(RIVERS) if r in group.question))
            assert not any(said in window.text for window in others)


def test_wrong_windows_are_of_other_texts_too(groups):
    for group in groups:
        if "bridged" in group.question:
            assert len({window.text for window in group.windows}) == len(group.windows) > 2


def test_spans_of_sentences_are_right_below_a_title(groups):
    for window in (window for group in groups for window in group.windows):
        ends = [window.text[start:end] for start, end in window.sentences]
        assert all(sentence.endswith(".") and not sentence.startswith("River") for sentence in ends)


def test_same_seed_gives_the_same_groups(groups, tmp_path_factory):
    (data,) = {p.parent for p in tmp_path_factory.getbasetemp().rglob("qamr.jsonl.xz")}
    assert mine(data, (), data, seed=1) == groups


def test_only_a_share_of_the_questions_has_wrong_windows(groups, tmp_path_factory, monkeypatch):
    (data,) = {p.parent for p in tmp_path_factory.getbasetemp().rglob("qamr.jsonl.xz")}
    monkeypatch.setattr("training.data.mining.LISTED", 0.0)
    alone = mine(data, (), data, seed=1)
    assert {len(group.windows) for group in alone} == {1}
    assert {group.question for group in alone} == {group.question for group in groups}


def test_nothing_counts_once_for_all_windows():
    scores = [torch.tensor([1.0, -2.0]), torch.tensor([0.5])]
    exponents = np.exp([0.0, 1.0, -2.0, 0.5])
    right = _against_nothing(scores, torch.tensor([0.5]))
    assert float(right) == pytest.approx(-np.log(exponents[3] / exponents.sum()), abs=1e-6)
    none = _against_nothing(scores, torch.zeros(0))
    assert float(none) == pytest.approx(-np.log(1.0 / exponents.sum()), abs=1e-6)
