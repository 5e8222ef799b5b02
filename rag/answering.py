"""A question and its passages -> an answer in the documents' own sentences, or a refusal."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from rag.citing import quote
from rag.datatypes import Answer, Document, Passage, Question
from rag.embedding import Embedder
from rag.filtering import admitted, sought
from rag.index import Index
from rag.lexicon import Lexicon, stems
from rag.questions import Expectation, expected, names, topics, without_sources
from rag.sentences import is_list_item

# What makes a sentence the answer, and how much evidence an answer needs.  Set by hand on the tune
# half of the eval set; eval/README.md has the figures of both halves.
MEANING = 1.0  # cosine of question and sentence
WORDS = 1.0  # share of the question's words in the sentence, weighted by rarity
CONTEXT_WORDS = 0.5  # the same for the sentence with its neighbours, its title and publisher
EXPECTED = 0.3  # the sentence holds the kind of thing that is asked for
PREFERRED = 0.2  # it stands in a document that the question asks for
ENOUGH = 0.7  # below this sum the best sentence is no answer
WITHIN = 0.5  # a further sentence comes at most so far below the best
FITTING_WITHIN = 0.7  # the first that holds what is asked for comes at most so far below the nearest
MOST_STATEMENTS = 4
MOST_ITEMS = 12  # of a list that a sentence announces
UNKNOWN = 0.25  # the weight of a word that no document has
CONTEXT = 0.3  # the weight of a word that only the question before has, or that names a source


Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, its row in the index, and the text it stands in."""

    document: Document
    start: int
    end: int
    row: int
    context: str

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


