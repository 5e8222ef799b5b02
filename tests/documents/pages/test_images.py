"""A page of a PDF is shown as it looks, and the quoted words are marked where they stand on it."""

from __future__ import annotations

import io

import pytest
from pages import BOAT, MAST, letters, text_under, write_pdf
from PIL import Image
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

import rag
from rag.documents.metadata import make_document
from rag.documents.outline import Outline
from rag.documents.pages import images
from rag.documents.pages.images import render_document_page, render_page
from rag.documents.readers.readers import read_file

WORDS = "The lighthouse keeper carries paraffin upstairs before nightfall, whatever the weather."


def read(path):
    return make_document(path.name, read_file(path.name, path.read_bytes()), {})


@pytest.fixture
def boat(tmp_path):
    path = tmp_path / "boat.pdf"
    path.write_bytes(write_pdf(*BOAT))
    return path


def two_columns(path):
    """Pages of two columns below a running head, whose long words are cut at the ends of lines."""
    style = getSampleStyleSheet()["BodyText"]
    soft = WORDS.replace("lighthouse", "light\u00adhouse").replace("paraffin", "paraf\u00adfin")
    numbered = [f"{soft[:-1]} on day {day}." for day in range(1, 121)]

    def draw_head(canvas, document):
        canvas.drawString(60, 815, "The keeper’s handbook")
        canvas.drawString(300, 20, str(document.page))

    frames = [Frame(left, 50, 240, 740) for left in (50, 305)]
    template = BaseDocTemplate(str(path), pagesize=A4)
    template.addPageTemplates(PageTemplate(frames=frames, onPage=draw_head))
    template.build([Paragraph(" ".join(numbered[at : at + 5]), style) for at in range(0, 120, 5)])


def test_sentences_of_two_columns_are_marked_and_nothing_else(tmp_path):
    path = tmp_path / "handbook.pdf"
    two_columns(path)
    document = read(path)
    sentences = [piece for piece in Outline(document).pieces if "lighthouse" in document.text[slice(*piece)]]
    assert len(document.pages) > 2 and len(sentences) == 120
    for start, end in sentences[::4]:
        first, last = document.page_at(start), document.page_at(end - 1)
        shown = [render_document_page(document, tmp_path, n, (start, end)) for n in range(first, last + 1)]
        under = "".join("".join(text_under(path, image)) for image in shown)
        assert under == letters(document.text[start:end])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [None, (30, 20, 400, 580)])
def test_rotated_and_cut_pages(tmp_path, rotation, box):
    path = tmp_path / "turned.pdf"
    canvas = Canvas(str(path), pagesize=A5)
    canvas.setPageRotation(rotation)
    if box:
        canvas.setCropBox(box)
    canvas.translate(210, 300)
    canvas.rotate(rotation)  # so that it is upright to who reads it
    for at, line in enumerate(("The lighthouse keeper carries", "paraffin upstairs.")):
        canvas.drawString(-70, 20 * -at, line)
    canvas.save()
    image = render_page(path, 1, "The lighthouse keeper carries paraffin upstairs.")
    assert text_under(path, image) == ["Thelighthousekeepercarries", "paraffinupstairs"]
    drawn = Image.open(io.BytesIO(image.png)).convert("L")
    assert drawn.size == (image.width, image.height)
    dark = drawn.point(lambda grey: 255 * (grey < 128)).getbbox()  # all that is drawn on the page
    left, top, right, bottom = zip(*image.rectangles, strict=True)
    assert (min(left), min(top), max(right), max(bottom)) == pytest.approx(dark, abs=4)


def test_quote_over_two_pages_is_marked_on_both(tmp_path):
    path = tmp_path / "two.pdf"
    head = "Handbook of the harbour"
    path.write_bytes(
        write_pdf([head, "One.", "The keeper of the light", "7"], [head, "carries paraffin upstairs.", "8"])
    )
    quote = "The keeper of the light carries paraffin upstairs."
    marked = [text_under(path, render_page(path, number, quote)) for number in (1, 2)]
    assert marked == [["Thekeeperofthelight"], ["carriesparaffinupstairs"]]


def test_hyphens_ligatures_and_markup_do_not_count(tmp_path):
    path = tmp_path / "signs.pdf"
    path.write_bytes(write_pdf(["The of\u00adfice closes at inter-", "national noon, for fi\u00b2 days."]))
    image = render_page(path, 1, "The **oﬃce** closes at international noon, for ﬁ2 days.")
    assert text_under(path, image) == ["Theofficeclosesatinter", "nationalnoonforfi2days"]


