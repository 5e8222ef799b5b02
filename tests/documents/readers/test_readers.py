"""The suffix of a file says which reader reads it."""

from __future__ import annotations

import pytest

from rag.documents.readers.html import read_html
from rag.documents.readers.plain_text import read_plain_text
from rag.documents.readers.readers import READERS, find_reader, read_file


@pytest.mark.parametrize(("name", "reader"), [("a.txt", read_plain_text), ("A.b.HTM", read_html)])
def test_reader_is_found_whatever_the_capitals(name, reader):
    assert find_reader(name) is reader


@pytest.mark.parametrize("name", ["a.pdf", "txt", ".md"])
def test_file_without_a_reader_is_told_which_there_are(name):
    with pytest.raises(ValueError, match=r"no reader for .*; there are \.txt, \.md, .*\.html"):
        read_file(name, b"Text.")


@pytest.mark.parametrize("suffix", READERS)
def test_empty_file_is_no_document(suffix):
    with pytest.raises(ValueError, match=r"^empty$"):
        read_file(f"a{suffix}", b" \n")
