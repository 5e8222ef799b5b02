"""Lines of a plain text -> its code, quotations, heads of mails, notes, terms and questions.

Each function looks at the lines from `at` on and gives the blocks that begin there in order, with the
index of the line behind them; without any, none and `at`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Block
from rag.documents.readers.layout.headings import is_prose
from rag.documents.readers.layout.lines import Line, goes_on, is_ended, is_full, is_rule, read_marker

Found = tuple[list[Block], int]

CODE_INDENT = 4  # columns further in than the prose
QUESTION_WORDS, TERM_WORDS = 30, 7

_FENCE = re.compile(r"`{3,}[^`]*|~{3,}[^~]*")
_CODE = re.compile(
    r"(?:\$|#|%|>>>|\.\.\.)\s|.*[{};\\]$|.*\w\([^)\s]*\)|.*(?:[=<>!]=|->|=>|::|&&)|.*\s--\w|-{1,2}\w"
    r"|[\w.\[\]-]+\s?[:+]?=\s?\S|</?\w|[~.]{0,2}/[\w/.-]+|[a-z_]+(?:\.[a-z_]+)+\b|@\w+|[\[{}\]]"
    r"|(?:def|class|import|return|function|var|let|const|sudo|cd|pip|git|npm|export|apt-get|curl|ls)\s\S"
)
_PROMPT = re.compile(r"\$\s\S|>>>\s?\S")
_HEAD_FIELD = re.compile(r"(?P<name>[A-Z][\w-]{1,30}):(?:\s|$)")
_MAIL = frozenset(
    "from to cc bcc date sent subject reply-to message-id in-reply-to received return-path"
    " x-mailer mime-version content-type"
    " author title version published status category created updated tags language".split()
)
_NOTE = re.compile(
    r"\[\^[\w-]{1,20}\]:?\s|\[(?:\d{1,3}|\*{1,3}|†|‡)\]:?\s|[¹²³⁴-⁹][⁰¹²³⁴-⁹]?\s?\S|\^\d{1,3}\s"
)
_CAPTION = re.compile(
    r"(?:Table|Tab\.|Figure|Fig\.|Chart|Exhibit|Box|Plate)\s[A-Z]?\d{1,3}(?:\.\d+)*(?:[.:)–—-]|\s[–—-]|$)"
)
_ASKS = re.compile(r"\?(?:\s+\([^()]*\))?$")  # a remark may stand behind it
_ASKED = re.compile(r"(?:Q|Question)\s?\d{0,3}\s?[.:)]\s")
_ANSWER = re.compile(r"(?:A|Answer)\s?\d{0,3}\s?[.:)]\s")


def find_fence(lines: Sequence[Line], at: int) -> Found:
    """Code between fences; one that nothing closes goes on to the end."""
    if not _FENCE.fullmatch(lines[at].head):
        return [], at
    fence = lines[at].body[:3]
    for n in range(at + 1, len(lines)):
        if lines[n].body.startswith(fence) and is_rule(lines[n].body):
            return [Block("code", lines[at].start, lines[n].end)], n + 1
    if fence == "~~~":
        return [], at
    return [Block("code", lines[at].start, max(line.end for line in lines[at:]))], len(lines)


def find_code(lines: Sequence[Line], at: int, base: int) -> Found:
    """What is typed at a prompt and comes back, or lines further in than column `base` that are no prose."""
    if _PROMPT.match(lines[at].body):
        last = next((n for n in range(at, len(lines)) if not lines[n].body), len(lines))
        return [Block("code", lines[at].start, lines[last - 1].end)], last
    above = next((line.body for line in reversed(lines[max(0, at - 3) : at]) if line.body), "")
    indent = base + (2 if above.endswith("::") else CODE_INDENT)
    if lines[at].indent < indent:
        return [], at
    last, n = at + 1, at + 1
    while n < len(lines) and (lines[n].indent >= indent if lines[n].body else bool(lines[n - 1].body)):
        last, n = (n + 1 if lines[n].body else last), n + 1
    written = [line for line in lines[at:last] if line.body]
    if not above.endswith("::") and not _is_code(written, above.endswith(":")):
        return [], at
    return [Block("code", lines[at].start, lines[last - 1].end)], last


def _is_code(lines: list[Line], announced: bool) -> bool:
    signs = sum(bool(_CODE.match(line.head)) for line in lines)
    prose = sum(is_prose(line) for line in lines)
    if announced and not prose and (signs or lines[0].body[0].islower()):
        return True
    return 5 * signs >= 2 * len(lines) and 2 * prose <= len(lines)


def find_quotation(lines: Sequence[Line], at: int) -> Found:
    """The paragraphs of a quoted mail."""
    quoted: list[Block] = []
    start = last = at
    while last < len(lines) and lines[last].body.startswith(">"):
        if not lines[last].body.strip("> "):
            quoted += _spanning(lines[start:last])
            start = last + 1
        last += 1
    if all(line.body.startswith(">>>") for line in lines[at:last]):  # a prompt
        return [], at
    return quoted + _spanning(lines[start:last]), last


def _spanning(lines: Sequence[Line]) -> list[Block]:
    return [Block("quotation", lines[0].start, lines[-1].end)] if lines else []


def find_head(lines: Sequence[Line], at: int) -> Found:
    """The fields of the head of a mail or of a document, one block each."""
    if not _HEAD_FIELD.match(lines[at].body) or (
        at > 0 and lines[at - 1].body and not is_rule(lines[at - 1].body)
    ):
        return [], at
    fields: list[Block] = []
    known, last = 0, at
    while last < len(lines) and lines[last].body:
        field = _HEAD_FIELD.match(lines[last].body)
        if field:
            known += field["name"].lower() in _MAIL
            fields.append(lines[last].block("metadata"))
        elif lines[last].indent > lines[at].indent:
            fields[-1] = Block("metadata", fields[-1].start, lines[last].end)
        else:
            return [], at
        last += 1
    return (fields, last) if known > 1 and 2 * known >= len(fields) else ([], at)


def find_note(lines: Sequence[Line], at: int, notes_from: int) -> Found:
    """A footnote with the lines it goes on in; behind line `notes_from` numbers are such too."""
    if not _NOTE.match(lines[at].body) and (at < notes_from or read_marker(lines[at].body) is None):
        return [], at
    last = at + 1
    while last < len(lines) and lines[last].body and not _NOTE.match(lines[last].body):
        if (at >= notes_from and read_marker(lines[last].body)) or (
            is_ended(lines[last - 1].body) and lines[last].indent <= lines[at].indent
        ):
            break
        last += 1
    return [Block("footnote", lines[at].start, lines[last - 1].end)], last


def notes_start(lines: Sequence[Line]) -> int:
    """The index of the last rule if only numbered notes stand under it; behind all if not."""
    rules = [n for n, line in enumerate(lines) if line.body and is_rule(line.body)]
    if not rules or not lines or (rules[-1] > 0 and lines[rules[-1] - 1].body):
        return len(lines)
    below = list(lines[rules[-1] + 1 :])
    starts = [line for n, line in enumerate(below) if line.body and (n == 0 or not below[n - 1].body)]
    noted = [marker for line in starts if (marker := read_marker(line.body)) and "1" in marker.form]
    return rules[-1] if starts and len(noted) == len(starts) and noted[0].ordinal == 1 else len(lines)


def find_caption(lines: Sequence[Line], at: int) -> Found:
    """The caption of a table or figure, on one line."""
    line = lines[at]
    alone = at == 0 or not lines[at - 1].body or "  " in lines[at - 1].body or "|" in lines[at - 1].body
    if not alone or len(line.head.split()) > QUESTION_WORDS or not _CAPTION.match(line.head):
        return [], at
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below and below.body and goes_on(line, below):
        return [Block("caption", line.start, below.end)], at + 2
    return [line.block("caption")], at + 1


def find_question(lines: Sequence[Line], at: int) -> Found:
    """A question of a list of questions and answers: on a line of its own, with an answer behind it."""
    if at > 0 and lines[at - 1].body and not is_ended(lines[at - 1].body):
        return [], at
    asked, last = bool(_ASKED.match(lines[at].head)), at + 1
    while last < min(len(lines), at + 6) and lines[last].body and not _ASKS.search(lines[last - 1].body):
        if _ANSWER.match(lines[last].head) or not (
            asked or is_full(lines[last - 1], lines[last], lines[at].right)
        ):
            break
        last += 1
    words = sum(len(line.head.split()) for line in lines[at:last])
    body = lines[last - 1].body
    if not asked and (not _ASKS.search(body) or words > QUESTION_WORDS or lines[at].body[0] in "\"“'‘«„(*>"):
        return [], at
    answer = next((line for line in lines[last : last + 3] if line.body), None)
    answers = answer is not None and (
        is_prose(answer)
        or (is_ended(answer.body) and answer.body[-1] != "?")
        or (answer.indent > lines[at].indent and read_marker(answer.body) is None)
    )
    if answer is None or not (asked or answers):
        return [], at
    return [Block("question", lines[at].start, lines[last - 1].end)], last


def find_definition(lines: Sequence[Line], at: int, width: int) -> Found:
    """A term, with its definition right below, further in."""
    term, last = lines[at], at + 1
    # Right below the definition of the term before there need be no blank line.
    follows = at > 0 and lines[at - 1].body and lines[at - 1].indent <= term.indent
    if last == len(lines) or not lines[last].body or follows:
        return [], at
    inner = lines[last].indent
    if (
        inner < term.indent + 2
        or len(term.body.split()) > TERM_WORDS
        or len(term.body) > 60
        or is_ended(term.body)
    ):
        return [], at
    if (
        term.body.endswith((":", ","))
        or read_marker(lines[last].body)
        or (width and is_full(term, lines[last], width))
    ):
        return [], at
    while last < len(lines) and lines[last].body and lines[last].indent >= inner:
        last += 1
    if not any(is_prose(line) or is_ended(line.body) for line in lines[at + 1 : last]):
        return [], at
    if last < len(lines) and lines[last].body and lines[last].indent > term.indent:
        return [], at
    return [term.block("term"), Block("definition", lines[at + 1].start, lines[last - 1].end)], last
