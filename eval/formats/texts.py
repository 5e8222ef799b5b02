"""A topic -> a file of text, web, mail, book or pages, and where each of its two facts stands there."""

from __future__ import annotations

import io
import json
import mailbox
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from eval.formats.packing import saved, zipped
from eval.formats.topics import FILLER, Topic

Made = tuple[bytes, str, str]  # a file, and the places of its first and second fact


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
    raw = zipped({name: part.encode() for name, part in parts.items()})
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
    raw = zipped({name: f"{topic.title}\n\n{sentence}\n".encode() for name, sentence in parts.items()})
    return raw, "", ""


Writer = Callable[[Topic, int], Made]
# How many files of each format there are, each with its number among them.
WRITERS: tuple[tuple[str, Writer, int], ...] = (
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
