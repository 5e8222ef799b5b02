"""A text that was checked, as HTML: each sentence with its verdict, and the way to what it rests on.

Everything that comes from a document or a draft is escaped.
"""

from __future__ import annotations

from html import escape

import rag
from rag.checking.drafts import LONGEST
from rag.formats.text import VERDICTS, check_summary, differing_text, section_text

FORM = (
    '<section id="checking" aria-labelledby="checking-title">'
    '<h2 id="checking-title" tabindex="-1">Check a text</h2>'
    '<form id="check"><label for="draft">A draft, a press release or an answer from elsewhere. Each sentence '
    "is held against the documents.</label>"
    f'<textarea id="draft" rows="8" maxlength="{LONGEST}"></textarea>'
    '<button type="submit" class="primary">Check</button>'
    '<p id="check-status" class="facts" role="status"></p></form></section>'
)


def check_html(check: rag.Check, *, key: str) -> str:
    """The sentences in their order; `key` names this check."""
    sentences = "".join(map(_sentence, check.sentences))
    return _result(
        key,
        f'<h3 tabindex="-1">{escape(check_summary(check))}</h3>'
        '<p><label class="only"><input type="checkbox" id="only-open"> Only what is not borne out</label></p>'
        f"<ol>{sentences}</ol>"
        '<p class="facts">A verdict is made of words and their meaning, and can be wrong: look before you '
        "rely on it.</p>",
    )


def refused_html(why: str, *, key: str) -> str:
    """Why a text could not be checked."""
    said = f"{why[:1].upper()}{why[1:]}"
    return _result(key, f'<h3 class="notice" tabindex="-1">{escape(said)}</h3>')


def _result(key: str, html: str) -> str:
    return f'<section id="checked" aria-label="What came of it" data-key="{escape(key)}">{html}</section>'


def _sentence(sentence: rag.CheckedSentence) -> str:
    verdict = sentence.verdict
    sign, label = VERDICTS[verdict.kind]
    citations = verdict.citations
    text = escape(sentence.text)
    if citations:
        text = f"<a {_place(citations[0])}>{text}</a>"
    markers = "".join(map(_marker, citations))
    asides = [f"This part: {verdict.part}"] if verdict.part else []
    asides += map(differing_text, verdict.differing)
    shown = "".join(f'<p class="aside">{escape(aside)}</p>' for aside in asides)
    if citations and verdict.kind != "borne_out":
        before = "The documents say" if verdict.kind == "contradicted" else "What comes nearest"
        shown += f'<p class="aside">{before}:</p><blockquote>{escape(citations[0].quote)}</blockquote>'
    return (
        f'<li class="{verdict.kind}"><p class="verdict"><span aria-hidden="true">{sign}</span> {label}</p>'
        f'<p class="claim">{text}{markers}</p>{shown}</li>'
    )


def _marker(citation: rag.Citation) -> str:
    title = " › ".join(filter(None, (citation.document.title, section_text(citation))))
    return (
        f'&nbsp;<a class="marker" title="{escape(title)}" {_place(citation)}>'
        f'<span class="hidden">Source </span>[{citation.number}]</a>'
    )


def _place(citation: rag.Citation) -> str:
    """What opens the document at the quote."""
    return (
        f'href="#reader" data-read="{escape(citation.document.id)}" data-start="{citation.start}" '
        f'data-quote="{escape(citation.quote)}"'
    )
