"""A plain text -> its blocks, by how it is laid out: indents, blank lines, columns, bullets, repetition."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import replace

from rag.datatypes import Block, BlockKind
from rag.documents.readers.layout import prose
from rag.documents.readers.layout.edges import find_machine_lines, find_machine_text, mark_edges
from rag.documents.readers.layout.headings import count_heading_lines
from rag.documents.readers.layout.heads import find_repeated_heads
from rag.documents.readers.layout.levels import assign_levels
from rag.documents.readers.layout.lines import Line, is_rule, split_lines, wrap_widths
from rag.documents.readers.layout.lists import find_items, find_markers
from rag.documents.readers.layout.pages import find_joins, find_page_lines
from rag.documents.readers.layout.paragraphs import find_paragraph
from rag.documents.readers.layout.speech import find_speakers, is_asked
from rag.documents.readers.layout.tables.fields import find_field_records
from rag.documents.readers.layout.tables.records import find_records
from rag.documents.readers.layout.tables.tables import find_table
from rag.language.names import find_identifiers

LEAST_ROWS = 3  # of a table that a text begins with, if its first line may be the title

Found = tuple[list[Block], int]


def find_blocks(text: str, *, titled: bool = True) -> tuple[Block, ...]:
    """The blocks of a plain text in the order of their starts; together they hold every letter of it.

    If it is not `titled`, no line is a heading for its shortness and place alone.
    None overlaps another, but furniture stands inside of the paragraph or item that goes on behind it.
    """
    records = find_records(text)
    if records:
        return tuple(records)
    lines = split_lines(text)
    furniture = find_page_lines(lines) | find_machine_lines(lines)
    joins = find_joins(lines, furniture)
    read = [
        line._replace(body="") if n in furniture else line for n, line in enumerate(lines) if n not in joins
    ]
    blocks = assign_levels(text, mark_edges(text, _Scan(text, read, titled).blocks()))
    set_aside = [lines[n].block("furniture") for n in furniture if lines[n].body]
    inside = _machine_text_inside(lines, blocks)
    blocks = [block for block in blocks if any(map(str.isalnum, text[block.start : block.end]))]
    return tuple(sorted([*blocks, *set_aside, *inside], key=lambda block: (block.start, -block.end)))


def _machine_text_inside(lines: list[Line], blocks: list[Block]) -> list[Block]:
    """What no person reads inside of paragraphs."""
    starts = [block.start for block in blocks]
    found = []
    for start, end in find_machine_text(lines):
        n = bisect_right(starts, start) - 1
        if n >= 0 and blocks[n].kind == "paragraph" and end <= blocks[n].end:
            found.append(Block("furniture", start, end))
    return found


class _Scan:
    """The lines of a text, read from the first to the last, each asked what begins there."""

    def __init__(self, text: str, lines: list[Line], titled: bool) -> None:
        self.text = text
        self.lines = lines
        self.titled = titled
        self.widths = wrap_widths(lines)
        self.markers = find_markers(lines, self.widths)
        self.speakers = find_speakers(lines)
        self.records = find_field_records(lines)
        self.heads = find_repeated_heads(lines, self.widths)
        self.notes_from = prose.notes_start(lines)
        columns = Counter[int]()
        for line in lines:
            columns[line.indent] += len(line.body)
        self.base = columns.most_common(1)[0][0] if columns else 0

    def blocks(self) -> list[Block]:
        """The blocks in order."""
        found: list[Block] = []
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line.body or self._is_mere_rule(at):
                at += 1
                continue
            blocks, at = self._next(at)
            found += blocks
        return found

    def _next(self, at: int) -> Found:
        """What begins with line `at`, at least a paragraph."""
        if at in self.speakers:
            return self._speech(at)
        if at in self.records and not prose.find_head(self.lines, at)[0]:
            return self.records[at]
        if at in self.heads:
            return [self.lines[at].block("heading")], at + 1
        for find in (self._code, self._table, self._heading, self._aside, self._list):
            found, last = find(at)
            if last > at:
                return found, last
        return find_paragraph(self.lines, at, self.widths, self._begins_other)

    def _speech(self, at: int) -> Found:
        """The speaker, and what is said on the same line and on."""
        line, width = self.lines[at], self.speakers[at]
        speaker = Block("speaker", line.start, line.start + width)
        said = line.body[width:].lstrip()
        if not said:
            return [speaker], at + 1
        (paragraph,), last = find_paragraph(self.lines, at, self.widths, self._begins_other)
        following = next((n for n in range(last, len(self.lines)) if self.lines[n].body), -1)
        start = line.end - len(said)
        asks = following in self.speakers and is_asked(self.text[start : paragraph.end])
        kind: BlockKind = "question" if asks else "paragraph"
        return [speaker, replace(paragraph, kind=kind, start=start)], last

    def _code(self, at: int) -> Found:
        found = prose.find_fence(self.lines, at)
        return found if found[0] or at in self.markers else prose.find_code(self.lines, at, self.base)

    def _table(self, at: int) -> Found:
        found, last = find_table(self.text, self.lines, at)
        first = not any(line.body for line in self.lines[:at])
        titled = first and len(found) < LEAST_ROWS and count_heading_lines(self.lines, at) > 0
        return ([], at) if titled else (found, last)

    def _heading(self, at: int) -> Found:
        body = self.lines[at].body
        if find_identifiers(body) == [body] and prose.find_definition(self.lines, at, self.widths[at])[0]:
            return [], at  # what a program calls something, in capitals
        lines = count_heading_lines(self.lines, at, by_place=self.titled)
        return ([self.lines[at].block("heading")], at + lines) if lines else ([], at)

    def _aside(self, at: int) -> Found:
        """What stands beside the text: quotations, heads, captions, notes."""
        for find in (prose.find_quotation, prose.find_head, prose.find_caption):
            found, last = find(self.lines, at)
            if last > at:
                return found, last
        return prose.find_note(self.lines, at, self.notes_from)

    def _list(self, at: int) -> Found:
        """A question, items, or a term with its definition."""
        found, last = prose.find_question(self.lines, at)
        if found and self.speakers.keys().isdisjoint(range(at, last)):
            return found, last
        if at in self.markers:
            return find_items(self.lines, at, self.markers, self.widths, self._is_no_item)
        return prose.find_definition(self.lines, at, self.widths[at])

    def _is_no_item(self, at: int) -> bool:
        return bool(self._heading(at)[0] or prose.find_question(self.lines, at)[0])

    def _is_mere_rule(self, at: int) -> bool:
        return is_rule(self.lines[at].body) and not (self._code(at)[0] or self._begins_table(at))

    def _begins_table(self, at: int) -> bool:
        return bool(self._table(at)[0])

    def _begins_other(self, at: int) -> bool:
        """Whether something begins with line `at` that does not need a blank line above."""
        body = self.lines[at].body
        return (
            at in self.markers
            or at in self.speakers
            or at in self.heads
            or (
                body[0] in ">`"
                and bool(prose.find_fence(self.lines, at)[0] or prose.find_quotation(self.lines, at)[0])
            )
            or is_rule(body)
            or self._begins_table(at)
        )
