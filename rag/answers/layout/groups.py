"""The blocks of an outline that belong together: a list, a table, a section."""

from __future__ import annotations

from rag.documents.blocks import NOTHING
from rag.documents.outline import Outline


def list_at(outline: Outline, place: int) -> list[int]:
    """The places of all items of the list that the item at `place` belongs to, in order."""
    first, last = place, place + 1
    while first > 0 and _goes_on(outline, first - 1, first):
        first -= 1
    while last < len(outline.blocks) and _goes_on(outline, last - 1, last):
        last += 1
    return [other for other in range(first, last) if outline.blocks[other].kind == "item"]


def _goes_on(outline: Outline, place: int, following: int) -> bool:
    """Whether the block behind is of the list that the one before it is of."""
    this, other = outline.blocks[place], outline.blocks[following]
    inside = all(b.kind == "item" or _within_item(outline, p) for b, p in ((this, place), (other, following)))
    if not inside:
        return False
    tops = [_top_item(outline, p) for p in (place, following)]
    same = outline.parents[tops[0]] == outline.parents[tops[1]]
    return same and outline.blocks[tops[0]].ordered == outline.blocks[tops[1]].ordered


def _within_item(outline: Outline, place: int) -> bool:
    parent = outline.parents[place]
    return parent != NOTHING and outline.blocks[parent].kind == "item"


def _top_item(outline: Outline, place: int) -> int:
    while _within_item(outline, place):
        place = outline.parents[place]
    return place


def table_at(outline: Outline, place: int) -> list[int]:
    """The places of the rows of the table that the row at `place` is of, without the names of columns."""
    parent = outline.parents[place]
    first, last = place, place + 1
    while first > 0 and _is_row_below(outline, first - 1, parent):
        first -= 1
    while last < len(outline.blocks) and _is_row_below(outline, last, parent):
        last += 1
    return list(range(first, last))


def _is_row_below(outline: Outline, place: int, parent: int) -> bool:
    block = outline.blocks[place]
    return block.kind == "row" and not block.header and outline.parents[place] == parent


def section_blocks(outline: Outline, place: int) -> tuple[int, int]:
    """The places of the first block below the heading of the block at `place` and behind the last."""
    first = place
    while first > 0 and outline.blocks[first].kind != "heading":
        first -= 1
    first += outline.blocks[first].kind == "heading"
    return first, outline.headings_end(first - 1)
