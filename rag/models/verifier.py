"""The verifier: a claim and its evidence read together -> the chances that it is borne out or contradicted.

A small network that learned this on public claims (rag/models/weights/README.md, `make train`): the reader's
layers, trained on, with three outputs of the first token.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rag.models.trained import OUTPUTS, WEIGHTS, load_pair_tokenizer, load_trained

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.models.bert import Bert

VERIFIER = WEIGHTS / "verifier.safetensors"
BORNE_OUT, CONTRADICTED, NOT_SAID = range(OUTPUTS)
LONGEST = 192  # word pieces of claim and evidence together; what is beyond is cut
AT_ONCE = 8  # pairs


class Chances(NamedTuple):
    """How likely it is that evidence bears a claim out, contradicts it or does not say it; they sum to 1."""

    borne_out: float
    contradicted: float
    not_said: float


class Verifier:
    """Verifies with a network and its tokenizer; `load_verifier` gives the trained one."""

    def __init__(self, network: Bert, tokenizer: Tokenizer) -> None:
        self._network, self._tokenizer = network, tokenizer

    def verify(self, pairs: Sequence[tuple[str, str]]) -> list[Chances]:
        """For each claim with its evidence, in order, the chances."""
        from rag.models.bert import stack_tokens

        order = sorted(range(len(pairs)), key=lambda i: sum(map(len, pairs[i])))
        chances: dict[int, Chances] = {}
        for begin in range(0, len(order), AT_ONCE):
            some = order[begin : begin + AT_ONCE]
            encoded = self._tokenizer.encode_batch([pairs[i] for i in some])
            logits = self._network(*stack_tokens(encoded))[:, 0]
            shares = np.exp(logits - logits.max(axis=1, keepdims=True))
            for i, row in zip(some, (shares / shares.sum(axis=1, keepdims=True)).tolist(), strict=True):
                chances[i] = Chances(*row)
        return [chances[i] for i in range(len(pairs))]


@lru_cache(maxsize=1)
def load_verifier(path: Path = VERIFIER) -> Verifier:
    """The verifier that was trained, loaded once and shared by all who ask for the same again.

    Raises EmbedderError if its file is missing or altered.
    """
    return Verifier(load_trained(path), load_pair_tokenizer(LONGEST))
