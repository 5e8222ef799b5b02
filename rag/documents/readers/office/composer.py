"""The pieces of a file, as a program found them -> one text with its blocks and places.

A piece is a list, its kind first:

    ["page", NAME]                 what follows is on another slide or sheet, called NAME
    ["detail", NAME]               … and there in a smaller place; "" is none
    ["heading", LEVEL, TEXT]       1 is the highest
    ["item", DEPTH, ORDERED, TEXT]
    ["table", HEADERS, ROWS]       how many rows are names of columns; each row is [NAME of its place, CELLS],
                                   a cell its text, or [ROW, COLUMN] of the one before that it is one with
    [KIND, TEXT]                   any other kind of block
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.datatypes import Block, BlockKind, Mark
from rag.documents.readers.contents import Contents
from rag.spans import Span

BETWEEN_CELLS = " | "
MOST_DEEP = 12  # items in items that are set in; headings in headings
LONGEST_TEXT = 50_000_000  # characters
TOO_LONG = f"more than {LONGEST_TEXT:,} characters of text: split it"
_CLOSE = ("item", "row")  # stand in lines, without a blank one between


class Composer:
    """A text that grows by pieces, and what of it is where."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at = 0
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._pages: list[int] = []
        self._names: list[str] = []
        self._details: list[tuple[int, str]] = []
        self._waiting: list[tuple[str, str]] = []  # places that begin with the next letter
        self._before: str = ""

    def add(self, piece: Sequence[Any]) -> None:
        """Add what one piece says; a block without a letter is left out.

        Raises ValueError if that is more than `LONGEST_TEXT`.
        """
        match piece:
            case ["page", str(name)]:
                self._waiting = [*self._waiting_pages(), ("page", name)]
            case ["detail", str(name)]:
                self._waiting = [*self._waiting_pages(), ("detail", name)]
            case ["heading", int(level), str(text)]:
                self._add_block("heading", text, level=min(level, MOST_DEEP))
            case ["item", int(depth), bool(ordered), str(text)]:
                self._add_item(min(depth, MOST_DEEP), ordered, text)
            case ["table", int(headers), list(rows)]:
                self._add_table(headers, rows)
            case [kind, str(text)]:
                self._add_block(kind, text)
            case _:
                raise ValueError(f"{piece!r}, expected a piece of a file")

    def contents(self) -> Contents:
        """All that was added."""
        self._open_places()
        return Contents(
            "".join(self._parts),
            blocks=tuple(self._blocks),
            marks=tuple(self._marks),
            pages=tuple(self._pages),
            page_names=tuple(self._names),
            details=tuple(self._details),
        )

    def _waiting_pages(self) -> list[tuple[str, str]]:
        """The pages that wait, without a detail that had no letter before the next place began."""
        return [place for place in self._waiting if place[0] == "page"]

    def _open_places(self) -> None:
        for kind, name in self._waiting:
            if kind == "page":
                self._pages.append(self._at)
                self._names.append(name)
            else:
                self._details.append((self._at, name))
        self._waiting = []

    def _separate(self, kind: str) -> None:
        if self._parts:
            self._write("\n" if kind in _CLOSE and kind == self._before else "\n\n")
        self._before = kind
        self._open_places()

    def _write(self, text: str) -> Span:
        start = self._at
        self._parts.append(text)
        self._at += len(text)
        if self._at > LONGEST_TEXT:
            raise ValueError(TOO_LONG)
        return start, self._at

    def _add_block(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        text = text.strip() if kind == "code" else " ".join(text.split())
        if any(map(str.isalnum, text)):
            self._separate(kind)
            self._blocks.append(Block(kind, *self._write(text), level=level))

    def _add_item(self, depth: int, ordered: bool, text: str) -> None:
        text = " ".join(text.split())
        if any(map(str.isalnum, text)):
            self._separate("item")
            sign = self._write("  " * depth + "- ")
            self._marks.append(Mark(*sign))
            end = self._write(text)[1]
            self._blocks.append(Block("item", sign[0] + 2 * depth, end, level=depth, ordered=ordered))

    def _add_table(self, headers: int, rows: Sequence[tuple[str, Sequence[Any]]]) -> None:
        written: list[tuple[Span, ...]] = []
        places: list[Span] = []
        for n, (name, cells) in enumerate(rows):
            if name:
                self._waiting = [*self._waiting_pages(), ("detail", name)]
            self._separate("row" if n else "")
            self._before = "row"
            places.append(self._write_row(cells, written))
        for n, (row, place) in enumerate(zip(written, places, strict=True)):
            if place[0] < place[1]:
                self._blocks.append(Block("row", *place, header=n < headers, cells=row))
        self._before = ""

    def _write_row(self, cells: Sequence[Any], written: list[tuple[Span, ...]]) -> Span:
        """Write the cells that are not one with others, and note where each cell of the row stands."""
        begin, row = self._at, []  # type: int, list[Span]
        for n, cell in enumerate(cells):
            if n:
                self._write(BETWEEN_CELLS)
            if isinstance(cell, str):
                row.append(self._write(" ".join(cell.split())))
            else:
                above, column = cell
                row.append(row[column] if above == len(written) else written[above][column])
        written.append(tuple(row))
        return begin, self._at
