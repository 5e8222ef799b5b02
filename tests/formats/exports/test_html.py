"""The HTML page: whole in itself, its footnotes linked both ways, and nothing of a document is markup."""

from __future__ import annotations

import pytest
from exported import BARE, FOX, HOSTILE, cited, conversation, hostile, lines_of
from hypothesis import given, strategies as st
from lxml import html

from rag.conversations.export import export_conversation, export_exchange
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Statement
from rag.language.cleaning import strip_invisible

TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "strong", "sup", "a"}
TAGS |= {"footer", "ol", "li", "blockquote"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "dir"}
ATTRIBUTES |= {"aria-label", "rel"}


def parsed(content):
    return html.document_fromstring(content.decode())


def test_footnotes_are_linked_both_ways():
    statements = (Statement("One.", (cited(BARE, 2), cited()), 1.0), Statement("Two.", (cited(),), 1.0))
    told = Exchange("Who?", Answer("Who?", statements, (), refused=False))
    page = parsed(export_conversation(conversation(told, told), "html"))
    markers = page.xpath("//p//a[@role='doc-noteref']")
    assert [marker.text for marker in markers] == ["1", "2", "2", "3", "4", "4"]
    for marker in markers:
        (note,) = page.xpath(f"//li[@id='{marker.get('href')[1:]}']")
        assert note.getparent().index(note) + 1 == int(marker.text)
        assert f"#{marker.get('id')}" in note.xpath(".//a[@role='doc-backlink']/@href")
    assert len(page.xpath("//a[@role='doc-backlink']")) == 6 and len(page.xpath("//li")) == 4
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert page.xpath("//li[2]/a/@href")[0] == FOX.url
    assert [quote.text for quote in page.xpath("//blockquote")][:2] == [BARE.text, FOX.text]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    content = export_conversation(conversation(hostile(text), title=text), "html")
    page = parsed(content)
    assert {element.tag for element in page.iter()} <= TAGS
    assert {name for element in page.iter() for name in element.attrib} <= ATTRIBUTES
    assert all(link.startswith(("#", "https://", "http://")) for link in page.xpath("//@href"))
    assert page.xpath("//meta[@http-equiv]/@content") == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert page.findtext(".//title") == strip_invisible(text)
    assert " ".join(page.text_content().split()).count(strip_invisible(text)) >= 12


@given(st.text(st.characters(), min_size=1))
def test_any_quote_is_there_to_the_letter(text):
    page = parsed(export_exchange(hostile(text), "html"))
    assert page.find(".//blockquote").text_content() == "\n".join(lines_of(text))
