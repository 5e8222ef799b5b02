"""Sentences of which the best is a row of a table -> the row that bears most of what the question names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from rag.answers.layout.cells import cell_text
from rag.answers.layout.groups import table_at
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.documents.outline import Outline
from rag.language.words import find_words, stem_each, stems
from rag.spans import Span, contains

MOST_ROWS = 200  # of a table that is looked through
MOST_ALIKE = 6  # rows that are told because nothing tells them apart
NEAR = 3.0  # log-odds below the best row within which another is one of them
_JOINS = re.compile(
    r"(?:\W+\w+)?\W*(?:,|&|\b(?:and|or|vs|versus|than|with|to)\b)\W*(?:(?:the|an?|in|on|at|for|of)\W+)?",
    re.IGNORECASE,
)
MOST_WORDS = 6  # of a cell that a question may hold whole


class Borne(NamedTuple):
    """What a row bears of a question: which cells of it the question holds whole, each a column and what
    stands there, and which of its words stand in any cell."""

    cells: frozenset[tuple[int, str]]
    words: frozenset[str]

    def exceeds(self, other: Borne) -> bool:
        """Whether it is all that the other is, and more; words alone, which stand in any sentence of a cell,
        are no more."""
        if self.cells == other.cells:
            return bool(self.cells) and self.words > other.words
        return self.cells > other.cells and self.words >= other.words - _words_of(self.cells)


def order_rows(question: Question, sentences: Sequence[Candidate]) -> list[Candidate]:
    """`sentences`, best first, and if that is a row of a table, before it the row that bears all that it
    bears of the question and more: "Week" and "A+B" of "a week in A+B" whole, not "4-week".

    Of several such rows it is the one that bears most, and of these the best.  The rows of that table that
    bear less of the question than the first are left out, but for one that bears something else.
    """
    first = sentences[0]
    if not (table := _table_of(question, first)):
        return [*sentences]
    outline, place = first.outline, first.outline.block_at(first.start)
    borne, known = _find_borne(_asked(question), outline, table), _known_rows(outline, sentences)
    if better := [row for row in table if borne[row].exceeds(borne[place])]:
        place = max(
            better, key=lambda row: (*map(len, borne[row]), known[row].score if row in known else -inf, -row)
        )
        first = replace(known.get(place) or first.at(place, fact=None), score=first.score)
    less = {row for row in table if borne[place].exceeds(borne[row])} | {place}
    dropped = {known[row].row for row in less if row in known}
    others = (s for s in sentences if s.row not in dropped)
    return [first, *others]


def find_alike(question: Question, sentences: Sequence[Candidate]) -> list[Candidate]:
    """The row that is the best of `sentences` and those of its table that bear the same whole cells and words
    of the question and are hardly worse, in their order: all day tickets, where it names no zone.

    Empty if there are too many, or none but that.
    """
    first = sentences[0]
    if not (table := _table_of(question, first)):
        return []
    outline = first.outline
    borne, known = _find_borne(_asked(question), outline, table), _known_rows(outline, sentences)
    own = borne[outline.block_at(first.start)]
    alike = [row for row in table if borne[row] == own and own.cells]
    near = [known[row] for row in alike if row in known and known[row].score >= first.score - NEAR]
    joined = [known[row] for row in table if row in known and _are_joined(question.text, own, borne[row])]
    if joined and len(near) < 2:
        near = sorted([first, *joined], key=lambda row: row.start)
    return near if 1 < len(near) <= MOST_ALIKE else []


def _are_joined(question: str, one: Borne, other: Borne) -> bool:
    """Whether a question joins the words that one row has with those of another: "in summer and winter"."""
    words = [*re.finditer(r"\w+", question)]
    of_each = [one.words - other.words, other.words - one.words]
    sides = [[word for word in words if of.intersection(stems(word[0]))] for of in of_each]
    return any(
        _JOINS.fullmatch(question, min(a.end(), b.end()), max(a.start(), b.start()))
        for a in sides[0]
        for b in sides[1]
    )


def _asked(question: Question) -> str:
    """What the row is to bear: of a follow-up also what was asked before, unless it asks of another thing."""
    return question.text if question.instead else question.standalone


def _table_of(question: Question, sentence: Candidate) -> list[int]:
    """The rows of the table that a sentence is a row of, in which one is looked up; empty if it is none."""
    if sentence.kind != "row" or question.form:
        return []
    place = sentence.outline.block_at(sentence.start)
    table = table_at(sentence.outline, place)
    return table if place in table and len(table) <= MOST_ROWS else []


def _known_rows(outline: Outline, sentences: Sequence[Candidate]) -> dict[int, Candidate]:
    """Those of `sentences` that are rows of a document, by their places."""
    return {
        s.outline.block_at(s.start): s for s in reversed(sentences) if s.document.id == outline.document.id
    }


def _find_borne(question: str, outline: Outline, rows: Sequence[int]) -> Mapping[int, Borne]:
    """What each of the rows bears of a question."""
    columns = range(max(len(outline.blocks[row].cells) for row in rows))
    texts = {row: [cell_text(outline, row, column) for column in columns] for row in rows}
    words = find_words(question)
    names = {stem for name in outline.rows.column_names(rows[0]) for stem in stems(name)}
    whole = [_find_whole(words, {own[column] for own in texts.values()}, names) for column in columns]
    asked = {*stems(question)} - names
    return {
        row: Borne(
            frozenset((column, own[column]) for column in columns if own[column] in whole[column]),
            frozenset(asked.intersection(stems(" ".join(own)))),
        )
        for row, own in texts.items()
    }


def _find_whole(words: Sequence[str], cells: set[str], names: set[str]) -> set[str]:
    """Those of the `cells` of a column that stand whole among the `words` of a question, none within another.

    A single letter must be the same one, and a number stand where the name of a column does.
    """
    asked = stem_each(words)
    found: dict[Span, str] = {}
    for cell in sorted(cells):
        own = find_words(cell)
        stemmed = stem_each(own)
        if not 0 < len(own) <= MOST_WORDS or (cell.isdigit() and not names & {*asked}):
            continue
        for at in range(len(asked) - len(own) + 1):
            same = asked[at : at + len(own)] == stemmed
            exact = all(len(word) > 1 or word == words[at + i] for i, word in enumerate(own))
            if same and exact:
                found[at, at + len(own)] = cell
    return {
        cell
        for span, cell in found.items()
        if not any(other != span and contains(other, span) for other in found)
    }


def _words_of(cells: frozenset[tuple[int, str]]) -> set[str]:
    return {stem for _, text in cells for stem in stems(text)}
