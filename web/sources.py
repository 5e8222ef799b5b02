"""The right of the page: the sources of every answer; and above it all, the documents.

Everything that comes from a document, a question or an answer is escaped.  A source is anchored
at ``source-<turn>-<number>``, so the markers of older answers keep working.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import rag
from rag.rendering import date_text, why
from web.drawing import Conversation, Exchange

REACH = 350  # characters shown on either side of a quote, and of a nearest passage
NEAREST = 5  # passages shown after a refusal


def opening(documents: Sequence[rag.Document], answerer: rag.OpenAIAnswerer | None = None) -> str:
    """What the chat is, over which documents, what it will not do, and who sees the passages."""
    many = "1 document" if len(documents) == 1 else f"{len(documents)} documents"
    listed = "".join(f"<li>{_heading(document)}</li>" for document in documents)
    told = ""
    if answerer:
        told = (
            f'<p class="facts">The answers are written by {escape(answerer.name)}, to which the passages go, '
            f"at {escape(answerer.host)}; what the documents do not bear out is left out.</p>"
        )
    return (
        '<h1>Footnote<sup aria-hidden="true">1</sup></h1>'
        f"<p>Answers from {many}, every sentence proved by the exact words of its source. "
        f"What the documents do not say, it does not answer.</p>{told}"
        f"<details><summary>The {many}</summary><ul>{listed}</ul></details>"
    )


def panel(conversation: Conversation) -> str:
    """The sources of every turn, the newest turn first."""
    turns = [_turn(turn, exchange) for turn, exchange in enumerate(conversation, 1)]
    hint = "<p>Every sentence of an answer carries a number: click it, and see what it rests on.</p>"
    return "<h2>Sources</h2>" + ("".join(reversed(turns)) or hint)


def _turn(turn: int, exchange: Exchange) -> str:
    """The sources of one answer or, after a refusal, the passages nearest to the question."""
    answer = exchange.answer
    if answer.refused:
        shown = ['<p class="facts">Nearest passages: what was read. It proves nothing.</p>']
        shown += [_nearest(passage) for passage in answer.passages[:NEAREST]]
    else:
        shown = [_source(turn, citation, answer.passages) for citation in answer.citations]
    return (
        f'<section id="source-{turn}" tabindex="-1"><h3>{escape(exchange.question)}</h3>'
        f"{_why_answer(answer)}{''.join(shown)}</section>"
    )


def _why_answer(answer: rag.Answer) -> str:
    """On demand, how likely the documents answer; nothing where no passage was read for it.

    It is an estimate, so it is never 0 or 100%.
    """
    if not answer.passages:
        return ""
    percent = min(max(round(100 * answer.confidence), 1), 99)
    summary = "Why no answer" if answer.refused else "Why this answer"
    reason = f"<li>{escape(answer.reason)}</li>" if answer.reason else ""
    return (
        f'<details class="why"><summary>{summary}</summary><ul>'
        f"<li>likelihood that the documents answer: {percent}%</li>{reason}</ul></details>"
    )


def _source(turn: int, citation: rag.Citation, passages: Sequence[rag.Passage]) -> str:
    """One citation: its number, its document, the quote in its surroundings, and why it was read."""
    text = citation.document.text
    anchor = f"{turn}-{citation.number}"
    read = (p for p in passages if p.document is citation.document and p.start <= citation.start < p.end)
    return (
        f'<article id="source-{anchor}" tabindex="-1">'
        f"{_heading(citation.document, label=f'[{citation.number}]')}"
        f"<blockquote>{escape(_before(text, citation.start))}<mark>{escape(citation.quote)}</mark>"
        f"{escape(_after(text, citation.end))}</blockquote>"
        f"{''.join(_why(passage) for passage in read)}"
        f'<a class="back" href="#marker-{anchor}">Back to the answer</a></article>'
    )


def _nearest(passage: rag.Passage) -> str:
    """One passage that was read in vain, shown by its beginning."""
    heading = _heading(passage.document, label=f"{passage.rank}.")
    beginning = _after(passage.text.strip(), 0)
    return f"<article>{heading}<blockquote>{escape(beginning)}</blockquote>{_why(passage)}</article>"


def _why(passage: rag.Passage) -> str:
    """Where else a passage stands and, on demand, how it was found."""
    others = "".join(f"<li>{_heading(document)}</li>" for document in passage.also_in)
    told = "".join(f"<li>{escape(line)}</li>" for line in why(passage))
    return (f'<p class="facts">Also in:</p><ul class="others">{others}</ul>' if others else "") + (
        f'<details class="why"><summary>Why this passage</summary><ul>'
        f"<li>rank {passage.rank}, score {passage.score:.3f}</li>{told}</ul></details>"
    )


def _heading(document: rag.Document, *, label: str = "") -> str:
    """What is known of a document; what is unknown is said to be unknown."""
    day = document.published
    dated = date_text(day) if day else "date unknown"
    facts = [
        document.publisher or "publisher unknown",
        f"{dated} ({document.date_note})" if document.date_note else dated,
        *([document.kind] if document.kind else []),
        document.id,
    ]
    return (
        f'<h4><span class="number">{label}</span> {escape(document.title)}</h4>'
        f'<p class="facts">{escape(" · ".join(facts))}{_original(document.url)}</p>'
    )


def _original(url: str | None) -> str:
    """A link to where the document came from, if that is an address on the web."""
    if url is None or not url.startswith(("https://", "http://")):
        return ""
    return f' · <a href="{escape(url)}" target="_blank" rel="noopener noreferrer">original</a>'


def _before(text: str, start: int) -> str:
    """Up to REACH characters before `start`, from the beginning of a word on."""
    if start <= REACH:
        return _closed_up(text[:start].lstrip())
    return "… " + _closed_up(re.sub(r"^\S*\s+", "", text[start - REACH : start]))


def _after(text: str, end: int) -> str:
    """Up to REACH characters from `end` on, to the end of a word."""
    if len(text) - end <= REACH:
        return _closed_up(text[end:].rstrip())
    return _closed_up(re.sub(r"\s+\S*$", "", text[end : end + REACH])) + " …"


def _closed_up(text: str) -> str:
    """The text without its empty lines."""
    return re.sub(r"\s*\n\s*", "\n", text)
