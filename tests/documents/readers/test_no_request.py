"""Whatever a document refers to elsewhere, reading it asks no server: nobody forges a request by one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import docx
import pptx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from odf.draw import Frame, Image
from odf.opendocument import OpenDocumentText
from odf.text import P
from reportlab.pdfgen.canvas import Canvas

import rag

TEMPLATE = RELATIONSHIP_TYPE.HYPERLINK.replace("hyperlink", "attachedTemplate")
WORDS = "The lamp is lit at dusk."


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server that answers nobody, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hear() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(200))

        threading.Thread(target=hear, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)


def write_html(path, url):
    path.write_text(
        f"<!DOCTYPE html SYSTEM '{url}/dtd'><html><head><base href='{url}'>"
        f"<link rel=stylesheet href='{url}/css'>"
        f"<meta http-equiv=refresh content='0; url={url}/next'><script src='{url}/js'></script></head>"
        f"<body><p>{WORDS}</p><img src='{url}/img'><iframe src='{url}/frame'></iframe>"
        f"<object data='{url}/object'></object></body></html>"
    )


def write_xhtml(path, url):
    path.write_text(
        f"<?xml version='1.0'?><?xml-stylesheet href='{url}/css'?>"
        f"<!DOCTYPE html PUBLIC '-//X//EN' '{url}/dtd' "
        f"[<!ENTITY far SYSTEM '{url}/entity'><!ENTITY % more SYSTEM '{url}/more'> %more;]>"
        "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:xi='http://www.w3.org/2001/XInclude'><body>"
        f"<p>{WORDS} &far;</p><xi:include href='{url}/include'/></body></html>"
    )


def write_markdown(path, url):
    path.write_text(
        f"---\nurl: {url}/source\n---\n\n{WORDS} ![]({url}/img) <{url}/auto>\n\n.. include:: {url}\n"
    )


def write_mail(path, url):
    head = f"From: a@b.example\nList-Unsubscribe: <{url}/list>\nContent-Type: text/html\nSubject: Lamp\n\n"
    path.write_text(f"{head}<p>{WORDS}</p><img src='{url}/pixel'>")


def write_word(path, url):
    document = docx.Document()
    document.add_paragraph(WORDS)
    for part in (document.part, document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)):
        for kind in (
            RELATIONSHIP_TYPE.IMAGE,
            TEMPLATE,
            RELATIONSHIP_TYPE.HYPERLINK,
        ):
            part.rels.get_or_add_ext_rel(kind, f"{url}/{kind[-8:]}")
    document.save(path)


def write_slides(path, url):
    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[0])
    slide.shapes.title.text = WORDS
    for kind in (RELATIONSHIP_TYPE.IMAGE, RELATIONSHIP_TYPE.HYPERLINK):
        slide.part.rels.get_or_add_ext_rel(kind, f"{url}/{kind[-8:]}")
    slides.save(path)


def write_open_document(path, url):
    text, frame = OpenDocumentText(), Frame(width="1cm", height="1cm", anchortype="paragraph")
    frame.addElement(Image(href=f"{url}/img"))
    paragraph = P(text=WORDS)
    paragraph.addElement(frame)
    text.text.addElement(paragraph)
    text.save(path)


def write_rich_text(path, url):
    field = rf"{{\field{{\*\fldinst INCLUDEPICTURE {url}/img}}}}{{\*\template {url}/dot}}"
    path.write_text(rf"{{\rtf1\ansi {field} {WORDS}}}")


def write_pdf(path, url):
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, WORDS)
    canvas.linkURL(f"{url}/link", (72, 700, 300, 740))
    canvas.save()


WRITERS = {
    "lamp.html": write_html,
    "lamp.xhtml": write_xhtml,
    "lamp.md": write_markdown,
    "lamp.eml": write_mail,
    "lamp.docx": write_word,
    "lamp.pptx": write_slides,
    "lamp.odt": write_open_document,
    "lamp.rtf": write_rich_text,
    "lamp.pdf": write_pdf,
}


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_that_a_document_names_is_asked_for(tmp_path, name):
    with listening() as (url, asked):
        WRITERS[name](tmp_path / name, url)
        (document,) = rag.read_documents(tmp_path).documents
        assert WORDS in document.text and asked == []
        with socket.create_connection(url.removeprefix("http://").split(":")) as connection:  # it does listen
            connection.sendall(b"knock")
            assert connection.recv(1) == b"" and asked == [b"knock"]
