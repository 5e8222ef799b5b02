"""A question and its passages -> an answer in the documents' own sentences, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from rag.answers.candidates import Sentence, items
from rag.answers.conflicts import find_conflicts
from rag.answers.evidence import Evidence, EvidenceScorer
from rag.answers.statements import cite_spans, merge_answers
from rag.datatypes import (
    Answer,
    Citation,
    Difference,
    Document,
    Passage,
    Question,
    SearchResult,
    Statement,
)
from rag.documents.labels import attribution
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.words import stems
from rag.models.reader import Reader
from rag.spans import contains

# How far below the best sentence, in log-odds that it answers, a further one may be.  Chosen on the
# tune half of the eval set; eval/README.md has the figures.
WITHIN, MOST = 2.0, 3  # sentences, and so many at most
WITHIN_FACT, MOST_FACT = 1.0, 2  # that give another fact, where one of some kind is asked for
MOST_SOURCES = 8
WITHIN_SOURCES = 3.0  # of another document, where several are asked for
MOST_COMPARED = 20  # sentences that are looked through for another value
MOST_BEFORE = 400  # characters of a sentence that comes along with the one behind it

# The beginning of a sentence that says nothing without the one before it.
_DANGLING = re.compile(
    r"[\W_]*(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|but|however|instead|also"
    r"|the (?:same|latter|former|report|survey|study|paper)|as a result|in addition|for example|in this"
    r"|at that)\b",
    re.IGNORECASE,
)


Place = tuple[Document, int, int]


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
        """The confidence below which a question is refused."""
        return self.evidence.scorer.threshold

    def rephrase(self, question: Question) -> Iterator[str]:
        """Nothing: what a follow-up needs of the turns before stands beside it."""
        yield from ()

    def stream(self, question: Question, results: Sequence[SearchResult]) -> Iterator[Answer]:
        """The answer to `question` as it grows, of what was found for each of its parts."""
        yield from grow(self.answer(question, results))

    def answer(self, question: Question, results: Sequence[SearchResult]) -> Answer:
        """The answer to `question`, of what was found for each of its parts."""
        return merge_answers(question, [self._answer_part(result) for result in results])

    def _answer_part(self, result: SearchResult) -> Answer:
        """Statements that answer the question of `result`, or a refusal.

        The sentence that answers comes first, then the few that add something: those nearly as
        good, and those in which another document gives another value.  Where several sources are
        asked for, the best of each comes in the order of their dates, with whose words it is.
        """
        question, passages = result.question, result.passages
        evidence = self.evidence.score(result)
        if evidence.confidence < self.threshold:
            return refusal(question, passages, _reason(question, evidence), evidence.confidence)
        together = question.across_sources
        chosen = self._of_each_source(question, evidence) if together else self._best(question, evidence)
        told = self._statements(chosen)
        statements = [statement for statement, _ in told]
        if together:
            statements = [replace(s, attribution=attribution(s.citations[0].document)) for s in statements]
        bare = [_bare(s, statement.citations[0].number) for statement, s in told if s]
        differing = _find_conflicts(question, bare)
        return Answer(
            question.standalone,
            tuple(_marked(statement, differing) for statement in statements),
            passages,
            refused=False,
            confidence=evidence.confidence,
            differences=differing,
        )

    def _best(self, question: Question, evidence: Evidence) -> list[Sentence]:
        """The best sentence, and those that add something to it, best first.

        Where a fact of some kind is asked for, another sentence adds another fact.
        """
        within, most = (WITHIN_FACT, MOST_FACT) if question.answer_type else (WITHIN, MOST)
        first = evidence.sentences[0]
        near = self._varied([s for s in evidence.sentences if s.score >= first.score - within])
        if question.answer_type:
            facts = {_fact_text(first), ""}
            kept = [first]
            for sentence in near[1:]:
                told = _fact_text(sentence)
                kept += [sentence] if told not in facts else []
                facts.add(told)
            near = kept
        return near[:most] + self._differing(question, evidence, near[:most])

    def _differing(
        self, question: Question, evidence: Evidence, chosen: Sequence[Sentence]
    ) -> list[Sentence]:
        """The best sentence of other documents that gives another value than the first of `chosen`."""
        for other in evidence.sentences[:MOST_COMPARED]:
            apart = other.document is not chosen[0].document and other not in chosen
            if apart and _find_conflicts(question, [_bare(chosen[0], 1), _bare(other, 2)]):
                return [other]
        return []

    def _of_each_source(self, question: Question, evidence: Evidence) -> list[Sentence]:
        """The best sentence of each document that is asked for, in the order of their dates."""
        asked = question.prefers and question.prefers.ids
        least = evidence.sentences[0].score - WITHIN_SOURCES
        kept = [s for s in evidence.sentences if s.score >= least and (not asked or s.document.id in asked)]
        firsts: dict[str, Sentence] = {}
        for sentence in kept or evidence.sentences[:1]:
            firsts.setdefault(sentence.document.id, sentence)
        best = [*firsts.values()][:MOST_SOURCES]
        return sorted(best, key=lambda s: (s.document.published or date.max, s.document.id))

    def _statements(self, chosen: Sequence[Sentence]) -> list[tuple[Statement, Sentence | None]]:
        """The sentences as statements, their facts marked, with what each needs beside it; one that
        goes on where another ends is told with it, in its place and with its fact.  What is only
        needed, as an item of a list, comes without a sentence."""
        places: dict[Place, Sentence | None] = {}
        for sentence in chosen:
            document = sentence.document
            if any(_holds(place, (document, sentence.start, sentence.end)) for place in places):
                continue
            place = (document, self._begin(sentence), sentence.end)
            before = next((other for other in places if _holds(place, other)), place)
            places = {place if other == before else other: of for other, of in places.items()}
            places.setdefault(place, sentence)
            for row in items(self._index, sentence) if sentence.text.endswith(":") else ():
                places.setdefault((document, *self._span(row)), None)
        return [
            (_with_fact(statement, of) if of else statement, of)
            for statement, of in zip(cite_spans(places), places.values(), strict=True)
        ]

    def _begin(self, sentence: Sentence) -> int:
        """Where the sentence begins, or the one before it if it says nothing without."""
        if not sentence.row or not _DANGLING.match(sentence.text):
            return sentence.start
        before = self._index.sentences[sentence.row - 1]
        apart = "\n\n" in sentence.document.text[before.end : sentence.start]
        other = before.document_id != sentence.document.id or before.end - before.start > MOST_BEFORE
        return sentence.start if apart or other else before.start

    def _span(self, row: int) -> tuple[int, int]:
        span = self._index.sentences[row]
        return span.start, span.end

    def _varied(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """`sentences` without those that say what a better one says: a twin, or no word more."""
        kept: list[tuple[Sentence, int, set[str]]] = []
        for sentence in sentences:
            words = set(stems(sentence.text))
            first = self._index.twins.get(sentence.row, sentence.row)
            if not any(first == other or words <= more for _, other, more in kept):
                kept.append((sentence, first, words))
        return [sentence for sentence, *_ in kept]


def _holds(place: Place, other: Place) -> bool:
    """Whether `place` holds all of `other`."""
    return place[0] is other[0] and contains(place[1:], other[1:])


def _with_fact(statement: Statement, sentence: Sentence) -> Statement:
    """`statement` with the fact of `sentence`, which stands in it, marked."""
    if not sentence.fact:
        return statement
    begin = statement.citations[0].start
    return replace(statement, fact=(sentence.fact[0] - begin, sentence.fact[1] - begin))


def _bare(sentence: Sentence, number: int) -> Statement:
    """The sentence alone, to be compared with others."""
    cited = Citation(number, sentence.document, sentence.start, sentence.end, sentence.text)
    return _with_fact(Statement(sentence.text, (cited,), 1.0), sentence)


def _fact_text(sentence: Sentence) -> str:
    return sentence.document.text[slice(*sentence.fact)].casefold() if sentence.fact else ""


def _find_conflicts(question: Question, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where they differ in their facts, or else in what else they say."""
    unmarked = [replace(statement, fact=None) for statement in statements]
    return find_conflicts(question.text, statements) or find_conflicts(question.text, unmarked)


