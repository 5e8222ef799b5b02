"""What a reader makes of the bytes of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from rag.datatypes import Block, Mark

UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # no file, database or socket takes these as text


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a file, what the file says of itself, and how it is laid out: fields of a `Document`.

    `unread` is what of it could not be read, by its path in it and why: "" is the file itself, "/name" one
    that it holds.
    """

    text: str
    metadata: dict[str, str | date] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    encoding: str = "utf-8"
    pages: tuple[int, ...] = ()
    page_names: tuple[str, ...] = ()
    details: tuple[tuple[int, str], ...] = ()
    sha256: str = ""
    unread: tuple[tuple[str, ValueError], ...] = ()


def move(contents: Contents, by: int) -> Contents:
    """`contents` with all its offsets `by` characters further back; the text is the same."""
    blocks = tuple(
        replace(
            block,
            start=block.start + by,
            end=block.end + by,
            cells=tuple((start + by, end + by) for start, end in block.cells),
        )
        for block in contents.blocks
    )
    return replace(
        contents,
        blocks=blocks,
        marks=tuple(Mark(mark.start + by, mark.end + by, mark.shown) for mark in contents.marks),
        pages=tuple(at + by for at in contents.pages),
        details=tuple((at + by, name) for at, name in contents.details),
    )


def clean(contents: Contents) -> Contents:
    """`contents` with U+FFFD for each character that cannot be stored; all places stay the same.

    >>> clean(Contents("a\\ud800b\\0")).text
    'a\ufffdb\ufffd'
    """

    def mend(text: str) -> str:
        return UNSTORABLE.sub("\ufffd", text)

    return replace(
        contents,
        text=mend(contents.text),
        metadata={
            name: mend(value) if isinstance(value, str) else value
            for name, value in contents.metadata.items()
        },
        marks=tuple(Mark(mark.start, mark.end, mend(mark.shown)) for mark in contents.marks),
        page_names=tuple(map(mend, contents.page_names)),
        details=tuple((at, mend(name)) for at, name in contents.details),
    )
