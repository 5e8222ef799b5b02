"""What the documents' own sentences answer -> the same in the words of a language model, proved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from rag.datatypes import Answer, Question, Statement, Turn
from rag.dates import days
from rag.errors import AnswererError
from rag.joining import together
from rag.lexicon import stems
from rag.llm import ANSWER_TOKENS, OpenAIAnswerer, spoken
from rag.orders import without
from rag.prompting import ANSWERING, REWRITING, answering, rewriting
from rag.proving import Prover, said
from rag.quantities import numbers
from rag.questions import expected
from rag.support import unsupported

MOST_STATEMENTS = 6
REPEATED = 2  # sentences said again, from which on a model goes round in circles
SURVIVING = 0.5  # of the sentences of the model, for its answer to stand
OWN = "these are the documents' own sentences"
LONGEST_QUESTION = 300  # characters of a follow-up as the model puts it
FAMILIAR = 0.8  # of its words that must stand in the conversation
FAITHFUL = 0.5  # of the words of the question as it was asked that it must keep


def written(answerer: OpenAIAnswerer, prover: Prover, question: Question, found: Answer) -> Iterator[Answer]:
    """Yield `found` in the words of the model, one proved statement more each time, the last whole.

    While the model is silent the same comes again.  Where it cannot be had, or too little of what it
    writes is borne out, the last is `found` itself with a notice that says so.
    """
    shown = [
        (
            passage,
            without(passage.document.text, prover.orders(passage.document.id), passage.start, passage.end),
        )
        for passage in found.passages
    ]
    prompt = answering(
        question.standalone,
        [(p, text) for p, text in shown if text.strip()],
        answerer.context - ANSWER_TOKENS,
    )
    among = prover.quotable(found.passages)
    proved = cache(lambda told: prover.proved(told, question, among))
    begun = replace(found, statements=(), differences=(), author=answerer.name)
    text = ""
    try:
        for piece in answerer.write(ANSWERING, prompt):
            text += piece
            so_far = said(spoken(text), whole=False)
            yield replace(begun, statements=together(_kept(map(proved, so_far)), [])[0])
            if len(so_far) - len(set(so_far)) >= REPEATED:
                break
    except AnswererError as problem:
        yield replace(found, notice=f"{problem}; {OWN}")
        return
    told = [proved(sentence) for sentence in dict.fromkeys(said(spoken(text)))]
    kept = _kept(told)
    if not _enough(question, kept, len(told)):
        yield replace(found, notice=f"the documents bear out too little of what {answerer.name} wrote; {OWN}")
        return
    statements, differing = together([*kept, *_in_differences(found, kept)], [found])
    yield replace(
        begun,
        statements=tuple(_with_fact(statement, found) for statement in statements),
        differences=differing,
        notice=_left_out(sum(statement is None for statement in told), answerer.name),
    )


def rewritten(
    answerer: OpenAIAnswerer, question: Question, typed: str, history: Sequence[Turn]
) -> Iterator[Question]:
    """Yield `question`, a follow-up that was `typed`, while the model thinks, last as the model puts it.

    It stays as it was where the model cannot be had, or names or counts what the conversation does
    not, uses other words than that, or loses those of the question.
    """
    text = ""
    try:
        for piece in answerer.write(REWRITING, rewriting(typed, history)):
            text += piece
            yield question
    except AnswererError:
        return
    lines = spoken(text).splitlines()
    anew = lines[0].strip().strip('"“”*') if len(lines) == 1 else ""
    conversation = [typed, *(f"{turn.question} {turn.answer}" for turn in history)]
    words, heard = set(stems(anew)), set(stems(" ".join(conversation)))
    asked = set(stems(typed))
    fits_in = len(words & heard) >= FAMILIAR * len(words) and len(words & asked) >= FAITHFUL * len(asked)
    if (
        anew.endswith("?")
        and len(anew) <= LONGEST_QUESTION
        and fits_in
        and not unsupported(anew, conversation)
    ):
        yield Question(anew)


def _kept(proved: Iterable[Statement | None]) -> list[Statement]:
    """The statements that are proved, each text once, not too many."""
    kept = {statement.text: statement for statement in proved if statement}
    return [*kept.values()][:MOST_STATEMENTS]


def _enough(question: Question, kept: Sequence[Statement], told: int) -> bool:
    """Whether what is kept of the `told` sentences of a model may stand as the answer."""
    expectation = expected(question.text)
    needed = expectation is not None and expectation.required
    telling = [s for s in kept if not needed or numbers(s.text) or days(s.text)]
    return bool(telling) and len(kept) >= SURVIVING * told


def _in_differences(found: Answer, kept: Sequence[Statement]) -> list[Statement]:
    """The documents' own sentences that do not agree, but for those that are cited already."""
    cited = {(c.document.id, c.start, c.end) for statement in kept for c in statement.citations}
    differ = {number for difference in found.differences for number in difference.numbers}
    return [
        statement
        for statement in found.statements
        for c in statement.citations
        if c.number in differ and (c.document.id, c.start, c.end) not in cited
    ]


def _with_fact(statement: Statement, found: Answer) -> Statement:
    """`statement` with the words marked that are marked in one of the documents' own sentences."""
    facts = [s.text[slice(*s.fact)] for s in found.statements if s.fact]
    there = (re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", statement.text) for fact in facts)
    match = next(filter(None, there), None)
    return replace(statement, fact=match.span()) if match and not statement.fact else statement


def _left_out(dropped: int, name: str) -> str | None:
    if not dropped:
        return None
    sentences = "1 sentence" if dropped == 1 else f"{dropped} sentences"
    return f"{sentences} of {name} left out: the documents do not bear {'it' if dropped == 1 else 'them'} out"
