"""A question and its passages -> the sentences that may answer it, each with what speaks for it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answers.answer_spans import answer_span, has_answer_type
from rag.answers.candidates import Candidate, find_candidates, read_candidates
from rag.answers.layout.tables import mark_cell
from rag.answers.layout.versions import Editions
from rag.answers.unknown_terms import UnknownTerms, Vocabulary
from rag.answers.word_shares import share_meaning, share_words
from rag.datatypes import Passage, Question, SearchResult
from rag.documents.outline import BETWEEN
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.assertions.causes import gives_reason
from rag.language.identifiers import find_identifiers
from rag.language.numbers import Number
from rag.language.ranges import find_amounts, find_ranges
from rag.language.words import find_words, normalise, stems
from rag.models.reader import Reader, Reading
from rag.models.scorer import Scores, load_scorer
from rag.models.word_vectors import load_word_vectors
from rag.timings import stage

CONTEXT = 0.3  # the weight of a word that only the question before has, or that names a source
READ = 12  # windows of text that the reader is given, around the best sentences by the other features
NEAR = 1.5  # log-odds below the best within which sentences count as where the documents speak of it
CERTAIN = -1.0  # log-odds from which on words are marked where no kind of fact is asked for, by the tune half
BESIDE = 3  # sentences from one that was told within which "And why?" finds the reason of it
MOST_LEAD = 3.0  # log-odds of the best sentence over the second beyond which more says no more
FEWEST_CHUNKS = 60  # of the corpora that the weights were fitted on
# Log-odds that a question loses of whose topic, or of which at all, no document has a word.  They are too few
# to learn it from: of 17 such questions to the sets of the scorer 13 were answered, 6 by the best sentence.
UNSPOKEN = 2.5

# Kinds of block that name what they stand above rather than tell it, or belong to no text, and rows.
KINDS = ("heading", "question", "caption", "furniture", "metadata", "row")

Features = Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    `sentences` best first; `confidence` the chance that the documents answer; `fitting` whether a thing
    of the kind that is asked for stands where they speak of this.
    """

    sentences: tuple[Candidate, ...]
    confidence: float
    missing: UnknownTerms
    fitting: bool


