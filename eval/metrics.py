"""The metrics, each a function of plain values; gold and shown things are hashable ids."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np

Place = tuple[str, int, int]  # document id, start, end

_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def recall(pieces: Sequence[Collection[int]], k: int) -> float:
    """The share of needed pieces that one of the first `k` results holds.

    `pieces` has for each needed piece the ranks, from 1, of the results that hold it.

    >>> recall([[3], [1, 4], []], k=2)
    0.3333333333333333
    """
    return sum(min(ranks, default=math.inf) <= k for ranks in pieces) / len(pieces)


def reciprocal_rank(pieces: Sequence[Collection[int]]) -> float:
    """One over the rank of the first result that holds any needed piece, 0 if none does.

    >>> reciprocal_rank([[3], [2]])
    0.5
    """
    return 1 / min((rank for ranks in pieces for rank in ranks), default=math.inf)


def ndcg(pieces: Sequence[Collection[int]], k: int) -> float:
    """Normalised discounted cumulative gain at `k` (Järvelin & Kekäläinen, TOIS 2002).

    The gain of a result is 1 for the first piece it is the first to hold, log base 2; the ideal
    has the pieces at the top, one a result.

    >>> ndcg([[1], [3]], k=10)
    0.9197207891481876
    """
    first = sorted({min(ranks) for ranks in pieces if ranks})
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(pieces), k) + 1))
    return sum(1 / math.log2(rank + 1) for rank in first if rank <= k) / ideal


def holds(text: str, facts: Sequence[Sequence[str]]) -> bool:
    """Whether `text` has every fact, each in one of its wordings, case and quote marks aside.

    A wording that begins or ends with a letter or digit must do so at a word boundary.

    >>> holds("England’s 42 ICSs", [["42", "forty-two"]]), holds("in 1942", [["42"]])
    (True, False)
    """
    plain = _plain(text)
    return all(any(re.search(_bounded(_plain(wording)), plain) for wording in fact) for fact in facts)


def precision_recall_f1(true: int, predicted: int, actual: int) -> dict[str, float]:
    """Precision, recall and F1 from counts; 1.0 where there is nothing to be wrong about.

    >>> precision_recall_f1(true=2, predicted=4, actual=2)["f1"]
    0.6666666666666666
    """
    precision = true / predicted if predicted else 1.0
    recalled = true / actual if actual else 1.0
    f1 = 2 * precision * recalled / (precision + recalled) if precision + recalled else 0.0
    return {"precision": precision, "recall": recalled, "f1": f1}


def coverage(spans: Iterable[Place], *, by: Iterable[Place]) -> float:
    """The share of the characters of `spans` that lie in `by`, each counted once; 0 of none.

    Spans are document, start, end.  Of the gold by what was retrieved it is the span recall, the
    other way round the span precision (Smith & Troynikov, Evaluating Chunking Strategies for
    Retrieval, 2024, there in tokens).

    >>> coverage([("a", 0, 10)], by=[("a", 5, 30), ("b", 0, 10)])
    0.5
    """
    these, those = ({(name, at) for name, *span in some for at in range(*span)} for some in (spans, by))
    return len(these & those) / len(these) if these else 0.0


def paired_bootstrap(
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    resamples: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval of the mean of ``ours - theirs`` over questions drawn with replacement.

    Both have one value a question, in the same order.  Percentile interval: Efron & Tibshirani, An
    Introduction to the Bootstrap, 1993, section 13.3; paired: Sakai, SIGIR 2006.

    >>> paired_bootstrap([0.75, 0.5], [0.5, 0.25])
    (0.25, 0.25)
    """
    differences = np.subtract(ours, theirs)
    random = np.random.default_rng(seed)
    # One resample at a time: 10,000 of 4,000 questions at once would be 320 MB.
    means = [random.choice(differences, len(differences)).mean() for _ in range(resamples)]
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _plain(text: str) -> str:
    return " ".join(text.translate(_PUNCTUATION).casefold().split())


def _bounded(wording: str) -> str:
    pattern = re.escape(wording)
    start = r"(?<!\w)" if wording[:1].isalnum() else ""
    return start + pattern + (r"(?!\w)" if wording[-1:].isalnum() else "")
