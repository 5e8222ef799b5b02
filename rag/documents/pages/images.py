"""A page of a PDF -> a picture of it, and where the words of a quote stand on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.datatypes import Document
from rag.documents.pages.process import BrokenProgram, run_isolated
from rag.documents.pages.quotes import Rectangle, find_characters, mark_lines
from rag.errors import PageError
from rag.spans import Span

PROGRAM = str(Path(__file__).with_name("pdfium.py"))
SECONDS = 10.0  # that one page may take
SCALES = (0.25, 4.0)  # pixels a point, least and most: 1 point is 1/72 inch
BEFORE = 200  # characters before a quote, to find it by
PICTURES = 24  # pages that are remembered, the largest of some 8 MB


@dataclass(frozen=True, slots=True)
class PageImage:
    """Page `number` of `pages` as a PNG of `width` times `height` pixels.

    `rectangles` are around the words of a quote, one a line of text, in the order in which they are read:
    left, top, right and bottom in pixels, from the upper left.  None of them if they do not stand there.
    """

    number: int
    pages: int
    png: bytes
    width: int
    height: int
    rectangles: tuple[Rectangle, ...] = ()


def render_page(
    path: str | Path, number: int, quote: str = "", *, before: str = "", scale: float = 1.5, sha256: str = ""
) -> PageImage:
    """Page `number`, from 1, of the PDF at `path` at `scale` pixels a point, and where `quote` stands on it.

    What of a quote stands on the page is marked, if it began on the one before or ends on the next.  Of
    places with the same words it is the one behind the words `before`.  Pages drawn last are remembered.

    Raises PageError if there is no such page or file, it cannot be drawn, takes too long, or, with a
    `sha256`, is not that file; ValueError if the scale is not between 0.25 and 4.
    """
    if not SCALES[0] <= scale <= SCALES[1]:
        raise ValueError(f"scale is {scale}, expected {SCALES[0]} to {SCALES[1]}")
    if number < 1:
        raise PageError(f"there is no page {number}: expected 1 or more")
    try:
        state = Path(path).stat()
    except OSError as problem:
        raise PageError(f"{path} is not to be had ({problem.strerror}): run rag index again") from None
    about, png = _draw(Path(path), (state.st_mtime_ns, state.st_size), sha256, number, scale)
    rectangles: list[Rectangle] = []
    if quote:
        found = find_characters(about["texts"], quote, before)
        rectangles = mark_lines(tuple(about["boxes"][at]) for at in found if at < len(about["boxes"]))
    return PageImage(number, about["pages"], png, about["width"], about["height"], tuple(rectangles))


def render_document_page(
    document: Document, folder: Path, number: int, span: Span = (0, 0), *, scale: float = 1.5
) -> PageImage:
    """A page of a document of the corpus in `folder`, with what stands there of ``text[start:end]`` marked.

    Raises PageError if its pages cannot be shown, or the file has changed since or lies elsewhere; ValueError
    as `render_page`.
    """
    if not document.sha256:
        raise PageError(f"{document.id} has no pages to be drawn: expected a PDF")
    if not 1 <= number <= len(document.pages):
        raise PageError(f"{document.id} has no page {number}: expected 1 to {len(document.pages)}")
    path = folder / document.id
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PageError(f"{document.id} is a link that leads out of {folder}/: put the file itself there")
    start, end = span
    on = range(document.page_at(start) or 1, (document.page_at(end - 1) or 1) + 1)
    quote = document.text[start:end] if number in on else ""
    before = document.text[max(0, start - BEFORE) : start]
    return render_page(path, number, quote, before=before, scale=scale, sha256=document.sha256)


def find_pictures(raw: bytes, numbers: Iterable[int]) -> tuple[int, ...]:
    """Those of the pages of a PDF, from 1, that are pictures without text; none if nobody can look."""
    try:
        written = run_isolated([PROGRAM, "pictures", *map(str, numbers)], raw, seconds=SECONDS)
        return tuple(json.loads(written))
    except (TimeoutError, ValueError):
        return ()


@lru_cache(maxsize=PICTURES)
def _draw(
    path: Path, state: tuple[int, int], sha256: str, number: int, scale: float
) -> tuple[dict[str, Any], bytes]:
    """What `pdfium.py` writes of a page; `state` is the file's, so that it is drawn anew when it changes."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise PageError(f"{path} is not to be had ({problem.strerror}): run rag index again") from None
    if sha256 and hashlib.sha256(raw).hexdigest() != sha256:
        raise PageError(f"{path} has changed since it was indexed: run rag index again")
    try:
        written = run_isolated([PROGRAM, "draw", str(number), str(scale)], raw, seconds=SECONDS)
    except TimeoutError:
        raise PageError(f"page {number} of {path} took more than {SECONDS:g} seconds to draw") from None
    except BrokenProgram:
        raise PageError(
            f"{path} has no page {number} that can be drawn: expected the PDF as it was indexed"
        ) from None
    line, _, png = written.partition(b"\n")
    about: dict[str, Any] = json.loads(line)
    return about, png
