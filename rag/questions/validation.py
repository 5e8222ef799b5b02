"""What somebody typed -> a question that can be asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from rag.datatypes import Turn
from rag.errors import QuestionError
from rag.models.tokenizer import count_tokens

# A question is a few sentences; longer ones are pasted documents.  Characters are checked first,
# because counting the tokens of a very long word takes long.
QUESTION_TOKENS = 1_000
QUESTION_CHARACTERS = 8_000
MOST_TURNS = 5  # how far back a conversation is followed


def validate(question: str) -> str:
    """`question` on one line without control characters.

    Raises QuestionError if it holds no letter or digit, or is too long.
    """
    if len(question) > QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters, expected at most {QUESTION_CHARACTERS:,}: "
            "ask a shorter one"
        )
    text = visible(question)
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question {question[:40]!r} holds no word: ask in words")
    tokens = count_tokens(text)
    if tokens > QUESTION_TOKENS:
        raise QuestionError(
            f"the question has {tokens:,} tokens, expected at most {QUESTION_TOKENS:,}: ask a shorter one"
        )
    return text


def visible(text: str) -> str:
    """`text` on one line without control characters and signs that are not seen."""
    shown = (c for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in shown).split())


def recent_turns(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The last turns of a conversation, each on one line as `visible` has it."""
    turns = history[-MOST_TURNS:]
    return tuple(replace(t, question=visible(t.question), answer=visible(t.answer)) for t in turns)
