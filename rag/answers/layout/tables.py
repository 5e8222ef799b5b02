"""Rows of a table as an answer: the cell that is asked for, the greatest value, all rows of a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rag.answers.layout.cells import are_codes, cell_text, days_of, find_amounts, sizes_of
from rag.answers.layout.choice import choose_rows
from rag.answers.layout.groups import table_at
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.language.assertions.negation import NEGATION
from rag.language.measures import End, end_of, find_measures
from rag.language.words import stems
from rag.spans import Span, overlap

WITHIN = 3.0  # log-odds below the best sentence within which a row may stand for its table
MOST_ROWS = 200  # of a table that is looked through
MOST_LISTED = 20  # rows that are told
MOST_TABLES = 3  # that are looked through
_WHICH = re.compile(r"\b(?:which|what|whose)\s+\w+", re.IGNORECASE)


def mark_cell(question: Question, sentence: Candidate, weight: Callable[[str], float]) -> Candidate:
    """`sentence`, if it is a row of a table, with the cell marked that the question asks for.

    That is the one below the column that the question names, or else the one in which the marked words
    stand.  `weight` says how much a stem counts.
    """
    if sentence.kind != "row":
        return sentence
    cells = _cells(sentence)
    asked = set(stems(question.text))
    names = sentence.outline.rows.column_names(sentence.outline.block_at(sentence.start))
    named = [sum(weight(stem) for stem in asked & set(stems(name))) for name in names]
    given = [bool(text) and set(stems(text)) <= asked for _, text in cells]
    shares = {
        column: share
        for column, share in enumerate(named[: len(cells)])
        if share > 0 and cells[column][1] and not given[column]
    }
    if shares:
        best = max(shares, key=lambda column: (shares[column], -column))
        return replace(sentence, fact=cells[best][0])
    held = [span for span, text in cells if sentence.fact and overlap(span, sentence.fact)]
    return replace(sentence, fact=held[0] if held else None)


def find_open_cell(question: Question, sentence: Candidate) -> str | None:
    """The name of the column that the question asks for, if the row that it names has nothing there, or a
    mere dash; else None."""
    if sentence.kind != "row" or question.form or question.claim:
        return None
    cells = [text for _, text in _cells(sentence)]
    names = sentence.outline.rows.column_names(sentence.outline.block_at(sentence.start))
    asked = set(stems(question.text))
    named = [len(asked & set(stems(name))) for name in names[: len(cells)]]
    best = max(named, default=0)
    if not best or named.count(best) > 1 or not any(held and held <= asked for held in map(_stems_of, cells)):
        return None
    column = named.index(best)
    return None if any(map(str.isalnum, cells[column])) else names[column]


def _stems_of(text: str) -> set[str]:
    return set(stems(text))


def find_extreme(question: Question, sentences: Sequence[Candidate]) -> tuple[Candidate, str] | None:
    """The row with the greatest or least value of what the question compares, and how it was found.

    Of the table of the best row that is not far behind the best sentence; if the question demands something
    of the rows, or some of them have words of it that others have not ("Which bread …?"), of those rows.
    None without a column of that.
    """
    if question.form not in ("greatest", "least"):
        return None
    if not (tables := _best_rows(sentences)):
        return None
    best, table = tables[0]
    outline, names = best.outline, best.outline.rows.column_names(table[0])
    chosen = choose_rows(question, best, table)
    of_some = len(chosen.rows) > 1 or (chosen.rows and chosen.goes_on)
    rows, kind = (chosen.rows, chosen.told) if of_some else (chosen.every, [])
    of_kind = f" with {_quote(kind)}" if kind else ""
    for end, column, of_days in _measured_columns(question, names, find_amounts(outline, rows)):
        texts = {row: text for row in rows if (text := cell_text(outline, row, column))}
        values = days_of(texts) if of_days else sizes_of(texts)
        if 2 * len(values) > len(rows) and not are_codes(texts.values()):
            pick = max if end == "greatest" else min
            row = pick(values, key=lambda row: values[row])
            how = f"the {end} “{names[column]}” of {len(values)} rows{of_kind}"
            return best.at(row, fact=outline.rows.value_of(row, column)), how
    return None


def find_rows(
    question: Question, sentences: Sequence[Candidate], *, sure: bool = True
) -> tuple[list[Candidate], str] | None:
    """The rows of a table that meet what the question demands of them, and that have all its words that tell
    some of them from others, where it asks for all of something, how many there are, or which are within a
    bound; and how they were found.

    Of the first table of which something is demanded, or else that of the best row, of those that are not
    far behind the best sentence; none of its rows if none meets the bound.  None if nothing is demanded, or a
    single row has the words; words alone count if it is `sure` that the documents answer.
    """
    of_several = question.form in ("list", "count") or (sentences[0].kind == "row" and question.several)
    if question.claim or question.cause or question.form not in ("", "list", "count"):
        return None
    tables = [(best, choose_rows(question, best, table)) for best, table in _best_rows(sentences)]
    if not tables:
        return None
    best, chosen = next((one for one in tables if one[1].demanded), tables[0])
    which = chosen.bound or chosen.goes_on or (chosen.demanded and _WHICH.search(question.text))
    if not (chosen.told if of_several else which) or chosen.unclear:
        return None
    if not chosen.demanded:
        stated = question.form == "count" and sentences[0].fact
        single = len(chosen.rows) < 2 or NEGATION.search(question.text)
        if not sure or stated or (single and not chosen.goes_on):
            return None
    certain = chosen.bound or (chosen.goes_on and chosen.demanded)
    if not (chosen.rows or certain) or not (of_several or sentences[0].kind == "row"):
        return None
    found, more = chosen.rows[:MOST_LISTED], len(chosen.rows) > MOST_LISTED
    how = f"{len(chosen.rows) or 'none'} of {len(chosen.every)} rows, those with {_quote(chosen.told)}"
    return [best.at(row, fact=None) for row in found], how + f"; the first {MOST_LISTED} are shown" * more


def _quote(told: Sequence[str]) -> str:
    return f"“{'”, “'.join(told)}”"


def _best_rows(sentences: Sequence[Candidate]) -> list[tuple[Candidate, list[int]]]:
    """The best row of each table that has one not far behind the best sentence, with all rows of the table,
    best first; none of a long table."""
    near = (s for s in sentences if s.kind == "row" and s.score >= sentences[0].score - WITHIN)
    found: dict[tuple[str, int], tuple[Candidate, list[int]]] = {}
    for row in near:
        table = table_at(row.outline, row.outline.block_at(row.start))
        if table and len(table) <= MOST_ROWS:
            found.setdefault((row.document.id, table[0]), (row, table))
    return [*found.values()][:MOST_TABLES]


def _measured_columns(
    question: Question, names: Sequence[str], amounts: Sequence[int]
) -> Iterator[tuple[End, int, bool]]:
    """The columns that may hold what is compared, each with the end that is asked for and whether days are
    compared: those that the question names, first by most words, then those of what its superlatives measure,
    at last the only one of `amounts`, where nothing in particular is measured.

    What kind of thing is asked for ("Which room …?") is no measure.
    """
    text = question.text
    measures = find_measures(text)
    asked = set(stems(_WHICH.sub(" ", text)))
    nouns = [{stem for noun in measure.nouns for stem in stems(noun)} for measure in measures]
    held = [stems(name) for name in names]
    # A unit may stand behind the noun: "weight kg", "Price in GBP".
    fitting = [[m for m, of in zip(measures, nouns, strict=True) if of & {*own}] for own in held]
    generic = end_of(text)
    named = [column for column, own in enumerate(held) if asked & {*own}]
    named.sort(key=lambda column: -len(asked & {*held[column]}))
    for column in named:
        for measure in fitting[column][:1]:
            yield measure.end, column, measure.of_days
        if generic and not fitting[column]:
            yield generic, column, False
    for column, found in enumerate(fitting):
        for measure in found:
            yield measure.end, column, measure.of_days
    if measures and not generic:  # "the dearest for members", where the columns are called members and guests
        yield from ((measures[0].end, column, False) for column in named)
    if (
        generic and not measures and len(amounts) == 1
    ):  # "who got the most": what a hall is largest in it is not
        yield generic, amounts[0], False


def _cells(sentence: Candidate) -> list[tuple[Span, str]]:
    """The cells of a row with their text, in the order of the columns."""
    outline = sentence.outline
    place = outline.block_at(sentence.start)
    cells = [outline.rows.value_of(place, column) for column in range(len(outline.blocks[place].cells))]
    return [(cell, outline.rows.cell_text(cell)) for cell in cells]
