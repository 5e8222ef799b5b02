"""A file in reStructuredText -> its text, character for character, its blocks and its markup.

It is laid out as a plain text is; directives are told apart first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.datatypes import Block, Mark
from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.markup.directives import (
    VERSIONS,
    Directive,
    find_directives,
    find_marks,
    find_table,
)
from rag.documents.readers.markup.inline import without_overlaps
from rag.documents.readers.markup.source import uncovered_lines
from rag.documents.readers.plain_layout import find_blocks
from rag.spans import Span, trim

_PARAGRAPH_END = re.compile(r"\n[ \t]*(?:\n|\Z)")
_VERSION = re.compile(r"\S+(?P<space>\s+)(?=\S)")
_INNER = ("paragraph", "heading")  # kinds of what is said of an option as a plain text has it


def read_rst(raw: bytes) -> Contents:
    """The text of a file as it stands, with its blocks, and the marks of what is not shown.

    Raises ValueError if it is binary or cannot be decoded.
    """
    text, encoding = decode(raw)
    found, marks, told = _read_directives(text)
    blocks = [*find_blocks(_blank(text, [span for _, span in told])), *found]
    blocks.sort(key=lambda block: (block.start, -block.end))
    blocks, notes = _under_directives(text, blocks, [directive for directive, _ in told])
    blocks += [Block("furniture", *line) for line in uncovered_lines(text, blocks)]
    blocks.sort(key=lambda block: (block.start, -block.end))
    marks += [*notes, *_outside_code(blocks, list(find_marks(text)))]
    return Contents(text, blocks=tuple(blocks), marks=tuple(without_overlaps(marks)), encoding=encoding)


def _read_directives(text: str) -> tuple[list[Block], list[Mark], list[tuple[Directive, Span]]]:
    """What the directives are by themselves, with their markup, and each that is not within another's code,
    with what it takes up."""
    blocks: list[Block] = []
    marks: list[Mark] = []
    told: list[tuple[Directive, Span]] = []
    reached = 0
    for directive in find_directives(text):
        if directive.start < reached:
            continue
        table = find_table(text, directive)
        own, own_marks = ([], []) if table else _read_directive(text, directive)
        whole = table or directive.is_code or not directive.name
        reached = max([directive.last if whole else directive.end, *(block.end for block in own)])
        blocks += table or own
        marks += own_marks
        told.append((directive, (directive.start, reached)))
    return blocks, marks, told


def _read_directive(text: str, directive: Directive) -> tuple[list[Block], list[Mark]]:
    """What a directive is by itself: a term, code, a note in its first paragraph, or what no reader sees."""
    start, (first, behind) = directive.start, directive.argument
    if directive.is_object and first < behind:
        return [Block("term", start, behind)], [Mark(start, first)]
    if directive.is_code:
        code = trim(text, (directive.end, directive.last))
        return [Block("code", *code)] if code[0] < code[1] else [], []
    if directive.note is not None:
        if first == behind or directive.is_titled:
            return [], []
        ended = _PARAGRAPH_END.search(text, behind, directive.last)
        block = Block(
            "paragraph", *trim(text, (start, ended.start() if ended else max(directive.last, behind)))
        )
        marks = [Mark(start, first, f"{directive.note}{' ' if directive.name in VERSIONS else ': '}")]
        version = _VERSION.match(text, first, block.end) if directive.name in VERSIONS else None
        return [block], marks + ([Mark(*version.span("space"), ": ")] if version else [])
    if text.startswith(".. [", start):
        return [Block("footnote", *trim(text, (start, directive.last)))], [Mark(start, start + 3)]
    end = directive.end if directive.name else directive.last
    return [Block("furniture", *trim(text, (start, end)))], []


def _blank(text: str, spans: Sequence[Span]) -> str:
    """`text` with blanks in place of what is in `spans`, which are in order; lines end where they did."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])


def _under_directives(
    text: str, blocks: Sequence[Block], directives: Sequence[Directive]
) -> tuple[list[Block], list[Mark]]:
    """`blocks` with what is said below an option or function as its definition, and the first of a note with
    what that is called before it, as a mark."""
    under, marks, more = list(blocks), list[Mark](), list[Block]()
    starts = [block.start for block in blocks]
    for directive in directives:
        inside = range(bisect_left(starts, directive.end), bisect_left(starts, directive.last))
        words = text[slice(*directive.argument)]
        if directive.is_object:
            for n in inside:
                under[n] = (
                    replace(under[n], kind="definition", level=0) if under[n].kind in _INNER else under[n]
                )
        elif directive.note is not None and (directive.is_titled or not words):
            called = words or directive.note or ""
            first = under[inside[0]] if inside else None
            if called and first and first.kind in ("paragraph", "item", "definition"):
                under[inside[0]] = replace(first, start=directive.start)
                marks.append(Mark(directive.start, first.start, f"{called}: "))
            elif words:
                more.append(Block("paragraph", *directive.argument))
    return [*under, *more], marks


def _outside_code(blocks: Sequence[Block], marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks that do not begin in code; both are in order."""
    code = [(block.start, block.end) for block in blocks if block.kind == "code"]
    starts = [start for start, _ in code]
    for mark in marks:
        n = bisect_left(starts, mark.start + 1) - 1
        if n < 0 or code[n][1] <= mark.start:
            yield mark
