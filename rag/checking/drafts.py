"""A text that somebody wrote, or the file it is in -> a document of its own."""

from __future__ import annotations

from pathlib import Path

from rag.datatypes import Document
from rag.documents.metadata import make_document
from rag.documents.readers.contents import Contents
from rag.documents.readers.file_kinds import UnknownFormat
from rag.documents.readers.markdown import read_layout
from rag.documents.readers.plain_layout import find_blocks
from rag.documents.readers.readers import read_file
from rag.errors import DraftError

NAME = "draft"
LONGEST = 200_000  # characters: a hundred pages


def read_draft(text: str) -> Document:
    """A text as a document of its own: as Markdown if it has any markup, or else as a plain text.

    Raises DraftError if it is too long, or holds no word.
    """
    if len(text) > LONGEST:
        raise DraftError(
            f"the draft has {len(text):,} characters, expected at most {LONGEST:,}: check it in parts"
        )
    if not any(map(str.isalnum, text)):
        raise DraftError(f"the draft {text[:40]!r} holds no word: give a text to check")
    blocks, marks = read_layout(text)
    if not marks:
        blocks = find_blocks(text)
    return make_document(NAME, Contents(text, blocks=blocks, marks=marks), {})


def read_draft_file(path: Path) -> Document:
    """The draft in a file of any format that documents may have.

    Raises DraftError if it cannot be read, is too long, or holds no word; OSError if it is not there.
    """
    try:
        contents = read_file(path.name, path.read_bytes())
    except (UnknownFormat, ValueError) as problem:
        raise DraftError(f"cannot read {path}: {problem}") from None
    read_draft(contents.text)
    return make_document(path.name, contents, {})
