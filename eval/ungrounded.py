"""What a language model answers when it is believed: its own sentences and its own citations.

Only to be compared with.  It has no proof, its own word on whether there is an answer, and all of the
passages, whatever orders they give.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import Answer, Chatbot, Citation, LanguageModelError, OpenAIModel, Statement, Turn
from rag.answers.statements import renumber
from rag.answers.support import find_unsupported, support
from rag.chatbot import READ_PASSAGES, READ_TOKENS
from rag.generation.parser import parse_sentences
from rag.generation.prompts import ANSWERING, answer_prompt
from rag.models.llm import ANSWER_TOKENS, strip_thinking

_REFUSES = re.compile(
    r"\b(?:not in the passages|(?:passages?|text|documents?) (?:do(?:es)? not|don['’]t|doesn['’]t)"
    r"|no information|not (?:mentioned|stated|specified|provided)|cannot (?:answer|be determined))",
    re.IGNORECASE,
)


def answer_unproved(
    chatbot: Chatbot, answerer: OpenAIModel, question: str, history: Sequence[Turn] = ()
) -> Answer:
    """What the model writes of the passages, each [n] as a citation of all of passage n.

    A number of no passage is left out, for nothing can be shown for it; so a sentence may cite nothing.
    It is refused if the model says that the passages do not answer, or cannot be had.
    """
    asked = chatbot.understand(question, history=history)
    passages = chatbot.retriever.search(asked, READ_PASSAGES, tokens=READ_TOKENS).passages
    prompt = answer_prompt(
        asked.standalone, [(p, p.text) for p in passages], answerer.context - ANSWER_TOKENS
    )
    try:
        text = strip_thinking("".join(answerer.generate(ANSWERING, prompt)))
    except LanguageModelError as problem:
        return Answer(asked.standalone, (), passages, refused=True, reason="no model", notice=str(problem))
    statements = []
    for sentence in parse_sentences(text):
        cited = [p for p in passages if p.rank in sentence.hints]
        quotes = [p.text for p in cited]
        statements.append(
            Statement(
                sentence.text,
                tuple(Citation(p.rank, p.document, p.start, p.end, p.text) for p in cited),
                support(sentence.text, quotes),
                find_unsupported(sentence.text, quotes),
            )
        )
    if not statements or _REFUSES.search(text):
        return Answer(asked.standalone, (), passages, refused=True, reason="the model says so")
    return Answer(
        asked.standalone,
        renumber(statements),
        passages,
        refused=False,
        confidence=1.0,
        author=answerer.name,
    )