class EvidenceScorer:
    """Weighs the evidence for answers to questions about one index."""

    def __init__(self, index: Index, lexicon: Lexicon, reader: Reader | None) -> None:
        self._index = index
        self.lexicon = lexicon
        self._reader = reader
        self._chunks = Counter(chunk.document_id for chunk in index.chunks)
        self.vocabulary = Vocabulary(index.documents, lexicon)
        self.editions = Editions(index.outlines.values())
        self.scorer = load_scorer(reader=reader is not None)

    def score(self, result: SearchResult) -> Evidence:
        """The evidence that the passages of `result` hold for an answer to its question."""
        question = result.question
        missing = self.vocabulary.find_unknown(question)
        found, features = self.candidates(result)
        if not found:
            return Evidence((), 0.0, missing, fitting=False)
        scores = self.scorer.sentence.log_odds(features)
        scores = scores - self.editions.weigh(question, found, scores)
        order = np.argsort(-scores, kind="stable")
        features = {name: values[order] for name, values in features.items()}
        weighed = self.question_features(question, features, scores[order], missing)
        return Evidence(
            tuple(
                mark_cell(question, _mark(found[i], float(scores[i]), question), self.lexicon.idf)
                for i in order
            ),
            _weaken(float(self.scorer.question.chance(weighed)), UNSPOKEN if missing.unspoken else 0.0),
            missing,
            fitting=not weighed["nothing of the kind"],
        )

    def candidates(self, result: SearchResult) -> tuple[list[Candidate], Features]:
        """The sentences that may answer and what speaks for each: all, or with a reader those it read."""
        found = _keep_reasons(find_candidates(self._index, result.passages), result.question.told)
        if not found:
            return [], {}
        features = self.sentence_features(result, found)
        if not self._reader:
            return found, features
        weighed = load_scorer(reader=False).sentence.log_odds(features)
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

    def _structure(self, question: Question, found: Sequence[Candidate]) -> dict[str, Scores]:
        """What the place and form of each say for or against it, ``(n,)`` each.

        An identifier that some have should be borne by what is chosen too, or by what that stands under; a
        number be within its range; a cause be told as such.
        """
        named = [word.casefold() for word in find_identifiers(question.text)]
        own = np.array([sum(word in f"{s.above} {s.text}".casefold() for word in named) for s in found])
        near = np.array([sum(word in s.context.casefold() for word in named) for s in found])
        bears = own if own.max() == near.max() else near
        unnamed = (bears < bears.max()).astype(np.float64) if named else np.zeros(len(found))
        amounts = find_amounts(question.text)
        spanned = (
            [_is_in_range(amounts, f"{s.above} {s.text}") for s in found] if amounts else [False] * len(found)
        )
        asked = set(self.lexicon.words(question.standalone))
        # Whether something is so a sentence may say that has no more words: "Dogs are not allowed."
        kinds = [self._kind_of(s, set() if question.claim else asked) for s in found]
        of_kind = {kind: np.array([float(kind == own) for own in kinds]) for kind in KINDS}
        return {
            "identifier lacking": unnamed,
            "in range": np.array(spanned, dtype=np.float64),
            "cause": np.array([float(question.cause and gives_reason(s.text)) for s in found]),
            **of_kind,
        }

    def _kind_of(self, sentence: Candidate, asked: set[str]) -> str:
        """The kind of block of a sentence.

        What repeats the title of its document, or holds no word that the question has not, names a thing as a
        heading does.
        """
        repeats = sentence.text.casefold() == sentence.document.title.casefold()
        names = repeats or asked >= set(self.lexicon.words(sentence.text))
        return "heading" if names and sentence.kind != "furniture" else sentence.kind

    def sentence_features(self, result: SearchResult, found: Sequence[Candidate]) -> dict[str, Scores]:
        """What speaks for each sentence, by name, ``(n,)`` each, between -1 and 1."""
        question, expectation = result.question, result.question.answer_type
        assert result.vector is not None  # for something was found
        cosines = self._index.sentence_cosines(result.vector, [s.row for s in found]).astype(np.float64)
        texts = [s.text for s in found]
        if question.definition:  # what describes a term is told with it
            texts = [
                f"{s.above.rpartition(BETWEEN)[2]}: {s.text}" if s.kind == "definition" else s.text
                for s in found
            ]
        said = " ".join(question.names)
        named = {stem: self.lexicon.idf(stem) for stem in self.lexicon.terms(said)}
        asked = question.prefers.ids if question.prefers else ()
        kind = [expectation is not None and has_answer_type(expectation, s.text) for s in found]
        definition = question.definition
        defines = [definition is not None and bool(definition.search(text)) for text in texts]
        return {
            "cosine": cosines,
            "names around": share_words(named, [set(self.lexicon.words(s.context)) for s in found])
            if named
            else np.ones(len(found)),
            "of the kind": np.array(kind, dtype=np.float64),
            "not of the kind": np.array([expectation is not None and not k for k in kind], dtype=np.float64),
            "defines": np.array(defines, dtype=np.float64),
            "document asked for": np.array([float(s.document.id in asked) for s in found]),
            "passage": np.array([1.0 / _rank(s, result.passages) for s in found]),
            **self._structure(question, found),
            **self._meanings(question, found),
            "length": np.array([min(len(text), 400) / 400 for text in texts]),
        }

    def _meanings(self, question: Question, found: Sequence[Candidate]) -> dict[str, Scores]:
        """How much of the question each bears, in its words or others like them, ``(n,)`` each: below what it
        stands under, and with what is around it."""
        own = set(self.lexicon.terms(question.own_words))
        words: dict[str, str] = {}  # of each stem the first form
        for word in find_words(normalise(self.lexicon.as_meant(question.standalone))):
            for stem in stems(word):
                words.setdefault(stem, word)
        rarity = {stem: self.lexicon.idf(stem) * (1.0 if stem in own else CONTEXT) for stem in words}
        weights = {word: rarity[stem] for stem, word in words.items()}
        said = {
            "meaning": [self.lexicon.with_acronyms(f"{s.above} {s.text}") for s in found],
            "meaning around": [self.lexicon.with_acronyms(s.context) for s in found],
        }
        return {name: share_meaning(weights, texts, load_word_vectors()) for name, texts in said.items()}

    def question_features(
        self, question: Question, features: Features, scores: Scores, missing: UnknownTerms
    ) -> dict[str, Scores]:
        """What speaks for an answer at all, by name, of the features and scores of sentences, best first."""
        kind = bool(features["of the kind"][scores >= scores[0] - NEAR].any())
        needed = question.answer_type is not None and question.answer_type.required
        # Among many chunks one is near any question by chance; of fewer than these nothing was learned.
        chunks = max(FEWEST_CHUNKS, sum(self._chunks[name] for name in question.scope))
        found = {
            "best sentence": scores[0] / 10,
            "lead of the best": min(scores[0] - scores[:2][-1], MOST_LEAD) / MOST_LEAD,
            "cosine": features["cosine"].max(),
            "meaning": features["meaning"][0],
            "meaning around": features["meaning around"][0],
            "names around": features["names around"][0],
            "a name is missing": float(any(map(_has_letter, missing.names))),
            "a number is missing": float(not all(map(_has_letter, missing.names))),
            "what is asked for is missing": float(missing.all),
            "nothing of the kind": float(needed and not kind),
            "something of the kind": float(kind),
            "asks whether it is so": float(bool(question.claim)),
            "size of the corpus": math.log10(chunks),
        }
        if "certainty" in features:
            found["certainty of the best"] = features["certainty"][0]
            found["answers of the best"] = features["answers"][0]
        return {name: np.asarray(value, dtype=np.float64) for name, value in found.items()}


