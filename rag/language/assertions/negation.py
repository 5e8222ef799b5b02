"""A text beside others -> where it denies what they say, or says the opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.language.words import FUNCTION_WORDS, WHOLE_WORD, WORD_OR_STOP, root
from rag.spans import Span

NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely|simply|least)\b)|never|none|nor|neither|nobody|nothing|nowhere|without"
    r"|no(?! (?:more|fewer|less|later|earlier|longer than|higher|lower|doubt|matter)\b)|cannot|\w+n[’']t)\b",
    re.IGNORECASE,
)
# What "not" takes away where the quotes have the word alone: "will not only work if", "will only work if".
_NOT_ONLY = re.compile(r"\bnot ((?:only|just|merely|simply|least) \w+)", re.IGNORECASE)
_DENIAL = re.compile(
    r"\b(?:un(?!i|der|til)\w{4,}|fail\w*|lack\w*|den(?:y|ied|ies)|refus\w+|reject\w+|absen(?:t|ce)|impossible"
    r"|inab\w+|hardly|barely|scarcely|exclud\w+|prevent\w*|avoid\w*|oppos(?:e[ds]?|ing))\b",
    re.IGNORECASE,
)
_NOT_LACKING = re.compile(rf"{NEGATION.pattern}\W+(?:\w+\W+){{0,2}}?{_DENIAL.pattern}", re.IGNORECASE)
_FREE = re.compile(r"\b(?:free|instead of|rather than|only|closed?)\b", re.IGNORECASE)
# Words of which one says the opposite of the other.
_OPPOSITES = [
    tuple(re.compile(rf"\b(?:{side})\b", re.IGNORECASE) for side in pair)
    for pair in (
        (
            r"ris(?:e[sn]?|ing)|rose|increas\w+|gr[eo]w(?:s|n|th|ing)?|gain\w*",
            r"f[ae]ll(?:s|en|ing)?|decreas\w+|reduc\w+|cuts?|cutting|dropp?(?:s|ed|ing)?|shr[aiu]nk\w*",
        ),
        (r"more|higher|larger|greater|bigger|longer", r"fewer|less|lower|smaller|shorter"),
        (r"more(?! than)", r"maximum|at most|scrap\w*|abolish\w*|reduc\w+"),
        (r"less|fewer(?! than)", r"increas\w+"),
        (r"chang\w+|differ\w*", r"same|unchanged|stays?|remains?"),
        (r"first|earliest", r"last|latest"),
        (r"highest|most|best|largest|longest|oldest", r"lowest|least|worst|smallest|shortest|newest"),
        (r"opens?|open(?:ed|ing)", r"clos(?:e[sd]?|ing)|shut"),
        (r"above|over|exceed\w*", r"below|under"),
        (r"at least|minimum", r"at most|up to|no more than|maximum"),
        (r"before|earlier", r"after|later"),
        (r"accept\w*|approv\w*|adopt\w*|agree[sd]?", r"reject\w*|refus\w*|declin\w*|disagree\w*"),
        (r"support(?:s|ed)?|welcom\w*|favou?r\w*|praise[sd]?", r"oppos\w*|criticis\w*|condemn\w*"),
        (r"strong\w*|best|better", r"weak\w*|worst|worse"),
        (r"all|every|always", r"some|most|many|few|sometimes|often"),
        (r"satisfied|confident|optimistic", r"dissatisfied|suspicious|pessimistic|worried"),
    )
]
_PREFIX = re.compile(r"(?:un|il|in|im|ir|dis|non|mis|ex|de|re|anti|pro|pre|post|under|over)(?=\w{3})")
_MEANINGLESS = FUNCTION_WORDS | frozenset(
    "would could may might must shall yet ever even anything anyone".split()
)
BESIDE = (
    3  # words with a meaning between two of which one is the opposite of the other, and what they are said of
)


def find_denials(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where `text` denies what `quotes` say, and where it says what they deny.

    A negation is of the first word behind it that has a meaning of its own.  Where the quotes do
    not have that word, any negation or word of refusal in them will do.

    >>> list(find_denials("It is not due.", ["The report is due."]))
    [(6, 9)]
    >>> list(find_denials("It will not only work in May.", ["It will only work in May."]))
    [(8, 11)]
    """
    quoted = [pair for quote in quotes for pair in _polarity(quote)]
    denied = {stem for stem, _, negation in quoted if negation}
    stated = {stem for stem, _, negation in quoted if not negation}
    negative = bool(denied) or any(_DENIAL.search(quote) for quote in quotes)
    words = list(_polarity(text))
    silent = not any(negation for *_, negation in words) and not _DENIAL.search(text)
    for stem, word, negation in words:
        if negation and stem not in denied and (stem in stated or not negative):
            yield negation.span()
        elif silent and stem in denied and stem not in stated:
            yield word.span()
    for match in _NOT_ONLY.finditer(text):
        bare, whole = match[1].lower(), match[0].lower()
        if any(bare in quote.lower() and whole not in quote.lower() for quote in quotes):
            yield match.start(), match.start() + len("not")


