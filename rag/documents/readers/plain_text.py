"""A text file -> its text, character for character, with its blocks.

Of a file in UTF-8 without a mark ``text.encode("utf-8")`` is its bytes, so every offset points into the
original; of others, into what `encodings.decode` makes of them.
"""

from __future__ import annotations

from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import decode
from rag.documents.readers.plain_layout import find_blocks


def read_plain_text(raw: bytes) -> Contents:
    """The text of a file, line ends and all, with how it is laid out.

    Raises ValueError if it is binary or in no encoding that can be told.
    """
    text, encoding = decode(raw)
    return Contents(text, blocks=find_blocks(text), encoding=encoding)
