"""Conversations as Markdown and as JSON, and a quote with its reference, for use elsewhere.

Whatever comes from a document, a question or a reader is escaped: in Markdown it shows as it is,
and in BibTeX its braces balance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from rag.conversations.records import Conversation, Exchange
from rag.datatypes import Answer, Citation, Statement
from rag.documents.labels import dated_text
from rag.formats.schema import answer_json, filter_json
from rag.formats.text import authorship, difference_text, where_text
from rag.language.cleaning import strip_invisible

# What Markdown may take for more than a sign: for markup, HTML or an address, or, where a line
# begins, for a list, a rule or a heading.  Behind a backslash or as an entity it does not.
_MARKUP = r"[\\`*_\[\]{}()#~|$!^]"
_ENTITY = r"[&<>@]|:(?=//)|(?<=[wW]{3})\.|^[-+=:]|^\d(?=\d{0,8}[.)])"
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def conversation_markdown(conversation: Conversation) -> str:
    """The conversation to read: each question, its answer with markers, and below the footnotes."""
    parts = [f"# {_line(conversation.title)}"]
    for exchange in conversation.exchanges:
        parts += [
            f"## {_line(exchange.question)}",
            *_interpretation(exchange),
            *_answer_paragraphs(exchange.answer),
        ]
        parts += [_footnote(citation) for citation in exchange.answer.citations]
    return "\n\n".join(parts) + "\n"


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """The conversation as one JSON object."""
    return {
        "title": conversation.title,
        "begun": conversation.begun.isoformat(),
        "changed": conversation.changed.isoformat(),
        "exchanges": [
            {
                "question": exchange.question,
                "where": filter_json(exchange.where) if exchange.where else None,
                "answer": answer_json(exchange.answer),
                "thumb": exchange.thumb,
                "comment": exchange.comment,
            }
            for exchange in conversation.exchanges
        ],
    }


def reference(citation: Citation, form: str) -> str:
    """The exact quote with where it stands, as "plain" text, "markdown" or "bibtex".

    >>> from rag.datatypes import Document
    >>> cited = Citation(1, Document("a.txt", "A title", "Big."), 0, 4, "Big.")
    >>> reference(cited, "plain")
    '“Big.” — A title, publisher unknown, date unknown, a.txt:0-4'

    Raises ValueError if `form` is another.
    """
    if form == "plain":
        return f"“{citation.quote}” — {_source_text(citation)}"
    if form == "markdown":
        return f"{_blockquote(citation.quote)}\n>\n> — {_source_markdown(citation)}"
    if form == "bibtex":
        return _bibtex(citation)
    raise ValueError(f"form is {form!r}, expected 'plain', 'markdown' or 'bibtex'")


def _interpretation(exchange: Exchange) -> Iterator[str]:
    """How a question was understood, and where the answer was looked for, if that is not plain."""
    answer, documents = exchange.answer, [passage.document for passage in exchange.answer.passages]
    if answer.question.split() != exchange.question.split():
        yield f"Understood as: {_line(answer.question)}"
    if exchange.where:
        place = where_text(exchange.where, documents)
        yield f"Looked only in: {_line(place)}" if place else "Looked in all documents alike"
    if answer.prefers:
        yield f"Looked first in: {_line(where_text(answer.prefers, documents))}"


def _answer_paragraphs(answer: Answer) -> Iterator[str]:
    """The answer with its markers, or why there is none, and what is to be said of it."""
    if answer.reply:
        yield _line(answer.reply)
    yield from (_statement_text(statement) for statement in answer.statements)
    if answer.refused:
        yield f"{_line(answer.text)} ({_line(answer.reason or 'no reason is known')})"
    elif not answer.statements and not answer.reply:
        yield "No answer was written."
    cited = {citation.number for citation in answer.citations}
    for difference in answer.differences:
        if cited.issuperset(difference.numbers):  # not so if the answer was stopped before its end
            yield _line(difference_text(difference, answer.citations))
    if answer.statements or not answer.author:
        yield from (_line(note) for note in authorship(answer))
    if answer.reason and not answer.refused:
        yield f"Not answered: {_line(answer.reason)}"


def _statement_text(statement: Statement) -> str:
    """The statement with whose words it is, its markers, and what of it the quotes lack."""
    speaker = f"**{_line(statement.attribution)}:** " if statement.attribution else ""
    markers = "".join(f"\\[{citation.number}\\]" for citation in statement.citations)
    lacking = _line(", ".join(statement.unsupported))
    said = "\\\n".join(filter(None, map(_line, statement.text.splitlines())))  # each on its line
    return f"{speaker}{said} {markers}{f' (not in the source: {lacking})' if lacking else ''}"


def _footnote(citation: Citation) -> str:
    return f"\\[{citation.number}\\] {_source_markdown(citation)}\n\n{_blockquote(citation.quote)}"


def _source_text(citation: Citation) -> str:
    """Title, publisher, date, section, place and address; what is unknown is said to be unknown."""
    address = citation.document.url
    return ", ".join([*_source_parts(citation), *([address] if address else [])])


def _source_parts(citation: Citation) -> list[str]:
    document = citation.document
    publisher = document.publisher or "publisher unknown"
    return [document.title, publisher, dated_text(document), *_place_parts(citation)]


def _place_parts(citation: Citation) -> list[str]:
    """The section and the page, slide or sheet, if there are any, and the place in the text."""
    parts = [citation.section, citation.place, f"{citation.document.id}:{citation.start}-{citation.end}"]
    return [part for part in parts if part]


def _source_markdown(citation: Citation) -> str:
    """The source as Markdown, its address a link if it is one of the web."""
    address = citation.document.url or ""
    link = f"<{address}>" if re.fullmatch(r"https?://[!#-;=?-\[\]_a-z~]+", address) else _line(address)
    return ", ".join([_line(", ".join(_source_parts(citation))), *([link] if link else [])])


def _line(text: str) -> str:
    """`text` on one line of Markdown that shows it as it is.

    >>> print(_line("1. <b> *bold*"))
    &#49;. &#60;b&#62; \\*bold\\*
    """
    return _literal(strip_invisible(text))


def _blockquote(text: str) -> str:
    """`text` as a Markdown blockquote, line for line."""
    lines = [_literal(strip_invisible(line)) for line in text.splitlines()]
    quoted = [f"> {line}" if line else ">" for line in lines]
    joined = [f"{one}\\" if one != ">" and two != ">" else one for one, two in pairwise(quoted)]
    return "\n".join([*joined, quoted[-1]])


def _literal(line: str) -> str:
    coded = re.compile(f"(?P<entity>{_ENTITY})|{_MARKUP}")
    return coded.sub(lambda m: f"&#{ord(m[0])};" if m["entity"] else f"\\{m[0]}", line)


def _bibtex(citation: Citation) -> str:
    """An entry for BibTeX; what is not known is left out."""
    document = citation.document
    key = re.sub(r"[^A-Za-z0-9]+", "-", f"{document.id}-{citation.start}").strip("-")
    fields = {"title": _tex(document.title)}
    if document.publisher:
        fields["publisher"] = _tex(document.publisher)
    if document.published:
        fields["year"] = str(document.published.year)
    if document.url:  # as it is, but for what ends it
        fields["url"] = quote(strip_invisible(document.url), safe="!#$%&'()*+,/:;=?@[]~")
    fields["note"] = f"“{_tex(citation.quote)}” ({_tex(', '.join(_place_parts(citation)))})"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}}}\n"


def _tex(text: str) -> str:
    """`text` on one line as TeX shows it."""
    return "".join(_TEX.get(sign, sign) for sign in strip_invisible(text))
