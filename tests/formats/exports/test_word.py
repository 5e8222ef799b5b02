"""The Word file: opened again by python-docx, its footnotes read from the XML, by the rules of the format."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from exported import BARE, HOSTILE, cited, conversation, hostile, lines_of
from hypothesis import given, settings, strategies as st
from lxml import etree

import rag
from rag.conversations.export import export_conversation, export_exchange
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Difference, Document, Statement
from rag.language.cleaning import strip_invisible

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(content):
    return docx.Document(io.BytesIO(content))


def footnotes(document):
    """The footnotes by their ids, separators too, from the part that the document refers to."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    return {int(note.get(f"{W}id")): note for note in etree.fromstring(part.blob)}


def text_of(element):
    """Its words, with tabs and line breaks."""
    signs = {f"{W}t": lambda e: e.text or "", f"{W}br": lambda e: "\n", f"{W}tab": lambda e: "\t"}
    return "".join(signs[e.tag](e) for e in element.iter() if e.tag in signs)


def test_a_real_answer_and_its_footnotes(chatbot):
    answer = chatbot.ask("Who ordered the review?")
    document = opened(rag.export_answer(answer, "docx"))
    assert document.core_properties.title == document.paragraphs[0].text == "Who ordered the review?"
    body = [paragraph.text for paragraph in document.paragraphs]
    assert all(statement.text in body for statement in answer.statements)
    notes = footnotes(document)
    for citation in answer.citations:
        quoted, source = notes[citation.number]
        assert text_of(quoted) == f" “{citation.quote}”" and quoted.findall(f".//{W}footnoteRef")
        assert text_of(source).startswith(f"{citation.document.title}, {citation.document.publisher}, ")
        assert text_of(source).endswith(f"{citation.document.id}:{citation.start}-{citation.end}")


def test_the_rules_of_the_format_are_kept():
    statements = (Statement("One.", (cited(BARE, 2), cited()), 1.0), Statement("Two.", (cited(),), 1.0))
    differing = (Difference("differ", (1, 2), ("a", "b")),)
    told = Exchange("Who?", Answer("Who?", statements, (), refused=False, differences=differing))
    content = export_conversation(conversation(told, told), "docx")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    kinds = etree.fromstring(parts["[Content_Types].xml"])
    overrides = {kind.get("PartName"): kind.get("ContentType") for kind in kinds if "PartName" in kind.attrib}
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    assert overrides["/word/footnotes.xml"] == f"{word}.footnotes+xml"
    links = etree.fromstring(parts["word/_rels/document.xml.rels"])
    assert [link.get("Target") for link in links if link.get("Type").endswith("/footnotes")] == [
        "footnotes.xml"
    ]

    body, notes = (etree.fromstring(parts[f"word/{name}.xml"]) for name in ("document", "footnotes"))
    ids = [int(note.get(f"{W}id")) for note in notes]
    assert ids == [-1, 0, 1, 2, 3, 4]
    assert [note.get(f"{W}type") for note in notes][:3] == ["separator", "continuationSeparator", None]
    assert [
        notes[n].find(f".//{W}{kind}") is not None
        for n, kind in enumerate(("separator", "continuationSeparator"))
    ]
    assert [int(mark.get(f"{W}id")) for mark in body.iter(f"{W}footnoteReference")] == [1, 2, 3, 4]
    fields = [field.get(f"{W}instr").split() for field in body.iter(f"{W}fldSimple")]
    names = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    assert [field[1] for field in fields] == [names[n] for n in (1, 1, 0, 3, 3, 2)]
    assert [text_of(field) for field in body.iter(f"{W}fldSimple")] == ["2", "2", "1", "4", "4", "3"]
    marks = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")]
    assert marks == [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkEnd")] and len(set(marks)) == 4

    styles = {style.get(f"{W}styleId") for style in etree.fromstring(parts["word/styles.xml"])}
    used = {style.get(f"{W}val") for root in (body, notes) for style in root.iter(f"{W}rStyle", f"{W}pStyle")}
    assert used <= styles and {"FootnoteText", "FootnoteReference"} <= used
    settings_ = [child.tag for child in etree.fromstring(parts["word/settings.xml"])]
    assert settings_.index(f"{W}footnotePr") + 1 == settings_.index(f"{W}compat")


def test_a_refusal_has_no_footnotes(chatbot):
    refused = chatbot.ask("What is the capital of Australia?")
    document = opened(rag.export_answer(refused, "docx"))
    assert document.paragraphs[-1].text == f"{refused.text} ({refused.reason})"
    assert "footnotes" not in {rel.reltype.rpartition("/")[2] for rel in document.part.rels.values()}


def test_page_of_a_citation():
    paged = Document("a.pdf", "A", "One. Two.", pages=(0, 5))
    note = footnotes(opened(rag.export_quotes([rag.Citation(1, paged, 5, 9, "Two.")], "docx")))[1]
    assert text_of(note[1]) == "A, publisher unknown, date unknown, p. 2, a.pdf:5-9"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    document = opened(export_conversation(conversation(hostile(text), title=text * 50), "docx"))
    body = " ".join(" ".join(paragraph.text for paragraph in document.paragraphs).split())
    assert body.count(strip_invisible(text)) >= 10
    assert {rel.reltype.rpartition("/")[2] for rel in document.part.rels.values()} == {
        "customXml", "footnotes", "fontTable", "numbering", "settings", "styles", "stylesWithEffects",
        "theme", "webSettings",
    }  # fmt: skip
    assert not list(document.element.iter(f"{W}instrText", f"{W}hyperlink", f"{W}fldSimple"))


@settings(max_examples=30)
@given(st.text(st.characters(), min_size=1))
def test_any_quote_is_there_to_the_letter(text):
    quoted, source = footnotes(opened(export_exchange(hostile(text), "docx")))[1]
    assert text_of(quoted) == " “" + "\n".join(lines_of(text)) + "”"
    left_out = sum(line.count("�") for line in lines_of(text)) - text.count("�")
    assert (f"{left_out} character" in text_of(source)) is (left_out > 0)
