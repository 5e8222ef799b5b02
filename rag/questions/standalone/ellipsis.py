"""A follow-up of a single thing ("And in 2024?") and the question before -> that question about this thing.

Only a thing that takes the place of the one thing of its kind that the question before has: a date, a name,
what stands behind its one article, the one word that it is like, or what stands behind the same preposition.
What else a follow-up may mean, the words of the turns before tell.
"""

from __future__ import annotations

import re
from itertools import groupby

from rag.language.dates import MONTHS, WEEKDAYS, find_dates
from rag.language.measures import asks_for_extreme
from rag.language.words import FUNCTION_WORDS, stems
from rag.models.word_vectors import load_word_vectors
from rag.questions.standalone.parts import ASKS
from rag.spans import Span

MOST_WORDS = 6  # of the thing
# The cosine from which on two words are of one kind, and by which others are less so: "male" and "female"
# have .65, "day" and "week" .44; "rabbit" and "neutering" -.03, "children" and "pool" .10.
LIKE, APART = 0.4, 0.2

_PREPOSITION = r"(?:in|on|at|for|of|from|by|with|during|since|until|before|after|to)\s+"
_FRAGMENT = re.compile(
    r"^\W*(?:(?:and|but|or|so|ok(?:ay)?|also|no|sorry|actually)\W+)*(?:(?:(?:what|how) about|i meant?)\s+)?"
    rf"(?P<preposition>{_PREPOSITION})?(?P<thing>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b{_PREPOSITION}$", re.IGNORECASE)
