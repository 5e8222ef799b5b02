"""The rows of a document: what their cells are called, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from rag.datatypes import Block, Document
from rag.documents.blocks import NOTHING
from rag.documents.readers.layout.lines import read_label
from rag.documents.rendering import Rendering, render
from rag.spans import Span, contains, trim


class _Field(NamedTuple):
    """A cell that is a label with a value behind it; `written` says that a colon parts them."""

    label: str
    value: Span
    written: bool


class Rows:
    """Those of one document, each by the place of its block; `parents` are those of `find_parents`."""

    def __init__(self, document: Document, blocks: Sequence[Block], parents: Sequence[int]) -> None:
        self._document = document
        self._blocks = blocks
        self._parents = parents
        self._carried: dict[tuple[int, int], str] = {}  # by row and column
        # No method: that would hold this when nobody does any more.
        self._labels = cache(partial(_find_labels, document.text, blocks))

    def show(self, place: int, span: Span) -> Rendering:
        """What of a row is in `span` as "Depot: Leeds · Manager: A. Brook", its cells alone if the columns
        have no names, or if they are cut."""
        block = self._blocks[place]
        shown = Rendering()
        labels = self._labels(place)
        names = [] if block.header or labels else self.column_names(place)
        known: set[Span] = set()
        carried: list[str] = []
        for column, cell in enumerate(block.cells):
            if labels and contains(span, cell) and not labels[column].written:
                cell = labels[column].value
            body = render(self._document, (max(cell[0], span[0]), min(cell[1], span[1])), [])
            if not body.text and contains(span, (block.start, block.end)):
                leads = column == len(carried)
                above = self._carry(place, column) if leads else self._spanning(place, column)
                carried += [above] if leads else []
                name = f"{names[column]}: " if column < len(names) and names[column] else ""
                shown.append_text(f"{' · ' if shown.text else ''}{name}{above}" if above else "")
            if not body.text or cell in known:
                continue
            known.add(cell)
            shown.append_text(" · " if shown.text else "")
            name = names[column] if column < len(names) and contains(span, cell) else ""
            if labels and cell == labels[column].value:
                name = labels[column].label
            shown.append_text(f"{name}: " if name and name.casefold() != body.text.casefold() else "")
            shown.append(body)
        return shown if shown.text else render(self._document, span, [])

    def _carry(self, place: int, column: int) -> str:
        """What a row without an own value in one of its first columns takes over: of a cell that spans it, or
        of the last row above that has one, where the column names groups; "" if it has no words itself, as a
        sum, or is no table's row."""
        block = self._blocks[place]
        own = [cell for cell in block.cells if cell[0] >= block.start]
        if block.header or self._labels(place) or not any(self._has_words(cell) for cell in own):
            return ""
        if spanning := self._spanning(place, column):
            return spanning
        if (place, column) not in self._carried:
            self._carried.update(self._group(place, column))
        return self._carried[place, column]

    def _spanning(self, place: int, column: int) -> str:
        """What a cell says that begins in a row above and spans this one, "" if none does."""
        cell = self._blocks[place].cells[column] if column < len(self._blocks[place].cells) else (0, 0)
        return self.cell_text(cell) if cell[1] <= self._blocks[place].start else ""

    def _group(self, place: int, column: int) -> dict[tuple[int, int], str]:
        """For each row of the table of one, in which group of `column` it is; "" if that has none: several
        values, none of them twice."""
        first = last = place
        while first > 0 and self._is_beside(first - 1, place):
            first -= 1
        while last + 1 < len(self._blocks) and self._is_beside(last + 1, place):
            last += 1
        rows = range(first, last + 1)
        cells = {row: self._blocks[row].cells for row in rows}
        values = [self.cell_text(cells[row][column]) if column < len(cells[row]) else "" for row in rows]
        named = [value for value in values if value]
        groups: Iterable[str] = accumulate(values, _or_above)
        names_groups = 1 < len(named) == len(set(named))
        return {(row, column): group if names_groups else "" for row, group in zip(rows, groups, strict=True)}

    def _is_beside(self, place: int, row: int) -> bool:
        """Whether the block at `place` is a row of the same table, no header."""
        block = self._blocks[place]
        same = self._parents[place] == self._parents[row] and len(block.cells) == len(self._blocks[row].cells)
        return block.kind == "row" and not block.header and same

    def _has_words(self, cell: Span) -> bool:
        return any(map(str.isalpha, self._document.text[slice(*cell)]))

    def column_names(self, place: int) -> list[str]:
        """The names of the columns above a row in words ("unit_price" is "unit price"), "" for one without;
        several rows of them joined.  Of a record the labels of its fields."""
        if labels := self._labels(place):
            return [field.label for field in labels]
        rows: list[list[str]] = []
        parent = self._parents[place]
        while parent != NOTHING and self._blocks[parent].header:
            rows.append([render(self._document, cell, []).text for cell in self._blocks[parent].cells])
            parent = self._parents[parent]
        width = max(map(len, rows), default=0)
        levels = [[row[column] if column < len(row) else "" for row in rows[::-1]] for column in range(width)]
        return [" ".join(dict.fromkeys(filter(None, level))).replace("_", " ") for level in levels]

    def value_of(self, place: int, column: int) -> Span:
        """A cell of a row, of a field of a record what stands behind its label."""
        labels = self._labels(place)
        return labels[column].value if labels else self._blocks[place].cells[column]

    def cell_text(self, cell: Span) -> str:
        """What is shown of a cell."""
        return render(self._document, cell, []).text


def _or_above(above: str, own: str) -> str:
    return own or above


def _find_labels(text: str, blocks: Sequence[Block], place: int) -> list[_Field]:
    """The fields that the cells of a row are, if each has a label; such is a record."""
    fields = []
    for start, end in blocks[place].cells:
        if not (found := read_label(text[start:end])):
            return []
        label, value, written = found
        fields.append(_Field(label, trim(text, (start + value, end)), written))
    return fields if len(fields) > 1 else []
