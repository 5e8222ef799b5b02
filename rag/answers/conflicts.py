"""Statements of several documents -> where they give other values for the same thing.

Precision comes first: two values are compared only if nothing sets one of them apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from math import isclose
from typing import Literal

from rag.answers.claims import PASSING, Asked, Claim, extract_claims, root, roots, understood
from rag.answers.values import Value, amount, bearers, dated, plain_numbers, same_name
from rag.datatypes import Difference, Statement
from rag.language.dates import ANY_YEAR
from rag.language.words import WHOLE_WORD
from rag.questions.parts import split_parts

LONGEST = 1500  # characters; what is longer is no sentence but a table
YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NOT = re.compile(r"\b(?:not|never|no|neither|without)\b|n[’']t\b", re.IGNORECASE)
_SHE = {"she": "she", "her": "she", "he": "he", "his": "he", "him": "he"}
_OFFICE = re.compile(r"Chancellor|Minister|Secretary|President|Department|Treasury|Ministry")
_VAGUE = frozenset({"government", "ministers"})


def find_conflicts(question: str, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where `statements`, the answer to `question`, disagree, or one says it more exactly than another.

    Of what differs all values are given, in the order of the statements; of what is refined, the
    coarsest comes first.  Only statements of different documents are compared.
    """
    cited = [s for s in statements if s.citations and len(s.text) <= LONGEST]
    found: list[Difference] = []
    for part in split_parts(question):
        asked = understood(part.split("?")[0])
        claims = [claim for statement in cited for claim in extract_claims(asked, statement)]
        told = [*_differing(claims), *_refining(claims)]
        found += told or [*_variants(asked, cited)]
    return tuple(dict.fromkeys(found))


def _differing(claims: Sequence[Claim]) -> Iterator[Difference]:
    """All claims that contradict another, as one difference."""
    inside = [claim for claim in claims if any(_relation(claim, other) == "differ" for other in claims)]
    if inside:
        yield _difference("differ", inside)


def _refining(claims: Sequence[Claim]) -> Iterator[Difference]:
    """The coarsest claims, each with those that say it more exactly."""
    for i, claim in enumerate(claims):
        finer = [other for other in claims if _relation(claim, other) == "refine"]
        told = any(_relation(other, claim) == "same" for other in claims[:i])
        if finer and not told and not any(_relation(other, claim) == "refine" for other in claims):
            yield _difference("refine", [claim, *finer])


def _difference(kind: Literal["differ", "refine"], claims: Sequence[Claim]) -> Difference:
    numbers = tuple(claim.statement.citations[0].number for claim in claims)
    return Difference(kind, numbers, tuple(claim.words for claim in claims))


def _relation(claim: Claim, other: Claim) -> str:
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


def _of_others(claim: Claim, other: Claim) -> bool:
    """Whether two documents are of a series, as pages of two clinics, or two sentences of other years."""
    title, second = (roots(each.document.title) for each in (claim, other))
    if 0 < 2 * min(len(title - second), len(second - title)) < len(title & second):
        return True
    years, others = ({*YEAR.findall(each.statement.text)} for each in (claim, other))
    return claim.value.unit != "date" and bool(years and others) and years.isdisjoint(others)


def _may_mean(claim: Claim, value: Value) -> bool:
    """Whether a date without a year may be one of the year of `value`, by when it was published."""
    published = claim.document.published
    if claim.value.unit != "date" or not published or claim.value.ranges[0] != ANY_YEAR != value.ranges[0]:
        return True
    return value.ranges[0][0] - 1 <= published.year <= value.ranges[0][1] + 1


def _named_relation(claim: Claim, other: Claim) -> str:
    a, b = claim.value.names, other.value.names
    if all(any(same_name(x, y) for y in b) for x in a):
        return "same" if len(a) >= len(b) else "refine"
    if any(same_name(x, y) for x in a for y in b) or any(x <= _VAGUE for x in b):
        return ""
    if any(x <= _VAGUE for x in a):
        return "refine" if _OFFICE.search(other.words) else ""
    return "differ"


def _variants(asked: Asked, statements: Sequence[Statement]) -> Iterator[Difference]:
    """Where two statements are one sentence but for one value, or for a "not"."""
    wanted = asked.words | asked.names
    for one, other in itertools.combinations([(s, *_skeleton(s)) for s in statements], 2):
        (statement, words, values), (second, others, changed) = one, other
        if words != others or len(values) != len(changed) or 2 * len(wanted & {*words}) <= len(wanted):
            continue
        documents = [each.citations[0].document for each in (statement, second)]
        titles = roots(documents[0].title) & roots(documents[1].title)
        if not titles and not asked.names & {*words}:
            continue  # both may be a line that many pages have
        passing = PASSING.search(statement.text) and documents[0].published != documents[1].published
        if documents[0].id == documents[1].id or passing:
            continue
        nots = [len(_NOT.findall(each.text)) for each in (statement, second)]
        pairs = [(Claim(statement, a), Claim(second, b)) for a, b in zip(values, changed, strict=True)]
        telling = [pair for pair in pairs if _relation(*pair) != "same"]
        whole = [Claim(each, Value(0, len(each.text), "")) for each in (statement, second)]
        if not telling and nots[0] != nots[1] and not _of_others(*whole):
            yield _difference("differ", whole)
        elif len(telling) == 1 and nots[0] == nots[1]:
            yield from (*_differing(telling[0]), *_refining(telling[0]))


def _skeleton(statement: Statement) -> tuple[list[str], list[Value]]:
    """The words of a statement that say something, a unit for each value, and those values in order."""
    text = statement.text
    dates = list(dated(text, statement.citations[0].document))
    amounts = [amount(text, number, number.unit) for number in plain_numbers(text)]
    values = sorted((*dates, *amounts), key=lambda value: value.start)
    if statement.fact and (names := bearers(text[slice(*statement.fact)])):
        start, end = statement.fact
        if not any(value.start < end and start < value.end for value in values):
            values = sorted([*values, Value(start, end, "name", names=names)], key=lambda value: value.start)
    words, end = [], 0
    for value in values:
        words += [*WHOLE_WORD.findall(text[end : value.start]), value.unit]
        end = value.end
    told = (root(word) or _SHE.get(word.lower(), "") for word in [*words, *WHOLE_WORD.findall(text[end:])])
    return [word for word in told if word], values
