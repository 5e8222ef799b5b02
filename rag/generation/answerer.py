"""What the documents' own sentences answer -> the same in the words of a language model, proved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache

from rag.answers.joining import together
from rag.answers.statements import renumbered
from rag.answers.support import unsupported
from rag.datatypes import Answer, Passage, Question, Statement, Turn
from rag.errors import AnswererError
from rag.generation.grounding import Prover
from rag.generation.parser import Said, said
from rag.generation.prompt_injection import without
from rag.generation.prompts import ANSWERING, REWRITING, answering, rewriting
from rag.language.dates import find_dates
from rag.language.numbers import find_numbers
from rag.language.words import stems
from rag.models.llm import ANSWER_TOKENS, OpenAIAnswerer, spoken
from rag.questions.answer_types import expected

MOST_STATEMENTS = 6
REPEATED = 2  # sentences said again, from which on a model goes round in circles
SURVIVING = 0.5  # of the sentences of the model, for its answer to stand
OWN = "these are the documents' own sentences"
LONGEST_QUESTION = 300  # characters of a follow-up as the model puts it

_ENDS = re.compile(r"[.!?\n]")
_ASKING = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b")


def written(answerer: OpenAIAnswerer, prover: Prover, question: Question, found: Answer) -> Iterator[Answer]:
    """Yield `found` in the words of the model, one proved statement more each time, the last whole.

    While the model is silent the same comes again.  Where it cannot be had, or too little of what it
    writes is borne out, the last is `found` itself with a notice that says so.
    """
    shown = [(passage, _shown(prover, passage)) for passage in found.passages]
    shown = [(passage, text) for passage, text in shown if text]
    if not shown:
        notice = f"all that was found speaks to a model, so {answerer.name} was not asked; {OWN}"
        yield replace(found, notice=notice)
        return
    prompt = answering(question.standalone, shown, answerer.context - ANSWER_TOKENS)
    among = prover.quotable(found.passages)
    proved = cache(lambda told: prover.proved(told, question, among))
    begun = replace(found, statements=(), differences=(), author=answerer.name)
    text = ""
    try:
        with closing(answerer.write(ANSWERING, prompt)) as pieces:
            for piece in pieces:
                text += piece
                if not _ENDS.search(piece):
                    yield begun
                    continue
                so_far = said(spoken(text), whole=False)
                kept = [statement for told in _each_once(so_far) if (statement := proved(told))]
                begun = replace(begun, statements=renumbered(kept[:MOST_STATEMENTS]))
                yield begun
                if len(so_far) - len(_each_once(so_far)) >= REPEATED:
                    break
    except AnswererError as problem:
        yield replace(found, notice=f"{problem}; {OWN}")
        return
    told = [proved(sentence) for sentence in _each_once(said(spoken(text)))]
    yield _whole(prover, begun, question, found, told)


def rewritten(
    answerer: OpenAIAnswerer, question: Question, typed: str, history: Sequence[Turn]
) -> Iterator[Question]:
    """Yield `question`, a follow-up that was `typed`, while the model thinks, last as the model puts it.

    It stays as it was where the model cannot be had, or asks something else: names or counts what the
    conversation does not, uses other words than that, or leaves out those of the question.
    """
    text = ""
    try:
        with closing(answerer.write(REWRITING, rewriting(typed, history))) as pieces:
            for piece in pieces:
                text += piece
                yield question
    except AnswererError:
        return
    lines = spoken(text).splitlines()
    anew = lines[0].strip().strip('"“”*') if len(lines) == 1 else ""
    conversation = [typed, *(f"{turn.question} {turn.answer}" for turn in history)]
    words, heard = set(stems(anew)), set(stems(" ".join(conversation)))
    asked = set(stems(typed))
    alike = _ASKING.findall(anew.lower()) == _ASKING.findall(typed.lower())
    fits_in = alike and words <= heard and asked <= words
    if (
        anew.endswith("?")
        and len(anew) <= LONGEST_QUESTION
        and fits_in
        and not unsupported(anew, conversation)
    ):
        yield Question(anew)


def _shown(prover: Prover, passage: Passage) -> str:
    """What the model is shown of a passage: all but what gives orders."""
    hidden = prover.orders(passage.document.id)
    return without(passage.document.text, hidden, passage.start, passage.end).strip()


def _each_once(told: Sequence[Said]) -> list[Said]:
    """The sentences, each text once, with the passages that it names the first time."""
    return [*{sentence.text: sentence for sentence in reversed(told)}.values()][::-1]


def _whole(
    prover: Prover, begun: Answer, question: Question, found: Answer, told: Sequence[Statement | None]
) -> Answer:
    """The answer of what is proved of the sentences of a model, or `found` if that is too little.

    That is less than half of them, or none that is to the point.
    """
    kept = [statement for statement in told if statement]
    to_the_point = any(_is_answer(prover, question, found, statement) for statement in kept)
    if not to_the_point or len(kept) < SURVIVING * len(told):
        wrote = f"the documents bear out too little of what {begun.author} wrote"
        return replace(found, notice=f"{wrote if told else f'{begun.author} wrote nothing'}; {OWN}")
    kept = kept[:MOST_STATEMENTS]
    statements, differing = together([*kept, *_in_differences(found, kept)], [found])
    return replace(
        begun,
        statements=tuple(_with_fact(statement, found) for statement in statements),
        differences=differing,
        notice=_left_out(sum(statement is None for statement in told), begun.author),
    )


def _is_answer(prover: Prover, question: Question, found: Answer, statement: Statement) -> bool:
    """Whether a statement cites what the documents' own answer does, or speaks of what is asked; and has
    a number or date where one is asked for."""
    expectation = expected(question.text)
    needed = expectation is not None and expectation.required
    own = {(c.document.id, c.start, c.end) for c in found.citations}
    cited = {(c.document.id, c.start, c.end) for c in statement.citations}
    telling = not needed or find_numbers(statement.text) or find_dates(statement.text)
    return bool(telling) and (not own.isdisjoint(cited) or prover.speaks_of(question, statement))


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
