"""Files of other programs are read whole: text, headings, tables, pages, and what they say of themselves."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from email.message import EmailMessage

import docx
import openpyxl
import pptx
import pytest
from pages import BOAT, MAST, SCAN, write_pdf
from small import open_over

from eval.formats.packing import saved, zipped
from rag.cli.main import main
from rag.documents.pages import process
from rag.documents.readers.file_kinds import RECOGNISE
from rag.documents.readers.office import office
from rag.documents.readers.office.office import SUFFIXES
from rag.documents.readers.readers import read_file
from rag.formats.exports.text import reference_text
from rag.formats.serialisation import answer_json
from rag.formats.text import place_line


def word():
    document = docx.Document()
    document.core_properties.title = "House rules"
    document.core_properties.created = datetime(2026, 3, 4, 5, 6)
    document.add_heading("Heating", level=1)
    document.add_paragraph("The boiler is lit on 1 October.")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("Flat", "Key"), ("2 B", "K-17")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def slides():
    document = pptx.Presentation()
    for title, text in (
        ("The harbour", "All are welcome."),
        ("", ""),
        ("The quay", "The crane lifts 40 tonnes."),
    ):
        slide = document.slides.add_slide(document.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    return saved(document)


def sheet():
    document = openpyxl.Workbook()  # whose first sheet is empty
    depots = document.create_sheet("Depots <b>")
    for row in (("Depot", "Manager"), ("Leeds", "Ada Brook"), ("York", "Bo Reed")):
        depots.append(row)
    return saved(document)


def mail():
    message = EmailMessage()
    message["Subject"], message["From"] = "Keys", "Ada Brook <ada@example.org>"
    message["Date"] = "Wed, 04 Mar 2026 09:00:00 +0000"
    message.set_content("The keys are with the porter.")
    return message.as_bytes()


def notebook():
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["# Tides\n", "High water is at noon."]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def book():
    body = "<body><h1>Owls</h1><p>The owl hunts by night.</p></body>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
            'version="1.0"><rootfiles><rootfile full-path="a.opf" '
            'media-type="application/oebps-package+xml"/></rootfiles></container>',
            "a.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">1</dc:identifier>'
            "<dc:title>Owls</dc:title><dc:language>en</dc:language></metadata><manifest>"
            '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>',
            "c.xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'>{body}</html>",
        }
    )


FILES = {
    "rules.docx": (word, "The boiler is lit on 1 October."),
    "harbour.pptx": (slides, "The crane lifts 40 tonnes."),
    "depots.xlsx": (sheet, "Ada Brook"),
    "boat.pdf": (lambda: write_pdf(*BOAT), MAST),
    "keys.eml": (mail, "The keys are with the porter."),
    "tides.ipynb": (notebook, "High water is at noon."),
    "owls.epub": (book, "The owl hunts by night."),
    "note.rtf": (lambda: rb"{\rtf1\ansi The lamp is green.\par}", "The lamp is green."),
}


@pytest.mark.parametrize("name", FILES)
def test_text_is_read_and_every_letter_stands_in_a_block(name):
    make, says = FILES[name]
    contents = read_file(name, make())
    assert says in contents.text
    covered = set().union(*(range(block.start, block.end) for block in contents.blocks))
    assert {i for i, c in enumerate(contents.text) if c.isalnum()} <= covered


def test_headings_tables_and_properties_of_a_word_file():
    contents = read_file("rules.docx", word())
    assert {"heading", "row"} <= {block.kind for block in contents.blocks}
    assert contents.metadata["title"] == "House rules"
    assert contents.metadata["published"] == date(2026, 3, 4)
    assert contents.metadata["date_from"] == "the file's own properties"


def test_head_of_a_mail():
    metadata = read_file("keys.eml", mail()).metadata
    assert (metadata["title"], metadata["published"]) == ("Keys", date(2026, 3, 4))
    assert metadata["publisher"] == "Ada Brook <ada@example.org>"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, embedder):
    made = {name: make() for name, (make, _) in FILES.items()}
    return open_over(made, tmp_path_factory.mktemp("mixed"), embedder)


@pytest.mark.parametrize(
    ("question", "quote", "page", "place"),
    [
        ("How high is the mast?", "The mast is nine metres high.", 2, "p. 2"),
        ("What colour is the sail?", "The sail is red.", 3, "p. 3"),
        ("When is the boiler lit?", "The boiler is lit on 1 October.", None, ""),
        ("Who is the manager of Leeds?", "Ada Brook", 2, "sheet Depots <b>, row 2"),
        ("How many tonnes does the crane lift?", "The crane lifts 40 tonnes.", 3, "slide 3"),
    ],
)
def test_citation_is_verbatim_and_says_its_place(mixed, question, quote, page, place):
    citation = mixed.ask(question).citations[0]
    assert quote in citation.quote
    assert citation.document.text[citation.start : citation.end] == citation.quote
    assert (citation.document.page_at(citation.start), citation.place) == (page, place)
    told = answer_json(mixed.ask(question))["citations"][0]
    assert (told["page"], told["place"]) == (page, place or None)
    assert place in place_line(citation) and place in reference_text(citation)


@pytest.mark.parametrize(
    "suffix", sorted({*SUFFIXES, ".epub", ".zip"} - {".rtf"})
)  # whose reader takes any words
@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04nonsense"])
def test_damaged_file_is_refused_by_name(suffix, raw):
    with pytest.raises(ValueError, match=r"damaged|empty|binary"):
        read_file(f"a{suffix}", raw)


def test_office_file_under_the_name_of_a_text_is_read_as_what_it_is():
    assert "The boiler is lit" in read_file("rules.txt", word()).text


def test_cut_off_file_is_refused():
    with pytest.raises(ValueError, match="damaged"):
        read_file("rules.docx", word()[:-400])


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a program in the place of the one that reads Word files."""

    def put(source):
        (tmp_path / "word.py").write_text(source)
        monkeypatch.setattr(office, "PROGRAMS", tmp_path)

    return put


