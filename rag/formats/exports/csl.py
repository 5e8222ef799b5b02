"""The sources of a transcript as CSL-JSON, which Zotero, pandoc and citeproc read."""

from __future__ import annotations

import json
import re
from typing import Any

from rag.formats.exports.footnotes import quote_at_place, web_address
from rag.formats.exports.sources import Source, date_parts, list_sources
from rag.formats.exports.transcript import Transcript
from rag.formats.serialisation import citation_json
from rag.language.cleaning import strip_invisible

# Halves of surrogate pairs: no UTF-8, and other programs refuse their escapes.
_HALVES = re.compile("[\ud800-\udfff]")


def write_csl(transcript: Transcript) -> str:
    """A list with an item for each document, with what is quoted of it."""
    items = [_item(source) for source in list_sources(transcript.citations)]
    text = json.dumps(items, ensure_ascii=False, indent=1)
    return _HALVES.sub("�", text) + "\n"


def _item(source: Source) -> dict[str, Any]:
    """One item; what is not known is left out.  `custom` has the citations as all our JSON has them."""
    document, address = source.document, web_address(source.document)
    item: dict[str, Any] = {
        "id": source.key,
        "type": "webpage" if address else "document",
        "title": strip_invisible(document.title),
    }
    if publisher := strip_invisible(document.publisher or ""):
        item["publisher"] = publisher
    if parts := date_parts(document):
        item["issued"] = {"date-parts": [list(parts)]}
    if address:
        item["URL"] = address
    item["note"] = "\n".join(map(quote_at_place, source.citations))
    item["custom"] = {"citations": [citation_json(citation) for citation in source.citations]}
    return item
