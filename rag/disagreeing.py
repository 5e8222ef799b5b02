"""Statements of several documents -> where they give other values for the same thing.

Precision comes first: two values are compared only if both stand by the event that is asked for, if
both sentences have the words of the question, and if nothing sets one of them apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import inf, isclose

from rag.datatypes import Difference, Document, Statement
from rag.dates import ANY_DAY, ANY_YEAR, days
from rag.lexicon import SMALL_WORDS, stems
from rag.quantities import Number, numbers
from rag.questions import Expectation, expected, parts

LONGEST = 1500  # characters; what is longer is no sentence but a table
BEFORE, BEHIND = 14, 5  # words from a verb in which its object stands: "ordered by", "orders"

Range = tuple[float, float]  # the least and the most that it may be

# Words for one event, the first of a group for all.  The day on which something was announced is no
# other value for the day on which it began.
_EVENTS = (
    "due expected scheduled deadline|published publish release released issued|announced announce unveiled"
    "|commissioned commission ordered|began begin begun start starts started launched commenced"
    "|established establish founded created formed|closed close closes ended ends finished expires expired"
    "|led lead leads chaired headed|died die|won win wins|wrote write written|built build|bought buy acquired"
    "|sold sell|cost costs|met meet|made make makes|became become|took take taken|rose rise risen|held hold"
    "|fell fall fallen|left leave|lost lose|sent send|said say says|ran run|opened open opens|found find"
)
# What one party does, once: many may welcome a review, but if two are said to have ordered it, that differs.
_ONCE = frozenset(
    "published announced commissioned began established led wrote built bought won killed".split()
)
_VERB = re.compile(r"(?!(?:hundred|indeed|need|seed|speed|breed|feed|red|bed)$)[a-z]{2,}ed")
_PLANNED = re.compile(r"\b(?:due|expected|scheduled|planned|will|would|shall|to be)\b")
# What sets a thing apart from others of its kind: if only one side has it, both may be right.
_APART = re.compile(
    r"(?:first|second|third|last|final|interim|initial|draft|prelimin|provision|annual|month|week|dai|day"
    r"|quarter|new|next|previous|original|revis|updat|min|max|average|median|net|gross|men|man|wom[ae]n"
    r"|female|male|boy|girl|child|adult|north|south|east|west|rural|urban|domestic|foreign|another|other"
    r"|addition|further|each|per|half|now|current|later|if|most|least|only|some|few|not|never|no)\w*"
    r"|(?:1[5-9]|20)\d\d",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_PASSING = re.compile(r"\b(?:now|currently|so far|(?:this|last|next|the) (?:year|month|week|quarter))\b")
_OPENING = re.compile(r"(?:In|At|For|On|During|Among|Of|By|Across|Within|Under)\b[^,]{0,80},")
_BREAK = re.compile(
    r"[;:()“”\"?]|,(?!\d)|\s[–-]\s|—"
    r"|\b(?:and|but|while|whereas|which|who|whose|that|because|although|when|where|after|before|until)\b"
)
_NOT = re.compile(r"\b(?:not|never|no|neither|without)\b|n[’']t\b", re.IGNORECASE)
_SHE = {"she": "she", "her": "she", "he": "he", "his": "he", "him": "he"}
_WORD = re.compile(r"\w+(?:[’']\w+)?")
_UNASKED = "date day month year time number amount share sources agree differ many".split()

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "Christmas": (12, 12), "Easter": (3, 4)}
_SEASON = re.compile(rf"\b({'|'.join(_SEASONS)})\b(?:,? (?:of )?(\d{{4}})\b)?")
_NEARNESS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NEAR = re.compile(rf"\b(?:{'|'.join(_NEARNESS)})\b")
_BOUND = re.compile(r"\b(?:before|after|since|until|till|between|from|to)\s$", re.IGNORECASE)
_DAYS = {"year": 365.25, "month": 365.25 / 12, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_HEDGE = re.compile(
    r"\b(?:(?P<about>about|around|roughly|approximately|nearly|almost|some)"
    r"|(?P<most>up to|(?:less|fewer) than|under|below|at most|(?:an absolute |a )?maximum of|no more than)"
    r"|(?P<least>more than|over|at least|above|no fewer than))\s$",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"(?:\b(?:the|all|is|are|was|were|has|have|its|their)|[’']s|s[’'])\s$", re.IGNORECASE)

_PART = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"
_NAME = re.compile(
    rf"{_PART}(?:\s(?:(?:of|for|and|de|van|von)\s(?:the\s)?|the\s(?=Rt\s))?{_PART})*|\b(?:government|ministers)\b"
)
_OFFICE = re.compile(r"Chancellor|Minister|Secretary|President|Department|Treasury|Ministry")
_VAGUE = frozenset({"government", "ministers"})
_TITLES = SMALL_WORDS | frozenset(
    "rt hon mr mrs ms dr sir dame lord lady professor chancellor president prime minister secretary former"
    " chair chief executive king queen pope general state".split()
)
_BY = re.compile(r"\s(?:\w+ly )?by(?: (?:the|a|then|former))*\s")
_DOES = re.compile(
    r"(?:,? (?:who|which)| [–—-] who)?(?: (?:has|had|have|also|then|first|later|is to|will|\w+ly))*\s"
)
_WHERE = re.compile(r"\b(?:in|at|of|on|from|to|for|with|by|near)(?: the)?\s$")
_LISTED = re.compile(r", (?:[A-Z]|and )")


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands at ``text[start:end]``: ranges of a unit, or names, each as the set of its words."""

    start: int
    end: int
    unit: str
    ranges: tuple[Range, ...] = ()
    names: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks for: a kind of value, by an event and other words; names may stand in a title."""

    kind: Expectation | None
    event: str
    words: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Claim:
    """The one value that a statement gives, what sets it apart, and all that the statement says."""

    statement: Statement
    value: _Value
    planned: bool = False
    apart: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()

    @property
    def document(self) -> Document:
        return self.statement.citations[0].document

    @property
    def words(self) -> str:
        return self.statement.text[self.value.start : self.value.end]


def differences(question: str, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where `statements`, the answer to `question`, disagree, or one says it more exactly than another.

    Of what differs all values are given, in the order of the statements; of what is refined, the
    coarsest comes first.  Only statements of different documents are compared.
    """
    cited = [s for s in statements if s.citations and len(s.text) <= LONGEST]
    found: list[Difference] = []
    for part in parts(question):
        asked = _asked(part.split("?")[0])
        claims = [claim for statement in cited for claim in _claims(asked, statement)]
        told = [*_differing(claims), *_refining(claims)]
        found += told or [*_variants(asked, cited)]
    return tuple(dict.fromkeys(found))


