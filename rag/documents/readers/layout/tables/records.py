"""A text that is nothing but comma-separated values -> its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Block
from rag.documents.readers.layout.lines import is_ended
from rag.documents.readers.layout.tables.columns import Cells
from rag.documents.readers.layout.tables.headers import is_header
from rag.spans import MARGIN, trim

NAME_WORDS = 4  # of a column, at most
CELL_CHARACTERS = 60  # at most, on average: what is longer is prose with commas

_FIELD = {
    sign: re.compile(rf'\s*"(?:[^"]|""){{0,20000}}"[ \t]*(?=[{sign}\r\n]|\Z)|[^{sign}\r\n]*') for sign in ",;"
}
_LINE_END = re.compile(r"[\r\n\s]*")


def find_records(text: str) -> list[Block]:
    """The rows of a text all of whose lines have as many values; none if it is anything else.

    Below the names of columns a line may have fewer: what is empty at its end is left out.
    """
    for sign in ",;":
        rows = _split(text, sign)
        if rows and _is_values(text, rows, sign):
            texts = [[text[slice(*cell)] for cell in row] for row in rows]
            header = is_header(texts) or _has_column_names(text, rows) or _may_name(texts[0])
            return [
                Block(
                    "row",
                    cells[0][0],
                    cells[-1][1],
                    header=header and n == 0,
                    cells=strip_quotes(text, cells),
                )
                for n, cells in enumerate(rows)
            ]
    return []


def _split(text: str, sign: str) -> list[Cells]:
    """The values of each line, quotes and all; none if a line has more than the first, or one."""
    rows: list[Cells] = []
    at = len(text) - len(text.lstrip(MARGIN))
    while at < len(text):
        cells, at = split_values(text, at, sign)
        if len(cells) < 2 or (rows and len(cells) > len(rows[0])):
            return []
        rows.append(cells)
        if (ends := _LINE_END.match(text, at)) is not None:
            at = ends.end()
    return rows


def split_values(text: str, at: int, sign: str) -> tuple[Cells, int]:
    """The values from `at` to the end of their line, quotes and all, and where that is; `sign` parts them."""
    cells = []
    while (match := _FIELD[sign].match(text, at)) is not None:
        cells.append(trim(text, match.span()))
        at = match.end()
        if text[at : at + 1] != sign:
            break
        at += 1
    return tuple(cells), at


def _is_values(text: str, rows: list[Cells], sign: str) -> bool:
    columns, cells = len(rows[0]), [cell for row in rows for cell in row]
    if any(len(row) < columns for row in rows) and not _has_column_names(text, rows):
        return False
    if len(rows) < (3 if columns == 2 else 2) or sum(b - a for a, b in cells) > CELL_CHARACTERS * len(cells):
        return False
    spaced = sum(text[start - 1].isspace() for row in rows for start, _ in row[1:] if start)
    ended = sum(is_ended(text[slice(*row[-1])]) for row in rows)
    return 2 * spaced <= len(cells) - len(rows) and 2 * ended <= len(rows)


def _has_column_names(text: str, rows: list[Cells]) -> bool:
    """Whether the first row is of names as programs give them: words without spaces, none of them twice."""
    names = [text[slice(*cell)].strip('"') for cell in rows[0]]
    named = all(name[:1].isalpha() and len(name) < 40 and name.islower() for name in names)
    return named and len(set(names)) == len(names)


def _may_name(first: Sequence[str]) -> bool:
    """Whether the first row may be names of columns, as such files have: a few words each, none twice."""
    names = [value.strip('"') for value in first]
    few = all(name[:1].isalpha() and len(name.split()) <= NAME_WORDS for name in names)
    return few and len(set(names)) == len(names) and not any(map(str.isdigit, "".join(names)))


def strip_quotes(text: str, cells: Cells) -> Cells:
    """`cells` without the quotation marks around them."""
    quoted = [end - start > 1 and text[start] == '"' == text[end - 1] for start, end in cells]
    return tuple((start + q, end - q) for (start, end), q in zip(cells, quoted, strict=True))
