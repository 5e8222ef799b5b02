"""The formats by name, and the functions that write answers and quotes in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Answer, Check, Citation
from rag.formats.exports.bibtex import reference_bibtex, write_bibtex
from rag.formats.exports.csl import write_csl
from rag.formats.exports.html import write_html
from rag.formats.exports.markdown import reference_markdown, write_markdown
from rag.formats.exports.ris import write_ris
from rag.formats.exports.text import reference_text, write_text
from rag.formats.exports.transcript import (
    Asked,
    Transcript,
    transcribe_answer,
    transcribe_check,
    transcribe_quotes,
)


@dataclass(frozen=True, slots=True)
class Format:
    """A form of file: what a reader knows it by, how its name ends, and who writes it.

    It is `binary` if a terminal cannot show it.
    """

    label: str
    suffix: str
    media_type: str
    write: Callable[[Transcript], str | bytes]
    binary: bool = False


def _write_word(transcript: Transcript) -> bytes:
    from rag.formats.exports.word import write_word  # python-docx takes a while

    return write_word(transcript)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: Mapping[str, Format] = {
    "text": Format("Text", ".txt", "text/plain; charset=utf-8", write_text),
    "markdown": Format("Markdown", ".md", "text/markdown; charset=utf-8", write_markdown),
    "html": Format("Web page", ".html", "text/html; charset=utf-8", write_html),
    "docx": Format("Word", ".docx", _DOCX, _write_word, binary=True),
    "bibtex": Format("BibTeX", ".bib", "application/x-bibtex; charset=utf-8", write_bibtex),
    "ris": Format("RIS", ".ris", "application/x-research-info-systems; charset=utf-8", write_ris),
    "csl": Format("CSL-JSON", ".csl.json", "application/vnd.citationstyles.csl+json", write_csl),
}
REFERENCES: Mapping[str, Callable[[Citation], str]] = {  # a quote with its source, to be copied
    "text": reference_text,
    "markdown": reference_markdown,
    "bibtex": reference_bibtex,
}


def export(transcript: Transcript, format: str) -> bytes:
    """The content of a file of that format, text in UTF-8.

    Raises ValueError if `format` is none of `FORMATS`.
    """
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")
    content = FORMATS[format].write(transcript)
    return content if isinstance(content, bytes) else content.encode("utf-8")


def export_answer(answer: Answer, format: str) -> bytes:
    """The answer as a file: "text", "markdown", "html" or "docx" with its footnotes, or its sources as
    "bibtex", "ris" or "csl" (CSL-JSON).  Text is in UTF-8.

    Raises ValueError if `format` is another.
    """
    return export(transcribe_answer(Asked(answer.question, answer)), format)


def export_quotes(citations: Sequence[Citation], format: str) -> bytes:
    """The quotes, of one answer or of several, as a file in a format of `export_answer`.

    They are numbered from 1 as they come, each once.  Raises ValueError if `format` is another.
    """
    return export(transcribe_quotes("Quotes", citations), format)


def export_check(check: Check, format: str) -> bytes:
    """The verdicts on a draft as a file in a format of `export_answer`, what is cited in its footnotes.

    Raises ValueError if `format` is another.
    """
    return export(transcribe_check(check), format)