def _marked(statement: Statement, differing: Sequence[Difference]) -> Statement:
    """`statement` with the value marked in which it differs from others, if it does."""
    for difference in differing:
        for number, value in zip(difference.numbers, difference.values, strict=True):
            found = [*re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", statement.text)]
            if number == statement.citations[0].number and found:
                return replace(statement, fact=found[-1].span())
    return statement


def grow(answer: Answer) -> Iterator[Answer]:
    """`answer` statement by statement, last the whole; where sources differ is said of the whole alone."""
    for shown in range(1, len(answer.statements)):
        yield replace(answer, statements=answer.statements[:shown], differences=())
    yield answer


def refusal(question: Question, passages: Sequence[Passage], reason: str, confidence: float = 0.0) -> Answer:
    """The answer that says nothing but why, with the nearest passages."""
    return Answer(
        question.standalone, (), tuple(passages), refused=True, reason=reason, confidence=confidence
    )


def _reason(question: Question, evidence: Evidence) -> str:
    """What is missing, in a few words."""
    missing = evidence.missing.names or evidence.missing.words
    if missing:
        return f"nothing here mentions {' or '.join(missing)}"
    needed = question.answer_type
    if needed and needed.required and evidence.sentences and not evidence.fitting:
        return f"no {needed.label} is given where it speaks of this"
    return "no sentence here comes near enough"
