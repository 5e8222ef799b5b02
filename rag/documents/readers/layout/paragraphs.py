"""Lines of a plain text -> its paragraphs, wrapped lines joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.datatypes import Block
from rag.documents.readers.layout.lines import LABEL, Line, is_ended, is_wrapped


def find_paragraph(
    lines: Sequence[Line], at: int, widths: Sequence[int], is_other: Callable[[int], bool]
) -> tuple[list[Block], int]:
    """The paragraph that begins with line `at`, with the index of the line behind it.

    `is_other` says of a line that something else begins there.
    """
    last = at + 1
    while last < len(lines) and lines[last].body and not is_other(last):
        if not _is_joined(lines[last - 1], lines[last], widths[last]):
            break
        last += 1
    return [Block("paragraph", lines[at].start, lines[last - 1].end)], last


def _is_joined(line: Line, following: Line, width: int) -> bool:
    if LABEL.match(following.head) and (LABEL.match(line.head) or not width):
        return False
    if following.indent > line.indent + 1 and (is_ended(line.body) or line.body[-1] == ":"):
        return False
    return is_wrapped(line, following, width)
