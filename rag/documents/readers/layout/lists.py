"""Lines of a plain text -> the items of its lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rag.datatypes import Block
from rag.documents.readers.layout.lines import (
    NARROW,
    Line,
    Marker,
    is_ended,
    is_full,
    is_wrapped,
    read_marker,
)


class Place(NamedTuple):
    """Where in a list an item stands: its column, and how and as what it is counted."""

    indent: int
    form: str
    ordinal: int


def find_markers(lines: Sequence[Line], widths: Sequence[int]) -> dict[int, Marker]:
    """The bullets and numbers that begin items, by the index of their line.

    A letter or Roman numeral counts only beside its neighbour in the alphabet, for "A. Hurst" is a name;
    a dash or number at the start of a wrapped line only where no sentence goes on.
    """
    found = {n: marker for n, line in enumerate(lines) if line.body and (marker := read_marker(line.body))}
    found |= _letters(lines, found)
    neighbours = _in_sequence(found)
    kept: dict[int, Marker] = {}
    for n, marker in found.items():
        lettered = not ("1" in marker.form or marker.form in ("step", "bullet"))
        wrapped = n > 0 and lines[n - 1].body and n - 1 not in kept and _is_inner(lines, n, widths[n])
        if n in neighbours or not (lettered or wrapped):
            kept[n] = marker
    return kept


def find_items(
    lines: Sequence[Line],
    at: int,
    markers: dict[int, Marker],
    widths: Sequence[int],
    is_other: Callable[[int], bool],
) -> tuple[list[Block], int]:
    """The items of the list that begins with line `at` in order, with the index of the line behind the last.

    `is_other` says of a line with a marker that it is no item, but a heading or question.
    """
    items: list[Block] = []
    outer: list[Place] = []
    last, tight = at, True
    while at < len(lines) and at in markers and not is_other(at):
        line, marker = lines[at], markers[at]
        place = Place(line.indent, marker.form, marker.ordinal)
        if at > last and len(items) > 1 and tight and place.form not in [o.form for o in outer]:
            outer = []  # another list behind one without blank lines
        tight = at == last
        last = _item_end(lines, at, markers, widths, is_other)
        outer = _enclosing(outer, place)
        ordered = marker.form != "bullet"
        items.append(Block("item", line.start, lines[last - 1].end, len(outer) - 1, ordered))
        at = _next_written(lines, last)
    return items, last


def _letters(lines: Sequence[Line], found: dict[int, Marker]) -> dict[int, Marker]:
    """Markers read as Roman numerals that stand behind the letter before: i) behind h)."""
    again: dict[int, Marker] = {}
    before: dict[str, int] = {}
    for n, marker in found.items():
        letter = lines[n].body.lstrip("(")[0]
        form = marker.form.replace("i", "a").replace("I", "A")
        if form != marker.form and lines[n].body.lstrip("(")[1:2] in (".", ")"):
            ordinal = ord(letter.lower()) - 96
            if before.get(form) == ordinal - 1:
                again[n] = Marker(form, ordinal, marker.width)
                before[form] = ordinal
        else:
            before[marker.form] = marker.ordinal
    return again


def _in_sequence(found: dict[int, Marker]) -> set[int]:
    """Those that have the one before or behind them, written in the same form."""
    neighbours: set[int] = set()
    before: dict[str, int] = {}
    for n, marker in found.items():
        last = before.get(marker.form)
        if last is not None and marker.form != "bullet" and found[last].ordinal == marker.ordinal - 1:
            neighbours |= {last, n}
        before[marker.form] = n
    return neighbours


def _is_inner(lines: Sequence[Line], n: int, width: int) -> bool:
    """Whether line `n` begins in the middle of the sentence of the line above."""
    above, line = lines[n - 1], lines[n]
    if is_ended(above.body) or above.body.endswith((":", ";")) or line.indent > above.indent:
        return False
    return len(above.body) >= NARROW and (not width or is_full(above, line, width))


def _item_end(
    lines: Sequence[Line],
    at: int,
    markers: dict[int, Marker],
    widths: Sequence[int],
    is_other: Callable[[int], bool],
) -> int:
    """The index behind the last line of the item that begins with line `at`."""
    text_column = lines[at].indent + min(markers[at].width, 6)
    n, last, lazy, goes_further = at + 1, at + 1, False, None
    while n < len(lines) and n not in markers:
        line, above = lines[n], lines[n - 1]
        if not line.body:
            n = _next_written(lines, n)
            if goes_further is None:
                goes_further = _list_goes_on(lines, n, markers, at)
            if not goes_further or n in markers or lines[n].indent < text_column - 1 or is_other(n):
                break
        elif line.indent <= lines[at].indent and above.body:
            lazy = (lazy or not is_ended(above.body)) and is_wrapped(above, line, widths[n])
            # Further out than its bullet a sentence goes on only where the line was full.
            room = widths[n] if widths[n] and line.indent < lines[at].indent else 0
            lazy = lazy and (line.indent == lines[at].indent or (room > 0 and is_full(above, line, room)))
            if not lazy:
                break
        n = last = n + 1
    return last


def _list_goes_on(lines: Sequence[Line], n: int, markers: dict[int, Marker], at: int) -> bool:
    """Whether, behind lines that are further in than the marker of item `at`, the next item follows."""
    while n < len(lines) and n not in markers and (not lines[n].body or lines[n].indent > lines[at].indent):
        n += 1
    return n in markers and markers[n].form == markers[at].form and lines[n].indent <= lines[at].indent


def _next_written(lines: Sequence[Line], n: int) -> int:
    while n < len(lines) and not lines[n].body:
        n += 1
    return n


def _enclosing(outer: list[Place], place: Place) -> list[Place]:
    """The lists that an item is in, outermost first, each by its last item; `outer`: the item before.

    The next number belongs to the list of the number before, even where the numbers end in the same column.
    """
    for n in reversed(range(len(outer))):
        if place.form == outer[n].form and 0 < place.ordinal == outer[n].ordinal + 1:
            return [*outer[:n], place]
    kept = [other for other in outer if other.indent <= place.indent]
    here = [
        n for n, other in enumerate(kept) if other.form == place.form and other.indent >= place.indent - 1
    ]
    return [*kept[: here[0]], place] if here else [*kept, place]
