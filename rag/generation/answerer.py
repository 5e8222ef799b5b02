"""What the documents' own sentences answer -> the same in the words of a language model, proved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache

from rag.answers.extractive import ExtractiveAnswerer
from rag.answers.statements import merge_statements, renumber
from rag.datatypes import Answer, Passage, Question, SearchResult, Statement
from rag.errors import EmbedderError, LanguageModelError
from rag.generation.grounding import Grounder
from rag.generation.parser import ParsedSentence, parse_sentences
from rag.generation.prompt_injection import cut_spans
from rag.generation.prompts import ANSWERING, answer_prompt
from rag.generation.rewriter import rewrite_followup
from rag.generation.verification import Unproved
from rag.language.dates import find_dates
from rag.language.numbers import find_numbers
from rag.models.llm import ANSWER_TOKENS, OpenAIModel, strip_thinking
from rag.timings import stage_each

MOST_STATEMENTS = 6
REPEATED = 2  # sentences said again, from which on a model goes round in circles
SURVIVING = 0.5  # of the sentences of the model, for its answer to stand
OWN = "these are the documents' own sentences"

_ENDS = re.compile(r"[.!?\n]")


class GenerativeAnswerer:
    """Answers in the words of a language model, as far as the documents bear them out.

    Where it cannot be had, or too little of what it writes is borne out, the answer is that of `extractive`
    with a notice that says so; what that refuses is refused.
    """

    def __init__(self, llm: OpenAIModel, extractive: ExtractiveAnswerer, grounder: Grounder) -> None:
        self._llm = llm
        self._extractive = extractive
        self._grounder = grounder

    @property
    def author(self) -> str:
        return self._llm.name

    def rephrase(self, question: Question) -> Iterator[str]:
        """Yield "" while the model thinks how to ask a follow-up so that it stands alone, last how."""
        if question.standalone != question.typed:
            yield from rewrite_followup(self._llm, question)

    def stream(self, question: Question, results: Sequence[SearchResult]) -> Iterator[Answer]:
        """The answer, one grounded statement more each time; while the model is silent the same again."""
        found = self._extractive.answer(question, results)
        if found.refused:
            yield found
        else:
            yield from self._write(question, found)

    def _write(self, question: Question, found: Answer) -> Iterator[Answer]:
        """Yield `found` in the words of the model, last the whole."""
        name = self._llm.name
        shown = [(passage, self._visible_text(passage)) for passage in found.passages]
        shown = [(passage, text) for passage, text in shown if text]
        if not shown:
            yield replace(
                found, notice=f"all that was found speaks to a model, so {name} was not asked; {OWN}"
            )
            return
        prompt = answer_prompt(question.standalone, shown, self._llm.context - ANSWER_TOKENS)
        among = self._grounder.evidence_sentences(found.passages)
        ground = cache(lambda sentence: self._grounder.ground(sentence, question, among))
        begun = replace(found, reply="", statements=(), differences=(), author=name)
        text = ""
        try:
            with closing(self._llm.generate(ANSWERING, prompt)) as pieces:
                for piece in stage_each("write", pieces):
                    text += piece
                    if not _ENDS.search(piece):
                        yield begun
                        continue
                    sentences = parse_sentences(strip_thinking(text), whole=False)
                    distinct = _each_once(sentences)
                    grounded = [one for one in map(ground, distinct) if isinstance(one, Statement)]
                    begun = replace(begun, statements=renumber(grounded[:MOST_STATEMENTS]))
                    yield begun
                    if len(sentences) - len(distinct) >= REPEATED:
                        break
        except (LanguageModelError, EmbedderError) as problem:
            yield replace(found, notice=f"{problem}; {OWN}")
            return
        yield self._whole(
            begun, question, found, [ground(one) for one in _each_once(parse_sentences(strip_thinking(text)))]
        )

    def _visible_text(self, passage: Passage) -> str:
        """What the model is shown of a passage: all but what gives orders."""
        hidden = self._grounder.injections(passage.document.id)
        return cut_spans(passage.document.text, hidden, passage.start, passage.end).strip()

    def _whole(
        self, begun: Answer, question: Question, found: Answer, written: Sequence[Statement | Unproved]
    ) -> Answer:
        """The answer of what is grounded of the sentences of the model, or `found` if that is too little.

        That is less than half of them, or none that is to the point.
        """
        grounded = [one for one in written if isinstance(one, Statement)]
        to_the_point = any(self._is_answer(question, found, statement) for statement in grounded)
        if not to_the_point or len(grounded) < SURVIVING * len(written):
            little = f"the documents bear out too little of what {begun.author} wrote"
            return replace(found, notice=f"{little if written else f'{begun.author} wrote nothing'}; {OWN}")
        grounded = grounded[:MOST_STATEMENTS]
        statements, differing = merge_statements([*grounded, *_in_differences(found, grounded)], [found])
        return replace(
            begun,
            statements=tuple(_with_fact(statement, found) for statement in statements),
            differences=differing,
            notice=_notice(Counter(one for one in written if isinstance(one, str)), begun.author),
        )

    def _is_answer(self, question: Question, found: Answer, statement: Statement) -> bool:
        """Whether a statement cites what the documents' own answer does, or speaks of what is asked; and has
        a number or date where one is asked for."""
        needed = question.answer_type is not None and question.answer_type.required
        own = {(c.document.id, c.start, c.end) for c in found.citations}
        cited = {(c.document.id, c.start, c.end) for c in statement.citations}
        telling = not needed or find_numbers(statement.text) or find_dates(statement.text)
        return bool(telling) and (not own.isdisjoint(cited) or self._grounder.speaks_of(question, statement))


def _each_once(sentences: Sequence[ParsedSentence]) -> list[ParsedSentence]:
    """The sentences, each text once, with the passages that it names the first time."""
    return [*{sentence.text: sentence for sentence in reversed(sentences)}.values()][::-1]


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


def _notice(dropped: Counter[Unproved], name: str) -> str | None:
    """How many sentences of the model were left out, and why; None if none were.

    >>> _notice(Counter(contradicted=1, not_said=2), "m")
    '3 sentences of m left out: the documents contradict 1 and do not say 2'
    """
    if not dropped:
        return None
    n = dropped.total()
    ways: dict[Unproved, str] = {"contradicted": "contradict", "not_said": "do not say"}
    told = [
        f"{way} {dropped[kind] if len(dropped) > 1 else 'it' if n == 1 else 'them'}"
        for kind, way in ways.items()
        if dropped[kind]
    ]
    return f"{n} sentence{'' if n == 1 else 's'} of {name} left out: the documents {' and '.join(told)}"
