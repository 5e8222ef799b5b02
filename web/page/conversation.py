"""The middle of the page: a conversation as HTML.

Everything that comes from a document, a question or an answer is escaped.  A marker opens the
source ``turn, number``; what a button does is said by its ``data-`` attributes (chat.js).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import rag
from rag.conversations.records import Exchange
from rag.documents.sentences import bullet_end
from rag.formats.text import authorship, claims, difference_label, section_text, where_text
from rag.wording import say
from web.page.downloads import answer_links

THUMBS = {"up": "Good answer", "down": "Bad answer"}
ASKED_TO_SAY = {"up": "What was good?", "down": "What was wrong?"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a visitor sees of a conversation; `id` is "" until something was answered.

    `run` is the asking that it is the outcome of, `notice` what the chat itself has to say below it,
    `question` what goes back into the box.
    """

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()
    run: str = ""
    busy: bool = False
    notice: str = ""
    question: str | None = None


UNREAD = Shown(run="unread")  # before it is known who came, and what he sees


def conversation_html(shown: Shown, welcome: str) -> str:
    """The conversation, or the `welcome` of one that has not begun."""
    where = shown.exchanges[-1].where if shown.exchanges else None
    state = {
        "conversation": shown.id,
        "run": shown.run,
        "busy": str(shown.busy).lower(),
        "turns": str(len(shown.exchanges)),
        "documents": json.dumps(list(where.documents) if where else []),
        **({} if shown.question is None else {"refill": shown.question}),
    }
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in state.items())
    last = len(shown.exchanges)
    turns = "".join(
        _turn(number, exchange, shown.id, busy=shown.busy and number == last)
        for number, exchange in enumerate(shown.exchanges, 1)
    )
    notice = f'<p class="notice" role="alert">{_sentence(shown.notice)}</p>' if shown.notice else ""
    return (
        f'<section id="talk" aria-label="Conversation"{attributes}>'
        f"{f'<ol>{turns}</ol>' if turns else welcome}{notice}</section>"
    )


def _turn(turn: int, exchange: Exchange, id: str, *, busy: bool) -> str:
    """A question with its answer, and what can be done with it; `turn` counts from 1."""
    question = exchange.question.strip()
    edit = (
        f'<button type="button" data-edit="{turn}" data-text="{escape(question)}" '
        f'aria-label="Edit question {turn} and ask again">Edit</button>'
    )
    return (
        f'<li id="turn-{turn}"><div class="question"><h2><span class="hidden">Question {turn}: </span>'
        f"{escape(question)}</h2>{'' if busy else edit}</div>"
        f'<div class="answer" id="answer-{turn}" tabindex="-1">{_answer(turn, exchange, busy=busy)}'
        f"{'' if busy else _tools(turn, exchange, id)}</div></li>"
    )


def _answer(turn: int, exchange: Exchange, *, busy: bool) -> str:
    """The answer with its markers, and how it was come by."""
    answer = exchange.answer
    parts = [*_interpretation(turn, exchange), *_reply(answer)]
    parts += [*_statements(turn, answer), *_differences(turn, answer)]
    parts += [_aside(line) for line in authorship(answer)]
    if answer.refused:
        nearest = escape(say(answer.language, "See the nearest passages"))
        link = f'<a href="#source-{turn}" data-sources="{turn}">{nearest}</a>'
        because = escape(say(answer.language, "Why: {reason}.", reason=answer.reason or ""))
        parts.append(f'<p>{escape(answer.text)}</p><p class="aside">{because} {link}</p>')
    elif answer.reason:
        parts.append(_aside(say(answer.language, "Not answered: {reason}", reason=answer.reason)))
    if busy and not answer.refused:
        parts.append('<p class="aside working">Reading the documents …</p>')
    return "".join(parts)


def _interpretation(turn: int, exchange: Exchange) -> Iterator[str]:
    """How the question was taken, where that is not just as it was asked."""
    answer = exchange.answer
    if answer.question.split() != exchange.question.split():
        yield _aside(say(answer.language, "Understood as: {question}", question=answer.question))
    if exchange.where and exchange.where.documents:
        many = len(exchange.where.documents)
        yield _aside(f"Asked of {many} document{'s' if many > 1 else ''} you chose")
    if answer.prefers:
        first = where_text(answer.prefers, [passage.document for passage in answer.passages])
        alike = f'<button type="button" data-anywhere="{turn}">Look in all documents alike</button>'
        yield f'<p class="aside">Looked first in: {escape(first)} {alike}</p>'


def _reply(answer: rag.Answer) -> Iterator[str]:
    """What Footnote itself says."""
    if answer.reply:
        yield f'<p class="reply">{escape(answer.reply)}</p>'


