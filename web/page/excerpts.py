"""A span of a document -> it and its surroundings as a reader sees them, as HTML."""

from __future__ import annotations

from html import escape

import rag
from rag.datatypes import Block
from rag.documents.outline import Outline
from rag.formats.text import outline_of
from rag.spans import Span

REACH = 200  # characters shown on either side of a quote, and of a nearest passage


def excerpt_html(document: rag.Document, quote: Span) -> str:
    """The quote, marked, in its surroundings; rows of tables whole, with the names of their columns."""
    outline = outline_of(document)
    first, last = _reach_back(outline, quote[0]), _reach_on(outline, quote[1], len(document.text))
    shown = outline.show(first, last)
    marked = shown.span_of(quote)
    text = escape(shown.text)
    if marked:
        start, end = marked
        line = shown.text.rfind("\n", 0, start) + 1
        if shown.source_of((line, start)) is None:  # only the name of a column stands before it
            start = line
        before, words, behind = shown.text[:start], shown.text[start:end], shown.text[end:]
        text = f"{escape(before)}<mark>{escape(words)}</mark>{escape(behind)}"
    more = document.text[last:].strip()
    return f"{'… ' if document.text[:first].strip() else ''}{text}{' …' if more else ''}"


def beginning_html(passage: rag.Passage) -> str:
    """The beginning of a passage."""
    outline = outline_of(passage.document)
    last = _reach_on(outline, passage.start, passage.end)
    more = passage.document.text[last : passage.end].strip()
    return f"{escape(outline.show(passage.start, last).text)}{' …' if more else ''}"


def _reach_back(outline: Outline, start: int) -> int:
    """Where the surroundings of what begins at `start` begin: with a row, or a word."""
    at = max(0, start - REACH)
    for block in outline.blocks[outline.block_at(at) : outline.block_at(start)]:
        if block.kind in ("furniture", "metadata") and at <= block.end <= start:
            at = block.end
    row = _row_at(outline, at)
    if row and row.start <= at:
        return row.start if at - row.start <= REACH else min(row.end, start)
    if at == 0 or outline.document.text[at - 1].isspace():
        return at
    while at < start and not outline.document.text[at].isspace():
        at += 1
    return at


def _row_at(outline: Outline, at: int) -> Block | None:
    """The row of a table that ends behind `at`."""
    block = outline.blocks[outline.block_at(at)] if outline.blocks else None
    return block if block and block.kind == "row" and at < block.end else None


def _reach_on(outline: Outline, start: int, end: int) -> int:
    """Where the surroundings of what ends at `start` end, at most at `end`: with a row, or a word."""
    at = min(start + REACH, end)
    for block in outline.blocks[outline.block_at(start) + 1 : outline.block_at(at) + 1]:
        if block.kind in ("furniture", "metadata") and start <= block.start < at:
            at = block.start
    row = _row_at(outline, at)
    if row and row.start < at:
        return min(row.end, end) if row.end - at <= REACH else max(row.start, start)
    while start < at < end and not outline.document.text[at].isspace():
        at -= 1
    return at