def find_opposites(text: str, quotes: Sequence[str]) -> Iterator[Span]:
    """Where `text` has a word of whose kind the quotes have only the opposite, beside the same word.

    >>> list(find_opposites("Waiting times rose.", ["Waiting times fell."]))
    [(14, 18)]
    """
    quoted = "\n".join(quotes)
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            word, opposite = one.search(text), other.search(quoted)
            if not word or not opposite or other.search(text) or one.search(quoted):
                continue
            near = {stem for match in other.finditer(quoted) for stem in _roots_beside(quoted, match)}
            if _roots_beside(text, word) & near:
                yield word.span()


def is_denied(text: str, source: str) -> bool:
    """Whether one of the two denies what the other says: an odd number of negations stands in one alone.

    What refuses or lacks something says without a negation what another says with one, and denied it says
    what another says plainly.

    >>> is_denied("It cannot open.", "It can open."), is_denied("Nobody knows.", "It is not known.")
    (True, False)
    >>> is_denied("It is not open.", "It is closed."), is_denied("They did not refuse.", "They agreed.")
    (False, False)
    >>> is_denied("Dogs do not travel free.", "Dogs travel free.")
    True
    """
    negative = [len(NEGATION.findall(side)) % 2 == 1 for side in (text, source)]
    if negative[0] == negative[1]:
        return False
    denying, other = (text, source) if negative[0] else (source, text)
    known = _lacking_words(denying)
    return not (_lacking_words(other) - known or _NOT_LACKING.search(denying))


def lacks_more(text: str, source: str) -> bool:
    """Whether `source` has a word by which something is refused or missing that `text` has not.

    >>> lacks_more("It has a lift.", "It lacks a lift."), lacks_more("They opposed it.", "They oppose it.")
    (True, False)
    """
    known = {root(word) for word in WHOLE_WORD.findall(text)}
    return any(root(word[0]) not in known for word in _DENIAL.finditer(source))


def _lacking_words(text: str) -> set[str]:
    """What says without a negation that something is not so."""
    return {match[0].lower() for pattern in (_DENIAL, _FREE) for match in pattern.finditer(text)}


def strip_prefix(word: str) -> str:
    """`word` without what may turn it into its opposite.

    >>> strip_prefix("unsafe"), strip_prefix("union")
    ('safe', 'ion')
    """
    return _PREFIX.sub("", word)


def _roots_beside(text: str, word: re.Match[str]) -> set[str]:
    """The roots of the words with a meaning that stand up to `BESIDE` words before or behind `word`."""
    before, behind = (
        [w for w in WORD_OR_STOP.findall(side) if w[0].isalnum() and w.lower() not in _MEANINGLESS]
        for side in (text[: word.start()], text[word.end() :])
    )
    return {root(w) for w in (*before[-BESIDE:], *behind[:BESIDE])}


def _polarity(text: str) -> Iterator[tuple[str, re.Match[str], re.Match[str] | None]]:
    """The root of each word of `text` that has a meaning, the word and its negation, if it has one."""
    negation = None
    for word in WORD_OR_STOP.finditer(text):
        lower = word[0].lower()
        if NEGATION.match(text, word.start()):
            negation = word
        elif not word[0][0].isalnum():
            negation = None
        elif lower not in _MEANINGLESS and not lower.endswith("ly"):
            yield root(lower), word, negation
            negation = None
