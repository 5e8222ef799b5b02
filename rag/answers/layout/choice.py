"""A question, alone or after others, and a table -> those of its rows that are meant.

A question that goes on from one of some rows ("Which of them …?", "And which are not?", "And under £12?")
means those again, as far as it does not ask something else of the same column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.answers.layout.conditions import Condition, find_conditions
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.documents.outline import Outline
from rag.language.assertions.negation import NEGATION
from rag.language.words import find_words, join_thousands, stems

_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_SEVERAL = re.compile(
    r"\b(?:which|what|whose)\s+\w+|^\W*(?:which|what|who)\b|\bhow many\b|\b(?:all|list)\b", re.I
)
_ONE = re.compile(
    r"(?-i:\b[Ii]t\b)|\b(?:its|itself|he|him|his|she|her|hers)\b"
    r"|\b(?:this|that)(?: one)?\b(?! (?:are|have|do|can)\b)",
    re.IGNORECASE,
)
_THOSE = re.compile(r"\b(?:they|them|their|theirs|those|these|ones)\b", re.IGNORECASE)
# What asks for all but those: "And which are not?", "the others?"
_DENIED_ALONE = re.compile(rf"(?:{NEGATION.pattern})\W*$", re.IGNORECASE)
_AFFIRMED_ALONE = re.compile(r"\b(?:do|does|did|are|is|was|were|have|has|had|can)\W*$", re.IGNORECASE)
_WIDER = re.compile(r"\b(?:instead|else|in all|altogether|in total|overall)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:others|other ones|rest|remaining(?: ones)?)\W*$", re.IGNORECASE)


class Chosen(NamedTuple):
    """Those of `every` row of a table that a question means, and by what, as it is told; whether by more
    than words that stand in them, and whether by a bound; `goes_on` says that some of that was asked before,
    and `unclear` that the question has a number that is no bound."""

    rows: list[int]
    every: list[int]
    told: list[str]
    demanded: bool
    bound: bool
    goes_on: bool
    unclear: bool


def choose_rows(question: Question, sentence: Candidate, rows: list[int]) -> Chosen:
    """The rows that meet all conditions of a question and whose cells have all those of its words that some
    rows have and others have not.  What names a column tells no rows apart."""
    outline = sentence.outline
    own, unclear = _demands(question.text, outline, rows)
    before = _told_before(question.follows, outline, rows) if question.follows else []
    groups = before and _goes_on(question, own) and _go_on(before, own, question.text, outline, rows)
    groups, goes_on = groups or [own], bool(groups)
    chosen = _meeting(rows, groups)
    conditions = [condition for group in groups for condition in group]
    firm = [condition for condition in conditions if not condition.named and not condition.word]
    bound = any(condition.span for condition in firm)
    told = [condition.told for condition in conditions]
    return Chosen(chosen, rows, told, bool(firm), bound, goes_on, unclear)


def _goes_on(question: Question, own: Sequence[Condition]) -> bool:
    """Whether a question may mean several rows that were told before: it demands something of them, says
    that it means them, or asks nothing else."""
    if _ONE.search(question.text) or _WIDER.search(question.text):
        return False
    before = {stem for text in question.follows for stem in stems(text)}
    return bool(own or _THOSE.search(question.text)) or before.issuperset(
        stems(_OTHERS.sub("", question.text))
    )


def _told_before(questions: Sequence[str], outline: Outline, rows: list[int]) -> list[list[Condition]]:
    """What the `questions` together demanded of the rows, each a group, if they asked for several."""
    groups: list[list[Condition]] = []
    for text in questions:
        if _ONE.search(text):
            continue
        own, unclear = _demands(text, outline, rows)
        if unclear:
            return []
        several = any(not condition.word for condition in own) or _OF_SEVERAL.search(text)
        groups = _go_on(groups, own, text, outline, rows) or ([own] if own and several else [])
    return groups


def _go_on(
    groups: list[list[Condition]], own: list[Condition], text: str, outline: Outline, rows: list[int]
) -> list[list[Condition]]:
    """The demands of questions before with those of one that goes on from them; none if it names a row."""
    if not groups or any(condition.word and _is_key(condition, outline, rows) for condition in own):
        return []
    turned = _DENIED_ALONE.search(text) or (_AFFIRMED_ALONE.search(text) and _is_denial(groups[-1]))
    if not own and (turned or _OTHERS.search(text)):
        denied = [groups[-1]] if turned else groups
        kept = groups[: len(groups) - len(denied)]
        return [*kept, [_deny([condition for group in denied for condition in group], rows)]]
    columns = {condition.column for condition in own if not _THOSE.search(text)} - {""}
    told = {condition.told for condition in own}
    left = [[one for one in group if one.column not in columns and one.told not in told] for group in groups]
    kept = [group for group in left if group]
    while kept and not _THOSE.search(text) and not _meeting(rows, [*kept, own]):
        kept.pop()  # "And on Monday?" need not mean all that was asked before
    return [*kept, own] if own else kept


def _is_denial(conditions: Sequence[Condition]) -> bool:
    """Whether all of them demand that something is not so."""
    return all(one.told in (f"{one.column}: no", f"not {one.otherwise}") for one in conditions)


def _deny(conditions: Sequence[Condition], rows: list[int]) -> Condition:
    """What the rows meet that do not meet all `conditions`."""
    if len(conditions) == 1:
        return conditions[0].deny()
    met = frozenset(_meeting(rows, [conditions]))
    told = "”, “".join(condition.told for condition in conditions)
    return Condition(f"not: {told}", frozenset(rows) - met, met, told)


def _meeting(rows: Sequence[int], groups: Sequence[Sequence[Condition]]) -> list[int]:
    """Those of `rows` that meet every condition, in order."""
    return [row for row in rows if all(row in condition.rows for group in groups for condition in group)]


def _is_key(condition: Condition, outline: Outline, rows: list[int]) -> bool:
    """Whether a word stands in a column that tells every row from the others, as a name does."""
    names = outline.rows.column_names(rows[0])
    if condition.column not in names:
        return False
    column = names.index(condition.column)
    cells = {outline.rows.cell_text(outline.rows.value_of(row, column)) for row in rows}
    return len(cells) == len(rows)


def _demands(text: str, outline: Outline, rows: list[int]) -> tuple[list[Condition], bool]:
    """What one question demands of the rows, and whether it has a number besides."""
    conditions = find_conditions(text, outline, rows)
    spans = sorted(condition.span for condition in conditions if condition.span)
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    words = find_words(join_thousands(text))
    return [*conditions, *_words(words, outline, rows)], any(map(str.isdigit, words))


def _words(words: Sequence[str], outline: Outline, rows: list[int]) -> Iterator[Condition]:
    """The words that some of the rows have and others have not."""
    names = outline.rows.column_names(rows[0])
    columns = {stem for name in names for stem in stems(name)}
    held = {
        row: [{*stems(outline.rows.cell_text(cell))} for cell in outline.blocks[row].cells] for row in rows
    }
    for word in dict.fromkeys(words):
        for stem in stems(word)[:1]:
            having = frozenset(row for row, cells in held.items() if any(stem in cell for cell in cells))
            named = stem in columns or (stem.isdigit() and not _YEAR.fullmatch(stem))
            if not named and 0 < len(having) < len(rows):
                places = {place for row in having for place, cell in enumerate(held[row]) if stem in cell}
                column = names[places.pop()] if len(places) == 1 and max(places) < len(names) else ""
                others = frozenset(rows) - having
                yield Condition(word, having, others, f"not {word}", column=column, word=True)
