"""A word -> the same as it is spelled on the other side of the Atlantic, or as it was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_END = r"(?=(?:e|ed|es|er|ers|ing|ings|ation|ations|ational|able|ability)?$)"
# British and American letters, and what must stand around them; either may stand for the other.
_RULES = tuple(
    (re.compile(rf"{before}{one}{behind}"), other)
    for before, british, american, behind in (
        ("(?<=[a-z]{2})", "our", "or", ""),
        ("(?<=[a-z]{2})", "is", "iz", _END),
        ("(?<=[a-z]{2})", "ys", "yz", _END),
        ("(?<=[a-z]{2})", "tre", "ter", "(?=s?$)"),
        ("(?<=[a-z]{2})", "bre", "ber", "(?=s?$)"),
        ("(?<=[a-z]{2}en)", "ce", "se", "(?=[sd]?$)"),
        ("(?<=[a-z]{2})", "ogue", "og", "(?=s?$)"),
        ("(?<=[aeiou])", "ll", "l", "(?=(?:ed|ing|er|ers|or|ors|ery)$)"),
        ("(?<=[a-z][aeiou])", "l", "ll", "(?=(?:s|ment|ments)?$)"),
        ("", "ae", "e", ""),
        ("", "oe", "e", ""),
        ("(?<=gra)", "mme", "m", "(?=s?$)"),
        ("(?<=gr)", "ey", "ay", "(?=(?:s|er|est|ing)?$)"),
        ("(?<=g)", "e", "", "(?=ments?$|ing$)"),
        ("(?<=alumin)", "i", "", "(?=um$)"),
        ("(?<=^s)", "c", "k", "(?=eptic)"),
        ("^", "tyre", "tire", "(?=s?$)"),
        ("^", "kerb", "curb", "(?=s?$)"),
        ("^", "cheque", "check", "(?=s?$)"),
        ("(?<=^pl)", "ough", "ow", "(?=(?:s|ed|ing)?$)"),
        ("(?<=m)", "ou", "o", "(?=ld)"),
        ("(?<=[a-z]{2}i)", "s", "c", "(?=(?:e|ed|es|er|ing)$)"),
    )
    for one, other in ((british, american), (american, british))
)


def spelling_variants(word: str) -> Iterator[str]:
    """How a `word` in small letters might be spelled elsewhere; most of it are no words, so look which are.

    >>> "license" in spelling_variants("licence"), "organize" in spelling_variants("organise")
    (True, True)
    >>> "colour" in spelling_variants("color"), "travelling" in spelling_variants("traveling")
    (True, True)
    """
    for pattern, other in _RULES:
        for match in pattern.finditer(word):
            yield word[: match.start()] + other + word[match.end() :]


# A word of three to seven small letters; one that ends in "nt" ("cant", "dont") has but lost its mark.
_TYPED = re.compile(r"(?<![\w'’-])[a-z]{3,7}(?<!nt)(?![\w'’-])")


def mend_common_words(text: str, common: Sequence[str], is_word: Callable[[str], bool]) -> str:
    """`text` with each short word in small letters that is none replaced by the first of the `common` ones
    that is one letter away: missing, added, wrong, or two changed about.  One without any of these is in
    another language.

    >>> mend_common_words("hwo long do i hav to wait?", ("how", "long", "have"), {"wait"}.__contains__)
    'how long do i have to wait?'
    """

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        if word in common or is_word(word):
            return word
        near = process.extract(word, common, scorer=OSA.distance, score_cutoff=1, limit=None)
        return common[min(place for _, _, place in near)] if near else word

    ours = any(word in common for word in re.findall(r"[a-z]+", text.lower()))
    return _TYPED.sub(mend, text) if ours else text
