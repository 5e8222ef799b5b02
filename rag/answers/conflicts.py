"""Statements of several documents -> where they give other values for the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

from rag.answers.claims import Claim, Value, extract_claims, parse_question, word_stems
from rag.datatypes import Difference, Question, Statement
from rag.language.dates import ANY_YEAR

LONGEST = 1500  # characters; what is longer is no sentence but a table
_VAGUE = frozenset({"government", "ministers"})


def find_conflicts(question: Question, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where `statements`, the answer to one `question`, disagree, or one says it more exactly than another.

    Of what differs all values are given, in the order of the statements; of what is refined, the
    coarsest comes first.  Only statements of different documents are compared.
    """
    asked = parse_question(question)
    cited = [s for s in statements if s.citations and len(s.text) <= LONGEST]
    claims = [claim for statement in cited for claim in (extract_claims(asked, statement) if asked else ())]
    rows = [[_relation(claim, other) for other in claims] for claim in claims]
    groups = [[claim for claim, row in zip(claims, rows, strict=True) if "differ" in row]]
    for i, (row, column) in enumerate(zip(rows, zip(*rows, strict=True), strict=True)):
        if "refine" not in column and "same" not in column[:i]:
            finer = [other for other, relation in zip(claims, row, strict=True) if relation == "refine"]
            groups.append([claims[i], *finer])
    found = []
    for i, group in enumerate(groups):
        if len(group) > 1:
            numbers, quotes = zip(*((c.citation.number, c.value.quote) for c in group), strict=True)
            found.append(Difference("refine" if i else "differ", numbers, quotes))
    return tuple(dict.fromkeys(found))


def _relation(claim: Claim, other: Claim) -> str:
    """What `other` does to `claim`: "same", "differ", "refine", or "" if they cannot be compared."""
    a, b, document, second = claim.value, other.value, claim.citation.document, other.citation.document
    if document.id == second.id or a.unit != b.unit:
        return ""
    title, titled = word_stems(document.title), word_stems(second.title)
    is_series = 0 < 2 * min(len(title - titled), len(titled - title)) < len(title & titled)
    if is_series or not (claim.apart <= other.words and other.apart <= claim.words):
        return ""
    if not a.ranges:  # a word in common, and they may be one; a body is more exact than "government"
        if word_stems(a.quote) & word_stems(b.quote) or b.quote in _VAGUE:
            return ""
        return "refine" if a.quote in _VAGUE else "differ"
    if not (_may_mean(claim, b) and _may_mean(other, a)):
        return ""
    pairs = [*zip(a.ranges, b.ranges, strict=True)]
    if any(x[1] < y[0] or y[1] < x[0] for x, y in pairs):
        return "differ"
    if a.ranges == b.ranges or (a.unit != "date" and all(isclose(sum(x), sum(y)) for x, y in pairs)):
        return "same"
    return "refine" if all(x[0] <= y[0] and y[1] <= x[1] for x, y in pairs) else ""


def _may_mean(claim: Claim, value: Value) -> bool:
    """Whether a date without a year may be one of the year of `value`, by when it was published."""
    published, years = claim.citation.document.published, value.ranges[0]
    is_open = claim.value.unit == "date" and claim.value.ranges[0] == ANY_YEAR != years
    return not (published and is_open) or years[0] - 1 <= published.year <= years[1] + 1
