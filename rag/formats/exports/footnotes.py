"""What a footnote says: the quote, whose words it is, and where it stands.

A quote may hold signs that turn the direction of writing; their power ends with the line.  So a quote ends
its line in every format, and nothing of ours stands behind it.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from rag.datatypes import Citation, Document
from rag.documents.labels import dated_text
from rag.language.cleaning import strip_invisible

# Control characters but for the tab, halves of surrogate pairs, and what XML has not.
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def quote_lines(citation: Citation) -> list[str]:
    """The quote, line for line; a character that no file holds stands as "�".

    >>> quote_lines(Citation(1, Document("a.txt", "A", "Big\\0.\\r\\n  Old."), 0, 13, "Big\\0.\\r\\n  Old."))
    ['Big�.', '  Old.']
    """
    return [_UNWRITABLE.sub("�", line) for line in citation.quote.splitlines()]


def quote_remark(citation: Citation) -> str:
    """What there is to say of characters that no file holds, "" if there are none in the quote."""
    count = sum(len(_UNWRITABLE.findall(line)) for line in citation.quote.splitlines())
    if not count:
        return ""
    return f"{count} character{'s' if count > 1 else ''} of the quote cannot be written: read �"


def source_text(citation: Citation) -> str:
    """Title, publisher, date and place on one line, and an address that is none of the web.

    What is unknown is said to be unknown.

    >>> source_text(Citation(1, Document("a.txt", "A title", "Big."), 0, 4, "Big."))
    'A title, publisher unknown, date unknown, a.txt:0-4'
    """
    document = citation.document
    publisher = document.publisher or "publisher unknown"
    parts = [document.title, publisher, dated_text(document), place_text(citation)]
    parts += [document.url] if document.url and not web_address(document) else []
    return strip_invisible(", ".join(parts))


def place_text(citation: Citation) -> str:
    """The section and the page, slide or sheet, if there are any, and the place in the text."""
    place = f"{citation.document.id}:{citation.start}-{citation.end}"
    return strip_invisible(", ".join(filter(None, (citation.section, citation.place, place))))


def quote_at_place(citation: Citation) -> str:
    """The place and the quote on one line, for formats that have no room for more."""
    return f"{place_text(citation)}: “{' '.join(quote_lines(citation))}”"


def web_address(document: Document) -> str:
    """Where the document is on the web, percent-encoded; "" if its address is none of the web.

    >>> web_address(Document("a.txt", "A", "Big.", url="https://x.org/ä b?c=1"))
    'https://x.org/%C3%A4%20b?c=1'
    """
    address = quote(strip_invisible(document.url or ""), safe="!#$%&'()*+,/:;=?@[]~")
    return address if re.match("https?://", address) else ""
