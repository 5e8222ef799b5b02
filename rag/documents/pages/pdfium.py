"""A PDF on standard input -> a page as a picture with the place of each character, or the pages without text.

It is run as a program of its own (`rag.documents.pages.process`), for a PDF may be made to crash or hang
what draws it; so it imports nothing else of Footnote, which would take it seconds.

    pdfium.py draw PAGE SCALE    one line of JSON (`draw`), then the PNG
    pdfium.py pictures PAGE …    one line of JSON: those of the pages that are pictures without text
"""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Iterable
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MOST_PIXELS = 8_000_000  # of a picture; a larger one is drawn smaller
MOST_CHARACTERS = 40_000  # of a page that are placed
MOST_DEEP = 3  # forms inside of forms that are looked through for pictures
COVERED = 0.25  # of a page by pictures, from where on its words may stand in them


def draw(pdf: pdfium.PdfDocument, number: int, scale: float) -> tuple[dict[str, Any], bytes]:
    """Page `number`, from 1, as a PNG of `scale` pixels a point, and what stands on it.

    `texts` are the characters of the page before, of the page, and of the one behind; `boxes` say of each
    character of the page where it is drawn: left, top, right and bottom in pixels, and whether its line runs
    across the picture.  `scale` is the one it was drawn at.
    """
    if pdf.get_formtype():
        pdf.init_forms()  # what is filled in is shown
    page = pdf[number - 1]
    scale = min(scale, math.sqrt(MOST_PIXELS / max(page.get_width() * page.get_height(), 1)))
    bitmap = page.render(scale=scale)
    file = io.BytesIO()
    bitmap.to_pil().save(file, "PNG", compress_level=1)
    letters = page.get_textpage()
    count = min(letters.count_chars(), MOST_CHARACTERS)
    place = bitmap.get_posconv(page)
    boxes = [_box(letters, place, i, page.get_rotation()) for i in range(count)]
    around = (_text(pdf, number - 2), _text(pdf, number - 1), _text(pdf, number))
    about = {"width": bitmap.width, "height": bitmap.height, "scale": scale, "pages": len(pdf)}
    return about | {"texts": around, "boxes": boxes}, file.getvalue()


def find_pictures(pdf: pdfium.PdfDocument, numbers: Iterable[int]) -> list[int]:
    """Those of the pages that hold no letter, but pictures over a good part of them."""
    textless = (n for n in numbers if n <= len(pdf) and not any(map(str.isalnum, _text(pdf, n - 1))))
    return [number for number in textless if _is_covered(pdf[number - 1])]


def render(raw_pdf: bytes, number: int, scale: float) -> bytes:
    """Page `number`, from 1, as a PNG of at most `scale` pixels a point."""
    return draw(pdfium.PdfDocument(raw_pdf), number, scale)[1]


def _text(pdf: pdfium.PdfDocument, at: int) -> list[str]:
    """The characters of the page, in the order of the file; none if there is no such page."""
    if not 0 <= at < len(pdf):
        return []
    letters = pdf[at].get_textpage()
    count = min(letters.count_chars(), MOST_CHARACTERS)
    return [chr(raw.FPDFText_GetUnicode(letters, i)) for i in range(count)]


def _box(letters: pdfium.PdfTextPage, place: Any, i: int, rotation: int) -> tuple[int, int, int, int, bool]:
    left, bottom, right, top = letters.get_charbox(i)
    corners = place.to_bitmap(left, bottom), place.to_bitmap(right, top)
    (x, more_x), (y, more_y) = (sorted(ends) for ends in zip(*corners, strict=True))
    turned = round(math.degrees(raw.FPDFText_GetCharAngle(letters, i)) + rotation) % 180
    return x, y, more_x, more_y, not 45 < turned < 135


def _is_covered(page: pdfium.PdfPage) -> bool:
    pictures = page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], MOST_DEEP)
    bounds = (picture.get_bounds() for picture in pictures)
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in bounds)
    return bool(area >= COVERED * page.get_width() * page.get_height())


def main() -> None:
    deed, *details = sys.argv[1:]
    pdf = pdfium.PdfDocument(sys.stdin.buffer.read())
    if deed == "draw":
        about, picture = draw(pdf, int(details[0]), float(details[1]))
        sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + picture)
    else:
        sys.stdout.write(json.dumps(find_pictures(pdf, map(int, details))))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
