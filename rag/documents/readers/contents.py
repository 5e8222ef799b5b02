"""What a reader makes of the bytes of a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from rag.datatypes import Block, Mark


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a file, what the file says of itself, and how it is laid out: fields of a `Document`.

    `pictures` are the numbers of pages, from 1, that are pictures without text.
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
    pictures: tuple[int, ...] = ()


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
