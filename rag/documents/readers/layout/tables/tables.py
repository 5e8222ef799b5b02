"""Lines of a plain text -> the rows of its tables, or the terms of a list that explains each beside it.

Tables are drawn with pipes, set with tabs or aligned in columns; what separates cells must be the same
in at least two lines, for one alone may be anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from rag.datatypes import Block
from rag.documents.readers.layout.lines import NARROW, Line, is_ended, is_rule, is_wrapped
from rag.documents.readers.layout.tables.columns import Cells, find_aligned_end, split_columns
from rag.documents.readers.layout.tables.headers import is_header
from rag.spans import Span, trim

HEADER_ROWS = 2  # above a rule; more are rows, with a sum below


_PIPE = re.compile(r"(?<!\\)[|│┃]")
# Dots that lead to a value: so many that no sentence has them, or some before a word or figure.
_LEADER = re.compile(
    r"(?<=[^\s.])(?:\s?\.(?:\s?\.){5,}\s?(?P<text>[^\s.].{0,160})"
    r"|[\s.]{4,}(?P<value>\w+|(?=\D{0,4}\d)[^\s.].{0,29}))$"
)


def find_table(text: str, lines: list[Line], at: int) -> tuple[list[Block], int]:
    """The rows of the table that begins with line `at` in order, or the terms and definitions of a list
    set like one, with the index of the line behind it.

    Without one, no rows and `at`.
    """
    for is_row, split in ((_is_piped, _split_pipes), (_is_tabbed, _split_tabs)):
        last = _table_end(text, lines, at, is_row)
        cells = (
            split(text, [line for line in lines[at:last] if not is_rule(line.body)]) if last > at else None
        )
        if cells:
            return _rows(text, lines[at:last], cells), last
    rows, last = _find_led_rows(lines, at)
    if rows:
        return rows, last
    last = find_aligned_end(lines, at)
    if last == at:
        return [], at
    return _rows(
        text, lines[at:last], split_columns([x for x in lines[at:last] if not is_rule(x.body)])
    ), last


def _table_end(text: str, lines: list[Line], at: int, is_row: Callable[[Line], bool]) -> int:
    """The index behind the rows from line `at` on; those with pipes at the ends only, or all as many."""
    last, pipes = at, None
    while last < len(lines):
        line = lines[last]
        if is_row(line) or (is_row is _is_tabbed and last > at and line.body and text[line.left] == "\t"):
            bars = 0 if is_row is not _is_piped or _is_closed(line) else len(_PIPE.findall(line.body))
            if pipes not in (None, bars):
                break
            pipes = bars
        elif not _is_inner_rule(lines, last, is_row):
            break
        last += 1
    return last


def _rows(text: str, lines: list[Line], cells: list[Cells]) -> list[Block]:
    written = [line for line in lines if not is_rule(line.body)]
    headers = _count_ruled_off(lines, len(cells))
    if not headers and _is_hanging(written, cells):
        return _definitions(written, cells)
    headers = headers or _count_headers(text, cells)
    rows = [
        Block("row", line.start, line.end, header=number < headers, cells=row)
        for number, (line, row) in enumerate(zip(written, cells, strict=True))
    ]
    return _join_wrapped(text, rows)


def _join_wrapped(text: str, rows: list[Block]) -> list[Block]:
    """`rows`, with those that only go on with the last cell of the one above as a part of that."""
    joined: list[Block] = []
    for row in rows:
        *others, last = row.cells
        above = joined[-1].cells[-1] if joined else (0, 0)
        alone = len(others) > 1 and all(map(_is_empty, others)) and not (_is_empty(last) or _is_empty(above))
        goes_on = alone and row.header == joined[-1].header and any(map(str.isalpha, text[slice(*last)]))
        if goes_on and not is_ended(text[slice(*above)]) and not text[above[1] : last[0]].strip():
            cells = (*joined[-1].cells[:-1], (above[0], last[1]))
            joined[-1] = replace(joined[-1], end=row.end, cells=cells)
        else:
            joined.append(row)
    return joined


def _is_hanging(lines: list[Line], cells: list[Cells]) -> bool:
    """Whether the cells are terms with what is said of each beside it, wrapped in a column of its own.

    A single character alone is no term but a mark.
    """
    width = max(line.right for line in lines)
    width = width if width >= NARROW else 0
    below = [n for n, row in enumerate(cells) if _is_empty(row[0])]
    (start, end), terms = cells[0][0], len(cells) - len(below)
    if len(cells[0]) != 2 or end - start < (2 if terms == 1 else 1):
        return False
    return bool(below) and 2 * sum(is_wrapped(lines[n - 1], lines[n], width) for n in below) >= len(below)


def _is_empty(cell: Span) -> bool:
    return cell[0] == cell[1]


def _definitions(lines: list[Line], cells: list[Cells]) -> list[Block]:
    """Each term, and what is said of it on its line and on those below that have none."""
    found: list[Block] = []
    for line, (term, said) in zip(lines, cells, strict=True):
        if not _is_empty(term):
            found.append(Block("term", *term))
        if found[-1].kind == "definition":
            found[-1] = replace(found[-1], end=line.end)
        elif not _is_empty(said):
            found.append(Block("definition", said[0], line.end))
    return found


def _count_ruled_off(lines: list[Line], rows: int) -> int:
    """How many rows stand above the one rule or the double one; 0 if too many for names of columns."""
    above = 0
    single: list[int] = []
    double: list[int] = []
    for line in lines:
        if not is_rule(line.body):
            above += 1
        elif 0 < above < rows:
            (double if "=" in line.body else single).append(above)
    rules = double or single
    names = rules and rules[0] <= HEADER_ROWS and (double or len(rules) < rows - 1 or rows == 2)
    return rules[0] if names else 0


def _count_headers(text: str, cells: list[Cells]) -> int:
    """How many rows name the columns by what they hold."""
    texts = [[text[slice(*cell)] for cell in row] for row in cells]
    if not is_header(texts):
        return 0
    # Names of columns that go on in the next line leave the column of what the rows are about empty there.
    goes_on = len(cells) > HEADER_ROWS and not texts[1][0] and all(row[0] for row in texts[HEADER_ROWS:])
    return HEADER_ROWS if goes_on else 1


def _is_inner_rule(lines: list[Line], at: int, is_row: Callable[[Line], bool]) -> bool:
    """Whether line `at` is a rule over, between or under rows."""
    if not is_rule(lines[at].body):
        return False
    beside = lines[max(0, at - 1) : at] + lines[at + 1 : at + 2]
    return any(is_row(line) and not is_rule(line.body) for line in beside)


def _is_piped(line: Line) -> bool:
    return bool(_PIPE.search(line.head)) and not is_rule(line.body)


def _is_closed(line: Line) -> bool:
    return line.body[0] in "|│┃" and line.body[-1] in "|│┃" and len(line.body) > 1


def _is_tabbed(line: Line) -> bool:
    return "\t" in line.body and not is_rule(line.body)


def _find_led_rows(lines: list[Line], at: int) -> tuple[list[Block], int]:
    """The rows from line `at` on of labels with dots that lead to a value, and what goes on below that, with
    the index of the line behind them.

    One alone is none unless its value is a word or a figure.
    """
    rows: list[Block] = []
    column, last, alone = 0, at, False
    for line in lines[at:]:
        leader = _LEADER.search(line.body) if "..." in line.head or ". ." in line.head else None
        if leader and leader.group().count(".") > 2:
            value = line.start + leader.start(str(leader.lastgroup))
            cells = ((line.start, line.start + leader.start()), (value, line.end))
            rows.append(Block("row", line.start, line.end, cells=cells))
            column, alone = line.indent + value - line.start, bool(leader["value"])
        elif rows and line.body and line.indent == column:
            label, (start, _) = rows[-1].cells
            rows[-1] = replace(rows[-1], end=line.end, cells=(label, (start, line.end)))
        else:
            break
        last += 1
    return (rows, last) if len(rows) > 1 or (rows and alone) else ([], at)


def _split_pipes(text: str, lines: list[Line]) -> list[Cells] | None:
    rows = [_split_at(text, line, [m.span() for m in _PIPE.finditer(line.body)]) for line in lines]
    closed = [_is_closed(line) for line in lines]
    if not rows or (len(rows) < 2 and not all(closed)):
        return None
    rows = [row[1:-1] if shut else row for row, shut in zip(rows, closed, strict=True)]
    return _padded(rows) if all(rows) else None


def _split_tabs(text: str, lines: list[Line]) -> list[Cells] | None:
    if len(lines) < 2:
        return None
    single = [[m.span() for m in re.finditer("\t", line.body)] for line in lines]
    many = [[m.span() for m in re.finditer("\t+", line.body)] for line in lines]
    leads = [text.count("\t", line.left, line.start) for line in lines]
    counts = Counter(len(tabs) + lead for tabs, lead in zip(single, leads, strict=True))
    if 2 * counts[max(counts)] <= len(lines):  # tabs that align, not tabs that count
        leads, single = [0] * len(lines), many
    rows = [
        ((line.start, line.start),) * lead + _split_at(text, line, tabs)
        for line, lead, tabs in zip(lines, leads, single, strict=True)
    ]
    return _padded(rows)


def _split_at(text: str, line: Line, separators: list[Span]) -> Cells:
    starts = [0, *(end for _, end in separators)]
    ends = [*(start for start, _ in separators), len(line.body)]
    return tuple(
        trim(text, (line.start + start, line.start + end)) for start, end in zip(starts, ends, strict=True)
    )


def _padded(rows: list[Cells]) -> list[Cells]:
    """`rows` with as many cells as the longest, empty ones at the end."""
    widest = max(map(len, rows))
    return [row + ((row[-1][1], row[-1][1]),) * (widest - len(row)) for row in rows]
