"""A PDF on standard input -> the words in the pictures that some of its pages are, as JSON.

    recognise.py PAGE …

rapidocr looks for the lines of a picture and reads them; its models lie in its package.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from rapidocr_onnxruntime import RapidOCR

from rag.documents.pages.pdfium import render

SCALE = 2.0  # pixels a point: 144 an inch, at which print of 8 points is read
GAP = 0.8  # of the height of a line, from where on the next one begins a paragraph


def recognise(raw: bytes, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The text of each page, from 1, and how sure it is, the mean over its letters, in [0, 1]."""
    engine = RapidOCR()
    pages = {}
    for number in numbers:
        lines, _ = engine(render(raw, number, SCALE))
        letters = sum(len(text) for _, text, _ in lines or ())
        sure = sum(score * len(text) for _, text, score in lines or ()) / max(letters, 1)
        pages[number] = {"text": _join_lines(lines or ()), "confidence": sure}
    return pages


def _join_lines(lines: Sequence[tuple[Sequence[Sequence[float]], str, float]]) -> str:
    """Lines, as they follow one another, with a blank one where there is a gap."""
    text, foot = "", 0.0
    for corners, line, _ in lines:
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
        between = "\n\n" if top - foot > GAP * (bottom - top) else "\n"
        text += (between if text else "") + line
        foot = bottom
    return text


if __name__ == "__main__":
    sys.stdout.write(json.dumps(recognise(sys.stdin.buffer.read(), map(int, sys.argv[1:]))))
