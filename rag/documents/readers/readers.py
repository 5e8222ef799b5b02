"""Which reader reads a file: its suffix says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.documents.readers.contents import Contents
from rag.documents.readers.html import read_html
from rag.documents.readers.markdown import read_markdown
from rag.documents.readers.plain_text import read_plain_text

Reader = Callable[[bytes], Contents]

READERS: dict[str, Reader] = {
    ".txt": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".mdx": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}


def find_reader(name: str) -> Reader:
    """The reader of files with such a name; capitals of the suffix do not count.

    Raises ValueError if there is none.
    """
    suffix = Path(name).suffix
    if suffix.lower() not in READERS:
        raise ValueError(
            f"no reader for {suffix or 'a name without suffix'!r}; there are {', '.join(READERS)}"
        )
    return READERS[suffix.lower()]


def read_file(name: str, raw: bytes) -> Contents:
    """The text and metadata of a file of that name.

    Raises ValueError if there is no reader for it, it cannot be read, or it is empty.
    """
    contents = find_reader(name)(raw)
    if not contents.text.strip():
        raise ValueError("empty")
    return contents
