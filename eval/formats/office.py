"""A topic -> a file of Office, OpenDocument or RTF, and where each of its two facts stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import docx
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from odf import draw, opendocument, presentation, style, text as odf_text

from eval.formats.packing import saved, unzipped, zipped
from eval.formats.topics import FILLER, Topic

Made = tuple[bytes, str, str]  # a file, and the places of its first and second fact
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
    parts = unzipped(raw)
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(plain.encode(), _WRAPPED[suffix].encode())
    return zipped(parts), places[0], places[1]


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
)
