"""A topic -> a file of a format that holds sentences, and where each of its two facts stands there."""

from __future__ import annotations

import io
import json
import mailbox
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odf import draw, opendocument, presentation, style, text as odf_text
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from eval.formats.topics import Topic

Made = tuple[bytes, str, str]  # a file, and the places of its first and second fact
FILLER = (
    "This page is kept by the district council and is looked through once a year.",
    "Remarks are welcome at any time and are answered in writing.",
)
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_WRAPPED = {
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
}
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def write_word(topic: Topic, variant: int) -> Made:
    """A Word file; its second fact is a list item, an insertion among changes, or in a box."""
    first, second = (fact.sentence for fact in topic.facts)
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "District papers"
    document.add_paragraph(topic.title, "Title")
    document.add_heading("Overview", 1)
    document.add_paragraph(f"{FILLER[0]} {first}")
    document.add_heading("Particulars", 1)
    if variant % 3 == 0:
        for item in (FILLER[1], second):
            document.add_paragraph(item, "List Bullet")
    elif variant % 3 == 1:
        paragraph = document.add_paragraph()
        added, gone = (
            f'<w:{tag} {nsdecls("w")} w:id="{n}" w:author="A"><w:r><w:{words}>{said}</w:{words}></w:r>'
            f"</w:{tag}>"
            for n, (tag, words, said) in enumerate((("ins", "t", second), ("del", "delText", "Withdrawn.")))
        )
        for change in (added, gone):
            paragraph._p.append(parse_xml(change))
    else:
        box = (
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
            f"<w:txbxContent><w:p><w:r><w:t>{second}</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r>"
        )
        document.add_paragraph(FILLER[1])._p.append(parse_xml(box))
    return saved(document), "", ""


def write_slides(topic: Topic, variant: int) -> Made:
    """Slides: the first fact on the second of them, the second one there or in the notes of the third."""
    first, second = (fact.sentence for fact in topic.facts)
    deck = pptx.Presentation()
    slides = [deck.slides.add_slide(deck.slide_layouts[1]) for _ in range(3)]
    bodies = [[FILLER[0]], [FILLER[1], first], ["To be continued."]]
    in_notes = variant % 2 == 0
    (
        slides[2].notes_slide.notes_text_frame if in_notes else slides[2].placeholders[1].text_frame
    ).text = second
    for slide, heading, lines in zip(slides, (topic.title, "Overview", "Outlook"), bodies, strict=True):
        slide.shapes.title.text = heading
        frame = slide.placeholders[1].text_frame
        if not frame.text:
            frame.text = lines[0]
        for line in lines[1:]:
            frame.add_paragraph().text = line
    return saved(deck), "slide 2", "slide 3, speaker notes" if in_notes else "slide 3"


def write_wrapped(topic: Topic, variant: int) -> Made:
    """The same with macros, as a template or a show: `_WRAPPED`, in order."""
    suffix = list(_WRAPPED)[variant]
    plain = _CONTENT if suffix.startswith("do") else _SLIDES
    raw, *places = (write_word if plain == _CONTENT else write_slides)(topic, variant)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(plain.encode(), _WRAPPED[suffix].encode())
    return _zipped(parts), places[0], places[1]


def write_open_text(topic: Topic, variant: int) -> Made:
    document = opendocument.OpenDocumentText()
    document.text.addElement(odf_text.H(outlinelevel=1, text=topic.title))
    for paragraph in (FILLER[0], topic.facts[0].sentence, topic.facts[1].sentence):
        document.text.addElement(odf_text.P(text=paragraph))
    return saved(document), "", ""


