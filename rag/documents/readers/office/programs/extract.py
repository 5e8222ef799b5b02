"""A file of another format on standard input -> its text in Markdown, pages and properties as JSON.

kreuzberg reads it.

    extract.py MEDIA_TYPE
"""

from __future__ import annotations

import json
import sys
from typing import Any

import kreuzberg


def read(raw: bytes, media_type: str) -> dict[str, Any]:
    """The text of a file, that of each page, and its properties."""
    asked = kreuzberg.ExtractionConfig(
        output_format="markdown", pages=kreuzberg.PageConfig(extract_pages=True), use_cache=False
    )
    found = kreuzberg.extract_bytes_sync(raw, media_type, config=asked)
    pages = [page["content"] for page in found.pages or ()]
    return {"text": found.content, "properties": dict(found.metadata), "pages": pages}


if __name__ == "__main__":
    answer = read(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(json.dumps(answer, default=str).encode("utf-8", "replace"))
