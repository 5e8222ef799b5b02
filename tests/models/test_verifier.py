"""The shipped verifier: what evidence bears out, contradicts and does not say."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st
from safetensors.torch import load_file
from transformers import AutoTokenizer

from rag.models.embedder import DEFAULT_MODEL, model_folder
from rag.models.verifier import AT_ONCE, VERIFIER, Chances, load_verifier
from training.reader.network import load_network

BRIDGE = "Mary Holt built the bridge over the Aven in 1874, because the ford was dangerous."
MUSEUM = "The museum is closed on Mondays. Visitors may take photographs without a flash."
PAIRS = [
    ("The bridge over the Aven was built by Mary Holt.", BRIDGE, "borne_out"),
    ("Mary Holt constructed a bridge.", BRIDGE, "borne_out"),
    ("Mary Holt did not build the bridge.", BRIDGE, "contradicted"),
    ("The bridge was built in 1871.", BRIDGE, "contradicted"),
    ("Visitors can take pictures.", MUSEUM, "borne_out"),
    ("Photographs are forbidden.", MUSEUM, "contradicted"),
    ("The museum employs forty people.", MUSEUM, "not_said"),
]


@pytest.fixture(scope="module")
def verifier():
    return load_verifier()


@pytest.mark.parametrize(("claim", "evidence", "expected"), PAIRS)
def test_what_evidence_says_of_a_claim_is_told(verifier, claim, evidence, expected):
    (chances,) = verifier.verify([(claim, evidence)])
    assert max(Chances._fields, key=lambda kind: getattr(chances, kind)) == expected


def test_chances_are_those_of_the_network(verifier):
    """What transformers' own network and tokenizer give the first token, as shares."""
    network, tokenizer = load_network(), AutoTokenizer.from_pretrained(model_folder(DEFAULT_MODEL))
    network.load_state_dict(load_file(VERIFIER), strict=False)
    claim, evidence, _ = PAIRS[0]
    logits = network.eval()(**tokenizer(claim, evidence, return_tensors="pt")).logits[0, 0]
    assert verifier.verify([(claim, evidence)])[0] == pytest.approx(
        torch.softmax(logits, 0).tolist(), abs=1e-3
    )


def test_chances_do_not_depend_on_order_or_company(verifier):
    pairs = [(claim, evidence + " It rained." * n) for n in (0, 9) for claim, evidence, _ in PAIRS]
    assert len(pairs) > AT_ONCE
    alone = [verifier.verify([pair])[0] for pair in pairs]
    assert verifier.verify(pairs[::-1])[::-1] == [pytest.approx(one, abs=1e-3) for one in alone]
    assert verifier.verify([]) == []


@settings(max_examples=20)
@given(st.text(max_size=80), st.text(max_size=600))
def test_chances_sum_to_one_for_any_unicode(verifier, claim, evidence):
    (chances,) = verifier.verify([(claim, evidence)])
    assert sum(chances) == pytest.approx(1) and min(chances) >= 0


def test_claim_is_read_whole_beside_evidence_that_is_cut(verifier):
    long = " ".join([BRIDGE, *(f"Stone {n} was laid by hand." for n in range(200))])
    said, denied = (verifier.verify([(PAIRS[n][0], long)])[0] for n in (0, 2))
    assert said.borne_out > denied.borne_out
