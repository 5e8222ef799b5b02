"""A web page saved in one file (MHTML) -> the text of the page, and where it is from.

It is a mail by its form: the page is the first part that is HTML, the rest are its pictures and styles.
"""

from __future__ import annotations

from dataclasses import replace
from email.parser import BytesParser

from rag.documents.readers.contents import Contents
from rag.documents.readers.encodings import recode
from rag.documents.readers.html import read_html

LONGEST_FIELD = 2_000  # characters of a field of its head


def read_web_archive(raw: bytes) -> Contents:
    """The visible text of a saved web page, with what it says of itself.

    Raises ValueError if it holds no page, or one that cannot be read.
    """
    try:
        archive = BytesParser().parsebytes(raw)
        parts = [
            part
            for part in archive.walk()
            if part.get_content_type() in ("text/html", "application/xhtml+xml")
        ]
    except RecursionError:
        raise ValueError("damaged: its parts are nested too deep") from None
    page = next((part.get_payload(decode=True) for part in parts), None)
    if not isinstance(page, bytes) or not page.strip():
        raise ValueError("damaged, or not what its name says (it holds no web page)")
    contents = read_html(recode(page, parts[0].get_content_charset()))
    address = str(archive["Snapshot-Content-Location"] or parts[0]["Content-Location"] or "")[:LONGEST_FIELD]
    saved = {"url": address} if address.startswith(("http://", "https://")) and address.isprintable() else {}
    return replace(contents, metadata={**saved, **contents.metadata})
