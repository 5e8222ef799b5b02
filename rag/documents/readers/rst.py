"""A file in reStructuredText -> its text, character for character, its blocks and its markup.

It is laid out as a plain text is; directives are told apart first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.datatypes import Block, Mark
from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.markup.directives import Directive, find_directives, find_marks, find_table
from rag.documents.readers.markup.inline import without_overlaps
from rag.documents.readers.markup.source import uncovered_lines
from rag.documents.readers.plain_layout import find_blocks
from rag.spans import contains, overlap, trim


def read_rst(raw: bytes) -> Contents:
    """The text of a file as it stands, with its blocks, and the marks of what is not shown.

    Raises ValueError if it is binary or cannot be decoded.
    """
    text, encoding = decode(raw)
    directives = find_directives(text)
    bare, found, marks = text, list[Block](), list[Mark]()
    for directive in directives:
        table = find_table(text, directive)
        end = directive.last if table or directive.is_code or not directive.name else directive.end
        if any(contains((block.start, block.end), (directive.start, end)) for block in found):
            continue  # it stands in code
        found += table or _blocks_of(text, directive)
        if directive.is_object:
            marks.append(Mark(directive.start, directive.argument[0]))
        bare = bare[: directive.start] + re.sub(r"[^\r\n]", " ", bare[directive.start : end]) + bare[end:]
    blocks, notes = _under_directives(text, find_blocks(bare), directives)
    blocks += found
    blocks += [Block("furniture", *line) for line in uncovered_lines(text, blocks)]
    blocks.sort(key=lambda block: (block.start, -block.end))
    marks += notes
    code = [(block.start, block.end) for block in blocks if block.kind == "code"]
    marks += [m for m in find_marks(text) if not any(overlap(span, (m.start, m.end)) for span in code)]
    return Contents(text, blocks=tuple(blocks), marks=tuple(without_overlaps(marks)), encoding=encoding)


def _blocks_of(text: str, directive: Directive) -> list[Block]:
    """What a directive is by itself: a term, code, or what no reader sees."""
    if directive.is_object and directive.argument[0] < directive.argument[1]:
        return [Block("term", directive.start, directive.argument[1])]
    if directive.is_code:
        return (
            [Block("code", *trim(text, (directive.end, directive.last)))]
            if directive.last > directive.end
            else []
        )
    end = directive.end if directive.name else directive.last
    return [] if directive.note is not None else [Block("furniture", *trim(text, (directive.start, end)))]


def _under_directives(
    text: str, blocks: Sequence[Block], directives: Sequence[Directive]
) -> tuple[list[Block], list[Mark]]:
    """`blocks` with what is said below an option or function as its definition, and the first of a note with
    what that is called before it, as a mark."""
    under, marks = list(blocks), list[Mark]()
    for directive in directives:
        inside = [n for n, b in enumerate(under) if directive.end <= b.start < directive.last]
        if directive.is_object:
            for n in inside:
                under[n] = replace(under[n], kind="definition") if under[n].kind == "paragraph" else under[n]
        elif directive.note is not None:
            words = text[slice(*directive.argument)]
            told = " ".join(filter(None, (directive.note, words)))
            if inside and under[inside[0]].start > directive.start:
                first = under[inside[0]]
                marks.append(Mark(directive.start, first.start, f"{told}: "))
                under[inside[0]] = replace(first, start=directive.start)
            elif words:
                under.append(
                    Block("paragraph", directive.start, trim(text, (directive.start, directive.end))[1])
                )
                marks.append(Mark(directive.start, directive.argument[0], f"{directive.note}: ".lstrip(": ")))
    return under, marks
