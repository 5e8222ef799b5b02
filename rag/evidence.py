"""A question and its passages -> the sentences that may answer it, each with what speaks for it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from rag.datatypes import Document, Passage, Question
from rag.embedding import Embedder
from rag.facts import fits
from rag.filtering import admitted, sought
from rag.index import Index
from rag.lexicon import Lexicon, stems
from rag.questions import Expectation, expected, names, topics, without_sources
from rag.reading import Reader, Reading, Window
from rag.scoring import Scorer, Scores, scorer
from rag.sentences import is_list_item

UNKNOWN = 0.25  # the weight of a word that no document has
CONTEXT = 0.3  # the weight of a word that only the question before has, or that names a source
RAREST = 2  # words of a question that must not be missed
READ = 20  # sentences that the reader is given: the best by the other features
WINDOW = 600  # characters that it reads at once
ADJOINING = 3  # characters at most between sentences that are read together
NEAR = 1.5  # log-odds below the best within which sentences count as where the documents speak of it
MOST_LEAD = 3.0  # log-odds of the best sentence over the second beyond which more says no more
FEWEST_CHUNKS = 60
# How likely it is at most that a question is answered whose name or topic, or every word, is missing: on the
# tune half of the eval set 7 of 28 were.
MISSING = 0.3
MOST_ITEMS = 12  # of a list that a sentence announces

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")

Features = Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, its row in the index, and the text it stands in.

    `score` are the log-odds that it answers.  `fact` are the words in it that do, a span of the
    document, and `certainty` the log-odds that any do; None and 0 if it was not read.
    """

    document: Document
    start: int
    end: int
    row: int
    context: str
    score: float = 0.0
    fact: tuple[int, int] | None = None
    certainty: float = 0.0

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Missing:
    """The words of a question for want of which the documents may not answer it, in its order.

    `all` says that they hardly can: a name or topic is missing, or every word of several.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    all: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer.

    `sentences` best first; `confidence` the chance that the documents answer; `expectation` the
    kind of thing asked for, and `fitting` whether one stands where the documents speak of this.
    """

    sentences: tuple[Sentence, ...]
    confidence: float
    missing: Missing
    expectation: Expectation | None
    fitting: bool


