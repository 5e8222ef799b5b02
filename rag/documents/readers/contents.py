"""What a reader makes of the bytes of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    sha256: str = ""
    pictures: tuple[int, ...] = ()
