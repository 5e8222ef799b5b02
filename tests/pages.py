"""PDFs that the tests write, and what stands under a rectangle of one, as pypdfium2 itself reads it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.documents.pages.images import PageImage

MAST = "The mast is nine metres high."
BOAT = ("The anchor weighs 12 kilos.", MAST, "The sail is red.")
SCAN = "a picture of a page"  # instead of its lines


def write_pdf(*pages: str | Sequence[str]) -> bytes:
    """A PDF of these pages, each of one line or several; one that is `SCAN` is a picture, "" is blank."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A5)
    for page in pages:
        if page == SCAN:
            picture = pdfium.PdfBitmap.new_native(40, 60, 1)
            picture.fill_rect((90, 90, 90, 255), 0, 0, 40, 60)
            canvas.drawImage(ImageReader(picture.to_pil()), 20, 20, 380, 550)
        else:
            for at, line in enumerate([page] if isinstance(page, str) else page):
                canvas.drawString(40, 500 - 16 * at, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def text_under(path: Path, image: PageImage, scale: float = 1.5) -> list[str]:
    """The letters and figures under each rectangle."""
    page = pdfium.PdfDocument(path)[image.number - 1]
    words = page.get_textpage()
    place = page.render(scale=scale).get_posconv(page)
    under = []
    for left, top, right, bottom in image.rectangles:
        corners = place.to_page(left - 1, top - 1), place.to_page(right + 1, bottom + 1)
        (west, east), (south, north) = (sorted(ends) for ends in zip(*corners, strict=True))
        under.append(letters(words.get_text_bounded(west, south, east, north)))
    return under


def letters(text: Iterable[str]) -> str:
    """Letters and figures alone, ligatures as the letters that they are of."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", "".join(text))))
