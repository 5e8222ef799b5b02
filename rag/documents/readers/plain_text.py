"""A text file -> its text, character for character, with its blocks.

Of a file in UTF-8 without a mark ``text.encode("utf-8")`` is its bytes, so every offset points into the
original; of others, into what `encodings.decode` makes of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rag.datatypes import Block, Mark
from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.markup.callouts import find_box
from rag.documents.readers.plain_layout import find_blocks
from rag.documents.sentences import bullet_end


def read_plain_text(raw: bytes) -> Contents:
    """The text of a file, line ends and all, with how it is laid out.

    Raises ValueError if it is binary or in no encoding that can be told.
    """
    return _read(raw, titled=True)


def read_letter(raw: bytes) -> Contents:
    """The same of what somebody writes in a mail, where a short line is a name or remark, and no heading.

    Raises ValueError as `read_plain_text`.
    """
    return _read(raw, titled=False)


def _read(raw: bytes, *, titled: bool) -> Contents:
    text, encoding = decode(raw)
    blocks = find_blocks(text, titled=titled)
    return Contents(text, blocks=blocks, marks=tuple(_find_boxes(text, blocks)), encoding=encoding)


def _find_boxes(text: str, blocks: Iterable[Block]) -> Iterator[Mark]:
    """The boxes of tasks that items begin with, in words."""
    for block in blocks:
        if block.kind == "item":
            start = bullet_end(text, block.start, block.end)
            yield from (replace(m, start=start, end=start + m.end) for m in find_box(text[start : block.end]))