def test_hanging_file_costs_its_time_and_no_more(program, monkeypatch):
    program("while True: pass")
    monkeypatch.setattr(office, "SECONDS", 0.2)
    with pytest.raises(ValueError, match=r"more than 0\.2 seconds"):
        read_file("rules.docx", word())


def test_file_that_kills_its_reader_is_refused(program):
    program("import os; os.abort()")
    with pytest.raises(ValueError, match="gave up on it"):
        read_file("rules.docx", word())


def test_file_that_needs_too_much_memory_is_refused(program):
    program("bytearray(2_000_000_000)")
    with pytest.raises(ValueError, match="too much memory to read: split it"):
        read_file("rules.docx", word())


def test_program_that_says_too_much_is_stopped(program, monkeypatch):
    program("import sys\nwhile True: sys.stdout.write('x' * 10_000)")
    monkeypatch.setattr(process, "MOST_SAID", 100_000)
    with pytest.raises(ValueError, match="characters of text: split it"):
        read_file("rules.docx", word())


def test_program_that_complains_without_end_is_told_by_its_last_words(program):
    program("import sys\nfor n in range(50_000): sys.stderr.write('so ')\nsys.exit('and no further')")
    with pytest.raises(ValueError, match=r"damaged, .*so so"):
        read_file("rules.docx", word())


def test_what_reads_a_file_writes_none(program, tmp_path):
    program(f"with open({str(tmp_path / 'out')!r}, 'w') as file: file.write('x')")
    with pytest.raises(ValueError, match="File too large"):
        read_file("rules.docx", word())


@pytest.fixture
def no_ocr(monkeypatch):
    """As if the extra were not installed."""
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)


def test_pages_without_text_are_said_to_be_pictures(no_ocr):
    with pytest.raises(ValueError, match="pictures without text"):
        read_file("scan.pdf", write_pdf(SCAN))


def test_pages_that_are_pictures_are_named_and_blank_ones_are_not(no_ocr, tmp_path, embedder, capsys):
    raw = write_pdf("The anchor weighs 12 kilos.", "", SCAN, SCAN, "The sail is red.", SCAN)
    boat = open_over({"boat.pdf": raw, "b.txt": "The cook is called Ann."}, tmp_path, embedder)
    assert [(file.path, file.reason) for file in boat.index.card.skipped] == [
        (
            "boat.pdf",
            f"pages 3-4, 6 are pictures without text: recognise them first ({RECOGNISE})",
        )
    ]
    assert boat.ask("What colour is the sail?").citations[0].place == "p. 5"
    assert boat.ask("Who is the captain of the submarine?").notice == (
        "1 file could not be read whole and may hold it: 1 PDF file with pages that are pictures"
    )
    assert main(["info", "--index", str(tmp_path / "index")]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "1 PDF file with pages that are pictures was read without those",
        f"boat.pdf: pages 3-4, 6 are pictures without text: recognise them first ({RECOGNISE})",
    ]


def test_slides_and_sheets_begin_where_they_do():
    contents = read_file("harbour.pptx", slides())
    assert [contents.text[at:][:14] for at in contents.pages] == [
        "The harbour\n\nA",
        "The quay\n\nThe ",
        "The quay\n\nThe ",
    ]
    assert contents.page_names == ("slide 1", "slide 2", "slide 3")
    sheets = openpyxl.Workbook()
    for name in ("Jan", "Jan.", "--", "Last"):
        sheets.create_sheet(name)["A1"] = f"## Last\n## {name}"
    contents = read_file("sheets.xlsx", saved(sheets))
    begun = [contents.text[at:].split("\n")[0] for at in contents.pages]
    assert begun == ["Jan", "Jan", "Jan.", "## Last ## --", "Last"]
    assert contents.page_names[1:] == ("sheet Jan", "sheet Jan.", "sheet --", "sheet Last")


@pytest.mark.parametrize(
    "head",
    ["From: a@", "From: " + "(" * 5000, "Date: 1 Jan 99999999999999999999 00:00", "From: " + "a " * 20_000],
)
def test_head_of_a_mail_made_to_trip_its_reader_says_nothing(head):
    contents = read_file("a.eml", f"{head}\nTo: b@example.org\n\nThe keys are with the porter.\n".encode())
    assert "porter" in contents.text
    assert "published" not in contents.metadata


def test_no_secret_of_the_environment_is_seen_by_what_reads_a_file(program, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    program(
        'import json, os; print(json.dumps({"pieces": [["code", str(dict(os.environ))]], "properties": {}}))'
    )
    text = read_file("rules.docx", word()).text
    assert "PATH" in text and "secret" not in text
