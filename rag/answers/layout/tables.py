"""Rows of a table as an answer: the cell that is asked for, the greatest value, all rows of a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answers.layout.groups import table_at
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.language.assertions.negation import NEGATION
from rag.language.dates import find_dates
from rag.language.measures import End, end_of, find_measures, find_size
from rag.language.words import find_words, join_thousands, stems
from rag.spans import Span, overlap

WITHIN = 3.0  # log-odds below the best sentence within which a row may stand for its table
MOST_ROWS = 200  # of a table that is looked through
MOST_LISTED = 20  # rows that are told
_FIGURE = re.compile(
    r"(?:(?:from|about|approx|around|over|under|up to|circa|[^\W\d_]{1,3})(?:\.|\s)\s?)?[^\w+−-]{0,3}"
    r"(?P<figure>[-+−]?\d[\d,  ]*(?:\.\d+)?)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
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


def find_extreme(question: Question, sentences: Sequence[Candidate]) -> tuple[Candidate, str] | None:
    """The row with the greatest or least value of what the question compares, and how it was found.

    Of the table of the best row that is not far behind the best sentence; if some of its rows have words of
    the question that others have not ("Which bread …?"), of those rows.  None without a column of that.
    """
    if question.form not in ("greatest", "least"):
        return None
    if not (best := _best_row(sentences)):
        return None
    outline, place = best.outline, best.outline.block_at(best.start)
    rows = table_at(outline, place)
    names = outline.rows.column_names(place)
    rows, kind = _rows_of_kind(
        best, rows, {word: stems(word) for word in find_words(join_thousands(question.text))}
    )
    of_kind = f" with “{'”, “'.join(kind)}”" if kind else ""
    for end, column, of_days in _measured_columns(question, names):
        texts = {row: text for row in rows if (text := _cell_text(best, row, column))}
        values = _days(texts) if of_days else _sizes(texts)
        if 2 * len(values) > len(rows):
            pick = max if end == "greatest" else min
            chosen = pick(values, key=lambda row: values[row])
            cell = outline.rows.value_of(chosen, column)
            how = f"the {end} “{names[column]}” of {len(values)} rows{of_kind}"
            return best.at(chosen, fact=cell), how
    return None


def find_rows(question: Question, sentences: Sequence[Candidate]) -> tuple[list[Candidate], str] | None:
    """The rows of a table that have all words of the question that tell some of them from others, where it
    asks for all of something or how many there are, and how they were found.

    Of the table of the best row that is not far behind the best sentence; None if there are not several.
    """
    best = _best_row(sentences) if question.form in ("list", "count") and sentences else None
    if best is None or NEGATION.search(question.text) or (question.form == "count" and sentences[0].fact):
        return None
    every = table_at(best.outline, best.outline.block_at(best.start))
    words = {word: stems(word) for word in find_words(join_thousands(question.text))}
    if any(map(str.isdigit, words)):  # which rows are within it, words do not tell
        return None
    rows, kind = _rows_of_kind(best, every, words)
    if not kind or len(rows) > MOST_LISTED:
        return None
    found = [best.at(row, fact=None) for row in rows]
    return found, f"{len(rows)} of {len(every)} rows, those with “{'”, “'.join(kind)}”"


def _best_row(sentences: Sequence[Candidate]) -> Candidate | None:
    """The best row that is not far behind the best sentence, None if there is none, or its table is long."""
    near = (s for s in sentences if s.kind == "row" and s.score >= sentences[0].score - WITHIN)
    best = next(near, None)
    if best is None or len(table_at(best.outline, best.outline.block_at(best.start))) > MOST_ROWS:
        return None
    return best


def _measured_columns(question: Question, names: Sequence[str]) -> Iterator[tuple[End, int, bool]]:
    """The columns that may hold what is compared, each with the end that is asked for and whether days are
    compared: those that the question names, first by most words, then those of what its superlatives measure.

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


def _cells(sentence: Candidate) -> list[tuple[Span, str]]:
    """The cells of a row with their text, in the order of the columns."""
    outline = sentence.outline
    place = outline.block_at(sentence.start)
    cells = [outline.rows.value_of(place, column) for column in range(len(outline.blocks[place].cells))]
    return [(cell, outline.rows.cell_text(cell)) for cell in cells]


def _rows_of_kind(
    sentence: Candidate, rows: Sequence[int], words: Mapping[str, Sequence[str]]
) -> tuple[list[int], list[str]]:
    """The rows whose cells have all those of the words that some rows have and others have not, and these
    words; all rows, and none, if that leaves less than two.  What names a column tells no rows apart."""
    outline = sentence.outline
    columns = {stem for name in outline.rows.column_names(rows[0]) for stem in stems(name)}
    held = {
        row: {stem for cell in outline.blocks[row].cells for stem in stems(outline.rows.cell_text(cell))}
        for row in rows
    }
    telling = {
        word: stem
        for word, (stem, *_) in ((word, found) for word, found in words.items() if found)
        if stem not in columns
        and (not stem.isdigit() or _YEAR.fullmatch(stem))
        and 0 < sum(stem in row for row in held.values()) < len(rows)
    }
    chosen = [row for row in rows if held[row].issuperset(telling.values())]
    return (chosen, [*telling]) if telling and len(chosen) > 1 else ([*rows], [])


def _cell_text(sentence: Candidate, row: int, column: int) -> str:
    """The text of a cell of a row, "" if it has so few."""
    outline = sentence.outline
    there = column < len(outline.blocks[row].cells)
    return outline.rows.cell_text(outline.rows.value_of(row, column)) if there else ""


def _sizes(cells: Mapping[int, str]) -> dict[int, float]:
    """The number that each cell begins with, be it behind a sign or short word, those of several units in the
    same; none if the units measure different things.  Cells without one are left out."""
    figures = {row: found["figure"] for row, cell in cells.items() if (found := _FIGURE.match(cell))}
    sizes = {row: size for row in figures if (size := find_size(cells[row]))}
    plain = {row: float(re.sub(r"[,  ]", "", text).replace("−", "-")) for row, text in figures.items()}
    units = {unit for unit, _ in sizes.values()} - {""}
    if len(sizes) == len(figures) and len(units) == 1 and all(unit for unit, _ in sizes.values()):
        return {row: value for row, (_, value) in sizes.items()}
    scales = {value / (plain[row] or 1) for row, (unit, value) in sizes.items() if unit}
    return plain if len(units) < 2 and len(scales) < 2 else {}  # with or without the one unit there is


def _days(cells: Mapping[int, str]) -> dict[int, float]:
    """The first day of what each cell names with its year, as a number; those without one are left out."""
    found = {
        row: [day for day in find_dates(cell) if day.years[0] == day.years[1]] for row, cell in cells.items()
    }
    return {row: float(days[0].first_day.toordinal()) for row, days in found.items() if days}
