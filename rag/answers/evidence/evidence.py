"""A question and its passages -> the sentences that may answer it, each with what speaks for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rag.answers.answer_spans import answer_span
from rag.answers.evidence.features import Features, question_features, reader_features, sentence_features
from rag.answers.evidence.qualifiers import find_absent, weigh_lacking
from rag.answers.evidence.unknown_terms import UnknownTerms, Vocabulary
from rag.answers.layout.amendments import Amendments
from rag.answers.layout.lookup import order_rows
from rag.answers.layout.tables import mark_cell
from rag.answers.layout.versions import Editions
from rag.answers.sentences.candidates import Candidate, find_candidates
from rag.answers.sentences.windows import read_candidates
from rag.datatypes import Question, SearchResult
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.assertions.causes import gives_reason
from rag.language.words import stems
from rag.models.reader import Reader
from rag.models.scorer import load_scorer
from rag.timings import stage

READ = 12  # windows of text that the reader is given, around the best sentences by the other features
CERTAIN = -1.0  # log-odds from which on words are marked where no kind of fact is asked for, by the tune half
BESIDE = 3  # sentences from one that was told within which "And why?" finds the reason of it
# Log-odds that a question loses of whose topic, or of which at all, no document has a word, or which names by
# its number what none has.  They are too few to learn it from: of 17 such questions to the sets of the scorer
# 13 were answered, 6 by the best sentence.
UNSPOKEN = 2.5
_ASKING = frozenset(stems("ask question wonder enquire request"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    `sentences` best first; `chance` that the documents answer, and the `confidence` that then the first
    sentence is right; `fitting` whether a thing of the kind that is asked for stands where they speak of
    this.  Below the chance `threshold` they rather do not.  If the second sentence is `amended`, the first
    says how.
    """

    sentences: tuple[Candidate, ...]
    chance: float
    confidence: float
    missing: UnknownTerms
    fitting: bool
    threshold: float
    amended: bool = False


class EvidenceScorer:
    """Weighs the evidence for answers to questions about one index."""

    def __init__(self, index: Index, lexicon: Lexicon, reader: Reader | None) -> None:
        self._index = index
        self.lexicon = lexicon
        self._reader = reader
        self._amendments = Amendments(index, lexicon)
        self.vocabulary = Vocabulary(index.documents, index.chunks, lexicon)
        self.scorer = load_scorer(reader=reader is not None)
        self._by_words = load_scorer(reader=False)

    @cached_property
    def editions(self) -> Editions:
        """Which documents are states of the same."""
        return Editions(self._index.survey.editions)

    def score(self, result: SearchResult) -> Evidence:
        """The evidence that the passages of `result` hold for an answer to its question."""
        question = result.question
        missing = self.vocabulary.find_unknown(question)
        found, features = self.candidates(result)
        scorer = self.scorer if question.language == "en" else self._by_words
        if not found:
            return Evidence((), 0.0, 0.0, missing, False, scorer.threshold)
        scores = scorer.sentence.log_odds(features)
        scores = scores - self.editions.weigh(question, found, scores)
        scores = scores - weigh_lacking(question, found, self.lexicon)
        order = np.argsort(-scores, kind="stable")
        features = {name: values[order] for name, values in features.items()}
        loss = UNSPOKEN if missing.unspoken or find_absent(question, found) else 0.0
        weighed = question_features(question, features, scores[order], missing, self.count_chunks(question))
        scored = [_mark(found[i], float(scores[i]), question) for i in order]
        sentences = [mark_cell(question, s, self.lexicon.idf) for s in order_rows(question, scored)]
        sentences, amended = self._amendments.order(question, sentences)
        chance = _weaken(scorer.chance(weighed), loss)
        return Evidence(
            tuple(sentences),
            chance,
            scorer.confidence(chance),
            missing,
            not weighed["nothing of the kind"],
            scorer.threshold,
            amended,
        )

    def candidates(self, result: SearchResult) -> tuple[list[Candidate], Features]:
        """The sentences that may answer and what speaks for each: all, or with a reader those it read."""
        every = find_candidates(self._index, result.passages)
        found = _keep_reasons(_leave_questions(every, result.question), result.question.answer_before)
        if not found:
            return [], {}
        features = sentence_features(self._index, self.lexicon, result, found)
        if not self._reader or result.question.language != "en":  # it has read English alone
            return found, features
        weighed = self._by_words.sentence.log_odds(features)
        order = np.argsort(-weighed, kind="stable")
        best = [found[i] for i in order]
        with stage("read"):
            asked = result.question.standalone
            read = read_candidates(self._reader, self._index, self.lexicon, asked, best, READ)
        kept = [i for i in order if found[i].row in read]
        readings = [read[found[i].row] for i in kept]
        found = [
            replace(found[i], fact=reading.fact, certainty=reading.certainty)
            for i, reading in zip(kept, readings, strict=True)
        ]
        return found, {name: values[kept] for name, values in features.items()} | reader_features(readings)

    def count_chunks(self, question: Question) -> int:
        """How many chunks the documents have in which the answer is looked for."""
        documents, chunks = self._index.documents, self._index.chunks
        if len(question.scope) == len(documents):
            return len(chunks)
        numbers = [number for name in question.scope if (number := documents.number(name)) is not None]
        return int(chunks.counts[numbers].sum())


def _mark(sentence: Candidate, score: float, question: Question) -> Candidate:
    """`sentence` with its score and, for what the reader saw, the very words that answer."""
    sure = sentence.certainty > (0.0 if question.answer_type else CERTAIN)
    read = sentence.shown_span(sentence.fact) if sentence.fact and sure else None
    found = answer_span(question.text, sentence.text, question.answer_type, read)
    return replace(sentence, score=score, fact=sentence.source_span(found) if found else None)


def _weaken(chance: float, loss: float) -> float:
    """A chance less `loss` log-odds."""
    return chance / (chance + (1.0 - chance) * math.exp(loss))


def _leave_questions(found: list[Candidate], question: Question) -> list[Candidate]:
    """`found` without what asks itself, unless what somebody asked is asked for."""
    of_asking = not _ASKING.isdisjoint(stems(question.text))
    return found if of_asking else [s for s in found if not s.text.endswith("?")]


def _keep_reasons(found: list[Candidate], told: str) -> list[Candidate]:
    """Of `found` what gives a reason in or beside the sentences that were `told`; all if nothing was."""
    if not told:
        return found
    rows = {(s.document.id, s.row + n) for s in found if s.text in told for n in range(-BESIDE, BESIDE + 1)}
    return [s for s in found if (s.document.id, s.row) in rows and gives_reason(s.text)]
