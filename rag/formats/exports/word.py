"""A transcript as a Word file, with the footnotes of a word processor.

python-docx knows no footnotes, so they are a part of the package written here (ECMA-376 part 1, 17.11).
"""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as Package
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from rag.datatypes import Citation
from rag.formats.exports.footnotes import quote_lines, quote_remark, source_text, web_address
from rag.formats.exports.transcript import Paragraph, Transcript

LONGEST_TITLE = 255  # characters that the properties of a file take
REFERENCE, TEXT = "FootnoteReference", "FootnoteText"  # the ids that Word gives these styles
# The lines above the footnotes, which each file with footnotes must have.
_SEPARATORS = {-1: "separator", 0: "continuationSeparator"}


def write_word(transcript: Transcript) -> bytes:
    """The answers with footnotes, numbered through the file."""
    package = Document()
    _describe(package, transcript.title)
    _add_styles(package)
    package.add_heading(transcript.title, 0)
    cited: set[int] = set()
    for section in transcript.sections:
        if section.heading:
            package.add_heading(section.heading, 1)
        for paragraph in section.paragraphs:
            _fill(package.add_paragraph(), paragraph, cited)
    if cited:
        _add_footnotes(package, transcript.citations)
    content = io.BytesIO()
    package.save(content)
    return content.getvalue()


def _describe(package: Package, title: str) -> None:
    """Say in the properties what the file is, in place of what the template says of itself."""
    properties = package.core_properties
    properties.title, properties.author, properties.comments = title[:LONGEST_TITLE], "Footnote", ""


def _add_styles(package: Package) -> None:
    """Add the two styles of footnotes, which the template lacks."""
    reference = package.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.element.styleId, reference.font.superscript = REFERENCE, True
    text = package.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.element.styleId, text.base_style = TEXT, package.styles["Normal"]
    text.font.size, text.paragraph_format.space_after = Pt(9), Pt(2)


def _fill(there: WordParagraph, paragraph: Paragraph, cited: set[int]) -> None:
    """Write the runs with their footnotes; `cited` are those that have stood before, and grows."""
    for run in paragraph.runs:
        words = there.add_run(f"{run.text} " if run.strong else run.text)
        words.bold, words.italic = run.strong or None, paragraph.aside or None
        for citation in run.citations:
            number = citation.number
            there._p.extend(_cross_reference(number) if number in cited else _reference(number))
            cited.add(number)


def _reference(number: int) -> list[BaseOxmlElement]:
    """The marker of a footnote, as a place to refer to."""
    id, name = qn("w:id"), qn("w:name")
    begin = _element("w:bookmarkStart", {id: str(number), name: _bookmark(number)})
    mark = _marker(_element("w:footnoteReference", {id: str(number)}))
    return [begin, mark, _element("w:bookmarkEnd", {id: str(number)})]


def _cross_reference(number: int) -> list[BaseOxmlElement]:
    """The marker of a footnote that stands further up: a word processor has each only once."""
    field = _element("w:fldSimple", {qn("w:instr"): f" NOTEREF {_bookmark(number)} \\h "})
    shown = OxmlElement("w:t")
    shown.text = str(number)
    field.append(_marker(shown))
    return [field]


def _bookmark(number: int) -> str:
    return f"_Footnote{number}"


def _marker(content: BaseOxmlElement) -> BaseOxmlElement:
    """A run with this in the style of markers."""
    run, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
    properties.append(_element("w:rStyle", {qn("w:val"): REFERENCE}))
    run.extend([properties, content])
    return run


def _add_footnotes(package: Package, citations: tuple[Citation, ...]) -> None:
    """Add the part that holds the footnotes, and its separators."""
    notes = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    properties = OxmlElement("w:footnotePr")
    for id, kind in _SEPARATORS.items():
        note, paragraph = _note(id), OxmlElement("w:p")
        note.set(qn("w:type"), kind)
        run = OxmlElement("w:r")
        run.append(OxmlElement(f"w:{kind}"))
        paragraph.append(run)
        note.append(paragraph)
        notes.append(note)
        properties.append(_element("w:footnote", {qn("w:id"): str(id)}))
    notes.extend(_footnote(citation, package) for citation in citations)
    name = PackURI("/word/footnotes.xml")
    part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, notes, package.part.package)
    package.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    package.settings.element.find(qn("w:compat")).addprevious(properties)  # where the schema wants it


def _footnote(citation: Citation, package: Package) -> BaseOxmlElement:
    """A footnote of two paragraphs: the quote, and where it stands."""
    note = _note(citation.number)
    parts = (source_text(citation), web_address(citation.document), quote_remark(citation))
    lines = "\n".join(quote_lines(citation))
    quoted = f" “{lines}”"
    for text in (quoted, ", ".join(filter(None, parts))):
        element = OxmlElement("w:p")
        element.style = TEXT
        if text is quoted:
            element.append(_marker(OxmlElement("w:footnoteRef")))
        WordParagraph(element, package._body).add_run(text)
        note.append(element)
    return note


def _note(id: int) -> BaseOxmlElement:
    return _element("w:footnote", {qn("w:id"): str(id)})


def _element(tag: str, attributes: dict[str, str]) -> BaseOxmlElement:
    return OxmlElement(tag, attributes)
