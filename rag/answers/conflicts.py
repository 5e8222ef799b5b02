"""Statements of several documents -> where they give other values for the same thing.

Precision comes first: two values are compared only if nothing sets one of them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isclose
from typing import Literal

from rag.answers.claims import Claim, extract_claims, parse_question, word_stems
from rag.answers.values import Value
from rag.datatypes import Difference, Question, Statement
from rag.language.dates import ANY_YEAR, find_dates

LONGEST = 1500  # characters; what is longer is no sentence but a table
_VAGUE = frozenset({"government", "ministers"})


def find_conflicts(question: Question, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where `statements`, the answer to one `question`, disagree, or one says it more exactly than another.

    Of what differs all values are given, in the order of the statements; of what is refined, the
    coarsest comes first.  Only statements of different documents are compared.
    """
    asked = parse_question(question)
    if asked is None:
        return ()
    cited = [s for s in statements if s.citations and len(s.text) <= LONGEST]
    claims = [claim for statement in cited for claim in extract_claims(asked, statement)]
    return tuple(dict.fromkeys([*_contradictions(claims), *_refinements(claims)]))


def _contradictions(claims: Sequence[Claim]) -> Iterator[Difference]:
    """All claims that contradict another, as one difference."""
    differing = [claim for claim in claims if any(_relation(claim, other) == "differ" for other in claims)]
    if differing:
        yield _difference("differ", differing)


def _refinements(claims: Sequence[Claim]) -> Iterator[Difference]:
    """The coarsest claims, each once, with those that say it more exactly."""
    for i, claim in enumerate(claims):
        finer = [other for other in claims if _relation(claim, other) == "refine"]
        is_repeated = any(_relation(other, claim) == "same" for other in claims[:i])
        if finer and not is_repeated and not any(_relation(other, claim) == "refine" for other in claims):
            yield _difference("refine", [claim, *finer])


def _difference(kind: Literal["differ", "refine"], claims: Sequence[Claim]) -> Difference:
    numbers = tuple(claim.statement.citations[0].number for claim in claims)
    return Difference(kind, numbers, tuple(claim.quote for claim in claims))


def _relation(claim: Claim, other: Claim) -> str:
    """What `other` does to `claim`: "same", "differ", "refine", or "" if they cannot be compared."""
    a, b = claim.value, other.value
    if claim.document.id == other.document.id or a.unit != b.unit or claim.is_planned != other.is_planned:
        return ""
    if not (claim.apart <= other.words and other.apart <= claim.words) or _are_of_others(claim, other):
        return ""
    if not a.ranges:
        return _name_relation(claim.quote, other.quote)
    if not (_may_mean(claim, b) and _may_mean(other, a)):
        return ""
    pairs = [*zip(a.ranges, b.ranges, strict=True)]
    if any(x[1] < y[0] or y[1] < x[0] for x, y in pairs):
        return "differ"
    if a.ranges == b.ranges or (a.unit != "date" and all(isclose(sum(x), sum(y)) for x, y in pairs)):
        return "same"
    return "refine" if all(x[0] <= y[0] and y[1] <= x[1] for x, y in pairs) else ""


def _are_of_others(claim: Claim, other: Claim) -> bool:
    """Whether two documents are of a series, as pages of two clinics, or two sentences of other years."""
    title, second = (word_stems(each.document.title) for each in (claim, other))
    if 0 < 2 * min(len(title - second), len(second - title)) < len(title & second):
        return True
    years, others = (
        {day.years for day in find_dates(each.statement.text)} - {ANY_YEAR} for each in (claim, other)
    )
    return claim.value.unit != "date" and bool(years and others) and years.isdisjoint(others)


def _may_mean(claim: Claim, value: Value) -> bool:
    """Whether a date without a year may be one of the year of `value`, by when it was published."""
    published = claim.document.published
    if claim.value.unit != "date" or not published or claim.value.ranges[0] != ANY_YEAR != value.ranges[0]:
        return True
    return value.ranges[0][0] - 1 <= published.year <= value.ranges[0][1] + 1


def _name_relation(name: str, other: str) -> str:
    """Names differ if they have no word in common; a body is more exact than "government"."""
    if word_stems(name) & word_stems(other) or other in _VAGUE:
        return ""
    return "refine" if name in _VAGUE else "differ"
