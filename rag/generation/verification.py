"""A claim and the sentences that come nearest to it, read together -> whether they bear it out.

The same serves the sentences of a language model (`grounding`) and those of a draft (`rag.checking`).
Numbers, dates, names and quotations are no matter of reading: they are held against the words before.
"""

from __future__ import annotations

from typing import Literal

from rag.generation.differences import is_of_the_same
from rag.generation.proofs import Proof
from rag.models.verifier import Chances, load_verifier

# Chances from which on a claim is said to be contradicted, or borne out: fewer will do where its words are
# held too.  Chosen on one half of the drafts of `eval.drafts`.
CONTRADICTED = 0.9
BORNE_OUT = 0.5
BORNE_OUT_HELD = 0.05

Unproved = Literal["contradicted", "not_said"]


def verify_proof(proof: Proof, *, held: bool) -> Literal["borne_out"] | Unproved:
    """What the sentences of `proof` have to say to its text; `held` says whether they hold its words.

    Raises EmbedderError if the verifier is missing or altered.
    """
    chances = read_proof(proof)
    if chances.contradicted >= CONTRADICTED:
        return "contradicted" if is_of_the_same(proof) else "not_said"
    return "borne_out" if chances.borne_out >= (BORNE_OUT_HELD if held else BORNE_OUT) else "not_said"


def read_proof(proof: Proof) -> Chances:
    """The chances of the reading that bears the text out most: by the first sentence alone, or by all of
    them, in the order of their documents, below what the first stands under.

    Raises EmbedderError if the verifier is missing or altered.
    """
    cited = [one.sentence for one in proof.cited]
    together = sorted(cited, key=lambda one: (one.document.id != cited[0].document.id, one.start))
    evidence = (cited[0].text, "\n".join((cited[0].above, " ".join(one.text for one in together))))
    return max(load_verifier().verify([(proof.text, text) for text in evidence]))