class Weighing:
    """Weighs the evidence for answers to questions about one index."""

    def __init__(self, index: Index, embedder: Embedder, lexicon: Lexicon, reader: Reader | None) -> None:
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        self._reader = reader
        self._documents = {document.id: document for document in index.documents}
        self._chunks = Counter(chunk.document_id for chunk in index.chunks)
        self._held = cache(self._vocabulary)
        self.scorer  # noqa: B018 – better now than at the first question if its file is broken

    @property
    def scorer(self) -> Scorer:
        """The weights of what speaks for an answer."""
        return scorer(reader=self._reader is not None)

    def of(self, question: Question, passages: Sequence[Passage], among: Collection[str]) -> Evidence:
        """The evidence that `passages` hold; `among` are the ids of what was searched."""
        missing = self.missing(question, among)
        expectation = expected(question.text)
        found, features = self.candidates(question, passages, expectation)
        if not found:
            return Evidence((), 0.0, missing, expectation, fitting=False)
        scores = self.scorer.sentence.log_odds(features)
        order = np.argsort(-scores, kind="stable")
        features = {name: values[order] for name, values in features.items()}
        weighed = self.question_features(features, scores[order], missing, expectation, among)
        return Evidence(
            tuple(replace(found[i], score=float(scores[i])) for i in order),
            min(float(self.scorer.question.chance(weighed)), MISSING if missing.all else 1.0),
            missing,
            expectation,
            fitting=not weighed["nothing of the kind"],
        )

    def candidates(
        self, question: Question, passages: Sequence[Passage], expectation: Expectation | None
    ) -> tuple[list[Sentence], Features]:
        """The sentences that may answer and what speaks for each: all, or with a reader those it read."""
        found = self.sentences(passages)
        if not found:
            return [], {}
        features = self.sentence_features(question, passages, found, expectation)
        if not self._reader:
            return found, features
        kept = np.argsort(-scorer(reader=False).sentence.log_odds(features), kind="stable")[:READ]
        found = [found[i] for i in kept]
        readings = self.read(question, found)
        found = [
            replace(sentence, fact=reading.fact, certainty=reading.certainty)
            for sentence, reading in zip(found, readings, strict=True)
        ]
        return found, {name: values[kept] for name, values in features.items()} | said_by(readings)

    def sentences(self, passages: Sequence[Passage]) -> list[Sentence]:
        """The sentences that begin in a passage, each once, in the order of the passages.

        One that only announces what follows ("He said:") says nothing itself; it is left out
        unless a list follows.
        """
        found: dict[int, Sentence] = {}
        for passage in passages:
            for row in self._index.sentence_rows(passage.document.id, passage.start, passage.end):
                if self._index.sentences[row].start >= passage.start:
                    found.setdefault(row, self._sentence(passage.document, row))
        return [s for s in found.values() if not s.text.endswith(":") or items(self._index, s)]

    def sentence_features(
        self,
        question: Question,
        passages: Sequence[Passage],
        found: Sequence[Sentence],
        expectation: Expectation | None,
    ) -> dict[str, Scores]:
        """What speaks for each sentence, by name, ``(n,)`` each, between -1 and 1."""
        query = self._embedder.embed_query(question.standalone)
        cosines = self._index.sentence_cosines(query, [s.row for s in found]).astype(np.float64)
        texts = [s.text for s in found]
        held = [set(self._lexicon.words(text)) for text in texts]
        around = [set(self._lexicon.words(s.context)) for s in found]
        words = self._weights(question)
        rarest = dict(sorted(words.items(), key=lambda pair: -pair[1])[:RAREST])
        said = " ".join(names(without_sources(question.text)))
        named = {stem: self._lexicon.rarity(stem) for stem in self._lexicon.terms(said)}
        asked = admitted(question.prefers.where, self._index.documents) if question.prefers else ()
        kind = [expectation is not None and fits(expectation, text) for text in texts]
        return {
            "cosine": cosines,
            "words": _shares(words, held),
            "words around": _shares(words, around),
            "rarest words around": _shares(rarest, around),
            "names around": _shares(named, around) if named else np.ones(len(found)),
            "of the kind": np.array(kind, dtype=np.float64),
            "not of the kind": np.array([expectation is not None and not k for k in kind], dtype=np.float64),
            "document asked for": np.array([float(s.document.id in asked) for s in found]),
            "passage": np.array([1.0 / _rank(s, passages) for s in found]),
            "length": np.array([min(len(text), 400) / 400 for text in texts]),
        }

    def read(self, question: Question, found: Sequence[Sentence]) -> list[Reading]:
        """What the reader makes of each sentence, read together with those around it; the spans are
        those of the document."""
        assert self._reader is not None
        windows = list(self._windows({sentence.row for sentence in found}))
        texts = [self._window(rows) for rows in windows]
        readings: dict[int, Reading] = {}
        for rows, read in zip(windows, self._reader.read(question.standalone, texts), strict=True):
            begin = self._index.sentences[rows[0]].start
            for row, reading in zip(rows, read, strict=True):
                first, last = reading.fact
                readings[row] = replace(reading, fact=(begin + first, begin + last))
        return [readings[sentence.row] for sentence in found]

    def question_features(
        self,
        features: Features,
        scores: Scores,
        missing: Missing,
        expectation: Expectation | None,
        among: Collection[str],
    ) -> dict[str, Scores]:
        """What speaks for an answer at all, by name, of the features and scores of sentences, best first."""
        kind = bool(features["of the kind"][scores >= scores[0] - NEAR].any())
        needed = expectation is not None and expectation.required
        # Among many chunks one is near any question by chance; of fewer than these nothing was learned.
        chunks = max(FEWEST_CHUNKS, sum(self._chunks[name] for name in among))
        found = {
            "best sentence": scores[0] / 10,
            "lead of the best": min(scores[0] - scores[:2][-1], MOST_LEAD) / MOST_LEAD,
            "cosine": features["cosine"].max(),
            "words around": features["words around"][0],
            "rarest words around": features["rarest words around"][0],
            "names around": features["names around"][0],
            "a name is missing": float(bool(missing.names)),
            "nothing of the kind": float(needed and not kind),
            "something of the kind": float(kind),
            "size of the corpus": math.log10(chunks),
        }
        if "certainty" in features:
            found["certainty of the best"] = features["certainty"][0]
        return {name: np.asarray(value, dtype=np.float64) for name, value in found.items()}

    def missing(self, question: Question, among: Collection[str]) -> Missing:
        """The names, numbers and topics of `question` that none of the documents has, and all its
        words that none has if those are most of them."""
        text = without_sources(question.text)
        asked = dict.fromkeys(names(text) + topics(text))
        words = dict.fromkeys(word for word in re.findall(r"\w+", text) if stems(word))
        unknown = tuple(word for word in words if self._unknown(word, among))
        named = tuple(name for name in asked if self._unknown(name, among))
        most = unknown if 2 * len(unknown) > len(words) else ()
        return Missing(named, most, bool(named) or (len(words) > 1 and len(unknown) == len(words)))

    def _weights(self, question: Question) -> dict[str, float]:
        """The stems of the question and how much each counts: its rarity, less for context."""
        words = dict.fromkeys(self._lexicon.terms(question.standalone), CONTEXT)
        words |= dict.fromkeys(self._lexicon.terms(sought(question.text, question.prefers)), 1.0)
        return {
            word: weight * self._lexicon.rarity(word) * (1.0 if word in self._lexicon else UNKNOWN)
            for word, weight in words.items()
        }

    def _sentence(self, document: Document, row: int) -> Sentence:
        spans = self._index.sentences
        this = spans[row]
        near = [s for s in spans[max(0, row - 1) : row + 2] if s.document_id == document.id]
        context = f"{label(document)} {document.text[near[0].start : near[-1].end]}"
        return Sentence(document, this.start, this.end, row, context)

    def _windows(self, rows: set[int]) -> Iterator[list[int]]:
        """Runs of rows that hold all `rows`, each row with the one before it if they adjoin."""
        spans = self._index.sentences
        run: list[int] = []
        for row in sorted(rows | {row - 1 for row in rows if self._adjoin(row - 1)}):
            whole = run and spans[row].end - spans[run[0]].start <= WINDOW
            if run and not (whole and row == run[-1] + 1 and self._adjoin(run[-1])):
                yield run
                run = []
            run.append(row)
        yield run

    def _adjoin(self, row: int) -> bool:
        """Whether the sentence after that of `row` goes on where it ends."""
        if row < 0:
            return False
        this, following = self._index.sentences[row : row + 2]
        together = following.start - this.end <= ADJOINING
        return this.document_id == following.document_id and together

    def _window(self, rows: Sequence[int]) -> Window:
        spans = [self._index.sentences[row] for row in rows]
        start = spans[0].start
        text = self._documents[spans[0].document_id].text[start : spans[-1].end]
        return Window(text, tuple((span.start - start, span.end - start) for span in spans))

    def _unknown(self, word: str, among: Collection[str]) -> bool:
        """Whether none of the documents has `word`, in its text or in what it is called."""
        word = _ORDINAL.sub("", word)
        terms = self._lexicon.terms(word)
        if len(among) == len(self._documents) and all(term in self._lexicon for term in terms):
            return False
        held = (self._held(name) for name in among)
        folded = _folded(word)
        return not any(folded in words or stemmed.issuperset(terms) for words, stemmed in held)

    def _vocabulary(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The words of a document and of what it is called, and their stems."""
        document = self._documents[name]
        text = f"{label(document)} {document.text}"
        words = set(re.findall(r"\w+", _folded(text)))
        words |= {_ORDINAL.sub("", word) for word in words}
        words |= {number.replace(",", "") for number in _THOUSANDS.findall(text)}
        return frozenset(words), frozenset(self._lexicon.words(" ".join(sorted(words))))


def said_by(readings: Sequence[Reading]) -> dict[str, Scores]:
    """The features of sentences that the reader gives; its log-odds are in tens."""
    return {
        "answers": np.array([reading.answers / 10 for reading in readings]),
        "certainty": np.array([reading.certainty / 10 for reading in readings]),
    }


def items(index: Index, sentence: Sentence) -> list[int]:
    """The rows of the list items right behind a sentence."""
    text, spans = sentence.document.text, index.sentences
    rows: list[int] = []
    for row in range(sentence.row + 1, min(sentence.row + 1 + MOST_ITEMS, len(spans))):
        span = spans[row]
        if span.document_id != sentence.document.id:
            break
        on_its_line = rows and "\n" not in text[spans[row - 1].end : span.start]
        if not on_its_line and not is_list_item(text, span.start):
            break
        rows.append(row)
    return rows


def label(document: Document) -> str:
    """What a reader may call a document by: title, publisher, kind and date."""
    published = f"{document.published:%d %B %Y}".lstrip("0") if document.published else None
    return " ".join(filter(None, (document.title, document.publisher, document.kind, published)))


def _shares(words: Mapping[str, float], held: Sequence[Collection[str]]) -> Scores:
    """Which share of the weight of `words` each text holds, ``(n,)``."""
    weights = np.array([*words.values()], dtype=np.float64)
    present = np.array([[float(word in stems) for word in words] for stems in held])
    return np.asarray(present @ weights / max(weights.sum(), 1e-9))


def _folded(text: str) -> str:
    """`text` in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def _rank(sentence: Sentence, passages: Sequence[Passage]) -> int:
    """The rank of the first passage that the sentence begins in."""
    return next(
        p.rank for p in passages if p.document is sentence.document and p.start <= sentence.start < p.end
    )
