"""What a file holds -> one text, each part a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from rag.datatypes import Document
from rag.documents.readers.contents import Contents, move

Read = Callable[[str, bytes], Contents]  # reads a file by its name, as a reader does
BETWEEN = "\n\n"


def join_parts(
    parts: Iterable[tuple[str, Contents]], unread: Iterable[tuple[str, ValueError]] = ()
) -> Contents:
    """The parts one after another, each called by its name; `unread` is what could not be read beside them.

    Each is a page of the whole; pages, sheets and rows in it are details there.  Empty ones are left out.

    >>> whole = join_parts([("chapter 1", Contents("One.")), ("chapter 2", Contents("Two."))])
    >>> whole.text, whole.pages, whole.page_names
    ('One.\\n\\nTwo.', (0, 6), ('chapter 1', 'chapter 2'))
    """
    texts: list[str] = []
    moved: list[Contents] = []
    names: list[str] = []
    at, failed = 0, list(unread)
    for name, contents in parts:
        failed += contents.unread
        if contents.text.strip():
            text = contents.text.rstrip()
            moved.append(move(replace(contents, pages=(0,), details=_places(contents, len(text))), at))
            texts.append(text)
            names.append(name)
            at += len(text) + len(BETWEEN)
    return Contents(
        BETWEEN.join(texts),
        blocks=tuple(block for part in moved for block in part.blocks),
        marks=tuple(mark for part in moved for mark in part.marks),
        pages=tuple(page for part in moved for page in part.pages),
        page_names=tuple(names),
        details=tuple(detail for part in moved for detail in part.details),
        unread=tuple(failed),
    )


def below(name: str, contents: Contents) -> Contents:
    """`contents` as those of the file `name` of another: what is unread in it is known by that path."""
    return replace(contents, unread=tuple((f"/{name}{path}", why) for path, why in contents.unread))


def _places(contents: Contents, end: int) -> tuple[tuple[int, str], ...]:
    """Every place in `contents` before `end`, as a detail of what it is to be a part of.

    One that begins behind its text would be taken for that of the part that follows.
    """
    document = Document(
        "",
        "",
        contents.text,
        pages=contents.pages,
        page_names=contents.page_names,
        details=contents.details,
    )
    begins = sorted({*contents.pages, *(at for at, _ in contents.details)})
    return tuple((at, document.place_at(at)) for at in begins if at < end)
