"""The metrics, each a function of plain values; gold and shown things are hashable ids."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Place = tuple[str, int, int]  # document id, start, end

BINS = 10  # of confidence
SEED = 0  # of what is drawn by chance

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
    return all(any(re.search(_word_pattern(_plain(wording)), plain) for wording in fact) for fact in facts)


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    """1.0 if `prediction` is one of `golds`, as SQuAD compares them; 0.0 if not.

    No gold is the answer "" (Rajpurkar et al., Know What You Don't Know, ACL 2018): only saying nothing
    is right.  Case, punctuation and a, an, the do not count; curly marks are taken for plain ones.

    >>> exact_match("The 42 boards.", ["42 boards"]), exact_match("42", []), exact_match("", [])
    (1.0, 0.0, 1.0)
    """
    return float(_squad(prediction) in [_squad(gold) for gold in golds or ("",)])


def token_f1(prediction: str, golds: Sequence[str]) -> float:
    """The words `prediction` shares with the gold it shares most with, as F1 (Rajpurkar et al., EMNLP 2016).

    Words as `exact_match` compares them, each as often as it stands in both.

    >>> token_f1("42 integrated care boards", ["42", "42 boards"])
    0.6666666666666666
    """
    return max(_word_f1(_squad(prediction).split(), _squad(gold).split()) for gold in golds or ("",))


def auroc(confidence: Floats, outcome: Floats) -> float:
    """The chance that confidence is higher where `outcome` is 1 than where it is 0, a tie being half.

    That is the area under the ROC curve (Hanley & McNeil, Radiology 1982); nan if all outcomes are the
    same.  By ranks, because scikit-learn takes a millisecond, and there are thousands of resamples.

    >>> auroc(np.array([0.5, 0.75, 0.25]), np.array([1.0, 1.0, 0.0]))
    1.0
    """
    ones = outcome.sum()
    pairs = ones * (len(outcome) - ones)
    above = rankdata(confidence) @ outcome - ones * (ones + 1) / 2
    return float(above / pairs) if pairs else math.nan


def reliability(confidence: Floats, outcome: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each bin that is not empty, by confidence: its mean confidence, mean outcome, share of all.

    `outcome` is 0 or 1, both are ``(n,)``.  The `BINS` bins are equally wide, ``(low, high]``.
    """
    bin_of = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    _, place, sizes = np.unique(bin_of, return_inverse=True, return_counts=True)
    means, shares = (np.bincount(place, values) / sizes for values in (confidence, outcome))
    return means, shares, sizes / len(confidence)


def calibration_error(confidence: Floats, outcome: Floats) -> float:
    """The expected calibration error: by how much confidence and outcome differ in a bin, on average.

    Each bin of `reliability` counts by its size (Naeini et al., AAAI 2015; Guo et al., ICML 2017,
    equation 3).

    >>> calibration_error(np.array([0.75, 0.75]), np.array([1.0, 0.0]))
    0.25
    """
    means, shares, sizes = reliability(confidence, outcome)
    return float((sizes * np.abs(means - shares)).sum())


def risk_coverage(confidence: Floats, loss: Floats) -> tuple[Floats, Floats]:
    """Coverage, and the mean loss of the most confident so many, for 1 to n of them.

    The mean of that risk is the area under the curve, AURC (Geifman & El-Yaniv, NIPS 2017; Geifman et
    al., ICLR 2019).  Of equal confidence each is taken to have their mean loss, so order is nothing.

    >>> coverage, risk = risk_coverage(np.array([0.5, 0.75]), np.array([1.0, 0.0]))
    >>> coverage.tolist(), risk.tolist()
    ([0.5, 1.0], [0.0, 0.5])
    """
    _, tied, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
    expected = np.repeat(np.bincount(tied, loss) / sizes, sizes)
    taken = np.arange(1, len(expected) + 1)
    return taken / len(expected), np.cumsum(expected) / taken


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
) -> tuple[float, float]:
    """The interval of the mean of ``ours - theirs`` over questions drawn with replacement.

    Both have one value a question, in the same order.  Percentile interval: Efron & Tibshirani, An
    Introduction to the Bootstrap, 1993, section 13.3; paired: Sakai, SIGIR 2006.

    >>> paired_bootstrap([0.75, 0.5], [0.5, 0.25])
    (0.25, 0.25)
    """
    differences = np.subtract(ours, theirs)
    random = np.random.default_rng(SEED)
    # One resample at a time: 10,000 of 4,000 questions at once would be 320 MB.
    means = [random.choice(differences, len(differences)).mean() for _ in range(resamples)]
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _squad(text: str) -> str:
    """As `normalize_answer` of SQuAD's evaluate-v2.0.py: these steps, in this order."""
    bare = text.translate(_PUNCTUATION).lower().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def _word_f1(words: Sequence[str], gold: Sequence[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    return 2 * (Counter(words) & Counter(gold)).total() / (len(words) + len(gold))


def _plain(text: str) -> str:
    return " ".join(text.translate(_PUNCTUATION).casefold().split())


def _word_pattern(wording: str) -> str:
    pattern = re.escape(wording)
    start = r"(?<!\w)" if wording[:1].isalnum() else ""
    return start + pattern + (r"(?!\w)" if wording[-1:].isalnum() else "")
