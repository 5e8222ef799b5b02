"""A text or Markdown file -> its text, character for character, with its blocks.

``text.encode("utf-8")`` is the file's bytes, so every offset points into the original.
"""

from __future__ import annotations

from rag.documents.readers.contents import Contents
from rag.documents.readers.plain_layout import find_blocks


def read_plain_text(raw: bytes) -> Contents:
    """The text of a UTF-8 file, line ends and all, with how it is laid out.

    Raises ValueError if it is binary or not UTF-8.
    """
    if b"\0" in raw:
        raise ValueError("binary: it holds NUL bytes, expected text")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"not UTF-8: byte 0x{raw[problem.start]:02x} at {problem.start}; "
            "convert it with `iconv -f WINDOWS-1252 -t UTF-8`"
        ) from None
    return Contents(text, blocks=find_blocks(text))
