"""A book is read chapter by chapter, as its spine has them."""

from __future__ import annotations

import pytest
from made import place_of

from eval.formats.packing import zipped
from rag.documents.readers.readers import read_file

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="b/a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Owls</dc:title>'
    "<dc:publisher>Ash Press</dc:publisher><dc:date>2026-03-04</dc:date></metadata><manifest>"
    '<item id="two" href="two.xhtml"/><item id="one" href="c%20one.xhtml"/></manifest>'
    '<spine><itemref idref="one"/><itemref idref="two"/></spine></package>'
)
PARTS = {
    "META-INF/container.xml": CONTAINER,
    "b/a.opf": PACKAGE,
    "b/two.xhtml": "<html><body><h1>Nests</h1><p>The owl nests in barns.</p></body></html>",
    "b/c one.xhtml": "<html><body><h1>Hunting</h1><p>The owl hunts by night.</p></body></html>",
}


def test_chapters_come_in_order_and_are_called_by_their_headings():
    contents = read_file("a.epub", zipped(PARTS))
    assert contents.text.index("by night") < contents.text.index("in barns")
    assert place_of(contents, "in barns") == "chapter 2: Nests"
    metadata = contents.metadata
    assert (metadata["title"], metadata["publisher"], str(metadata["published"])) == (
        "Owls",
        "Ash Press",
        "2026-03-04",
    )


def test_locked_book_is_refused_and_one_with_hidden_fonts_is_not():
    method = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    font = {"META-INF/encryption.xml": method.format("http://www.idpf.org/2008/embedding")}
    assert "by night" in read_file("a.epub", zipped(PARTS | font)).text
    locked = {"META-INF/encryption.xml": method.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc")}
    with pytest.raises(ValueError, match="locked by a password or a shop"):
        read_file("a.epub", zipped(PARTS | locked))


def test_book_without_a_chapter_that_it_names_is_damaged():
    with pytest.raises(ValueError, match="damaged"):
        read_file("a.epub", zipped({name: part for name, part in PARTS.items() if name != "b/two.xhtml"}))
