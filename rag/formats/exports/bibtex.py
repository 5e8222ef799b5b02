"""The sources of a transcript as BibTeX, in which the braces of whatever a document says balance."""

from __future__ import annotations

from rag.datatypes import Citation
from rag.formats.exports.footnotes import quote_at_place, web_address
from rag.formats.exports.sources import Source, date_parts, list_sources
from rag.formats.exports.transcript import Transcript
from rag.language.cleaning import strip_invisible

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def write_bibtex(transcript: Transcript) -> str:
    """An entry for each document, with what is quoted of it."""
    return "\n".join(map(_entry, list_sources(transcript.citations)))


def reference_bibtex(citation: Citation) -> str:
    """The entry of the document, with this quote."""
    return "".join(map(_entry, list_sources([citation])))


def _entry(source: Source) -> str:
    """One entry; what is not known is left out."""
    document = source.document
    # In braces, no style changes the capitals of a title.
    fields = {"title": f"{{{_tex(strip_invisible(document.title))}}}"}
    if publisher := strip_invisible(document.publisher or ""):
        fields["publisher"] = _tex(publisher)
    if parts := date_parts(document):
        fields["year"] = str(parts[0])
    if address := web_address(document):
        fields["url"] = address
    fields["note"] = "\n    ".join(_tex(quote_at_place(citation)) for citation in source.citations)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{source.key},\n{lines}}}\n"


def _tex(text: str) -> str:
    """`text` as TeX shows it."""
    return "".join(_TEX.get(sign, sign) for sign in text)
