"""A follow-up -> the question as a language model puts it, so that it stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

from rag.answers.support import find_unsupported
from rag.datatypes import Question
from rag.errors import LanguageModelError
from rag.generation.prompts import REWRITING, rewrite_prompt
from rag.language.words import stems
from rag.models.llm import OpenAIModel, strip_thinking

LONGEST_QUESTION = 300  # characters of a follow-up as the model puts it

_ASKING = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b")


def rewrite_followup(llm: OpenAIModel, question: Question) -> Iterator[str]:
    """Yield "" while the model thinks, last the follow-up `question` as it puts it.

    That is left out where the model cannot be had, or asks something else: names or counts what the
    conversation does not, uses other words than that, or leaves out those of the question.
    """
    text = ""
    try:
        with closing(llm.generate(REWRITING, rewrite_prompt(question.typed, question.history))) as pieces:
            for piece in pieces:
                text += piece
                yield ""
    except LanguageModelError:
        return
    lines = strip_thinking(text).splitlines()
    anew = lines[0].strip().strip('"“”*') if len(lines) == 1 else ""
    conversation = [question.typed, *(f"{turn.question} {turn.answer}" for turn in question.history)]
    words, heard, asked = ({*stems(text)} for text in (anew, " ".join(conversation), question.typed))
    alike = _ASKING.findall(anew.lower()) == _ASKING.findall(question.typed.lower())
    short = anew.endswith("?") and len(anew) <= LONGEST_QUESTION
    if short and alike and words <= heard and asked <= words and not find_unsupported(anew, conversation):
        yield anew