def _differing(claims: Sequence[_Claim]) -> Iterator[Difference]:
    """All claims that contradict another, as one difference."""
    inside = [claim for claim in claims if any(_relation(claim, other) == "differ" for other in claims)]
    if inside:
        yield _difference("differ", inside)


def _refining(claims: Sequence[_Claim]) -> Iterator[Difference]:
    """The coarsest claims, each with those that say it more exactly."""
    for i, claim in enumerate(claims):
        finer = [other for other in claims if _relation(claim, other) == "refine"]
        told = any(_relation(other, claim) == "same" for other in claims[:i])
        if finer and not told and not any(_relation(other, claim) == "refine" for other in claims):
            yield _difference("refine", [claim, *finer])


def _difference(kind: str, claims: Sequence[_Claim]) -> Difference:
    numbers = tuple(claim.statement.citations[0].number for claim in claims)
    return Difference(kind, numbers, tuple(claim.words for claim in claims))


def _relation(claim: _Claim, other: _Claim) -> str:
    """What `other` does to `claim`: "same", "differ", "refine", or "" if they cannot be compared."""
    a, b = claim.value, other.value
    if claim.document.id == other.document.id or a.unit != b.unit or claim.planned != other.planned:
        return ""
    if not (claim.apart <= other.said and other.apart <= claim.said) or _of_others(claim, other):
        return ""
    if a.names:
        return _named_relation(claim, other)
    if not (_may_mean(claim, b) and _may_mean(other, a)):
        return ""
    pairs = [*zip(a.ranges, b.ranges, strict=True)]
    if any(x[1] < y[0] or y[1] < x[0] for x, y in pairs):
        return "differ"
    if a.unit != "date" and all(isclose(sum(x), sum(y)) for x, y in pairs):
        return "same"
    within = all(x[0] <= y[0] and y[1] <= x[1] for x, y in pairs)
    return "same" if a.ranges == b.ranges else "refine" if within else ""


def _of_others(claim: _Claim, other: _Claim) -> bool:
    """Whether two documents are of a series, as pages of two clinics, or two sentences of other years."""
    title, second = (_roots(each.document.title) for each in (claim, other))
    if 0 < 2 * min(len(title - second), len(second - title)) < len(title & second):
        return True
    years, others = ({*_YEAR.findall(each.statement.text)} for each in (claim, other))
    return claim.value.unit != "date" and bool(years and others) and years.isdisjoint(others)


