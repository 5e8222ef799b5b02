"""A file of another format on standard input -> its text in Markdown, pages and properties as JSON.

kreuzberg reads it.

extract.py MEDIA_TYPE LONGEST
"""

from __future__ import annotations

import json
import sys
from typing import Any

import kreuzberg


def read(raw: bytes, media_type: str, longest: int) -> dict[str, Any]:
    """The text of a file, of at most so many characters, that of each page, and its properties."""
    asked = kreuzberg.ExtractionConfig(
        output_format="markdown", pages=kreuzberg.PageConfig(extract_pages=True), use_cache=False
    )
    found = kreuzberg.extract_bytes_sync(raw, media_type, config=asked)
    if len(found.content) > longest:
        raise ValueError(f"{len(found.content)} characters of text, which is too much")
    pages = [page["content"] for page in found.pages or ()]
    return {"text": found.content, "properties": dict(found.metadata), "pages": pages}


if __name__ == "__main__":
    media_type, longest = sys.argv[1:]
    answer = read(sys.stdin.buffer.read(), media_type, int(longest))
    sys.stdout.buffer.write(json.dumps(answer, default=str).encode("utf-8", "replace"))
