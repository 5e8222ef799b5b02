"""A question and its passages -> an answer in the documents' own sentences, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from rag.answers.conflicts import find_conflicts
from rag.answers.evidence.evidence import Evidence, EvidenceScorer
from rag.answers.evidence.features import NEAR
from rag.answers.evidence.qualifiers import find_absent
from rag.answers.laid_out import answer_by_layout
from rag.answers.overview.gist import give_topic_gist
from rag.answers.sentences.candidates import Candidate
from rag.answers.sentences.quotes import quote_alone, quote_candidates
from rag.answers.speakers import name_teller
from rag.answers.statements import grow, merge_answers, refusal
from rag.datatypes import (
    UNSURE,
    Answer,
    Difference,
    Question,
    SearchResult,
    Statement,
)
from rag.documents.labels import attribution
from rag.documents.skipped import may_hold_it
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.assertions.causes import gives_reason
from rag.language.words import stems
from rag.models.reader import Reader
from rag.timings import stage
from rag.wording import say

# How far below the best sentence, in log-odds that it answers, a further one may be.  Chosen on the
# tune half of the eval set; eval/README.md has the figures.
WITHIN, MOST = 1.5, 3  # sentences, and so many at most
WITHIN_FACT, MOST_FACT = 1.0, 2  # that give another fact, where one of some kind is asked for
MOST_SOURCES = 8
# The confidence below which an answer is told as one that may be.  Of those about 14 folders of which nothing
# was fitted 4 of 29 begin rightly, and 12 of 35 between this and .5, where on the tune half 10 of 19 do.
SURE = 0.45
WITHIN_SOURCES = 3.0  # of another document, where several are asked for
NAMING = ("heading", "question", "caption", "furniture")  # kinds of block that add nothing to a sentence
MOST_COMPARED = 20  # sentences that are looked through for another value


class Answerer(Protocol):
    """Answers a question from what was found for it.

    `author` is the language model that writes, "" if the answers are in the documents' own sentences.
    """

    @property
    def author(self) -> str: ...

    def rephrase(self, question: Question) -> Iterator[str]:
        """Yield "" while it thinks how to ask `question` without the turns before, last how; if it does."""

    def stream(self, question: Question, results: Sequence[SearchResult]) -> Iterator[Answer]:
        """The answer to `question` as it grows, last the whole; `results` are of its parts, in order."""


class ExtractiveAnswerer:
    """Answers in whole sentences of the documents, verbatim, without a language model."""

    author = ""

    def __init__(self, index: Index, lexicon: Lexicon, *, reader: Reader | None = None) -> None:
        self._index = index
        self.evidence = EvidenceScorer(index, lexicon, reader)

    @property
    def threshold(self) -> float:
        """The confidence below which a question in English is refused."""
        return self.evidence.scorer.confidence(self.evidence.scorer.threshold)

    def rephrase(self, question: Question) -> Iterator[str]:
        """Nothing: what a follow-up needs of the turns before stands beside it."""
        yield from ()

    def stream(self, question: Question, results: Sequence[SearchResult]) -> Iterator[Answer]:
        """The answer to `question` as it grows, of what was found for each of its parts."""
        yield from grow(self.answer(question, results))

    @stage("answer")
    def answer(self, question: Question, results: Sequence[SearchResult]) -> Answer:
        """The answer to `question`, of what was found for each of its parts."""
        answer = merge_answers(question, [self._answer_part(result) for result in results])
        every = len(question.scope) == len(self._index.documents)  # a filter admits no file that was not read
        return (
            replace(answer, notice=may_hold_it(self._index.card.skipped))
            if answer.refused and every
            else answer
        )

    def _answer_part(self, result: SearchResult) -> Answer:
        """Statements that answer the question of `result`, or a refusal.

        The sentence that answers comes first, then the few that add something: those nearly as
        good, and those in which another document gives another value.  Where several sources are
        asked for, the best of each comes in the order of their dates, with whose words it is.
        """
        question, passages = result.question, result.passages
        if question.intent == "gist":
            return self._answer_gist(result)
        evidence = self.evidence.score(result)
        if answer := answer_by_layout(question, evidence, self._index.outlines, evidence.threshold):
            return replace(answer, passages=passages)
        if evidence.chance < evidence.threshold:
            return refusal(question, passages, _reason(question, evidence), evidence.confidence)
        together = question.across_sources
        chosen = self._best_of_each_source(question, evidence) if together else self._best(question, evidence)
        quoted = quote_candidates(self._index, chosen)
        documents = [sentence.document for sentence in chosen]
        of_states = evidence.amended or any(map(self.evidence.editions.is_superseded, documents))
        statements = [
            _attribute(statement, sentence, apart=together or of_states) for statement, sentence in quoted
        ]
        alone = [quote_alone(s, statement.citations[0].number) for statement, s in quoted]
        differing = _find_conflicts(question, alone)
        unsure = evidence.confidence < SURE
        return Answer(
            question.standalone,
            tuple(_mark_values(statement, differing) for statement in statements),
            passages,
            refused=False,
            confidence=evidence.confidence,
            differences=differing,
            reply=say(question.language, UNSURE) if unsure and not together else "",
        )

    def _answer_gist(self, result: SearchResult) -> Answer:
        """The gist of a topic, or a refusal if a word of it is in no document, or nothing is near it."""
        missing = self.evidence.vocabulary.find_unknown(result.question)
        answer = None if missing.all else give_topic_gist(result, self._index)
        nothing = Evidence((), 0.0, 0.0, missing, True, 0.0)
        return answer or refusal(result.question, result.passages, _reason(result.question, nothing))

    def _best(self, question: Question, evidence: Evidence) -> list[Candidate]:
        """The best sentence, and those that add something to it, best first.

        Where a fact of some kind is asked for, another sentence adds another fact.  What amends another comes
        with that alone, in which then nothing answers.
        """
        if evidence.amended:
            amending, before = evidence.sentences[:2]
            return [amending, replace(before, fact=None)]
        within, most = (WITHIN_FACT, MOST_FACT) if question.answer_type else (WITHIN, MOST)
        first = evidence.sentences[0]
        near = [s for s in evidence.sentences if s.score >= first.score - within]
        near = self._drop_repeats([s for s in near if s is first or s.kind not in NAMING])
        if question.answer_type:
            facts = {_fact_text(first), ""}
            kept = [first]
            for sentence in near[1:]:
                told = _fact_text(sentence)
                kept += [sentence] if told not in facts else []
                facts.add(told)
            near = kept
        return near[:most] + self._contradiction(question, evidence, near[:most])

    def _contradiction(
        self, question: Question, evidence: Evidence, chosen: Sequence[Candidate]
    ) -> list[Candidate]:
        """The best sentence of other documents that gives another value than the first of `chosen`."""
        for other in evidence.sentences[:MOST_COMPARED]:
            apart = other.document is not chosen[0].document and other not in chosen
            if apart and _find_conflicts(question, [quote_alone(chosen[0], 1), quote_alone(other, 2)]):
                return [other]
        return []

    def _best_of_each_source(self, question: Question, evidence: Evidence) -> list[Candidate]:
        """The best sentence of each document that is asked for, in the order of their dates."""
        asked = question.prefers and question.prefers.ids
        least = evidence.sentences[0].score - WITHIN_SOURCES
        kept = [s for s in evidence.sentences if s.score >= least and (not asked or s.document.id in asked)]
        firsts: dict[str, Candidate] = {}
        for sentence in kept or evidence.sentences[:1]:
            firsts.setdefault(sentence.document.id, sentence)
        best = [*firsts.values()][:MOST_SOURCES]
        return sorted(best, key=lambda s: (s.document.published or date.max, s.document.id))

    def _drop_repeats(self, sentences: Sequence[Candidate]) -> list[Candidate]:
        """`sentences` without those that say what a better one says: a twin, or no word more."""
        kept: list[tuple[Candidate, int, set[str]]] = []
        for sentence in sentences:
            words = set(stems(sentence.text))
            first = self._index.twins.get(sentence.row, sentence.row)
            if not any(first == other or words <= more for _, other, more in kept):
                kept.append((sentence, first, words))
        return [sentence for sentence, *_ in kept]


def _attribute(statement: Statement, sentence: Candidate, *, apart: bool) -> Statement:
    """`statement` with who speaks, if a transcript or a quoted mail says so, and if sources are told `apart`
    with its publisher and date."""
    told_by = name_teller(sentence.outline, (sentence.start, sentence.end))
    source = attribution(sentence.document) if apart else ""
    return replace(statement, attribution=", ".join(filter(None, (told_by, source))))


def _fact_text(sentence: Candidate) -> str:
    return sentence.document.text[slice(*sentence.fact)].casefold() if sentence.fact else ""


def _find_conflicts(question: Question, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where they differ in their facts, or else in what else they say."""
    unmarked = [replace(statement, fact=None) for statement in statements]
    return find_conflicts(question, statements) or find_conflicts(question, unmarked)


