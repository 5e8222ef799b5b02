"""A text -> the names and identifiers it uses, and whether other texts use them too.

A name is a run of words with capitals.  A capital that merely begins a sentence says nothing,
unless what follows shows that a name begins it ("Hewitt said", "Hunt’s review").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import dropwhile

from rag.language.assertions.reporting import PERSONS_SAY
from rag.language.cleaning import fold
from rag.language.words import FUNCTION_WORDS, WORD_OF_NAME

Word = re.Match[str]

LONGEST = 8  # words of a name; a longer run of capitals is a heading, taken in pieces

_JOINING = frozenset("of and for the & a an de del della di da van von der den la le el al bin".split())
_POSSESSIVES = ("'s", "’s", "ʼs")
_OF_NO_NAME = ("ly", "ing", *(f"{mark}{end}" for mark in "'’" for end in ("re", "ve", "ll", "d", "t")))
_PLURAL = re.compile(r"(?<=[A-Z]{2})s$|(?<=\w{3}[^s])s$")
_SIGNS = str.maketrans("", "", "'’ʼ.")
_LINKS = frozenset("of for and &".split())
HONORIFICS = frozenset("mr mrs ms miss mx dr sir dame lord lady prof professor rt hon".split())
OFFICES = (
    "chancellor minister secretary president chairwoman chairman chair director executive officer manager"
    " leader king queen prince princess judge justice senator governor mayor ambassador doctor general"
    " captain author presenter singer actor"
).split()
_ROLES = frozenset([*OFFICES, *"former deputy chief prime health foreign home shadow".split()])
_BODIES = frozenset(
    "department ministry office university institute bank board house court council church".split()
)
# A person, most likely: words with one capital each.
FULL_NAME = re.compile(r"\b[A-Z][a-z]{2,}(?: [A-Z][a-z]+)+\b")
_BREAK = re.compile(r"[.!?:;\n\r•·|\"“”«»]|(?<!\w)['‘]")
_WITHIN = re.compile(r"\s|-|‐|‑|/|\s?&\s?|\.\s")  # what may stand between two words of one name
_OPENERS = FUNCTION_WORDS | frozenset(
    "although according another also among despite however instead last many meanwhile next one since still"
    " though today together tomorrow two unlike upon using whether within without yesterday yet".split()
)
_NAMED = re.compile(r"\s[A-Z]")
_OF_NAME = re.compile(r"\s(?:(?:of|for) (?:the )?)?[A-Z]")
# What somebody does, or says.
_ACTS = re.compile(
    rf"\s(?:also |has |had )?(?:{PERSONS_SAY}|(?:claims|announce[sd]|believe[sd]|wants?|wanted"
    r"|commission(?:s|ed)|ordered|thinks|thought)\b)"
)


class Names:
    """The names that some texts use, in any spelling a writer might give them."""

    def __init__(self, texts: Iterable[str]) -> None:
        words_of_each = [[word[0] for word in WORD_OF_NAME.finditer(text)] for text in texts]
        content = [[word for word in words if word.lower() not in _JOINING] for words in words_of_each]
        keys = [[key for word in words if (key := _key(word))] for words in content]
        self._short = {_key(word) for words in content for word in words if _is_acronym(word)}
        self._initials = " ".join("".join(word[0].casefold() for word in words) for words in content)
        self._capitals = " ".join(
            "".join(word[0].casefold() if word[0].isupper() else " " for word in words) for words in content
        )
        self._windows = cache(partial(_windows, keys))  # no method: that would hold this for good

    def has(self, name: Sequence[str]) -> bool:
        """Whether the words of `name` stand together in one of the texts, in any order.

        Titles, plurals, accents and small words aside.  An acronym may stand for its words, and
        the other way: an acronym of two letters only for words with capitals.
        """
        content = [word for word in name if word.lower() not in _JOINING]
        words = [key for word in content if (key := _key(word))]
        if not words or tuple(sorted(words)) in self._windows(len(words)):
            return True
        if len(words) == 1 and _is_acronym(content[0]):
            return words[0] in (self._initials if len(words[0]) > 2 else self._capitals)
        return len(words) > 2 and "".join(word[0] for word in words) in self._short


_NUMBERED_PART = re.compile(
    r"\b(?P<kind>article|section|clause|rule|paragraph|chapter|schedule|annex|appendix|part|regulation)\s"
    r"(?P<number>\d+(?:\.\d+)*|(?-i:[IVXLC]+))\b",
    re.IGNORECASE,
)
_BEGINS_PART = re.compile(
    rf"[\s(§]*(?:{_NUMBERED_PART.pattern}|(?P<bare>\d{{1,3}}(?:\.\d{{1,3}})*)(?=[.):]|\s+(?-i:[A-Z])))",
    re.IGNORECASE,
)
# Letters, figures and the signs that join them; an option begins with dashes, a call ends in brackets.
_IDENTIFIER = re.compile(r"(?<![\w-])-{1,2}[a-zA-Z][\w-]*|\w+(?:[_./:#@-]\w+)*(?:\(\))?")
_JOINED_BY_SIGNS = re.compile(
    r"_|\(\)$|^-|\w[:#@]\w|^[a-z]+[A-Z]|\d[.-]\d+[.-]\d|[A-Z]{2,}-?\d|^[A-Z]\d+$|\d[A-Z]|[a-zA-Z]\.[a-z]{2,}"
)


def _windows(words_of_each: Sequence[Sequence[str]], size: int) -> frozenset[tuple[str, ...]]:
    """Every `size` words that stand in a row in one of the texts, sorted."""
    return frozenset(
        tuple(sorted(words[at : at + size])) for words in words_of_each for at in range(len(words) - size + 1)
    )


def find_missing_names(text: str, names: Names) -> list[tuple[int, int]]:
    """Where in `text` the names stand that `names` do not have.

    A name that is not held whole is taken apart at "and", behind a role, as in "Chancellor Jeremy
    Hunt", and before what somebody is "of"; no other part of it is a name of its own.

    >>> names = Names(["Patricia Hewitt met NHS staff in England."])
    >>> text = "Ms Hewitt praised Chancellor Barclay and NHS England."
    >>> [text[start:end] for start, end in find_missing_names(text, names)]
    ['Chancellor', 'Barclay', 'NHS England']
    """
    if text.upper() == text:
        return []
    return [span for run in _runs(text) for span in _find_missing(run, names)]


def _find_missing(run: Sequence[Word], names: Names) -> Iterator[tuple[int, int]]:
    if names.has([word[0] for word in run]):
        return
    cut = _find_cut(run)
    if cut is None:
        yield run[0].start(), run[-1].end()
        return
    before, after = run[:cut], run[cut:]
    yield from _find_missing(before, names)
    yield from _find_missing(list(dropwhile(lambda word: word[0].lower() in _JOINING, after)), names)


def _find_cut(run: Sequence[Word]) -> int | None:
    """Where `run` may be taken apart, the first such place.

    The University of Oxford is one name, and Jane Doe of Oxford two: the longer has a name of its own.
    """
    words = [word[0].lower() for word in run]
    for at in range(1, len(run)):
        role = words[at - 1] in _ROLES and words[at] not in _ROLES | _LINKS
        if role or words[at] in ("and", "&") or (at > 1 and words[at] in ("of", "for")):
            return at
    return None


def _runs(text: str) -> Iterator[list[Word]]:
    """The words of each name of `text`, small words between them included."""
    run: list[Word] = []
    end = 0  # of the part of `run` that ends with a capital
    before: Word | None = None
    for word in WORD_OF_NAME.finditer(text):
        gap = text[before.end() if before else 0 : word.start()]
        starts = before is None or (bool(_BREAK.search(gap)) and not _is_abbreviation(before))
        small, named = word[0].lower() in _JOINING and not word[0][0].isupper(), _is_name(word, starts)
        joined = _WITHIN.fullmatch(gap) and end < LONGEST and not (run and _is_possessive(run[-1][0]))
        if run and not (joined and (small or named)):
            yield run[:end]
            run, end = [], 0
        if named or (small and run):
            run.append(word)
            end = len(run) if named else end
        before = word
    if run:
        yield run[:end]


def _is_name(word: Word, starts: bool) -> bool:
    letters = word[0]
    if not any(letter.isupper() for letter in letters) or letters[:2] in ("I", "I'", "I’"):
        return False
    if not starts or any(letter.isupper() for letter in letters[1:]):
        return True
    if letters.lower() in _OPENERS or letters.endswith(_OF_NO_NAME):
        return False
    if _is_possessive(letters):
        return letters[:-2].lower() not in _OPENERS
    text, end = word.string, word.end()
    named = (_OF_NAME if letters.lower() in _BODIES else _NAMED).match(text, end)
    return bool(named) or (bool(_ACTS.match(text, end)) and not letters.endswith("s"))


def _is_possessive(word: str) -> bool:
    return word.lower().endswith(_POSSESSIVES)


def _is_abbreviation(word: Word) -> bool:
    """Whether a full stop behind `word` ends no sentence."""
    return len(word[0]) <= 2 and word[0][0].isupper() and not _is_acronym(word[0])


def _is_acronym(word: str) -> bool:
    bare = _PLURAL.sub("", word.replace(".", ""))
    return len(bare) > 1 and bare.isalpha() and bare.isupper()


def _key(word: str) -> str:
    """A word as it is compared; empty if it is an initial or a title.

    >>> [_key(word) for word in ("Renée’s", "ICSs", "U.S.", "K.", "Ms")]
    ['renee', 'ics', 'us', '', '']
    """
    bare = _PLURAL.sub("", word[:-2] if _is_possessive(word) else word)
    initial = len(bare) == 2 and bare[1] == "."
    key = fold(bare).translate(_SIGNS)
    return "" if initial or key in HONORIFICS else key


def find_numbered_parts(text: str) -> list[re.Pattern[str]]:
    """For each article, section or the like that `text` names by its number, what finds the beginning of it
    on a line, with that word before the number or without.

    >>> [part] = find_numbered_parts("What does Article 2.3 say?")
    >>> [bool(part.search(text)) for text in ("2.3 Members", "as in article 2.3.", "2.31 Fees", "2.3 km")]
    [True, True, False, False]
    """
    found = ((match["kind"], re.escape(match["number"])) for match in _NUMBERED_PART.finditer(text))
    return [
        re.compile(rf"(?:^[\s(§]*{number}(?=[.):]|\s+[A-Z])|\b(?i:{kind})\s{number}(?!\.?\w))", re.MULTILINE)
        for kind, number in found
    ]


def begins_numbered_part(line: str) -> str:
    """The number of the article, section or the like that begins with `line`, "" if none does.

    >>> [begins_numbered_part(line) for line in ("4.2 The fee", "SCHEDULE 3: STAFF", "4 weeks", "2019")]
    ['4.2', '3', '', '']
    """
    found = _BEGINS_PART.match(line)
    return (found["number"] or found["bare"]) if found else ""


def find_identifiers(text: str) -> list[str]:
    """The identifiers of `text` in order: names in which signs, figures or capitals join what no word joins.

    >>> find_identifiers("Does room.join() raise ERR_FULL with `--force` in AX-1032 of 2.2.2, Mr Lee-Jones?")
    ['room.join()', 'ERR_FULL', '--force', 'AX-1032', '2.2.2']
    """
    return [token for token in _IDENTIFIER.findall(text) if _JOINED_BY_SIGNS.search(token)]
