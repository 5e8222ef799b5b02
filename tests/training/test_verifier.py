"""Claims made by rule are what they are labelled, and nothing that is held out is trained on."""

from __future__ import annotations

import json
import lzma
from math import log
from random import Random

import pytest
import torch

from rag.models.verifier import BORNE_OUT, CONTRADICTED, NOT_SAID
from training.verifier.__main__ import cool, loss
from training.verifier.pairs import MEASURED, SETS, Pair, make_pairs, read_pairs
from training.verifier.swaps import negate, shorten, swap_cause, swap_modal, swap_name, turn_round

PARAGRAPH = (
    "The Aven rises on a moor near Stoke, and it runs to the sea. Mary Holt bridged it in 1874 because the "
    "ford was dangerous. The bridge may be closed in winter, when the ice is thick. It has not been painted "
    "since May 1931 by Owen Reed (a mason). More boats than barges go up the river. Lena Frost sold the "
    "mill to Owen Reed."
)


def folder_of(tmp_path, sets):
    for name in {*SETS, "squad2_train_rebuilt"}:
        rows = sets.get(name, [])
        with lzma.open(tmp_path / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.write("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path


@pytest.fixture
def made(tmp_path):
    rows = [{"title": f"River_{n}", "context": PARAGRAPH.replace("Aven", f"Aven{n}")} for n in range(40)]
    return make_pairs(folder_of(tmp_path, {"squad2_train_rebuilt": rows}), 300, Random(1))


def test_every_kind_is_made_and_labelled(made):
    assert len(made) == 300 and {pair.labels for pair in made} == {(BORNE_OUT,), (CONTRADICTED,), (NOT_SAID,)}
    assert {"swap_number", "swap_opposite", "negate", "swap_name", "turn_round"} <= {
        pair.source for pair in made
    }


def test_what_is_borne_out_stands_in_its_evidence_and_what_is_not_does_not(made):
    for pair in made:
        words = iter(pair.evidence.casefold().replace("_", " ").split())
        stands = all(
            any(word.strip(".,") == w.strip(".,") for w in words) for word in pair.claim.casefold().split()
        )
        if pair.source in ("window", "shorten"):
            assert stands, pair
        elif pair.source not in ("joined", "swap_modal"):
            assert pair.claim not in pair.evidence, pair


@pytest.mark.parametrize(
    ("swap", "sentence", "expected"),
    [
        (
            negate,
            "The bridge is open.",
            {"The bridge is not open.": CONTRADICTED, "The bridge is never open.": CONTRADICTED},
        ),
        (negate, "It has not been painted.", {"It has been painted.": CONTRADICTED}),
        (
            swap_modal,
            "It might be closed.",
            {
                "It will be closed.": NOT_SAID,
                "It cannot be closed.": CONTRADICTED,
                "It may be closed.": BORNE_OUT,
            },
        ),
        (turn_round, "Lena Frost paid Owen Reed.", {"Owen Reed paid Lena Frost.": NOT_SAID}),
        (turn_round, "They saw Lena Frost and Owen Reed.", {}),
        (
            shorten,
            "It was painted, which took a year, by masons from Stoke.",
            {
                "It was painted, by masons from Stoke.": BORNE_OUT,
                "It was painted, which took a year.": BORNE_OUT,
            },
        ),
    ],
)
def test_swapped_claim_is_labelled_by_what_it_says(swap, sentence, expected):
    assert dict(filter(None, (swap(sentence, Random(seed)) for seed in range(40)))) == expected


def test_names_and_causes_are_those_of_others():
    assert swap_name("It is Owen Reed who sold it.", Random(1), ["Lena Frost"]) == (
        "It is Lena Frost who sold it.",
        CONTRADICTED,
    )
    assert swap_cause("It fell.", Random(1), "It rose because of the rain.") == (
        "It fell because of the rain.",
        NOT_SAID,
    )


def test_no_premise_is_both_trained_on_and_held_out(tmp_path):
    rows = {
        name: [
            {"id": f"{name}-{n}-nda-{k}", "premise": f"Clause {n} of {name}.", "hypothesis": f"It is {k}.",
             "label": ("entailment", "contradiction", "neutral")[k]}
            for n in range(60) for k in range(3)
        ]
        for name in MEASURED
    }  # fmt: skip
    rows["fever_dev_2way"] = [
        {"id": "1", "premise": "It rained.", "hypothesis": "It snowed.", "label": "not_entailment"}
    ]
    data = folder_of(tmp_path, rows)
    trained, held = (read_pairs(data, Random(1), held_out=held_out) for held_out in (False, True))
    assert {pair.source for pair in held} == set(MEASURED)
    assert not {pair.evidence for pair in trained} & {pair.evidence for pair in held}
    assert len(trained) + len(held) == 60 * 3 * len(MEASURED) + 1
    assert [pair.labels for pair in trained if pair.source == "fever_dev_2way"] == [(CONTRADICTED, NOT_SAID)]
    assert {pair.tunes for pair in held} == {True, False}


def test_either_of_two_labels_is_right():
    pairs = [Pair("", "", (CONTRADICTED, NOT_SAID), ""), Pair("", "", (BORNE_OUT,), "")]
    logits = torch.log(torch.tensor([[0.5, 0.2, 0.3], [0.25, 0.5, 0.25]]))
    assert float(loss(logits, pairs)) == pytest.approx(-(log(0.5) + log(0.25)) / 2)


def test_chances_that_are_too_sure_are_cooled():
    model = torch.nn.Module()
    model.classifier = torch.nn.Linear(2, 3)
    torch.nn.init.constant_(model.classifier.bias, 6.0)
    pairs = [Pair("", "", (label,), "") for label in [0] * 7 + [1] * 2 + [2]]
    logits = 3 * torch.log(torch.tensor([0.7, 0.2, 0.1])).repeat(10, 1)
    assert cool(model, logits, pairs) == pytest.approx(3, abs=0.01)
    assert model.classifier.bias.tolist() == pytest.approx([2.0] * 3, abs=0.01)
