"""What the tests of exports share: answers full of hostile words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from rag.conversations.records import Conversation, Exchange
from rag.datatypes import Answer, Citation, Document, Statement, Where

FOX = Document(
    "red.txt", "Foxes", "The red fox sleeps.", "A publisher", date(2022, 12, 19), url="https://x.org/a?b=1"
)
BARE = Document("bare.txt", "Bare", "The frog\nsings.")
BEGUN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.org/x.png) [y](javascript:alert(1))",
    "# Heading\n\n- list\n1. list\n> quote\n***\n===",
    "~~~\ncode\n~~~\n```x```",
    "    indented",
    "www.evil.org http://evil.org a@evil.org <http://evil.org>",
    "a | b\n--|--\n1 | 2",
    "&lt;b&gt; &copy; \\",
    "[a]: http://evil.org",
    "[^1]: a note\n[^1] ^[inline] [^9]",
    "$x$ ~~gone~~ ^up^",
    "+ plus",
    "999999999) nine",
    "- ",
    "\u202egnp.exe \0 \ud83d",
    "=1+1|' /C calc'!A0",
    "}, author = {Evil",
    "\\input{x} 100% A&B $1 #1 a_b ~ ^ {{{",
    "ER  - \nTY  - BOOK\nTI  - Evil\n\nER  - ",
    '"@misc{x,}',
    "]]> --> ' \" \x0b\x0c\x85\u2028 \x1b[31m \ufffe",
]


def cited(document: Document = FOX, number: int = 1) -> Citation:
    return Citation(number, document, 0, len(document.text), document.text)


def conversation(*exchanges: Exchange, title: str = "A title") -> Conversation:
    return Conversation("id", title, BEGUN, BEGUN, exchanges)


def asked(text: str, document: Document = FOX) -> Exchange:
    """An exchange in which `text` stands wherever words of others may."""
    statement = Statement(text, (cited(document),), 1.0, (text,), attribution=text)
    answer = Answer(
        f"{text}?", (statement,), (), False, text, Where((text,)), 0.5, (), author=text, notice=text
    )
    return Exchange(text, answer, Where(publishers=(text,)), comment=text)


def hostile(text: str) -> Exchange:
    """An exchange of nothing but `text`, its document too."""
    fields: dict[str, Any] = {"publisher": text, "published": date(2020, 2, 29), "date_note": text}
    return asked(text, Document(f"{text}.txt", text, text, url=text, **fields))


def lines_of(quote: str) -> list[str]:
    """The lines of a quote as a file can hold them: what XML 1.0 has not, and controls, stand as "�"."""

    def writable(sign: str) -> str:
        code = ord(sign)
        control = code != 9 and (code < 32 or 127 <= code < 160)
        return "�" if control or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) else sign

    return ["".join(map(writable, line)) for line in quote.splitlines()]
