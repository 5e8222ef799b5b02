"""Which reader reads a file: its suffix says, and its first bytes where they say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rag.documents.readers.containers.archive import read_archive
from rag.documents.readers.containers.book import read_book
from rag.documents.readers.containers.budget import Budget
from rag.documents.readers.containers.mail import read_mail, read_mailbox
from rag.documents.readers.containers.parts import Read, below, join_parts
from rag.documents.readers.containers.web_archive import read_web_archive
from rag.documents.readers.contents import Contents, clean
from rag.documents.readers.file_kinds import (
    ARCHIVE,
    EmptyFile,
    UnknownFormat,
    find_signature,
    is_web_page,
    kind_of,
    suffix_of,
    tell_failures,
)
from rag.documents.readers.html import read_html
from rag.documents.readers.json_records import read_json, read_json_lines
from rag.documents.readers.markdown import read_markdown
from rag.documents.readers.office.office import SUFFIXES, make_reader
from rag.documents.readers.plain_text import read_plain_text
from rag.documents.readers.rst import read_rst

Reader = Callable[[bytes], Contents]


def _read_joined(raw: bytes, read: Read, budget: Budget) -> Contents:
    """The files of an archive as one text, for where it is itself a part of another file."""
    parts, unread = [], []
    for name, content in read_archive(raw, budget):
        try:
            if isinstance(content, ValueError):
                raise content
            parts.append((name, below(name, read(name, content))))
        except ValueError as problem:
            unread.append((f"/{name}", problem))
    return join_parts(parts, unread)


# Files that hold others, which they give away to be read.
CONTAINERS: dict[str, Callable[[bytes, Read, Budget], Contents]] = {
    ".epub": read_book,
    ".eml": read_mail,
    ".mbox": read_mailbox,
    ARCHIVE: _read_joined,
}


def _read_container(suffix: str, raw: bytes, budget: Budget | None = None) -> Contents:
    shared = budget or Budget()
    with shared.enter():
        return CONTAINERS[suffix](raw, lambda name, inner: read_file(name, inner, shared), shared)


# In the order in which they are told.
READERS: dict[str, Reader] = {
    ".txt": read_plain_text,
    ".md": read_markdown,
    **{suffix: make_reader(suffix) for suffix in SUFFIXES},
    **{suffix: partial(_read_container, suffix) for suffix in CONTAINERS},
    ".mht": read_web_archive,
    ".mhtml": read_web_archive,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".markdown": read_markdown,
    ".mdown": read_markdown,
    ".mdx": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".text": read_plain_text,
    ".xhtml": read_html,
    ".rst": read_rst,
    ".adoc": read_plain_text,
    ".org": read_plain_text,
    ".tex": read_plain_text,
    ".csv": read_plain_text,
    ".tsv": read_plain_text,
    ".srt": read_plain_text,
    ".vtt": read_plain_text,
    ".log": read_plain_text,
}
_BINARY = frozenset((*SUFFIXES, ".epub", ARCHIVE))  # whose readers say themselves what is wrong
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


def read_file(name: str, raw: bytes, budget: Budget | None = None) -> Contents:
    """The text and metadata of a file of that name, with what is left of `budget` if it lies in another.

    Raises UnknownFormat if there is no reader for it, EmptyFile if it holds no text, ValueError if it cannot
    be read.
    """
    reader, suffix = find_reader(name), suffix_of(name)
    if not raw.strip():
        raise EmptyFile("empty")
    if (signature := find_signature(raw)) and suffix not in _BINARY:
        if signature not in _BINARY or signature == ARCHIVE:
            raise _unknown(signature, ", whatever its name says")
        reader = READERS[signature]
    if reader is read_plain_text and is_web_page(raw):
        reader = read_html
    with tell_failures():
        contents = clean(_read_container(suffix, raw, budget) if suffix in CONTAINERS else reader(raw))
    if not contents.text.strip():
        raise EmptyFile("empty")
    return contents


def is_archive(name: str) -> bool:
    """Whether files of such a name are folders of documents rather than one."""
    return suffix_of(name) == ARCHIVE


def read_members(raw: bytes) -> Iterator[tuple[str, Contents | ValueError]]:
    """Each file of an archive by its name in there: what it holds, or why it cannot be read.

    Raises ValueError if the archive itself cannot be read, EmptyFile if it holds no file.
    """
    if not raw.strip():
        raise EmptyFile("empty")
    is_empty, budget = True, Budget()
    with budget.enter():
        for name, content in read_archive(raw, budget):
            is_empty = False
            try:
                if isinstance(content, ValueError):
                    raise content
                yield name, read_file(name, content, budget)
            except ValueError as problem:
                yield name, problem
    if is_empty:
        raise EmptyFile("empty")


def _unknown(suffix: str, besides: str) -> UnknownFormat:
    kind = kind_of(suffix)
    article = "an" if kind[0] in "aeiouAEIOU" else "a"
    return UnknownFormat(
        f"{article} {kind}{besides}; such files are not read, save it as .txt, .md or .html", kind
    )
