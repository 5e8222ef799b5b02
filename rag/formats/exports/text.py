"""A transcript as plain text."""

from __future__ import annotations

from rag.datatypes import Citation
from rag.formats.exports.footnotes import quote_lines, quote_remark, source_text, web_address
from rag.formats.exports.transcript import Paragraph, Transcript


def write_text(transcript: Transcript) -> str:
    """The answers with markers [n], the footnotes below each."""
    parts = [transcript.title]
    for section in transcript.sections:
        parts += [section.heading] if section.heading else []
        parts += map(_paragraph, section.paragraphs)
        parts += [f"[{citation.number}] {reference_text(citation)}" for citation in section.citations]
    return "\n\n".join(parts) + "\n"


def reference_text(citation: Citation) -> str:
    """The quote, and below it where it stands.

    >>> from rag.datatypes import Document
    >>> print(reference_text(Citation(1, Document("a.txt", "A title", "Big."), 0, 4, "Big.")))
    “Big.”
    — A title, publisher unknown, date unknown, a.txt:0-4
    """
    parts = (source_text(citation), web_address(citation.document), quote_remark(citation))
    quoted = "\n".join(quote_lines(citation))
    return f"“{quoted}”\n— {', '.join(filter(None, parts))}"


def _paragraph(paragraph: Paragraph) -> str:
    return "".join(f"{run.text}{' ' if run.strong else _markers(run.citations)}" for run in paragraph.runs)


def _markers(citations: tuple[Citation, ...]) -> str:
    return f" {''.join(f'[{citation.number}]' for citation in citations)}" if citations else ""
