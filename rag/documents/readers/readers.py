"""Which reader reads a file: its suffix says, and its first bytes where they say otherwise."""

from __future__ import annotations

from collections.abc import Callable

from rag.documents.readers.contents import Contents
from rag.documents.readers.file_kinds import (
    EmptyFile,
    UnknownFormat,
    find_signature,
    is_web_page,
    kind_of,
    suffix_of,
)
from rag.documents.readers.html import read_html
from rag.documents.readers.markdown import read_markdown
from rag.documents.readers.office import MEDIA_TYPES, make_reader
from rag.documents.readers.plain_text import read_plain_text

Reader = Callable[[bytes], Contents]

# In the order in which they are told.
READERS: dict[str, Reader] = {
    ".txt": read_plain_text,
    ".md": read_markdown,
    **{suffix: make_reader(suffix) for suffix in MEDIA_TYPES},
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".mdx": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".text": read_plain_text,
    ".xhtml": read_html,
    ".rst": read_plain_text,
    ".adoc": read_plain_text,
    ".org": read_plain_text,
    ".tex": read_plain_text,
    ".csv": read_plain_text,
    ".tsv": read_plain_text,
    ".srt": read_plain_text,
    ".vtt": read_plain_text,
    ".log": read_plain_text,
}
# What is text whatever follows: README.first, LICENSE.apache.  A name without an ending may be text, too.
_TEXTS = tuple("readme license licence copying changelog changes news authors notice install todo".split())


def find_reader(name: str) -> Reader:
    """The reader of files with such a name; capitals of the suffix do not count.

    Raises UnknownFormat if there is none.
    """
    suffix = suffix_of(name)
    if suffix in READERS:
        return READERS[suffix]
    stem = name.rsplit("/", 1)[-1].lower().split(".")[0]
    if not suffix or stem in _TEXTS:
        return read_plain_text
    raise _unknown(suffix, "")


def read_file(name: str, raw: bytes) -> Contents:
    """The text and metadata of a file of that name.

    Raises UnknownFormat if there is no reader for it, EmptyFile if it holds no text, ValueError if it cannot
    be read.
    """
    reader = find_reader(name)
    if not raw.strip():
        raise EmptyFile("empty")
    if (suffix := find_signature(raw)) and suffix_of(name) not in MEDIA_TYPES:
        if suffix not in MEDIA_TYPES:
            raise _unknown(suffix, ", whatever its name says")
        reader = READERS[suffix]
    if reader is read_plain_text and is_web_page(raw):
        reader = read_html
    contents = reader(raw)
    if not contents.text.strip():
        raise EmptyFile("empty")
    return contents


def _unknown(suffix: str, besides: str) -> UnknownFormat:
    kind = kind_of(suffix)
    article = "an" if kind[0] in "aeiouAEIOU" else "a"
    return UnknownFormat(
        f"{article} {kind}{besides}; such files are not read, save it as .txt, .md or .html", kind
    )
