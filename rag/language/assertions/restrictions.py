"""A text beside another -> whether a word that restricts what is said stands in one of them alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from rag.language.numbers import find_numbers
from rag.language.words import WHOLE_WORD, root, stems

BESIDE = 2  # words before and behind one that two texts share which may restrict it


def _compile(*kinds: str) -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(rf"(?<![\w-])(?:{kind})(?!\w|-\w)", re.IGNORECASE) for kind in kinds}


# Of each kind the words that restrict alike, one of which is beside what it restricts.
_ADJECTIVE = r"\w+(?:ive|ous|ful|al|ic|ed|ant|ent|ble|ing)"
OR = "or|either"
ALL = "all|every|each|always|entire(?:ly)?|whole|wholly|fully|completely|everyone|everybody|everything"
_BESIDE = _compile(
    ALL,
    OR,
    "only|just|solely|exclusively|alone|merely|purely",
    "some|certain|several|few|many|various|number of|minority of|partly|partially|in part|one of|among",
    rf"most(?! {_ADJECTIVE}\b)|mostly|mainly|largely|chiefly|predominantly|primarily|usually"
    "|generally|typically|normally|ordinarily|often|frequently|commonly|majority of",
    "sometimes|occasionally|at times|rarely|seldom|hardly|scarcely|barely|once|twice",
    "almost|nearly|close to|virtually|practically|not quite",
    "at least|no less than|no fewer than|minimum|or more",
    "at most|up to|no more than|maximum|or less|or fewer",
    r"more than|over(?= \W?\d)|above|exceed\w*|greater than|longer than",
    r"less than|fewer than|under(?= \W?\d)|below|shorter than",
    r"no longer|not yet|yet|any ?more|used to|former(?:ly)?|previous(?:ly)?|originally|ex(?:-\w+)?",
    r"temporar\w+|for now|for the time being|so far|initially|at first",
    r"(?:deputy|acting|vice|assistant|associate|honorary|interim|would-be|so-called|fictional|alleged|imitation"
    r"|mock)(?:-\w+)?",
)
# What comes again, and is not always.
_TIMES = (
    r"nights?|days?|weekends?|weekdays?|mornings?|afternoons?|evenings?|winter|summer|spring|autumn|season|terms?"
    r"|holidays?|peak|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
)
# What restricts the whole of a clause: an exception, a condition, a time.
_OF_CLAUSE = _compile(
    "than",
    r"(?:half|halves|thirds?|quarters?|fifths?|tenths?|per ?cent|%) of",
    "except|apart from|other than|excluding|save for|with the exception",
    "if|unless|provided|in case|subject to|depends? on|(?:as|so) long as|on condition|when(?:ever)?",
    rf"(?:at|in|on|during|over|by|outside|every|each) (?:the |a )?(?:\w+ )?(?:{_TIMES})",
    r"until|till|from(?= .{1,30}\b(?:on|onwards?)\b)|since(?= (?:\d|[A-Z]))",
)
# Which of them all: the largest, the most important.
_RANK = re.compile(
    r"(?<![\w-])(?:(?:the|its|their|his|her|our|\w+[’']s) (?:[\w-]+ ){0,2}?"
    r"(?P<superlative>\w{2,}est|best|worst|last|latest|main)"
    rf"|(?:most|least) (?P<adjective>{_ADJECTIVE}))(?![\w-])",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\b(?:after|behind|next to|but one)\b", re.IGNORECASE)
# What narrows a thing down: "dogs on a lead", "shops with fewer than ten workers", "guests of members".
_NARROWS = re.compile(r"\s(?:on|with|without|under|over|for|from|aged|outside|within)\s[^,;:()]*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def find_restrictions(text: str, source: str) -> tuple[frozenset[str], frozenset[str]]:
    """What restricts `text` and not what `source` says of the same, and the other way round.

    Each is named by its kind or its root; of `source` count the words beside those that both have.  What
    `source` says of all, `text` may say without that word.

    >>> source = "K2 is the second highest mountain on Earth."
    >>> find_restrictions("K2 is the highest mountain.", source)
    (frozenset(), frozenset({'2th'}))
    >>> find_restrictions("K2 is a mountain.", "K2 is a mountain. Most visitors come by bus, but not all.")
    (frozenset(), frozenset())
    """
    said = roots(text)
    sentences = [part for part in _SENTENCE.split(source) if shared_words(part, said)] or [source]
    there = _find(" ".join(sentences), "\n".join(words_beside(sentence, said) for sentence in sentences))
    here = _find(text, text)
    if _RANK.search(text) and not _BEHIND.search(text):  # the largest after another is not the largest
        there |= {match[0].lower() for match in _BEHIND.finditer(source)}
    there |= {match[0] for sentence in sentences for match in _find_narrowing(sentence, said)}
    return frozenset(here - there), frozenset(there - here - {ALL})


def roots(text: str) -> frozenset[str]:
    """The roots of the words of `text` that say something."""
    return frozenset(root(stem) for stem in stems(text))


def words_beside(source: str, said: Collection[str]) -> str:
    """The words of `source` whose roots are `said`, with `BESIDE` before and behind each, a line each run.

    >>> words_beside("We were told by those who know it that the fee is due now, not then.", {"fee", "due"})
    'that the fee is due now, not'
    """
    words = list(WHOLE_WORD.finditer(source))
    near: set[int] = set()
    for i in shared_words(source, said):
        near.update(range(max(0, i - BESIDE), min(len(words), i + BESIDE + 1)))
    runs: list[tuple[int, int]] = []
    for i in sorted(near):
        if runs and runs[-1][1] == i - 1:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return "\n".join(source[words[first].start() : words[last].end()] for first, last in runs)


def _find_narrowing(source: str, said: Collection[str]) -> Iterator[re.Match[str]]:
    """What stands between two words of `source` that are `said`, and narrows the first down."""
    words = list(WHOLE_WORD.finditer(source))
    places = shared_words(source, said)
    for one, other in pairwise(places):
        narrows = _NARROWS.fullmatch(source, words[one].end(), words[other].start())
        if narrows and stems(narrows[0]):
            yield narrows


def shared_words(source: str, said: Collection[str]) -> list[int]:
    """Which words of `source` have one of the roots `said`, by their number."""
    words = enumerate(WHOLE_WORD.finditer(source))
    return [i for i, word in words if any(root(stem) in said for stem in stems(word[0]))]


def _find(text: str, beside: str) -> set[str]:
    """What restricts a clause of `text`, or a word `beside` which it stands."""
    kinds = {kind for kind, pattern in _OF_CLAUSE.items() if pattern.search(text)}
    kinds |= {kind for kind, pattern in _BESIDE.items() if pattern.search(beside)}
    ranks = {root(match["superlative"] or match["adjective"]) for match in _RANK.finditer(beside)}
    ordinals = {f"{number.value}th" for number in find_numbers(beside) if number.unit == "th"}
    return kinds | ranks | ordinals
