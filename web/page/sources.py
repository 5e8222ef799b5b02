"""The right of the page: the sources of every answer, and a document opened at what is cited.

Everything that comes from a document, a question or an answer is escaped.  A source is anchored
at ``source-<turn>-<number>``, so the markers of older answers keep working.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import rag
from rag.conversations.records import NEAREST, Exchange
from rag.documents.labels import dated_text
from rag.formats.exports.exports import FORMATS, REFERENCES
from rag.formats.text import section_text, why
from rag.spans import Span, holds
from web.page.document_view import document_view
from web.page.downloads import quotes_links
from web.page.excerpts import beginning_html, excerpt_html

GONE = '<p class="notice">This document has changed or gone since; here it is as it was.</p>'

CHANGED = '<p class="notice">This document has changed: the quoted words are not in it any more.</p>'


def sources_html(exchanges: Sequence[Exchange], id: str = "") -> str:
    """The sources of every turn of the conversation `id`, the newest turn first."""
    turns = [_turn(turn, exchange, id) for turn, exchange in enumerate(exchanges, 1)]
    hint = (
        '<p class="facts">Every sentence of an answer carries a number. Click it, and the document opens '
        "at the very words that it rests on.</p>"
    )
    shown = "".join(reversed(turns)) or hint
    return f'<section id="sources" aria-label="Sources"><h2>Sources</h2>{shown}</section>'


def citation_html(
    turn: int, number: int, exchange: Exchange, *, key: str, now: Sequence[rag.Document]
) -> str:
    """The document of citation `number`, whole, opened at its quote; "" if there is no such citation.

    The other quotes that the answer takes from it are marked faintly.  `now` are the documents
    of the index: if it is not one of them as it is, the visitor is told.  `key` names this opening.
    """
    citations = exchange.answer.citations
    citation = next((c for c in citations if c.number == number), None)
    if citation is None:
        return ""
    place = citations.index(citation)
    steps = _step("Previous", turn, citations[place - 1 : place]) + _step(
        "Next", turn, citations[place + 1 : place + 2]
    )
    at = f"<strong>[{number}]</strong> <span>{place + 1} of {len(citations)}</span>"
    there = next((document for document in now if document == citation.document), None)
    gone = "" if there else GONE
    stands = _section(section_text(citation))
    bar = f'<div class="steps">{at}{steps}</div>{stands}{_copy_buttons(citation)}{gone}'
    others = [(c.start, c.end) for c in citations if c.document == citation.document and c != citation]
    quote = citation.start, citation.end
    text = document_view(citation.document, quote, others)
    sheet = _sheet(there, quote) if there else ""
    return _viewer(citation.document, bar, text, key=key, back=f"{turn}-{number}", sheet=sheet)


def document_html(document: rag.Document, start: int = 0, quote: str = "", *, key: str) -> str:
    """A document to read from its beginning, or from a quote that stood at `start` when it was made."""
    at = start if document.text.startswith(quote, start) else document.text.find(quote)
    place = (max(at, 0), max(at, 0) + len(quote) * (at >= 0))
    shown = document_view(document, place if place[0] < place[1] else None)
    return _viewer(
        document, "" if at >= 0 else CHANGED, shown, key=key, back="", sheet=_sheet(document, place)
    )


def heading_html(document: rag.Document, *, label: str = "", level: int = 4, section: str = "") -> str:
    """What is known of a document, and the `section` of it; what is unknown is said to be unknown."""
    number = f'<span class="number">{label}</span> ' if label else ""
    return f"<h{level}>{number}{escape(document.title)}</h{level}>{_section(section)}{facts_html(document)}"


def facts_html(document: rag.Document) -> str:
    """Publisher, date, kind, id and address of a document in one line."""
    parts = [
        document.publisher or "publisher unknown",
        dated_text(document),
        *([document.kind] if document.kind else []),
        document.id,
    ]
    return f'<p class="facts">{escape(" · ".join(parts))}{_original(document.url)}</p>'


def _section(section: str) -> str:
    """The headings that something stands under."""
    return f'<p class="section"><span class="hidden">Section: </span>{escape(section)}</p>' if section else ""


def _sheet(document: rag.Document, quote: Span = (0, 0)) -> str:
    """The page with the quote as it looks, which pages.js fetches, with the way to others; "" without any."""
    if not document.sha256:
        return ""
    start, end = quote
    return (
        f'<figure id="sheet" aria-label="Page" data-document="{escape(document.id)}" data-start="{start}" '
        f'data-end="{end}" data-page="{document.page_at(start)}" data-pages="{len(document.pages)}">'
        '<figcaption class="steps">'
        '<button type="button" data-leaf="-1" aria-label="Previous page">‹</button>'
        '<span class="where"></span>'
        '<button type="button" data-leaf="1" aria-label="Next page">›</button>'
        '<button type="button" data-zoom="-1" aria-label="Smaller">−</button>'
        '<button type="button" data-zoom="1" aria-label="Larger">+</button>'
        '<span class="facts" role="status"></span></figcaption>'
        '<div class="desk" tabindex="0" role="region" aria-label="Page as it looks">'
        '<div class="leaf"><img alt=""><svg aria-hidden="true"></svg></div></div></figure>'
    )


def _viewer(document: rag.Document, bar: str, text: str, *, key: str, back: str, sheet: str) -> str:
    """A whole document with a search of its own; `back` is the marker to go back to."""
    where = "Back to the answer" if back else "Close"
    plain = "" if document.blocks else " plain"  # its lines end where they end
    return (
        f'<section id="reader" aria-label="Document" data-key="{escape(key)}" data-back="{back}">'
        f'<div class="head"><button type="button" data-close>{where}</button>'
        f'<h2 tabindex="-1">{escape(document.title)}</h2>{facts_html(document)}{bar}'
        '<form id="inside" role="search"><label for="inside-words">Search in this document</label>'
        '<input id="inside-words" type="search" autocomplete="off">'
        '<button type="submit">Next</button><span class="facts" role="status"></span></form></div>'
        f"{sheet}"
        f'<div class="page{plain}" tabindex="0" role="region" aria-label="Text">{text}</div></section>'
    )


def _step(label: str, turn: int, to: Sequence[rag.Citation]) -> str:
    """The button to the one citation `to`, or one that cannot be pressed if there is none."""
    goal = f'data-turn="{turn}" data-citation="{to[0].number}"' if to else "disabled"
    return f'<button type="button" {goal}>{label}<span class="hidden"> citation</span></button>'


def _turn(turn: int, exchange: Exchange, id: str) -> str:
    """The sources of one answer or, after a refusal, the passages nearest to the question."""
    answer = exchange.answer
    if answer.refused:
        shown = ['<p class="facts">Nearest passages: what was read. It proves nothing.</p>']
        shown += [_nearest(passage) for passage in answer.passages[:NEAREST]]
    else:
        shown = [_source(turn, citation, answer.passages) for citation in answer.citations]
        shown = [*shown, quotes_links(id, turn)] if shown else ['<p class="facts">Nothing is cited.</p>']
    return (
        f'<section id="source-{turn}" tabindex="-1" aria-label="Sources of answer {turn}">'
        f"<h3>{escape(exchange.question.strip())}</h3>{_why_answer(answer)}{''.join(shown)}</section>"
    )


def _why_answer(answer: rag.Answer) -> str:
    """On demand, how likely the first statement is right; nothing where no passage was read for it.

    It is an estimate, so it is never 0 or 100%.
    """
    if not answer.passages:
        return ""
    percent = min(max(round(100 * answer.confidence), 1), 99)
    summary = "Why no answer" if answer.refused else "Why this answer"
    likely = (
        "likelihood that the nearest sentence answers"
        if answer.refused
        else "likelihood that the first sentence is right"
    )
    reason = f"<li>{escape(answer.reason)}</li>" if answer.reason else ""
    return (
        f'<details class="why"><summary>{summary}</summary><ul>'
        f"<li>{likely}: {percent}%</li>{reason}</ul></details>"
    )


def _source(turn: int, citation: rag.Citation, passages: Sequence[rag.Passage]) -> str:
    """One citation: its number, its document, the quote in its surroundings, and why it was read."""
    number, quote = citation.number, (citation.start, citation.end)
    read = (
        p for p in passages if p.document == citation.document and holds((p.start, p.end), citation.start)
    )
    return (
        f'<article id="source-{turn}-{number}" tabindex="-1">'
        f"{heading_html(citation.document, label=f'[{number}]', section=section_text(citation))}"
        f"<blockquote>{excerpt_html(citation.document, quote)}</blockquote>"
        f'<p class="deeds"><button type="button" data-turn="{turn}" data-citation="{number}">'
        f'Open at this place<span class="hidden"> of source {number}</span></button></p>'
        f"{_copy_buttons(citation)}{''.join(_why(passage) for passage in read)}</article>"
    )


def _copy_buttons(citation: rag.Citation) -> str:
    """The quote with its reference, to copy in each form."""
    buttons = "".join(
        f'<button type="button" data-copy="{escape(write(citation))}" '
        f'aria-label="Copy quote [{citation.number}] with reference as {FORMATS[form].label}">'
        f"{FORMATS[form].label}</button>"
        for form, write in REFERENCES.items()
    )
    return f'<p class="deeds">Copy quote with reference: {buttons}</p>'


def _nearest(passage: rag.Passage) -> str:
    """One passage that was read in vain, shown by its beginning."""
    heading = heading_html(passage.document, label=f"{passage.rank}.", section=section_text(passage))
    return f"<article>{heading}<blockquote>{beginning_html(passage)}</blockquote>{_why(passage)}</article>"


def _why(passage: rag.Passage) -> str:
    """Where else a passage stands and, on demand, how it was found."""
    others = "".join(f"<li>{escape(path)}</li>" for path in passage.document.aliases)
    others += "".join(f"<li>{heading_html(document, level=5)}</li>" for document in passage.also_in)
    reasons = "".join(f"<li>{escape(line)}</li>" for line in why(passage))
    return (f'<p class="facts">Also in:</p><ul class="others">{others}</ul>' if others else "") + (
        f'<details class="why"><summary>Why this passage</summary><ul>'
        f"<li>rank {passage.rank}, score {passage.score:.3f}</li>{reasons}</ul></details>"
    )


def _original(url: str | None) -> str:
    """A link to where the document came from, if that is an address on the web."""
    if url is None or not url.startswith(("https://", "http://")):
        return ""
    return f' · <a href="{escape(url)}" target="_blank" rel="noopener noreferrer">original</a>'