_ASKS = re.compile(
    rf"\b(?:{ASKS}|could|would|it|they|he|she|that|this|those|these|ones?|else|more|then|there|others?|same)\b",
    re.IGNORECASE,
)
# What takes the place of a thing without naming one.
_NO_THING = re.compile(
    r"\b(?:not|no|n[o’']t|others?|rest|next|last|previous(?:ly)?|before|after(?:wards)?|now|then|later|today|first|second|third"
    r"|former|latter|so|really|exactly|all|both|each|any\w*|some\w*|every\w*|\w+(?:ly|est)|you|me|us|we|i)\b",
    re.IGNORECASE,
)
_CAPITAL = r"[A-Z][\w’'&-]*"
_NAME = re.compile(rf"{_CAPITAL}(?:\s(?:(?:of|the|for)\s)?{_CAPITAL})*")
_ARTICLE = re.compile(r"(?:the|an?|my|our|your)\b", re.IGNORECASE)
_ARTICLES = re.compile(rf" {_ARTICLE.pattern}", re.IGNORECASE)
# A question of which only a thing with its article follows the verb.
_OF_THING = re.compile(
    rf"\W*(?:(?:who|what|where) (?:is|are|was|were|(?!(?:do|does|did|has|have|had|can|will|would)\b)\w+s)"
    rf"|(?:how )?(?:what|how) about|tell me about) (?P<thing>{_ARTICLE.pattern} [\w’' -]+?)[\s?.!]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_IS_DAY = re.compile(rf"\b(?:{'|'.join(MONTHS + WEEKDAYS)})\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")


def fill_ellipsis(question: str, before: str) -> str | None:
    """The question `before` with the thing that `question` consists of in place of its own of that kind.

    None if `question` is more than a thing, or if it is not clear whose place it takes.

    >>> fill_ellipsis("And in 2024?", "What was the budget in March 2023?")
    'What was the budget in March 2024?'
    >>> fill_ellipsis("what about York?", "When does the Leeds depot open?")
    'When does the York depot open?'
    >>> fill_ellipsis("And the secretary?", "Who is the treasurer?")
    'Who is the secretary?'
    >>> fill_ellipsis("And for a day?", "How much is an adult week ticket?")
    'How much is an adult day ticket?'
    >>> fill_ellipsis("And why?", "Who is the treasurer?")
    """
    match = _match_thing(question)
    if match is None:
        return None
    thing, preposition = match["thing"], match["preposition"] or ""
    if (place := _place_of_date(thing, before)) and place[0] == place[1]:
        thing = f"{thing} "
    elif place and preposition:  # "on 3 May" for "in April"
        own = _BEFORE.search(before, 0, place[0])
        place, thing = (own.start() if own else place[0], place[1]), (preposition if own else "") + thing
    elif place is None and (place := _place_of_name(thing, before) or _behind_article(thing, before)):
        place = place if before[: place[0]].lower().endswith(preposition.lower()) else None
    if place is None and (place := _place_of_like(thing, before)):
        thing = _ARTICLE.sub("", thing).strip()
    return before[: place[0]] + thing + before[place[1] :] if place else None


def fill_preposition(question: str, before: str) -> str | None:
    """The question `before` with the thing of `question` in place of what stands behind the same preposition
    at its end, which may be meant besides: None if nothing does, or if the preposition stands there twice.

    >>> fill_preposition("and for flu", "what mask for a cold?")
    'what mask for flu?'
    """
    match = _match_thing(question)
    if match is None or not match["preposition"]:
        return None
    behind = rf"\b{match['preposition'].strip()}\b"
    found = re.search(rf"{behind}\s(?P<thing>[\w’'-]+(?:\s[\w’'-]+){{0,2}})[\s?.!]*$", before, re.IGNORECASE)
    if found is None or len(re.findall(behind, before, re.IGNORECASE)) > 1 or _ASKS.search(found["thing"]):
        return None
    return before[: found.start("thing")] + match["thing"] + before[found.end("thing") :]


def find_thing(question: str) -> str:
    """The thing that a follow-up consists of, "" if it is more than that, or names no thing.

    >>> [find_thing(text) for text in ("and for flu", "What about the 14X?", "And why?", "and the others")]
    ['flu', 'the 14X', '', '']
    """
    match = _match_thing(question)
    thing = match["thing"] if match else ""
    names_none = _NO_THING.search(thing) or asks_for_extreme(thing) or not stems(thing)
    return "" if names_none or all(word.isdigit() for word in stems(thing)) else thing


def _match_thing(question: str) -> re.Match[str] | None:
    """A follow-up that consists of a thing and what leads up to it, None if it is more."""
    match = _FRAGMENT.match(question)
    if match is None or match["thing"] == question.strip("?.! "):
        return None
    more = len(match["thing"].split()) > MOST_WORDS or _ASKS.search(match["thing"])
    return None if more else match


def _place_of_date(thing: str, before: str) -> Span | None:
    """Where the one date of `before` stands, or of it the year or the month alone, if `thing` is such."""
    whole = _dates(thing)
    if len(whole) != 1 or thing[slice(*whole[0])] != thing or len(_dates(before)) != 1:
        return None
    (place,) = _dates(before)
    for part in (_YEAR, _MONTH):
        if part.fullmatch(thing) and (found := part.search(before, *place)):
            return found.span()
    return place if not _MONTH.fullmatch(thing) else (place[0], place[0])  # a month beside its year


def _dates(text: str) -> list[Span]:
    return [(start, next(days).end) for start, days in groupby(find_dates(text), key=lambda day: day.start)]


def _place_of_name(thing: str, before: str) -> Span | None:
    """Where the one name of `before` stands, that with which it begins aside, if `thing` is one, too.

    Months and weekdays are none, nor is "I"; what is written in capitals alone is another kind of name.
    """
    found = [match for match in _NAME.finditer(before) if before[: match.start()].strip() and match[0] != "I"]
    if not _NAME.fullmatch(thing) or len(found) != 1:
        return None
    name = found[0][0]
    alike = thing.isupper() == name.isupper() and not _IS_DAY.search(f"{thing} {name}")
    return found[0].span() if alike else None


def _place_of_like(thing: str, before: str) -> Span | None:
    """Where the word of `before` stands that `thing`, a single word, is like, and like no other there."""
    word = _ARTICLE.sub("", thing).strip()
    others = [m for m in _WORD.finditer(before) if m[0].lower() not in FUNCTION_WORDS]
    if not _WORD.fullmatch(word) or len(others) < 2 or word.lower() in before.lower():
        return None
    vectors = load_word_vectors()
    likeness = (vectors.embed([m[0] for m in others]) @ vectors.embed([word])[0]).tolist()
    (second, _), (first, place) = sorted(zip(likeness, range(len(others)), strict=True))[-2:]
    return others[place].span() if first >= LIKE and first - second >= APART else None


def _behind_article(thing: str, before: str) -> Span | None:
    """What stands from the one article of `before` to its end, if `thing` begins with the same, and only the
    thing stands there: "Who chairs the board?", but not "When does the library open?"."""
    article = _ARTICLE.match(thing)
    found = _OF_THING.match(before)
    if article is None or found is None or len(_ARTICLES.findall(before)) != 1:
        return None
    return found.span("thing") if found["thing"].lower().startswith(article[0].lower() + " ") else None