def _statements(turn: int, answer: rag.Answer) -> Iterator[str]:
    """The statements; those that may answer instead of the first are folded away."""
    told = [*_paragraphs(turn, answer)]
    folded = answer.unsure and len(told) > 1 and not answer.differences
    yield from told[:1] if folded else told
    if folded:
        summary = escape(say(answer.language, "Or this"))
        yield f'<details class="instead"><summary>{summary}</summary>{"".join(told[1:])}</details>'


def _paragraphs(turn: int, answer: rag.Answer) -> Iterator[str]:
    """Each statement as a paragraph, under whose words it is where those before it were another's."""
    before = ""
    for statement in answer.statements:
        author = statement.attribution if statement.attribution != before else ""
        label = f'<strong class="label">{escape(author)}: </strong>' if author else ""
        markers = "".join(_marker(turn, citation) for citation in statement.citations)
        proof = f"&nbsp;{markers}{_missing_words(statement)}"
        yield f'<p class="statement">{label}{_text(statement, proof)}</p>'
        before = statement.attribution


def _text(statement: rag.Statement, proof: str) -> str:
    """The text with the very words that answer marked, and its `proof`; line by line if it has several."""
    text = statement.text
    start, end = statement.fact or (0, 0)
    shown, at = [], 0
    for line in text.split("\n"):
        first, last = (min(max(place - at, 0), len(line)) for place in (start, end))
        marked = f"<mark>{escape(line[first:last])}</mark>" if first < last else ""
        shown.append(f"{escape(line[:first])}{marked}{escape(line[last:])}")
        at += len(line) + 1
    shown[-1] += proof
    return shown[0] if len(shown) == 1 else _lines(text.split("\n"), shown)


def _lines(lines: Sequence[str], shown: Sequence[str]) -> str:
    """Each line as `shown`, those with a bullet or number hanging from it."""
    kinds = ("line item" if bullet_end(line, 0, len(line)) else "line" for line in lines)
    return "\n".join(f'<span class="{kind}">{html}</span>' for kind, html in zip(kinds, shown, strict=True))


def _missing_words(statement: rag.Statement) -> str:
    """What of a statement its quotes lack."""
    missing = escape(", ".join(statement.unsupported))
    return f' <strong class="unsupported">not in the source: {missing}</strong>' if missing else ""


def _differences(turn: int, answer: rag.Answer) -> Iterator[str]:
    """Where the statements shown do not agree, a line each; of those still to come nothing is said."""
    cited = {citation.number for citation in answer.citations}
    for difference in answer.differences:
        if not cited.issuperset(difference.numbers):
            continue
        values = "; ".join(
            f"{escape(claim)}&nbsp;{_marker(turn, citation)}"
            for claim, citation in claims(difference, answer.citations)
        )
        label = f"<strong>{escape(difference_label(difference))}:</strong>"
        yield f'<p class="difference">{label} {values}.</p>'


def _marker(turn: int, citation: rag.Citation) -> str:
    """The number of a citation, which opens its source."""
    number, document = citation.number, citation.document
    title = escape(" › ".join(filter(None, (document.title, section_text(citation)))))
    return (
        f'<a class="marker" href="#source-{turn}-{number}" data-turn="{turn}" data-citation="{number}" '
        f'title="{title}">[{number}]</a>'
    )


def _tools(turn: int, exchange: Exchange, id: str) -> str:
    """Ask again, say whether the answer was good, and take it along."""
    thumbs = "".join(
        f'<button type="button" class="thumb {thumb}" data-thumb="{thumb}" data-turn="{turn}" '
        f'aria-pressed="{str(exchange.thumb == thumb).lower()}">{label}</button>'
        for thumb, label in THUMBS.items()
    )
    again = f'<button type="button" data-again="{turn}">Ask again</button>'
    return f'<div class="tools">{again}{thumbs}{answer_links(id, turn)}{_comment(turn, exchange)}</div>'


def _comment(turn: int, exchange: Exchange) -> str:
    """Where somebody who judged the answer may say why."""
    if not exchange.thumb:
        return ""
    return (
        f'<form data-comment="{turn}" data-thumb="{exchange.thumb}">'
        f'<label for="comment-{turn}">{ASKED_TO_SAY[exchange.thumb]} (optional)</label>'
        f'<textarea id="comment-{turn}" rows="2" maxlength="2000">{escape(exchange.comment)}</textarea>'
        '<button type="submit">Keep comment</button></form>'
    )


def _aside(text: str) -> str:
    return f'<p class="aside">{escape(text)}</p>'


def _sentence(text: str) -> str:
    return escape(text[:1].upper() + text[1:])
