"""A transcript as Markdown, with footnotes as GitHub, pandoc and others have them: [^1].

Whatever comes from a document, a question or a reader is escaped: it shows as it is.
"""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

from rag.datatypes import Citation
from rag.formats.exports.footnotes import quote_lines, quote_remark, source_text, web_address
from rag.formats.exports.transcript import Paragraph, Run, Transcript

# What Markdown may take for more than a sign: for markup, HTML or an address, or, where a line
# begins, for a list, a rule or a heading.  Behind a backslash or as an entity it does not.
_MARKUP = r"[\\`*_\[\]{}()#~|$!^]"
_ENTITY = r"[&<>@]|:(?=//)|(?<=[wW]{3})\.|^[-+=:]|^\d(?=\d{0,8}[.)])"
_CODED = re.compile(f"(?P<entity>{_ENTITY})|{_MARKUP}")
_EDGE = re.compile(r"^\s|\s$")  # of a line: Markdown leaves it out, or takes it for code or a break


def write_markdown(transcript: Transcript) -> str:
    """The answers, the footnotes below each."""
    parts = [f"# {_escape(transcript.title)}"]
    for section in transcript.sections:
        parts += [f"## {_escape(section.heading)}"] if section.heading else []
        parts += map(_paragraph, section.paragraphs)
        parts += map(_footnote, section.citations)
    return "\n\n".join(parts) + "\n"


def reference_markdown(citation: Citation) -> str:
    """The quote, and below it where it stands."""
    return f"{_blockquote(citation)}\n>\n> — {_source(citation)}"


def _paragraph(paragraph: Paragraph) -> str:
    return "".join(map(_run, paragraph.runs))


def _run(run: Run) -> str:
    """The words, line for line, and the markers behind them."""
    if run.strong:
        return f"**{_escape(run.text)}** "
    words = "\\\n".join(map(_escape, run.text.split("\n")))
    return f"{words}{''.join(f'[^{citation.number}]' for citation in run.citations)}"


def _footnote(citation: Citation) -> str:
    quoted = textwrap.indent(_blockquote(citation), "    ")
    return f"[^{citation.number}]: {_source(citation)}\n\n{quoted}"


def _blockquote(citation: Citation) -> str:
    """The quote, line for line."""
    lines = (_EDGE.sub(lambda m: f"&#{ord(m[0])};", _escape(line)) for line in quote_lines(citation))
    quoted = [f"> {line}".rstrip(" ") for line in lines]
    joined = [f"{one}\\" if one != ">" and two != ">" else one for one, two in pairwise(quoted)]
    return "\n".join([*joined, quoted[-1]])


def _source(citation: Citation) -> str:
    """Where the quote stands, its address a link."""
    address = web_address(citation.document)
    parts = [_escape(source_text(citation)), f"<{address}>" if address else "", quote_remark(citation)]
    return ", ".join(filter(None, parts))


def _escape(line: str) -> str:
    """`line` as Markdown that shows it as it is.

    >>> print(_escape("1. <b> *bold*"))
    &#49;. &#60;b&#62; \\*bold\\*
    """
    return _CODED.sub(lambda m: f"&#{ord(m[0])};" if m["entity"] else f"\\{m[0]}", line)
