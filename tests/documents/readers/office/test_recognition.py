"""A page that is a picture is read where the extra is installed, and a citation says so."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from small import open_over

from rag.documents.corpus import Known, read_documents
from rag.documents.readers.office.recognition import RecognisedPage, insert_pages
from rag.documents.skipped import FAILED, FAILED_PAGES
from rag.formats.text import place_line


def scanned(words):
    """A PDF of a page with those words, if any, and one that is a picture of others."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(400, 120))
    if words:
        canvas.drawString(20, 60, words)
        canvas.showPage()
    picture = Image.new("RGB", (800, 240), "white")
    ImageDraw.Draw(picture).text(
        (30, 90), "The anchor weighs 12 kilos.", fill="black", font=ImageFont.load_default(32)
    )
    canvas.drawImage(ImageReader(picture), 0, 0, 400, 120)
    canvas.save()
    return file.getvalue()


def test_pages_begin_in_order_though_one_before_was_blank():
    pages = {3: RecognisedPage("Three.", 0.9)}
    text, begins, _ = insert_pages("One.\n\n\n\nFour.\n", (0, 8, 8, 8), pages)
    assert begins == tuple(sorted(begins))
    assert [text[at:].split("\n")[0] for at in begins] == ["One.", "Three.", "Three.", "Four."]


@pytest.mark.parametrize("words", ["The sail is red.", ""], ids=["some", "none"])
def test_pages_on_which_recognition_breaks_are_named_and_tried_again(tmp_path, monkeypatch, caplog, words):
    extra, program = tmp_path / "extra/rapidocr_onnxruntime", tmp_path / "broken.py"
    extra.mkdir(parents=True)
    (extra / "__init__.py").touch()
    program.write_text("raise OSError('no model')")
    monkeypatch.syspath_prepend(extra.parent)
    monkeypatch.setattr("rag.documents.readers.office.recognition.PROGRAM", str(program))
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "boat.pdf").write_bytes(scanned(words))
    (folder / "mast.txt").write_text("The mast is high.")
    corpus = read_documents(folder)
    assert [(file.path, file.kind) for file in corpus.skipped] == [
        ("boat.pdf", FAILED_PAGES if words else FAILED)
    ]
    assert "OSError: no model" in caplog.text
    (kept,) = Known.of(corpus.files, corpus.documents, corpus.skipped).outcomes.values()
    assert [document.id for document in kept] == [""] and kept[0].text == "The mast is high."


def test_scanned_page_answers_and_says_how_it_was_read(tmp_path, embedder):
    pytest.importorskip("rapidocr_onnxruntime")
    boat = open_over({"boat.pdf": scanned("The sail is red.")}, tmp_path, embedder)
    citation = boat.ask("How much does the anchor weigh?").citations[0]
    assert "12 kilos" in citation.quote
    assert citation.place.startswith("p. 2, read by OCR (confidence 9")
    assert citation.place in place_line(citation)
    assert boat.ask("What colour is the sail?").citations[0].place == "p. 1"
    assert boat.index.card.skipped == ()
