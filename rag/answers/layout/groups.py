"""The blocks of an outline that belong together: a list, a table, a section."""

from __future__ import annotations

import re
from collections.abc import Set

from rag.documents.blocks import NOTHING
from rag.documents.outline import Outline
from rag.language.words import stems
from rag.spans import Span

MOST_TOLD = 1_500  # characters of a section that is told whole
MOST_PIECES = 20  # sentences and items of it
# The beginning of a sentence that counts something off.
_ORDER = re.compile(
    r"\W*(?:(?:the|a) )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|then|finally"
    r"|last|another|after (?:that|this|which)|afterwards)\w*\b",
    re.IGNORECASE,
)


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


def section_called(outline: Outline, asked: Set[str]) -> Span | None:
    """All that stands below the one heading whose words are half of the stems `asked` and no others, if it is
    short and more than a sentence.

    None if there is none, if several headings are called so, or if another of those words singles out a part.
    """
    places = [place for place, block in enumerate(outline.blocks) if block.kind == "heading"]
    called = []
    for place in places:
        own = {stem for stem in stems(outline.shown(outline.blocks[place])) if stem.isalpha()}
        if own <= asked and 2 * len(own) >= len(asked) > 0:
            called.append(place)
    if len(called) != 1:
        return None
    blocks = outline.blocks[called[0] + 1 : outline.headings_end(called[0])]
    if not blocks or blocks[-1].end - blocks[0].start > MOST_TOLD:
        return None
    text = outline.document.text[blocks[0].start : blocks[-1].end]
    named = {*stems(outline.shown(outline.blocks[called[0]]))}
    if (asked - named) & {*stems(text)}:
        return None
    first = called[0] + 1
    pieces = sum(len(outline.pieces_of(first + n)) for n in range(len(blocks)))
    return (blocks[0].start, blocks[-1].end) if 1 < pieces <= MOST_PIECES else None


def enumeration_at(outline: Outline, at: int) -> Span | None:
    """The sentences of a paragraph that count something off, with the one before them, if that at the
    character `at` is among them."""
    pieces = outline.pieces_of(outline.block_at(at))
    counted = [i for i, (start, end) in enumerate(pieces) if _ORDER.match(outline.document.text, start, end)]
    if len(counted) < 2:
        return None
    first, last = pieces[max(0, counted[0] - 1)][0], pieces[counted[-1]][1]
    return (first, last) if first <= at < last else None


def steps_with_code_at(outline: Outline, at: int) -> Span | None:
    """All that stands below the heading of the character `at`, if code is among it and it is short."""
    first, last = section_blocks(outline, outline.block_at(at))
    blocks = outline.blocks[first:last]
    code = [block for block in blocks if block.kind == "code"]
    if not code or sum(block.end - block.start for block in blocks) > MOST_TOLD:
        return None
    return blocks[0].start, blocks[-1].end
