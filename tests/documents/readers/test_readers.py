"""The suffix of a file says which reader reads it, and its bytes where they are of something else."""

from __future__ import annotations

import pytest

from eval.formats.packing import zipped
from rag.documents.readers.file_kinds import EmptyFile, UnknownFormat
from rag.documents.readers.html import read_html
from rag.documents.readers.plain_text import read_plain_text
from rag.documents.readers.readers import READERS, find_reader, read_file


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("a.txt", read_plain_text),
        ("A.b.HTM", read_html),
        ("page.xhtml", read_html),
        ("README", read_plain_text),
        ("LICENSE.apache", read_plain_text),
        ("more/Makefile", read_plain_text),
        ("minutes 7.1.2026", read_plain_text),
        ("talk.SRT", read_plain_text),
    ],
)
def test_reader_is_found_whatever_the_capitals(name, reader):
    assert find_reader(name) is reader


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.doc", "Word file (.doc)"), ("B.PNG", "picture (.png)"), ("c.xyz", "file (.xyz)")],
)
def test_file_without_a_reader_is_told_what_it_is(name, kind):
    with pytest.raises(UnknownFormat, match=r"such files are not read, save it as \.txt") as caught:
        read_file(name, b"Text.")
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word file (.doc)"),
        (zipped({"a.txt": "x"}), "archive (.zip)"),
        (b"\x89PNG\r\n\x1a\n", "picture (.png)"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "README"])
def test_other_formats_are_seen_whatever_they_are_called(name, raw, kind):
    with pytest.raises(UnknownFormat, match="whatever its name says") as caught:
        read_file(name, raw)
    assert caught.value.kind == kind


@pytest.mark.parametrize("start", ["<!DOCTYPE html>\n<html>", "<html>", "\n<!-- saved --><html lang=en>"])
def test_page_under_the_name_of_a_text_is_read_as_a_page(start):
    assert read_file("a.txt", f"{start}<script>var x</script><p>It closes.</p>".encode()).text == "It closes."
    assert read_file("a.txt", f"So begins a page: {start}".encode()).text.startswith("So begins")


@pytest.mark.parametrize("name", [*(f"a{suffix}" for suffix in READERS), "README"])
def test_empty_file_is_no_document(name):
    with pytest.raises(EmptyFile, match=r"^empty$"):
        read_file(name, b" \n")
