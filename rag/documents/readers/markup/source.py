"""The lines of a Markdown text, and the place in it of what the parser gives without one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.datatypes import Block, Mark
from rag.spans import Span, has_letters, subtract, trim

_LINE_END = re.compile(r"\r\n|\r|\n")
_PIPE = re.compile(r"(?<!\\)\|")
_BLANK = " \t\n"  # what the parser trims from cells


@dataclass(frozen=True, slots=True)
class Places:
    """Where a content stands in the text: pieces that begin at `inside` stand at `outside`, both rising."""

    inside: tuple[int, ...]
    outside: tuple[int, ...]

    def at(self, offset: int) -> int:
        """The place in the text of an offset in the content."""
        piece = max(bisect_right(self.inside, offset) - 1, 0)
        return self.outside[piece] + max(offset - self.inside[piece], 0)

    def span(self, start: int, end: int) -> Span:
        """The place in the text of what stands in the content between `start` and `end`."""
        first = self.at(start)
        return (first, max(first, self.at(end - 1) + 1)) if end > start else (first, first)


class Source:
    """The lines of a text; `reached` is how far into each the marks of lists and quotations reach."""

    def __init__(self, text: str) -> None:
        self.text = text
        breaks = [(found.start(), found.end()) for found in _LINE_END.finditer(text)]
        self.starts = [0, *(end for _, end in breaks)]
        self.ends = [*(start for start, _ in breaks), len(text)]
        self.reached = list(self.starts)

    def skip(self, line: int, marker: str) -> Span:
        """The place of a marker in a line, which is then behind what was reached."""
        at = self.text.find(marker, self.reached[line], self.ends[line])
        if at < 0:
            return self.reached[line], self.reached[line]
        self.reached[line] = at + len(marker)
        return at, self.reached[line]

    def skip_quotes(self, first: int, last: int) -> list[Mark]:
        """Reach behind the next ``>`` of the lines; these as marks."""
        marks = []
        for line in range(first, min(last, len(self.starts))):
            start = trim(self.text, (self.reached[line], self.ends[line]))[0]
            if start < self.ends[line] and self.text[start] == ">":
                end = start + 1 + (self.text[start + 1 : start + 2] == " ")
                self.reached[line] = end
                marks.append(Mark(start, end))
        return marks

    def span(self, first: int, last: int) -> Span:
        """What stands in the lines from `first` to before `last`, without the margins."""
        last = min(max(last, first + 1), len(self.ends))
        return trim(self.text, (self.reached[first], self.ends[last - 1]))

    def place(self, content: str, first: int) -> Places | None:
        """Where the lines of a paragraph stand that begins in line `first`; None if they do not."""
        inside, outside, offset = [], [], 0
        lines = content.split("\n")
        if first + len(lines) > len(self.starts):
            return None
        for number, line in enumerate(lines, first):
            there = self.text[self.reached[number] : self.ends[number]]
            if number == first + len(lines) - 1:
                there = there.rstrip()
            bare = line.lstrip()
            if not there.endswith(bare):
                return None
            inside.append(offset + len(line) - len(bare))
            outside.append(self.reached[number] + len(there) - len(bare))
            offset += len(line) + 1
        return Places(tuple(inside), tuple(outside))

    def place_heading(self, content: str, line: int, level: int) -> Places | None:
        """Where the words stand of a heading behind as many ``#`` as its level."""
        start = trim(self.text, (self.reached[line], self.ends[line]))[0] + level
        at = self.text.find(content, start, self.ends[line])
        return None if at < 0 else Places((0,), (at,))

    def cells(self, line: int) -> list[Span]:
        """The cells of the table's row in a line, without the margins."""
        start, end = self._trim(self.reached[line], self.ends[line])
        pipes = [pipe.start() for pipe in _PIPE.finditer(self.text[start:end])]
        edges = [start - 1, *(start + pipe for pipe in pipes), end]
        cells = [(first + 1, last) for first, last in pairwise(edges)]
        if cells and cells[0][0] == cells[0][1]:
            cells.pop(0)
        if cells and cells[-1][0] == cells[-1][1]:
            cells.pop()
        return [self._trim(*cell) for cell in cells]

    def place_cell(self, cell: Span) -> Places:
        r"""Where the content of a cell stands, in which ``\|`` is a ``|``."""
        inside, outside = [0], [cell[0]]
        for number, pipe in enumerate(re.finditer(r"\\\|", self.text[slice(*cell)])):
            inside.append(pipe.start() - number)
            outside.append(cell[0] + pipe.start() + 1)
        return Places(tuple(inside), tuple(outside))

    def _trim(self, start: int, end: int) -> Span:
        bare = self.text[start:end]
        first = start + len(bare) - len(bare.lstrip(_BLANK))
        return first, max(first, start + len(bare.rstrip(_BLANK)))


def uncovered_lines(text: str, blocks: Sequence[Block]) -> Iterator[Span]:
    """The lines with letters, or what is left of them, that none of `blocks` holds, without their margins."""
    for start, end in subtract((0, len(text)), ((block.start, block.end) for block in blocks)):
        for line in re.finditer(r"[^\r\n]+", text[start:end]):
            span = trim(text, (start + line.start(), start + line.end()))
            if has_letters(text, span):
                yield span
