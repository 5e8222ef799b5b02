"""The sources of a transcript as RIS, a field a line: no text has a line break, so none begins a field."""

from __future__ import annotations

from collections.abc import Iterator

from rag.formats.exports.footnotes import quote_at_place, web_address
from rag.formats.exports.sources import Source, date_parts, list_sources
from rag.formats.exports.transcript import Transcript
from rag.language.cleaning import strip_invisible


def write_ris(transcript: Transcript) -> str:
    """A record for each document, with what is quoted of it."""
    records = (_fields(source) for source in list_sources(transcript.citations))
    return "\n".join("".join(f"{tag}  - {value}\n" for tag, value in fields) for fields in records)


def _fields(source: Source) -> Iterator[tuple[str, str]]:
    """The fields of a record in order; what is not known is left out."""
    document, parts = source.document, date_parts(source.document)
    address = web_address(document)
    yield "TY", "ELEC" if address else "GEN"
    yield "ID", source.key
    yield "TI", strip_invisible(document.title)
    if publisher := strip_invisible(document.publisher or ""):
        yield "PB", publisher
    if parts:
        yield "PY", f"{parts[0]:04}"
        yield "DA", "/".join([*(f"{part:02}" for part in parts), *[""] * (4 - len(parts))])
    if address:
        yield "UR", address
    for citation in source.citations:
        yield "N1", quote_at_place(citation)
    yield "ER", ""