def _may_mean(claim: _Claim, value: _Value) -> bool:
    """Whether a date without a year may be one of the year of `value`, by when it was published."""
    published = claim.document.published
    if claim.value.unit != "date" or not published or claim.value.ranges[0] != ANY_YEAR != value.ranges[0]:
        return True
    return value.ranges[0][0] - 1 <= published.year <= value.ranges[0][1] + 1


def _named_relation(claim: _Claim, other: _Claim) -> str:
    a, b = claim.value.names, other.value.names
    if all(any(_same_name(x, y) for y in b) for x in a):
        return "same" if len(a) >= len(b) else "refine"
    if any(_same_name(x, y) for x in a for y in b) or any(x <= _VAGUE for x in b):
        return ""
    if any(x <= _VAGUE for x in a):
        return "refine" if _OFFICE.search(other.words) else ""
    return "differ"


def _same_name(name: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one has all words of the other, or their initials."""
    few, many = sorted((name, other), key=len)
    return few <= many or (len(few) == 1 and sorted(*few) == sorted(word[0] for word in many))


def _asked(question: str) -> _Asked:
    kind = expected(question)
    words = [word for word in _WORD.findall(question)[1:] if not word.endswith("ly")]
    happens = [_root(word) for word in words if _is_event(word)]
    person = kind is not None and kind.label == "person"
    event = happens[0 if person else -1] if happens else ""
    counted = kind.label.split() if kind else []
    other = {_root(word) for word in [*counted, *_UNASKED]} | {event, ""}
    names = frozenset(_root(word) for word in words if word[0].isupper()) - other
    return _Asked(kind, event, frozenset(map(_root, words)) - names - other - set(happens), names)


def _claims(asked: _Asked, statement: Statement) -> Iterator[_Claim]:
    """The value that `statement` gives to what is asked for, if it gives one only and speaks of the same."""
    text, document = statement.text, statement.citations[0].document
    said, titled = _roots(text), _roots(f"{document.title} {document.publisher}")
    asked_for = asked.words | asked.names
    if (
        asked.kind is None
        or not asked.words <= said
        or not asked.names <= said | titled
        or not asked_for & said
    ):
        return
    start, end = statement.fact or (0, len(text))
    values = [v for v in _values(asked, asked.kind.label, statement) if v.start < end and start < v.end]
    held = [len(asked_for & _roots(text[slice(*_bounds(text, value))])) for value in values]
    values = [v for v, words in zip(values, held, strict=True) if v.names or words == max(held) > 0]
    if values and len({(value.ranges, value.names) for value in values}) == 1:
        value = values[0]
        planned = value.unit == "date" and _PLANNED.search(text, *_bounds(text, value)) is not None
        yield _Claim(statement, value, planned, _apart(asked, statement, value), said | titled)


def _values(asked: _Asked, label: str, statement: Statement) -> Iterator[_Value]:
    """The values in a statement of the kind that is asked for, by the event that is asked for."""
    text = statement.text
    if label == "person":
        yield from _agents(asked, text)
    elif label == "date":
        dates = _dates(text, statement.citations[0].document)
        yield from (value for value in dates if _is_by_event(asked, text, value))
    elif label.startswith("number of"):
        for number in _plain_numbers(text):
            value = _amount(text, number, "")
            alone = not (asked.words or asked.event) and not _DEFINITE.search(text, 0, value.start)
            if _counts(asked, text, number) and not alone and _is_by_event(asked, text, value):
                yield value
    else:
        units = {"length of time": (*_DAYS,), "figure": ("£", "$", "€", "%")}.get(label, ("£", "$", "€"))
        for number in _plain_numbers(text):
            value = _amount(text, number, number.unit)
            around = _roots(text[slice(*_bounds(text, value))])
            if number.unit in units and asked.words <= around and _is_by_event(asked, text, value):
                yield value


def _counts(asked: _Asked, text: str, number: Number) -> bool:
    """Whether a number says how many there are of what is asked for: no verb or small word stands between."""
    counted = asked.kind.pattern.match(text, number.start) if asked.kind else None
    between = _WORD.findall(text[number.end : counted.end()]) if counted else []
    return bool(between) and all(_root(word) and not _is_event(word) for word in between)


def _plain_numbers(text: str) -> list[Number]:
    """The numbers of a text that are no part of a date."""
    dated = [(day.start, day.end) for day in days(text)]
    return [n for n in numbers(text) if not any(n.start < end and start < n.end for start, end in dated)]


def _amount(text: str, number: Number, unit: str) -> _Value:
    """The range of a number: what a word such as "about" makes of it, or what is rounded to it.

    Of millions, £3 million may be £3.2 million; a smaller number is exact but for its decimals.
    """
    told = number.value * (100 if unit == "%" else 1)
    exponent, size = int(str(told.normalize().as_tuple().exponent)), told.adjusted()
    last = exponent if size >= 6 else min(exponent, size - 1 if size >= 3 else 0)
    value, half = float(told), 0.49 * float(Decimal(10) ** last)  # so that neighbours do not touch
    hedge = _HEDGE.search(text, max(0, number.start - 24), number.start)
    ranges = {"about": (0.9 * value, 1.1 * value), "least": (value, inf), "most": (0.0, value)}
    low, high = ranges.get(str(hedge.lastgroup) if hedge else "", (value - half, value + half))
    days_each, unit = _DAYS.get(unit, 1.0), "day" if unit in _DAYS else unit
    start = hedge.start() if hedge else number.start
    return _Value(start, number.end, unit, ((low * days_each, high * days_each),))


def _dates(text: str, document: Document) -> Iterator[_Value]:
    """The dates of a text but those that only bound something."""
    found = [(day.start, day.end, day.ranges) for day in days(text)]
    for match in _SEASON.finditer(text):
        years = (int(match[2]), int(match[2])) if match[2] else ANY_YEAR
        found.append((*match.span(), (years, _SEASONS[match[1]], ANY_DAY)))
    for match in _NEAR.finditer(text) if document.published else ():
        day = (document.published or date.min) + timedelta(days=_NEARNESS[match[0]])
        found.append((*match.span(), ((day.year, day.year), (day.month, day.month), (day.day, day.day))))
    for start, end, ranges in found:
        inside = any(
            first <= start and end <= last and last - first > end - start for first, last, _ in found
        )
        if not inside and not _BOUND.search(text, max(0, start - 9), start):
            yield _Value(start, end, "date", ranges)


def _agents(asked: _Asked, text: str) -> Iterator[_Value]:
    """Who brings about what is asked for: "a review ordered by Hunt", "Hunt, who ordered a review"."""
    happens = [w for w in _WORD.finditer(text) if asked.event in _ONCE and _root(w[0]) == asked.event]
    for word, name in itertools.product(happens, _NAME.finditer(text)):
        listed = _LISTED.match(text, name.end()) or text.endswith(", ", 0, name.start())
        by = not listed and _BY.fullmatch(text, word.end(), name.start())
        does = _DOES.fullmatch(text, name.end(), word.start()) and not _WHERE.search(text, 0, name.start())
        if not (by or does):
            continue
        near = (
            _WORD.findall(text[: word.start()])[-BEFORE:]
            if by
            else _WORD.findall(text[word.end() :])[:BEHIND]
        )
        told = {*map(_root, near)}
        if asked.words <= told and (asked.words | asked.names) & told:
            yield _Value(*name.span(), "name", names=_named(name[0]))


def _named(words: str) -> tuple[frozenset[str], ...]:
    """The bearers of a name, each as the set of its words without titles.

    >>> [sorted(one) for one in _named("Ministry of War and Peace and the Rt Hon Jim Ash")]
    [['ministry', 'peace', 'war'], ['ash', 'jim']]
    """
    pieces = re.split(r",? and the ", words)
    told = [name for p in pieces for name in ([p] if re.search(r" (?:of|for) ", p) else p.split(" and "))]
    return tuple(
        filter(
            None,
            (
                frozenset(map(_bare, _WORD.findall(name))) - _TITLES - {"he", "she", "it", "they", "we"}
                for name in told
            ),
        )
    )


def _is_by_event(asked: _Asked, text: str, value: _Value) -> bool:
    """Whether a value stands by the event that is asked for; without one, by none that is not."""
    role = _role(text, value)
    if not asked.event:
        return not role or role in asked.words
    planned = _PLANNED.search(text, *_bounds(text, value)) and role == "published"
    return role == asked.event or (asked.event == "due" and bool(planned))


def _role(text: str, value: _Value) -> str:
    """The event that is named nearest to a value in its clause."""
    start, end = _bounds(text, value)
    events = [word for word in _WORD.finditer(text, start, end) if _is_event(word[0])]
    nearest = min(events, key=lambda w: max(value.start - w.end(), w.start() - value.end), default=None)
    return _root(nearest[0]) if nearest else ""


def _bounds(text: str, value: _Value) -> tuple[int, int]:
    """Where the clause of a value begins and ends; if it opens the sentence, with that of the first event."""
    breaks = list(_BREAK.finditer(text))
    start = max((match.end() for match in breaks if match.end() <= value.start), default=0)
    ends = [*(match.start() for match in breaks if match.start() >= value.end), len(text)]
    happens = next((word.end() for word in _WORD.finditer(text) if _is_event(word[0])), 0)
    return start, next(end for end in ends if start > 0 or end >= happens)


def _apart(asked: _Asked, statement: Statement, value: _Value) -> frozenset[str]:
    """What sets the thing apart that a value is of: names, years, ordinals and words such as "final".

    Of who did something, only what stands right before a word of the question; of what passes, such
    as "this year", the day of publication.
    """
    text = statement.text
    start, end = _bounds(text, value)
    opening = _OPENING.match(text, 0, value.start)
    words = _WORD.findall(
        f"{opening[0] if opening else ''} {text[start : value.start]} {text[value.end : end]}"
    )
    if value.names:
        told = itertools.pairwise(_WORD.findall(text))
        words = [word for word, following in told if _root(following) in asked.words]
    apart = {_root(word) for word in words if word[0].isupper() or _APART.fullmatch(word)}
    apart |= {_root(text[n.start : n.end]) for n in numbers(text) if n.unit == "th"}
    passing = {f"in {statement.citations[0].document.published}"} if _PASSING.search(text) else set()
    return frozenset(apart - asked.words - asked.names - {asked.event, ""} | passing)


def _variants(asked: _Asked, statements: Sequence[Statement]) -> Iterator[Difference]:
    """Where two statements are one sentence but for one value, or for a "not"."""
    wanted = asked.words | asked.names
    for one, other in itertools.combinations([(s, *_skeleton(s)) for s in statements], 2):
        (statement, words, values), (second, others, changed) = one, other
        if words != others or len(values) != len(changed) or 2 * len(wanted & {*words}) <= len(wanted):
            continue
        documents = [each.citations[0].document for each in (statement, second)]
        titles = _roots(documents[0].title) & _roots(documents[1].title)
        if not titles and not asked.names & {*words}:
            continue  # both may be a line that many pages have
        passing = _PASSING.search(statement.text) and documents[0].published != documents[1].published
        if documents[0].id == documents[1].id or passing:
            continue
        nots = [len(_NOT.findall(each.text)) for each in (statement, second)]
        pairs = [(_Claim(statement, a), _Claim(second, b)) for a, b in zip(values, changed, strict=True)]
        telling = [pair for pair in pairs if _relation(*pair) != "same"]
        whole = [_Claim(each, _Value(0, len(each.text), "")) for each in (statement, second)]
        if not telling and nots[0] != nots[1] and not _of_others(*whole):
            yield _difference("differ", whole)
        elif len(telling) == 1 and nots[0] == nots[1]:
            yield from (*_differing(telling[0]), *_refining(telling[0]))


def _skeleton(statement: Statement) -> tuple[list[str], list[_Value]]:
    """The words of a statement that say something, a unit for each value, and those values in order."""
    text = statement.text
    dates = list(_dates(text, statement.citations[0].document))
    amounts = [_amount(text, number, number.unit) for number in _plain_numbers(text)]
    values = sorted((*dates, *amounts), key=lambda value: value.start)
    if statement.fact and (names := _named(text[slice(*statement.fact)])):
        start, end = statement.fact
        if not any(value.start < end and start < value.end for value in values):
            values = sorted([*values, _Value(start, end, "name", names=names)], key=lambda value: value.start)
    words, end = [], 0
    for value in values:
        words += [*_WORD.findall(text[end : value.start]), value.unit]
        end = value.end
    told = (_root(word) or _SHE.get(word.lower(), "") for word in [*words, *_WORD.findall(text[end:])])
    return [word for word in told if word], values


def _roots(text: str) -> frozenset[str]:
    return frozenset(map(_root, _WORD.findall(text))) - {""}


def _is_event(word: str) -> bool:
    return word.lower() in _same_events() or _VERB.fullmatch(word) is not None


@cache
def _root(word: str) -> str:
    """What a word has in common with those that say the same; empty if it says nothing.

    >>> _root("ordered"), _root("commissioned"), _root("Reviews"), _root("the")
    ('commissioned', 'commissioned', 'review', '')
    """
    return _same_events().get(_bare(word)) or next(iter(stems(_bare(word))), "")


def _bare(word: str) -> str:
    return re.sub(r"[’']s?$", "", word.lower())


@cache
def _same_events() -> dict[str, str]:
    groups = (group.split() for group in _EVENTS.split("|"))
    return {word: group[0] for group in groups for word in group}
