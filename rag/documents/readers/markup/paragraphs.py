"""What a paragraph of Markdown is to a reader: prose, a question of an FAQ, a caption, badges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.datatypes import BlockKind
from rag.documents.readers.markup.inline import Inline

TITLE_WORDS = 10  # a bold line of more is a sentence that somebody stresses

_ASKS = re.compile(r"[*_\s]*Q(?:uestion)?\s?\d{0,3}\s?[:.)]", re.IGNORECASE)
_REPLIES = re.compile(r"\n[*_\s]*A(?:nswer)?\s?\d{0,3}\s?[:.)]", re.IGNORECASE)
_CAPTION = re.compile(
    r"[*_\s]*(?:table|tab\.|figure|fig\.|listing)\s?[\dIVX.-]*\s?[*_]*[:.–—]", re.IGNORECASE
)

Piece = tuple[BlockKind, int, int]


def split_paragraph(content: str, inline: Inline, follows: str) -> Iterator[Piece]:
    """The paragraph as one piece, or as a question and what answers it; `follows` is the next token."""
    if inline.decoration:
        yield "furniture", 0, len(content)
        return
    if _CAPTION.match(content) and (follows == "table_open"):
        yield "caption", 0, len(content)
        return
    question = _question_end(content, inline, follows)
    if question is not None:
        yield "question", 0, question
        answer = question + len(content[question:]) - len(content[question:].lstrip())
        if answer < len(content):
            yield "paragraph", answer, len(content)
    elif _is_title(content, inline, follows):
        yield "heading", 0, len(content)
    else:
        yield "paragraph", 0, len(content)


def is_question(words: str, bold: bool = True) -> bool:
    """Whether a line is the question of an FAQ: it is marked so, or stands out and ends as one.

    >>> is_question("Q: How old is it"), is_question("How old?", bold=False), is_question("**How old?**")
    (True, False, True)
    """
    return bool(_ASKS.match(words)) or (bold and words.rstrip("*_ \t").endswith("?"))


def is_title(words: str) -> bool:
    """Whether a bold line stands for a heading, and is no sentence that somebody stresses."""
    bare = words.strip("*_ ")
    return len(bare.split()) <= TITLE_WORDS and not bare.endswith((".", "!", ",", ";"))


def _question_end(content: str, inline: Inline, follows: str) -> int | None:
    """Where the question ends that the paragraph begins with; None if it begins with none."""
    answered = follows not in ("", "heading_open", "hr")
    if _ASKS.match(content):
        reply = _REPLIES.search(content)
        if reply is not None:
            return reply.start()
        return len(content) if answered else None
    if inline.bold is None:
        return None
    end = inline.bold[1]
    return end if is_question(content[:end]) and (end < len(content) or answered) else None


def _is_title(content: str, inline: Inline, follows: str) -> bool:
    """Whether the paragraph is a bold line over what follows, which stands for a heading."""
    over = follows not in ("", "heading_open", "hr")
    return inline.bold == (0, len(content)) and over and is_title(content)
