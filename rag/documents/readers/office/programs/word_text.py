"""An element of Word's XML -> what it shows: no deletions, nothing hidden, of alternatives the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{_MC}Fallback")
MOST = 100  # columns, levels: a greater number is made to trip its reader
_OFF = ("0", "false", "off", "none")


def walk(paragraph: Any) -> Iterator[Any]:
    """The elements of a paragraph that show, in their order; what is in a box not, but the box."""
    for child in paragraph:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{W}r" and is_hidden(child):
            continue
        yield child
        if child.tag != f"{W}txbxContent":
            yield from walk(child)


def blocks_of(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables in `parent`, those in fields to fill in and in insertions, too."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from blocks_of(child)


def plain(paragraph: Any) -> str:
    """The words of a paragraph without its signs."""
    return "".join(element.text or "" for element in walk(paragraph) if element.tag == f"{W}t")


def is_hidden(run: Any) -> bool:
    """Whether a run is not to be seen."""
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in _OFF


def cells_of(row: Any) -> Iterable[Any]:
    """The cells of a row, those of tables in it not."""
    return (cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row)


def goes_on(cell: Any) -> bool:
    """Whether a cell is one with that above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def value_of(element: Any) -> int:
    """The number that an element gives as its value, 0 if none."""
    return number_of(element, "val") if element is not None else 0


def number_of(element: Any, name: str) -> int:
    """The number that an element gives by that name, `MOST` at most; 0 if none."""
    value = element.get(f"{W}{name}") or "0"
    return min(int(value[:9]), MOST) if value.isdecimal() else 0
