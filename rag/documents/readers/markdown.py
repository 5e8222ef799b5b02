"""A Markdown file -> its text, character for character, its blocks and its markup."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from rag.datatypes import Block, Mark
from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.front_matter import front_matter_end
from rag.documents.readers.markup.block_walk import BlockWalk
from rag.documents.readers.markup.dialogue import split_speech
from rag.documents.readers.markup.inline import watch, without_overlaps
from rag.documents.readers.markup.source import Source, uncovered_lines
from rag.spans import trim

MOST_NESTED = 60  # lists in lists, quotations in quotations; what is deeper is a paragraph

_NOT_BREAK = re.compile(r"[^\r\n]")


def read_markdown(raw: bytes) -> Contents:
    """The text of a file as it stands, with its blocks, and the marks of what is not shown.

    Raises ValueError if it is binary or cannot be decoded.
    """
    text, encoding = decode(raw)
    blocks, marks = read_layout(text)
    return Contents(text, blocks=blocks, marks=marks, encoding=encoding)


def read_layout(text: str) -> tuple[tuple[Block, ...], tuple[Mark, ...]]:
    """The blocks and marks of a text in Markdown, in order."""
    front = front_matter_end(text)
    bare = text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text
    bare = _NOT_BREAK.sub(" ", bare[:front]) + bare[front:]
    parser, env = _parser(), {}  # type: MarkdownIt, dict[str, object]
    walk = BlockWalk(Source(bare), parser, env)
    walk.walk(parser.parse(bare, env))
    blocks = [Block("metadata", *trim(text, (0, front)))] if front else []
    left_out = uncovered_lines(text, [*blocks, *walk.blocks])
    blocks += [*split_speech(text, walk.blocks), *(Block("paragraph", *line) for line in left_out)]
    blocks.sort(key=lambda block: (block.start, -block.end))
    return tuple(blocks), tuple(without_overlaps([mark for mark in walk.marks if mark.start < mark.end]))


def _parser() -> MarkdownIt:
    """A parser of Markdown as it is written on the web, which notes places."""
    parser = MarkdownIt("commonmark", {"maxNesting": MOST_NESTED, "inline_definitions": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, move_to_end=False).use(deflist_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, allow_blank_lines=False)
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # none is ever followed
    watch(parser)
    parser.disable(["inline", "text_join"])
    return parser
