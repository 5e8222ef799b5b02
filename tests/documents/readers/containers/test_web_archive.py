"""A page saved in one file is read as the page is."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from rag.documents.readers.readers import read_file


def test_page_and_its_address_are_read():
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://example.org/hours"
    page = "<html><head><title>Hours</title></head><body><p>It costs 5 €.</p><script>x</script></body></html>"
    message.set_content(page, subtype="html", cte="quoted-printable", charset="iso-8859-15")
    message.make_related()
    contents = read_file("a.mhtml", message.as_bytes())
    assert contents.text == "It costs 5 €."
    assert contents.metadata == {"url": "https://example.org/hours", "title": "Hours"}


def test_archive_without_a_page_is_refused():
    with pytest.raises(ValueError, match="it holds no web page"):
        read_file("a.mht", b"Subject: x\n\nWords.\n")
