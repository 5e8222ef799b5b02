"""What somebody typed -> a question that can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.datatypes import REFUSAL, UNSURE, Turn
from rag.errors import QuestionError
from rag.language.cleaning import strip_invisible
from rag.models.tokenizer import count_tokens
from rag.wording import sayings

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
    text = strip_invisible(question)
    if not any(character.isalnum() for character in text):
        raise QuestionError(f"the question {question[:40]!r} holds no word: ask in words")
    tokens = count_tokens(text)
    if tokens > QUESTION_TOKENS:
        raise QuestionError(
            f"the question has {tokens:,} tokens, expected at most {QUESTION_TOKENS:,}: ask a shorter one"
        )
    return text


def recent_turns(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The last turns of a conversation, each on one line as `strip_invisible` has it, without what Footnote
    itself says of a weak answer, and with a refusal in English, whatever it was in."""
    return tuple(
        replace(
            turn,
            question=strip_invisible(turn.question),
            answer=_plain(strip_invisible(turn.answer)),
        )
        for turn in history[-MOST_TURNS:]
    )


def _plain(answer: str) -> str:
    if answer in sayings(REFUSAL):
        return REFUSAL
    for unsure in sayings(UNSURE):
        answer = answer.removeprefix(unsure).lstrip()
    return answer
