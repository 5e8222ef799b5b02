"""A word -> the same word as it is spelled on the other side of the Atlantic."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
