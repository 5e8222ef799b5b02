"""A row of a table as an answer: the cell that is asked for, the row with the greatest value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answers.candidates import Candidate
from rag.answers.layout.groups import table_at
from rag.datatypes import Question
from rag.language.words import stems
from rag.spans import Span, overlap

WITHIN = 3.0  # log-odds below the best sentence within which a row may stand for its table
MOST_ROWS = 200  # of a table of which the greatest or least value is looked for
_FIGURE = re.compile(r"[-+−]?\d[\d,  ]*(?:\.\d+)?")


def mark_cell(question: Question, sentence: Candidate, weight: Callable[[str], float]) -> Candidate:
    """`sentence`, if it is a row of a table, with the cell marked that the question asks for.

    That is the one below the column that the question names, or else the one in which the marked words
    stand.  `weight` says how much a stem counts.
    """
    if sentence.kind != "row":
        return sentence
    cells = _cells(sentence)
    asked = set(stems(question.text))
    names = sentence.outline.column_names(sentence.outline.block_at(sentence.start))
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
    """The row with the greatest or least value of the column that the question names, and how it was found.

    Of the table of the best row that is not far behind the best sentence; if a cell of some of its rows says
    nothing but words of the question ("Which bread …?"), of those rows.  None if no column is named.
    """
    if question.form not in ("greatest", "least"):
        return None
    near = (s for s in sentences if s.kind == "row" and s.score >= sentences[0].score - WITHIN)
    if not (best := next(near, None)):
        return None
    outline, place = best.outline, best.outline.block_at(best.start)
    rows = table_at(outline, place)
    names = outline.column_names(place)
    asked = set(stems(question.text))
    if len(rows) > MOST_ROWS:
        return None
    kind = {row: text for row in rows if (text := _cell_within(best, row, asked))}
    if len(kind) > 1:
        rows = [*kind]
    of_kind = f" with “{'” or “'.join(dict.fromkeys(kind.values()))}”" if len(kind) > 1 else ""
    columns = [i for i, name in enumerate(names) if asked & set(stems(name))]
    if not columns:
        return None
    for column in columns:
        values = {row: value for row in rows if (value := _value(best, row, column)) is not None}
        if 2 * len(values) > len(rows):
            pick = max if question.form == "greatest" else min
            chosen = pick(values, key=lambda row: values[row])
            cell = outline.blocks[chosen].cells[column]
            how = f"the {question.form} “{names[column]}” of {len(rows)} rows{of_kind}"
            return best.at(chosen, fact=cell), how
    return None


def _cells(sentence: Candidate) -> list[tuple[Span, str]]:
    """The cells of a row with their text, in the order of the columns."""
    outline = sentence.outline
    block = outline.blocks[outline.block_at(sentence.start)]
    return [(cell, outline.cell_text(cell)) for cell in block.cells]


def _cell_within(sentence: Candidate, row: int, words: set[str]) -> str:
    """The text of the first cell of a row without a figure that holds `words` alone, "" if none does."""
    texts = map(sentence.outline.cell_text, sentence.outline.blocks[row].cells)
    named = (text for text in texts if not _FIGURE.search(text))
    return next((text for text in named if (held := set(stems(text))) and held <= words), "")


def _value(sentence: Candidate, row: int, column: int) -> float | None:
    """The number that a cell begins with or holds, None if it holds none."""
    cells = sentence.outline.blocks[row].cells
    found = _FIGURE.search(sentence.outline.cell_text(cells[column])) if column < len(cells) else None
    return float(re.sub(r"[,  ]", "", found[0]).replace("−", "-")) if found else None