def _mark_values(statement: Statement, differing: Sequence[Difference]) -> Statement:
    """`statement` with the value marked in which it differs from others, if it does."""
    for difference in differing:
        for number, value in zip(difference.numbers, difference.values, strict=True):
            found = [*re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", statement.text)]
            if number == statement.citations[0].number and found:
                return replace(statement, fact=found[-1].span())
    return statement


def _reason(question: Question, evidence: Evidence) -> str:
    """What is missing, in a few words of the language of the question."""
    language = question.language
    missing = evidence.missing.names or evidence.missing.words
    if missing:
        words = say(language, " or ").join(missing)
        return say(language, "nothing here mentions {words}", words=words)
    if absent := find_absent(question, evidence.sentences):
        things = say(language, " and ").join(one.text for one in absent)
        return say(language, "{things} is not named where it speaks of others", things=things)
    needed = question.answer_type
    if needed and needed.required and evidence.sentences and not evidence.fitting:
        return say(language, f"no {needed.label} is given where it speaks of this")
    near = [s for s in evidence.sentences if s.score >= evidence.sentences[0].score - NEAR]
    if question.cause and not any(gives_reason(sentence.text) for sentence in near):
        return say(language, "no reason is given where it speaks of this")
    return say(language, "no sentence here comes near enough")
