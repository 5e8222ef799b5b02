"""A transcript as one HTML page that needs nothing else: no script, no picture, no other host."""

from __future__ import annotations

from collections import Counter
from html import escape

from rag.datatypes import Citation
from rag.formats.exports.footnotes import quote_lines, quote_remark, source_text, web_address
from rag.formats.exports.transcript import Paragraph, Run, Transcript

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.6 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
p, li, h1, h2 { overflow-wrap: anywhere; white-space: pre-line; }
blockquote { margin: 0.3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.aside, footer { font-size: 0.875rem; opacity: 0.85; }
sup { line-height: 0; } sup a { text-decoration: none; padding: 0 0.15em; }
:target { outline: 2px solid; outline-offset: 0.2rem; }
"""


def write_html(transcript: Transcript) -> str:
    """The answers, and at the end the footnotes, each linked to where it is cited and back."""
    markers: Counter[int] = Counter()
    body = [f"<h1>{escape(transcript.title)}</h1>"]
    for section in transcript.sections:
        body += [f"<h2>{escape(section.heading)}</h2>"] if section.heading else []
        body += [_paragraph(paragraph, markers) for paragraph in section.paragraphs]
    notes = "\n".join(_footnote(citation, markers[citation.number]) for citation in transcript.citations)
    if notes:
        body.append(f'<footer role="doc-endnotes"><h2>Footnotes</h2>\n<ol>\n{notes}\n</ol></footer>')
    content = "\n".join(body)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(transcript.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{content}\n</body>\n</html>\n"
    )


def _paragraph(paragraph: Paragraph, markers: Counter[int]) -> str:
    """The paragraph; `markers` counts on how often each footnote is cited."""
    kind = ' class="aside"' if paragraph.aside else ""
    return f"<p{kind}>{''.join(_run(run, markers) for run in paragraph.runs)}</p>"


def _run(run: Run, markers: Counter[int]) -> str:
    words = f"<strong>{escape(run.text)}</strong> " if run.strong else escape(run.text)
    return words + "".join(_marker(citation.number, markers) for citation in run.citations)


def _marker(number: int, markers: Counter[int]) -> str:
    markers[number] += 1
    here = f"cited-{number}-{markers[number]}"
    return f'<sup><a id="{here}" href="#note-{number}" role="doc-noteref">{number}</a></sup>'


def _footnote(citation: Citation, cited: int) -> str:
    """The quote, where it stands, and a link back to each of the places where it is `cited`."""
    number, address = citation.number, web_address(citation.document)
    link = f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(address)}</a>' if address else ""
    parts = ", ".join(filter(None, (escape(source_text(citation)), link, quote_remark(citation))))
    back = " ".join(
        f'<a href="#cited-{number}-{time}" role="doc-backlink" aria-label="Back to marker {number}">↩</a>'
        for time in range(1, cited + 1)
    )
    quoted = escape("\n".join(quote_lines(citation)))
    return f'<li id="note-{number}"><blockquote dir="auto">{quoted}</blockquote>{parts} {back}</li>'