def write_open_slides(topic: Topic, variant: int) -> Made:
    """An OpenDocument presentation, its second fact on the second slide or in the notes there."""
    deck = opendocument.OpenDocumentPresentation()
    layout = style.PageLayout(name="page")
    deck.automaticstyles.addElement(layout)
    master = style.MasterPage(name="master", pagelayoutname=layout)
    deck.masterstyles.addElement(master)
    in_notes = variant % 2 == 0
    for number, sentence in enumerate((topic.facts[0].sentence, topic.facts[1].sentence)):
        page = draw.Page(masterpagename=master)
        deck.presentation.addElement(page)
        holder: Any = page
        if number and in_notes:
            holder = presentation.Notes()
            page.addElement(holder)
        for line in (topic.title, FILLER[number]):
            page.insertBefore(_frame(line), page.firstChild if number and in_notes else None)
        holder.addElement(_frame(sentence))
    return saved(deck), "slide 1", "slide 2, speaker notes" if in_notes else "slide 2"


def _frame(line: str) -> Any:
    frame = draw.Frame(width="10cm", height="3cm", x="1cm", y="1cm")
    box = draw.TextBox()
    frame.addElement(box)
    box.addElement(odf_text.P(text=line))
    return frame


def write_rich_text(topic: Topic, variant: int) -> Made:
    lines = (topic.title, FILLER[0], topic.facts[0].sentence, FILLER[1], topic.facts[1].sentence)
    return b"{\\rtf1\\ansi " + b"\\par ".join(line.encode() for line in lines) + b"\\par}", "", ""


def write_book(topic: Topic, variant: int) -> Made:
    chapters = {
        "Beginnings": (FILLER[0], topic.facts[0].sentence),
        "Later years": (FILLER[1], topic.facts[1].sentence),
    }
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="book/a.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>",
        "book/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{topic.title}</dc:title></metadata><manifest>'
        + "".join(f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in (1, 2))
        + '</manifest><spine><itemref idref="c1"/><itemref idref="c2"/></spine></package>',
    }
    for number, (heading, lines) in enumerate(chapters.items(), 1):
        body = "".join(f"<p>{line}</p>" for line in lines)
        parts[f"book/c{number}.xhtml"] = (
            f"<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{heading}</h1>{body}</body></html>"
        )
    raw = _zipped({name: part.encode() for name, part in parts.items()})
    return raw, "chapter 1: Beginnings", "chapter 2: Later years"


def _message(topic: Topic, body: str, day: int) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = topic.title, "Office <office@example.org>"
    message["To"], message["Date"] = "all@example.org", f"Mon, {day:02} Mar 2026 09:00:00 +0000"
    message.set_content(body)
    return message


def write_mail(topic: Topic, variant: int) -> Made:
    """A mail with its second fact in an attachment: a text, or a Word file."""
    first, second = (fact.sentence for fact in topic.facts)
    message = _message(topic, f"Dear all,\n\n{first}\n\nYours\n", 2)
    if variant % 2:
        message.add_attachment(f"{second}\n", filename="note.txt")
        name = "note.txt"
    else:
        document = docx.Document()
        document.add_paragraph(second)
        message.add_attachment(
            saved(document), maintype="application", subtype="octet-stream", filename="note.docx"
        )
        name = "note.docx"
    return message.as_bytes(), "message, 2 March 2026", f"message, 2 March 2026, attachment {name}"


def write_mailbox(topic: Topic, variant: int) -> Made:
    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(Path(folder, "box"))
        for day, fact in enumerate(topic.facts, 2):
            box.add(_message(topic, f"Dear all,\n\n{fact.sentence}\n\nYours\n", day))
        box.close()
        raw = Path(folder, "box").read_bytes()
    return raw, "message 1, 2 March 2026", "message 2, 3 March 2026"


def _page(topic: Topic) -> str:
    first, second = (fact.sentence for fact in topic.facts)
    return (
        f"<!doctype html><html><head><title>{topic.title}</title></head><body><nav>Home News</nav>"
        f"<h1>{topic.title}</h1><p>{FILLER[0]} {first}</p><h2>More</h2>"
        f"<ul><li>{FILLER[1]}</li><li>{second}</li></ul></body></html>"
    )


def write_web_page(topic: Topic, variant: int) -> Made:
    return _page(topic).encode(), "", ""