def _mark(sentence: Candidate, score: float, question: Question) -> Candidate:
    """`sentence` with its score and, for what the reader saw, the very words that answer."""
    sure = sentence.certainty > (0.0 if question.answer_type else CERTAIN)
    read = sentence.shown_span(sentence.fact) if sentence.fact and sure else None
    found = answer_span(question.text, sentence.text, question.answer_type, read)
    return replace(sentence, score=score, fact=sentence.source_span(found) if found else None)


def reader_features(readings: Sequence[Reading]) -> dict[str, Scores]:
    """The features of sentences that the reader gives; its log-odds are in tens."""
    return {
        "answers": np.array([reading.answers / 10 for reading in readings]),
        "certainty": np.array([reading.certainty / 10 for reading in readings]),
    }


def _weaken(chance: float, loss: float) -> float:
    """A chance less `loss` log-odds."""
    return chance / (chance + (1.0 - chance) * math.exp(loss))


def _keep_reasons(found: list[Candidate], told: str) -> list[Candidate]:
    """Of `found` what gives a reason in or beside the sentences that were `told`; all if nothing was."""
    if not told:
        return found
    rows = {(s.document.id, s.row + n) for s in found if s.text in told for n in range(-BESIDE, BESIDE + 1)}
    return [s for s in found if (s.document.id, s.row) in rows and gives_reason(s.text)]


def _is_in_range(amounts: Sequence[Number], text: str) -> bool:
    """Whether a range of `text` holds one of the amounts: "8 to 12 m" holds 10 m."""
    return any(span.holds(amount) for span in find_ranges(text) for amount in amounts)


def _has_letter(name: str) -> bool:
    return any(map(str.isalpha, name))


def _rank(sentence: Candidate, passages: Sequence[Passage]) -> int:
    """The rank of the first passage that the sentence begins in."""
    return next(
        p.rank for p in passages if p.document is sentence.document and p.start <= sentence.start < p.end
    )
