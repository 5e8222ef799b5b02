"""Texts -> what they speak of: names, and phrases of one to three words, as they stand within a sentence.

There is no grammar here, only where the words stand: "on national targets and" shows a phrase between
a word that needs one and a word or sign that ends one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.language.dates import MONTHS, WEEKDAYS
from rag.language.words import FUNCTION_WORDS

FEWEST = 2  # times that a phrase stands somewhere
FEWEST_ALONE = 3  # that a single word does

_BEFORE = r"(?:of|in|on|for|with|between|about|towards?|into|from|by|against|across|including)"
_AFTER = (
    r"(?:and|or|in|on|to|for|is|are|was|were|that|which|will|should|can|could|would|must|by|with|at|from"
    r"|as|into)"
)
_SMALL_WORD = r"[a-zß-öø-ÿ]+(?:-[a-zß-öø-ÿ]+)*"
_LARGE_WORD = r"[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:-[^\W\d_]+)*"
_PHRASE = re.compile(
    rf"(?<![\w’'-]){_BEFORE} (?=(?P<words>{_SMALL_WORD}(?: {_SMALL_WORD}){{0,2}})(?:[.,;)]| {_AFTER}\b))"
)
_NAME = re.compile(
    rf"(?<![\w’'-])(?:{_BEFORE}|to|that) (?P<the>the )?"
    rf"(?P<words>{_LARGE_WORD}(?: {_LARGE_WORD}){{0,3}})(?:[.,;)]| {_AFTER}\b)(?! (?:the )?{_LARGE_WORD})"
)
_NO_NAME = re.compile(rf"\b(?:{'|'.join(MONTHS)}|(?:{'|'.join(WEEKDAYS)})s?|Mr|Mrs|Ms|Dr|[IVX]+|[A-Z])\b")
_VAGUE = frozenset(
    "other others many several such new recent same own different various certain possible further more most"
    " less few first second third last next early late large small great good better best high low main whole"
    " particular general similar additional entire early order addition fact example instance place part way"
    " ways year years time times day days people number numbers thing things kind kinds type types form forms"
    " case cases use end result results line lines term terms view work point points today level levels set"
    " course success fewer need needs making full either neither both least home".split()
)


def find_keyphrases(texts: Sequence[str]) -> list[str]:
    """The phrases and names that `texts` speak of again and again, the most frequent first.

    A phrase of several words counts for more than one of one; ties go by the alphabet.

    >>> find_keyphrases(["He spoke of national targets.", "It depends on national targets and more."])
    ['national targets']
    """
    text = " \n".join(texts)
    names = [match for match in _NAME.finditer(text) if not _NO_NAME.search(match["words"])]
    with_the = Counter(match["words"] for match in names if match["the"])
    counts: dict[str, int] = {}
    for name, n in Counter(match["words"] for match in names).items():
        if n < FEWEST and " " not in name:
            continue
        counts[f"the {name}" if 2 * with_the[name] > n else name] = _count(name, text)
    for phrase in {match["words"] for match in _PHRASE.finditer(text)}:
        if _is_noun(phrase):
            counts[phrase] = _count(phrase, text)
    often = [p for p, n in counts.items() if n >= (FEWEST if " " in p.removeprefix("the ") else FEWEST_ALONE)]
    return sorted(often, key=lambda phrase: (-counts[phrase] * (1 + phrase.count(" ")), phrase))


def mentions(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text`, a name not as the beginning of a longer one.

    >>> mentions("The Veterans Pension is small.", "the Veterans"), mentions("an NHS nurse", "the NHS")
    (False, True)
    """
    bare = phrase.removeprefix("the ")
    longer = r"| [A-Z]" if not bare.islower() else ""
    return re.search(rf"(?<![\w’'-]){re.escape(bare)}(?![\w’'-]{longer})", text) is not None


def is_everywhere(phrase: str, texts: Sequence[str]) -> bool:
    """Whether a name or a single word stands in most of three texts or more: it asks for too much."""
    single = not phrase.islower() or " " not in phrase
    return single and len(texts) > 2 and 2 * sum(phrase in text for text in texts) > len(texts)


def _count(phrase: str, text: str) -> int:
    return len(re.findall(rf"(?<![\w’'-]){re.escape(phrase)}(?![\w’'-])", text))


def _is_noun(phrase: str) -> bool:
    """Whether the words of `phrase` may be a noun and what belongs to it."""
    words = phrase.split()
    if (
        any(word in FUNCTION_WORDS or len(word) < 3 for word in words)
        or words[0] in _VAGUE
        or words[-1] in _VAGUE
    ):
        return False
    if words[0].endswith(("ing", "ly")) or words[-1].endswith(
        ("ly", "ed", "ive", "ous", "ful", "able", "ible", "al", "ic")
    ):
        return False
    return len(words) > 1 or len(phrase) > 7