def write_web_archive(topic: Topic, variant: int) -> Made:
    message = EmailMessage()
    message["From"], message["Snapshot-Content-Location"] = "<Saved by Blink>", "https://example.org/page"
    message.set_content(_page(topic), subtype="html", cte="quoted-printable")
    message.make_related()
    return message.as_bytes(), "", ""


def write_markdown(topic: Topic, variant: int) -> Made:
    first, second = (fact.sentence for fact in topic.facts)
    return (
        f"# {topic.title}\n\n{FILLER[0]} {first}\n\n## More\n\n- {FILLER[1]}\n- {second}\n".encode(),
        "",
        "",
    )


def write_text(topic: Topic, variant: int) -> Made:
    first, second = (fact.sentence for fact in topic.facts)
    return f"{topic.title}\n\n{FILLER[0]} {first}\n\n{second} {FILLER[1]}\n".encode(), "", ""


def write_subtitles(topic: Topic, variant: int) -> Made:
    """Subtitles, of SubRip or for the web."""
    sign, head = (",", "") if variant % 2 == 0 else (".", "WEBVTT\n\n")
    cues = [topic.title + ".", topic.facts[0].sentence, FILLER[1], topic.facts[1].sentence]
    lines = (
        f"{n}\n00:00:0{n}{sign}000 --> 00:00:0{n + 1}{sign}000\n{cue}\n" for n, cue in enumerate(cues, 1)
    )
    return (head + "\n".join(lines)).encode(), "", ""


def write_notebook(topic: Topic, variant: int) -> Made:
    first, second = (fact.sentence for fact in topic.facts)
    sources = (f"# {topic.title}\n\n{FILLER[0]}", first, f"## More\n\n{second}")
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode(), "", ""


def write_pdf(topic: Topic, variant: int) -> Made:
    """A PDF of three pages; the last ones of the set are pictures, as a scanner makes them."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(500, 300))
    pages = ((topic.title, FILLER[0]), (topic.facts[0].sentence,), (FILLER[1], topic.facts[1].sentence))
    for lines in pages:
        if variant == 3:
            picture = Image.new("RGB", (1000, 600), "white")
            for at, line in enumerate(lines):
                font = ImageFont.load_default(26)
                ImageDraw.Draw(picture).text((30, 80 + 60 * at), line, fill="black", font=font)
            canvas.drawImage(ImageReader(picture), 0, 0, 500, 300)
        else:
            for at, line in enumerate(lines):
                canvas.drawString(30, 240 - 20 * at, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue(), "p. 2", "p. 3"


def write_archive(topic: Topic, variant: int) -> Made:
    parts = {"notes/first.md": topic.facts[0].sentence, "second.txt": topic.facts[1].sentence}
    raw = _zipped({name: f"{topic.title}\n\n{sentence}\n".encode() for name, sentence in parts.items()})
    return raw, "", ""


def saved(document: Any) -> bytes:
    """The bytes of what can be saved to a file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


Writer = Callable[[Topic, int], Made]
# How many files of each format there are, each with its number among them.
WRITERS: tuple[tuple[str, Writer, int], ...] = (
    ("docx", write_word, 3),
    ("docm", write_wrapped, 1),
    ("dotx", write_wrapped, 1),
    ("pptm", write_wrapped, 1),
    ("ppsx", write_wrapped, 1),
    ("pptx", write_slides, 3),
    ("odt", write_open_text, 2),
    ("odp", write_open_slides, 3),
    ("rtf", write_rich_text, 3),
    ("epub", write_book, 3),
    ("eml", write_mail, 3),
    ("mbox", write_mailbox, 3),
    ("html", write_web_page, 2),
    ("mhtml", write_web_archive, 2),
    ("md", write_markdown, 2),
    ("txt", write_text, 1),
    ("srt", write_subtitles, 1),
    ("vtt", write_subtitles, 1),
    ("ipynb", write_notebook, 2),
    ("pdf", write_pdf, 4),
    ("zip", write_archive, 2),
)