class ExtractiveAnswerer:
    """Answers in whole sentences of the documents, verbatim, without a language model."""

    def __init__(self, index: Index, embedder: Embedder, lexicon: Lexicon) -> None:
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        self._documents = {document.id: document for document in index.documents}
        self._held = cache(self._vocabulary)

    def answer(self, question: Question, passages: Sequence[Passage], among: Collection[str]) -> Answer:
        """Statements that answer `question`, or a refusal; `among` are the ids of what was searched.

        The best sentence of each document comes first, then the others, best first; one that
        announces a list brings it along, even from outside of `passages`.
        """
        missing = self._missing(question, among)
        if missing:
            return refusal(question, passages, f"nothing here mentions {' or '.join(missing)}")
        found = self._sentences(passages)
        expectation = expected(question.text)
        scores = self._scores(question, found, expectation)
        order = [i for i in np.argsort(-scores, kind="stable") if scores[i] >= ENOUGH]
        near = [i for i in order if scores[i] >= scores[order[0]] - WITHIN]
        if not near:
            return refusal(question, passages, "no sentence here comes near enough")
        if expectation and expectation.required:
            fitting = [i for i in order if expectation.pattern.search(found[i].text)]
            if not fitting or scores[fitting[0]] < scores[order[0]] - FITTING_WITHIN:
                reason = f"no {expectation.label} is given where it speaks of this"
                return refusal(question, passages, reason)
            near = [i for i in fitting if scores[i] >= scores[fitting[0]] - WITHIN]
        best = [found[i] for i in near]
        spans = [
            span for sentence in self._varied(best)[:MOST_STATEMENTS] for span in self._complete(sentence)
        ]
        return Answer(question.standalone, quote(dict.fromkeys(spans)), tuple(passages), refused=False)

    def _sentences(self, passages: Sequence[Passage]) -> list[Sentence]:
        """The sentences that begin in a passage, each once, in the order of the passages.

        One that only announces what follows ("He said:") says nothing itself; it is left out
        unless a list follows, which it then brings along.
        """
        found: dict[int, Sentence] = {}
        for passage in passages:
            for row in self._index.sentence_rows(passage.document.id, passage.start, passage.end):
                if self._index.sentences[row].start >= passage.start:
                    found.setdefault(row, self._sentence(passage.document, row))
        return [s for s in found.values() if not s.text.endswith(":") or self._items(s)]

    def _sentence(self, document: Document, row: int) -> Sentence:
        spans = self._index.sentences
        this = spans[row]
        near = [s for s in spans[max(0, row - 1) : row + 2] if s.document_id == document.id]
        context = f"{label(document)} {document.text[near[0].start : near[-1].end]}"
        return Sentence(document, this.start, this.end, row, context)

    def _scores(
        self, question: Question, found: Sequence[Sentence], expectation: Expectation | None
    ) -> Scores:
        """How well each sentence answers, ``(n,)``, rounded so that equal evidence is a tie."""
        if not found:
            return np.zeros(0)
        query = self._embedder.embed_query(question.standalone)
        words = dict.fromkeys(self._lexicon.terms(question.standalone), CONTEXT)
        words |= dict.fromkeys(self._lexicon.terms(sought(question.text, question.prefers)), 1.0)
        weights = np.array(
            [
                weight * self._lexicon.rarity(word) * (1.0 if word in self._lexicon else UNKNOWN)
                for word, weight in words.items()
            ]
        )

        def shares(texts: Sequence[str]) -> Scores:
            held = [set(self._lexicon.words(text)) for text in texts]
            present = np.array([[float(word in h) for word in words] for h in held])
            return np.asarray(present @ weights / max(weights.sum(), 1e-9))

        asked = admitted(question.prefers.where, self._index.documents) if question.prefers else ()
        fits = [expectation is not None and bool(expectation.pattern.search(s.text)) for s in found]
        score = (
            MEANING * self._index.sentence_cosines(query, [s.row for s in found])
            + WORDS * shares([s.text for s in found])
            + CONTEXT_WORDS * shares([s.context for s in found])
            + EXPECTED * np.array(fits)
            + PREFERRED * np.array([s.document.id in asked for s in found])
        )
        return np.asarray(np.round(score, 5))

    def _missing(self, question: Question, among: Collection[str]) -> list[str]:
        """The words for want of which the documents cannot answer: a name, number or topic that
        none of them has, or else all the words that none has, if those are most of the question."""
        text = without_sources(question.text)
        asked = dict.fromkeys(names(text) + topics(text))
        named = [name for name in asked if self._unknown(name, among)]
        if named:
            return named
        words = [word for word in re.findall(r"\w+", text) if stems(word)]
        unknown = [word for word in words if self._unknown(word, among)]
        return list(dict.fromkeys(unknown if 2 * len(unknown) > len(words) else []))

    def _unknown(self, word: str, among: Collection[str]) -> bool:
        """Whether none of the documents has `word`, in its text or in what it is called."""
        terms = self._lexicon.terms(word)
        if len(among) == len(self._documents) and all(term in self._lexicon for term in terms):
            return False
        held = (self._held(name) for name in among)
        return not any(word.casefold() in words or stemmed.issuperset(terms) for words, stemmed in held)

    def _vocabulary(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The words of a document and of what it is called, and their stems."""
        document = self._documents[name]
        words = frozenset(re.findall(r"\w+", f"{label(document)} {document.text}".casefold()))
        return words, frozenset(self._lexicon.words(" ".join(sorted(words))))

    def _complete(self, sentence: Sentence) -> list[tuple[Document, int, int]]:
        """The span of a sentence, and those of the list it announces."""
        rows = [sentence.row, *(self._items(sentence) if sentence.text.endswith(":") else [])]
        spans = [self._index.sentences[row] for row in rows]
        return [(sentence.document, span.start, span.end) for span in spans]

    def _varied(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The best sentence of each document, then the others, both in the order given.

        Left out are those that say what a better one says: a twin, or no word more.
        """
        kept: list[tuple[Sentence, int, set[str]]] = []
        for sentence in sentences:
            words = set(stems(sentence.text))
            first = self._index.twins.get(sentence.row, sentence.row)
            if not any(first == other or words <= more for _, other, more in kept):
                kept.append((sentence, first, words))
        firsts = {sentence.document.id: sentence for sentence, *_ in reversed(kept)}
        return sorted((sentence for sentence, *_ in kept), key=lambda s: s is not firsts[s.document.id])

    def _items(self, sentence: Sentence) -> list[int]:
        """The rows of the list items right behind a sentence."""
        spans = self._index.sentences
        following = range(sentence.row + 1, min(sentence.row + 1 + MOST_ITEMS, len(spans)))
        return list(
            itertools.takewhile(
                lambda row: (
                    spans[row].document_id == sentence.document.id
                    and is_list_item(sentence.document.text, spans[row].start)
                ),
                following,
            )
        )


def refusal(question: Question, passages: Sequence[Passage], reason: str) -> Answer:
    """The answer that says nothing but why, with the nearest passages."""
    return Answer(question.standalone, (), tuple(passages), refused=True, reason=reason)


def label(document: Document) -> str:
    """What a reader may call a document by: title, publisher, kind and date."""
    published = f"{document.published:%d %B %Y}".lstrip("0") if document.published else None
    return " ".join(filter(None, (document.title, document.publisher, document.kind, published)))
