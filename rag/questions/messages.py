"""A long message -> the question in it, and what was said just before that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Turn
from rag.documents.sentences import split_sentences
from rag.questions.standalone.parts import MOST_PARTS

LONG = 40  # words of what is a message rather than a question
BEFORE = 2  # sentences before the question that it may point back at

# What leads up to a question in its sentence: "What I really need to know: until when …?"
_LEADS_UP = re.compile(
    r"^.*(?:\b(?:know|question|ask|asking|wonder|wondering)\b[^:?]{0,40}): (?=\w)", re.IGNORECASE
)
_ASKS = re.compile(
    r"^(?:(?:and|so|but|now|also|anyway|well),? )*(?:please )?(?:who|whom|whose|what|when|where|which|why|how"
    r"|is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|tell me|explain|list"
    r"|(?:until|by|since|from|at|in|for|to|with) (?:when|what|which|whom))\b",
    re.IGNORECASE,
)


def find_asking(text: str, history: Sequence[Turn]) -> tuple[str, Sequence[Turn]]:
    """What a message asks and the turns before it, the sentences that lead up to it the last of them.

    All of `text` if it is short, or no sentence of it asks.

    >>> long = "We are preparing the outing. " * 8 + "It is in May. Who brings the boats back? Regards, Petra"
    >>> find_asking(long, ())[0]
    'Who brings the boats back?'
    """
    if len(text.split()) < LONG:
        return text, history
    sentences = [text[start:end] for start, end in split_sentences(text, (0, len(text)))]
    asking = [i for i, sentence in enumerate(sentences) if sentence.endswith("?")]
    asking = asking or [i for i, sentence in enumerate(sentences) if _ASKS.match(sentence)]
    if not asking:
        return text, history
    asking = asking[-MOST_PARTS:]
    before = " ".join(sentences[max(0, asking[0] - BEFORE) : asking[0]])
    question = " ".join(_LEADS_UP.sub("", sentences[i]) for i in asking)
    return question, [*history, Turn(before, "")] if before else history
