"""Lines of a plain text -> cells that stand in the same columns, with blanks between them."""

from __future__ import annotations

import re

from rag.documents.readers.layout.lines import Line, is_rule, read_marker
from rag.spans import Span

WIDEST = 400  # columns of a line that is looked at for aligned cells

Cells = tuple[Span, ...]

_GAP = re.compile(r"(?<=[^.!?:\s])\s{2,}(?=\S)|(?<=\S)\s{3,}(?=\S)")
_COLUMN = re.compile(r"1+(?:01+)*")


def find_aligned_end(lines: list[Line], at: int) -> int:
    """The index behind the lines from `at` on whose cells stand in the same columns, `at` if none do."""
    last, union, rows = at, 0, 0
    while last < len(lines) and lines[last].body and len(lines[last].body) <= WIDEST:
        line = lines[last]
        if is_rule(line.body):
            if last > at and is_rule(lines[last - 1].body):
                break
            last += 1
            continue
        mask = union | _mask(line)
        columns = len(_columns(mask))
        if not (_has_gap(line) or (rows and _is_wrapped_cell(line, union, rows))):
            break
        if columns < 2 or (rows and columns < len(_columns(union)) - 1):
            break
        last, union, rows = last + 1, mask, rows + 1
    while last > at and is_rule(lines[last - 1].body):
        last -= 1
    return last if rows > 1 else at


def _has_gap(line: Line) -> bool:
    marker = read_marker(line.body)
    return _GAP.search(line.body, marker.width if marker else 0) is not None


def _is_wrapped_cell(line: Line, union: int, rows: int) -> bool:
    """Whether a line without gaps goes on with a cell, not the first, of the line above.

    In the last column it may be of any length; below a single row it begins right where that column does.
    """
    first, *columns = _columns(union)
    if rows == 1 or not columns:
        return bool(columns) and line.indent == columns[-1][0] and first[1] - first[0] > 1
    return line.indent >= columns[-1][0] or any(s <= line.indent and line.right <= e for s, e in columns)


def _mask(line: Line) -> int:
    """The columns that the line writes in, as the bits of a number."""
    words = re.finditer(r"\S+", line.body)
    return sum(((1 << (m.end() - m.start())) - 1) << (line.indent + m.start()) for m in words)


def _columns(mask: int) -> list[Span]:
    """The runs of columns that are written in, those parted by at least two blank ones."""
    return [match.span() for match in _COLUMN.finditer(bin(mask)[:1:-1])]


def split_columns(lines: list[Line]) -> list[Cells]:
    """The cells of lines, those that stand in the same columns of all."""
    union = 0
    for line in lines:
        union |= _mask(line)
    rows = []
    for line in lines:
        cells = []
        for start, end in _columns(union):
            first, last = max(0, start - line.indent), max(0, end - line.indent)
            piece = line.body[first:last]
            lead = len(piece) - len(piece.lstrip())
            begin = min(line.start + first + lead, line.end)
            cells.append((begin, begin + len(piece.strip())))
        rows.append(tuple(cells))
    return rows
