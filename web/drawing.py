"""The left of the page: a conversation as messages.

Everything that comes from a document, a question or an answer goes through `_literal`, so it is
shown as it is and never read as HTML or markdown.  A marker links to ``source-<turn>-<number>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rag
from rag.rendering import claims, difference_label, where_text, written_text


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question as the visitor typed it, with what it was answered so far."""

    question: str
    answer: rag.Answer


Conversation = tuple[Exchange, ...]
Message = dict[str, str]


def messages(conversation: Conversation) -> list[Message]:
    """Two messages a turn, the question and its answer."""
    shown = []
    for turn, exchange in enumerate(conversation, 1):
        shown += [asked(exchange.question), _answered(turn, exchange)]
    return shown


def asked(question: str) -> Message:
    """The question as the visitor typed it."""
    return _message("user", _literal(question.strip()))


def notice(text: str) -> Message:
    """What the chat itself has to say: what went wrong, and what to do about it."""
    return _message("assistant", f'<p class="aside">{_literal(text[:1].upper() + text[1:])}</p>')


def _answered(turn: int, exchange: Exchange) -> Message:
    """The answer with its markers; `turn` counts from 1."""
    answer = exchange.answer
    parts = []
    if answer.question.split() != exchange.question.split():
        parts.append(f'<p class="aside">Understood as: {_literal(answer.question)}</p>')
    if answer.prefers:
        first = where_text(answer.prefers, [passage.document for passage in answer.passages])
        parts.append(f'<p class="aside">Looked first in: {_literal(first)}</p>')
    parts += [*_statements(turn, answer), *_differences(turn, answer)]
    parts += [f'<p class="aside">{_literal(told)}</p>' for told in written_text(answer)]
    reason = _literal(answer.reason or "")
    if answer.refused:
        link = f'<a href="#source-{turn}">See the nearest passages</a>'
        parts.append(f'<p>{_literal(answer.text)}</p><p class="aside">Why: {reason}. {link}</p>')
    elif reason:
        parts.append(f'<p class="aside">Not answered: {reason}</p>')
    return _message("assistant", "".join(parts))


def _statements(turn: int, answer: rag.Answer) -> Iterator[str]:
    """Each statement as a paragraph, under whose words it is where those before it were another's."""
    before = ""
    for statement in answer.statements:
        said_by = statement.attribution if statement.attribution != before else ""
        label = f'<strong class="label">{_literal(said_by)}: </strong>' if said_by else ""
        markers = "".join(_marker(turn, citation) for citation in statement.citations)
        yield f"<p>{label}{_said(statement)}&nbsp;{markers}{_unsupported(statement)}</p>"
        before = statement.attribution


def _said(statement: rag.Statement) -> str:
    """The text with the very words that answer marked."""
    if not statement.fact:
        return _literal(statement.text)
    start, end = statement.fact
    before, fact, behind = statement.text[:start], statement.text[start:end], statement.text[end:]
    return f"{_literal(before)}<mark>{_literal(fact)}</mark>{_literal(behind)}"


def _unsupported(statement: rag.Statement) -> str:
    """What of a statement its quotes lack."""
    lacking = _literal(", ".join(statement.unsupported))
    return f' <strong class="unsupported">not in the source: {lacking}</strong>' if lacking else ""


def _differences(turn: int, answer: rag.Answer) -> Iterator[str]:
    """Where the statements shown do not agree, a line each; of those still to come nothing is said."""
    cited = {citation.number for citation in answer.citations}
    for difference in answer.differences:
        if not cited.issuperset(difference.numbers):
            continue
        told = "; ".join(
            f"{_literal(claim)}&nbsp;{_marker(turn, citation)}"
            for claim, citation in claims(difference, answer.citations)
        )
        label = f"<strong>{_literal(difference_label(difference))}:</strong>"
        yield f'<p class="difference">{label} {told}.</p>'


def _marker(turn: int, citation: rag.Citation) -> str:
    """The number of a citation, which opens its source."""
    anchor, title = f"source-{turn}-{citation.number}", _literal(citation.document.title)
    return f'<a class="marker" href="#{anchor}" title="{title}">[{citation.number}]</a>'


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": f"<div>{content}</div>"}


def _literal(text: str) -> str:
    """One line of HTML that shows `text` as it is, even where markdown is read first.

    >>> _literal("<b> *1*")
    '&#60;b&#62; &#42;1&#42;'
    """
    coded = re.sub(r"[^\w\s]|_", lambda sign: f"&#{ord(sign[0])};", text)
    return re.sub(r"\r\n|\r|\n", "<br>", coded)
