"""A question and its passages -> an answer in the documents' own sentences, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from rag.citing import quote
from rag.datatypes import Answer, Difference, Document, Passage, Question, Statement
from rag.disagreeing import differences
from rag.embedding import Embedder
from rag.evidence import Evidence, Sentence, Weighing, items
from rag.facts import fact
from rag.filtering import admitted
from rag.index import Index
from rag.lexicon import Lexicon, stems
from rag.questions import several
from rag.reading import Reader
from rag.rendering import attribution

# How far below the best sentence, in log-odds that it answers, a further one may be.  Chosen on the
# tune half of the eval set; eval/README.md has the figures.
WITHIN, MOST = 2.0, 3  # sentences, and so many at most
WITHIN_FACT, MOST_FACT = 1.0, 2  # that give another fact, where one of some kind is asked for
MOST_SOURCES = 8
WITHIN_SOURCES = 3.0  # of another document, where several are asked for
CERTAIN = 2.0  # log-odds from which on words are marked where no kind of fact is asked for
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


class ExtractiveAnswerer:
    """Answers in whole sentences of the documents, verbatim, without a language model."""

    def __init__(
        self, index: Index, embedder: Embedder, lexicon: Lexicon, *, reader: Reader | None = None
    ) -> None:
        self._index = index
        self.weighing = Weighing(index, embedder, lexicon, reader)

    @property
    def threshold(self) -> float:
        """The confidence below which a question is refused."""
        return self.weighing.scorer.threshold

    def answer(self, question: Question, passages: Sequence[Passage], among: Collection[str]) -> Answer:
        """Statements that answer `question`, or a refusal; `among` are the ids of what was searched.

        The sentence that answers comes first, then the few that add something: those nearly as
        good, and those in which another document gives another value.  Where several sources are
        asked for, the best of each comes in the order of their dates, with whose words it is.
        """
        evidence = self.weighing.of(question, passages, among)
        if evidence.confidence < self.threshold:
            return refusal(question, passages, _reason(evidence), evidence.confidence)
        together = several(question)
        chosen = self._of_each_source(question, evidence) if together else self._best(question, evidence)
        statements, bare = self._statements(question, evidence, chosen)
        if together:
            statements = [replace(s, attribution=attribution(s.citations[0].document)) for s in statements]
        differing = _differences(question, bare)
        return Answer(
            question.standalone,
            tuple(_marked(statement, differing) for statement in statements),
            tuple(passages),
            refused=False,
            confidence=evidence.confidence,
            differences=differing,
        )

    def _best(self, question: Question, evidence: Evidence) -> list[Sentence]:
        """The best sentence, and those that add something to it, best first.

        Where a fact of some kind is asked for, another sentence adds another fact.
        """
        within, most = (WITHIN_FACT, MOST_FACT) if evidence.expectation else (WITHIN, MOST)
        first = evidence.sentences[0]
        near = self._varied([s for s in evidence.sentences if s.score >= first.score - within])
        if evidence.expectation:
            facts = {self._fact_text(question, evidence, first), ""}
            kept = [first]
            for sentence in near[1:]:
                told = self._fact_text(question, evidence, sentence)
                kept += [sentence] if told not in facts else []
                facts.add(told)
            near = kept
        return near[:most] + self._differing(question, evidence, near[:most])

    def _differing(
        self, question: Question, evidence: Evidence, chosen: Sequence[Sentence]
    ) -> list[Sentence]:
        """The best sentence of other documents that gives another value than the first of `chosen`."""
        for other in evidence.sentences[:MOST_COMPARED]:
            if other.document is not chosen[0].document and other not in chosen:
                _, pair = self._statements(question, evidence, [chosen[0], other])
                if _differences(question, pair):
                    return [other]
        return []

    def _of_each_source(self, question: Question, evidence: Evidence) -> list[Sentence]:
        """The best sentence of each document that is asked for, in the order of their dates."""
        asked = question.prefers and admitted(question.prefers.where, self._index.documents)
        least = evidence.sentences[0].score - WITHIN_SOURCES
        kept = [s for s in evidence.sentences if s.score >= least and (not asked or s.document.id in asked)]
        firsts: dict[str, Sentence] = {}
        for sentence in kept or evidence.sentences[:1]:
            firsts.setdefault(sentence.document.id, sentence)
        best = [*firsts.values()][:MOST_SOURCES]
        return sorted(best, key=lambda s: (s.document.published or date.max, s.document.id))

    def _statements(
        self, question: Question, evidence: Evidence, chosen: Sequence[Sentence]
    ) -> tuple[list[Statement], list[Statement]]:
        """The sentences as statements, with what each needs beside it and its fact marked; and each
        without what it needs, under the same number."""
        places: dict[Place, Sentence] = {}
        for sentence in chosen:
            for start, end in self._complete(sentence):
                places.setdefault((sentence.document, start, end), sentence)
        places = {place: sentence for place, sentence in places.items() if not _within(place, places)}
        statements, bare = [], []
        for statement, ((_, start, end), sentence) in zip(quote(places), places.items(), strict=True):
            if not (start <= sentence.start and sentence.end <= end):  # an item of a list
                statements.append(statement)
                continue
            found = self._fact(question, evidence, sentence)
            offset = sentence.start - start
            marked = (found[0] + offset, found[1] + offset) if found else None
            statements.append(replace(statement, fact=marked))
            cited = replace(
                statement.citations[0], start=sentence.start, end=sentence.end, quote=sentence.text
            )
            bare.append(replace(statement, text=sentence.text, citations=(cited,), fact=found))
        return statements, bare

    def _fact(self, question: Question, evidence: Evidence, sentence: Sentence) -> tuple[int, int] | None:
        read = sentence.fact if sentence.certainty > (0.0 if evidence.expectation else CERTAIN) else None
        inside = (read[0] - sentence.start, read[1] - sentence.start) if read else None
        return fact(question.text, sentence.text, evidence.expectation, inside)

    def _fact_text(self, question: Question, evidence: Evidence, sentence: Sentence) -> str:
        found = self._fact(question, evidence, sentence)
        return sentence.text[slice(*found)].casefold() if found else ""

    def _complete(self, sentence: Sentence) -> list[tuple[int, int]]:
        """The span of a sentence with what it needs: the sentence before it, the list behind it."""
        text, spans = sentence.document.text, self._index.sentences
        begin = sentence.start
        if sentence.row and _DANGLING.match(sentence.text):
            before = spans[sentence.row - 1]
            together = before.document_id == sentence.document.id and "\n\n" not in text[before.end : begin]
            if together and before.end - before.start <= MOST_BEFORE:
                begin = before.start
        rows = items(self._index, sentence) if sentence.text.endswith(":") else []
        return [(begin, sentence.end), *((spans[row].start, spans[row].end) for row in rows)]

    def _varied(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """`sentences` without those that say what a better one says: a twin, or no word more."""
        kept: list[tuple[Sentence, int, set[str]]] = []
        for sentence in sentences:
            words = set(stems(sentence.text))
            first = self._index.twins.get(sentence.row, sentence.row)
            if not any(first == other or words <= more for _, other, more in kept):
                kept.append((sentence, first, words))
        return [sentence for sentence, *_ in kept]


def _within(place: Place, others: Iterable[Place]) -> bool:
    """Whether one of `others` holds all of `place`, and more."""
    document, start, end = place
    return any(o[0] is document and o[1] <= start and end <= o[2] and o != place for o in others)


def _differences(question: Question, statements: Sequence[Statement]) -> tuple[Difference, ...]:
    """Where they differ in their facts, or else in what else they say."""
    unmarked = [replace(statement, fact=None) for statement in statements]
    return differences(question.text, statements) or differences(question.text, unmarked)


def _marked(statement: Statement, differing: Sequence[Difference]) -> Statement:
    """`statement` with the value marked in which it differs from others, if it does."""
    for difference in differing:
        for number, value in zip(difference.numbers, difference.values, strict=True):
            found = [*re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", statement.text)]
            if number == statement.citations[0].number and found:
                return replace(statement, fact=found[-1].span())
    return statement


def refusal(question: Question, passages: Sequence[Passage], reason: str, confidence: float = 0.0) -> Answer:
    """The answer that says nothing but why, with the nearest passages."""
    return Answer(
        question.standalone, (), tuple(passages), refused=True, reason=reason, confidence=confidence
    )


def _reason(evidence: Evidence) -> str:
    """What is missing, in a few words."""
    missing = evidence.missing.names or evidence.missing.words
    if missing:
        return f"nothing here mentions {' or '.join(missing)}"
    needed = evidence.expectation and evidence.expectation.required and evidence.sentences
    if needed and evidence.expectation and not evidence.fitting:
        return f"no {evidence.expectation.label} is given where it speaks of this"
    return "no sentence here comes near enough"