def test_of_the_same_words_those_behind_the_same_words_are_marked(tmp_path):
    path = tmp_path / "rows.pdf"
    path.write_bytes(write_pdf(["Leeds: open.", "York: open.", "Hull: open."]))
    tops = [
        render_page(path, 1, "open", before=f"{town}: ").rectangles[0][1]
        for town in ("Leeds", "York", "Hull")
    ]
    assert tops == sorted(set(tops))


def test_words_that_are_not_there_are_not_marked(boat):
    image = render_page(boat, 2, "The rudder is made of oak and brass.")
    assert image.rectangles == () and image.png.startswith(b"\x89PNG")
    assert render_page(boat, 1, "…").rectangles == ()


def test_quote_is_marked_on_its_own_page_alone(tmp_path):
    (tmp_path / "same.pdf").write_bytes(write_pdf("The sail is red.", "Nothing.", "The sail is red."))
    document = read(tmp_path / "same.pdf")
    shown = [render_document_page(document, tmp_path, number, (0, 16)) for number in (1, 2, 3)]
    assert [len(image.rectangles) for image in shown] == [1, 0, 0]


def test_scale_and_the_largest_picture(boat, tmp_path):
    small, large = render_page(boat, 1, scale=1), render_page(boat, 1, scale=3)
    assert large.width == pytest.approx(3 * small.width, abs=3)
    with pytest.raises(ValueError, match=r"scale is 9, expected 0\.25 to 4"):
        render_page(boat, 1, scale=9)
    huge = tmp_path / "huge.pdf"
    canvas = Canvas(str(huge), pagesize=(14_000, 14_000))
    canvas.setFont("Helvetica", 400)
    canvas.drawString(2_000, 7_000, MAST)
    canvas.save()
    image = render_page(huge, 1, MAST, scale=4)
    assert image.width * image.height < 9_000_000 and len(image.rectangles) == 1


def test_line_that_runs_upwards_is_one_rectangle(tmp_path):
    path = tmp_path / "label.pdf"
    canvas = Canvas(str(path), pagesize=A5)
    canvas.rotate(90)
    canvas.drawString(100, -200, "Depth of the harbour in metres")
    canvas.save()
    image = render_page(path, 1, "Depth of the harbour in metres")
    assert text_under(path, image) == ["Depthoftheharbourinmetres"]


# What cannot be shown


def test_file_that_changed_is_not_shown(boat):
    document = read(boat)
    assert len(render_document_page(document, boat.parent, 2, (29, 40)).rectangles) == 1
    boat.write_bytes(write_pdf(*BOAT, "Another page."))
    with pytest.raises(rag.PageError, match=r"boat\.pdf has changed since it was indexed: run rag index"):
        render_document_page(document, boat.parent, 2, (29, 40))
    boat.unlink()
    with pytest.raises(rag.PageError, match=r"boat\.pdf is not to be had \(No such file"):
        render_document_page(document, boat.parent, 2)


def test_link_out_of_the_folder_is_not_followed(boat, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "boat.pdf").symlink_to(boat)
    with pytest.raises(rag.PageError, match="leads out of"):
        render_document_page(read(folder / "boat.pdf"), folder, 1)


@pytest.mark.parametrize("number", [0, 4])
def test_page_that_is_not_there(boat, number):
    with pytest.raises(rag.PageError, match=f"has no page {number}: expected 1 to 3"):
        render_document_page(read(boat), boat.parent, number)
    with pytest.raises(rag.PageError, match=f"no page {number}"):
        render_page(boat, number)


def test_document_without_pages(tmp_path):
    (tmp_path / "a.txt").write_text("The sail is red.", encoding="utf-8")
    with pytest.raises(rag.PageError, match=r"a\.txt has no pages to be drawn: expected a PDF"):
        render_document_page(read(tmp_path / "a.txt"), tmp_path, 1)


def test_file_that_hangs_or_kills_what_draws_it(boat, tmp_path, monkeypatch):
    for name, program, reason in (
        ("hang.py", "while True: pass", r"took more than 0\.3 seconds"),
        ("crash.py", "import os; os.abort()", "that can be drawn"),
    ):
        (tmp_path / name).write_text(program, encoding="utf-8")
        monkeypatch.setattr(images, "PROGRAM", str(tmp_path / name))
        monkeypatch.setattr(images, "SECONDS", 0.3)
        with pytest.raises(rag.PageError, match=reason):
            render_page(boat, 1)


def test_file_that_is_no_pdf(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 nonsense")
    with pytest.raises(rag.PageError, match="no page 1 that can be drawn"):
        render_page(path, 1)
