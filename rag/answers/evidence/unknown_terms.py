"""A question and the documents -> the words of it that none of them has."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np

from rag.datatypes import REFUSAL, Document, Question
from rag.documents.labels import full_label
from rag.index.bm25 import Lexicon
from rag.index.parts.documents import Documents
from rag.index.parts.spans import Spans
from rag.language.calendar_words import imply_days
from rag.language.cleaning import compose, fold
from rag.language.dates import MONTHS
from rag.language.measures import find_measures
from rag.language.names import find_identifiers
from rag.language.words import UNSPACED, content_words, detect_language, find_words, join_thousands

# What tells from when an answer is to be, which the date of a document or section answers.
_LIMITED = re.compile(
    rf"\b(?:before|after|since|until)\s+(?:\d{{1,2}}\s+)?(?:{'|'.join(MONTHS)})(?:\s+\d{{4}})?\b"
    r"|\b(?:latest|newest|most recent|current(?:ly)?)\b",
    re.IGNORECASE,
)
EACH_READ = 10_000  # documents up to which each is read for a word; of more their chunks and names tell
MOST_READ = 50  # of more, in which one looks for an identifier of which chunks have the parts
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")


@dataclass(frozen=True, slots=True)
class UnknownTerms:
    """The words of a question for want of which the documents may not answer it, in its order.

    `all` says that they hardly can: a name or topic is missing, or every word of several; `unspoken` that it
    is a topic, or every word.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    all: bool = False
    unspoken: bool = False


class Vocabulary:
    """The words of documents, those of what they are called among them."""

    def __init__(self, documents: Documents, chunks: Spans, lexicon: Lexicon) -> None:
        self._documents, self._chunks = documents, chunks
        self._lexicon = lexicon
        # No methods: they would hold this, and with it the documents, when nobody does any more.
        self._of = cache(partial(_words_of, documents, lexicon))
        self._text = cache(partial(_folded_text, documents))

    def find_unknown(self, question: Question) -> UnknownTerms:
        """The names, numbers and topics of `question` that no document in its scope has, and all its words
        that none has if those are most of them."""
        text, among, language = question.subject, question.scope, question.language
        asked = dict.fromkeys(question.names + question.topics)
        words = dict.fromkeys(
            word
            for word in find_words(join_thousands(_LIMITED.sub(" ", text)))
            if content_words(word, language)
        )
        asked = {name: None for name in asked if name in words or name not in find_words(text)}
        unknown = tuple(word for word in words if self._unknown(word, among, language))
        named = tuple(name for name in asked if self._unknown(name, among, language))
        most = unknown if 2 * len(unknown) > len(words) else ()
        every = 0 < len(words) == len(unknown) and not any(map(UNSPACED.search, words))
        answered = any(turn.answer != REFUSAL for turn in question.history[-1:])
        if question.follows and answered:  # the documents speak of it, by whatever word it is asked on
            most, every = (most if question.instead else ()), every and bool(question.instead)
        unspoken = every if not named else any(topic in named for topic in question.topics)
        return UnknownTerms(named, most, bool(named) or every, unspoken)

    def _unknown(self, word: str, among: Collection[str], language: str) -> bool:
        """Whether no document has `word`, in its text or in what it is called, nor what it measures."""
        if self._has(word, among, language):
            return False
        nouns = {noun for measure in find_measures(word) for noun in measure.nouns}  # of "cheapest", a price
        return not any(self._has(noun, among, language) for noun in sorted(nouns))

    def _has(self, word: str, among: Collection[str], language: str) -> bool:
        """Whether one of the documents has `word`."""
        if len(self._documents) > EACH_READ:
            return self._is_in_chunks(word, among, language) or self._is_called(word, among)
        if find_identifiers(word) == [word]:
            return any(word.casefold() in self._text(name) for name in among)
        word = _ORDINAL.sub("", word)
        terms = self._lexicon.terms(word, language)
        if len(among) == len(self._documents) and all(term in self._lexicon for term in terms):
            return True
        vocabularies = (self._of(name) for name in among)
        folded = fold(word)
        return any(folded in words or stemmed.issuperset(terms) for words, stemmed in vocabularies)

    def _is_in_chunks(self, word: str, among: Collection[str], language: str) -> bool:
        """Whether the chunks of one of the documents have all stems of `word`."""
        found: set[int] | None = None
        for term in self._lexicon.terms(_ORDINAL.sub("", word), language):
            numbers = {*np.unique(self._chunks.documents[self._lexicon.rows(term)]).tolist()}
            found = numbers if found is None else found & numbers
        having = [self._documents.ids[number] for number in sorted(found or ())]
        having = [name for name in having if len(among) == len(self._documents) or name in among]
        if find_identifiers(word) == [word]:  # of which a chunk may have the parts alone
            return any(word.casefold() in self._text(name) for name in having[:MOST_READ])
        return bool(having)

    def _is_called(self, word: str, among: Collection[str]) -> bool:
        """Whether one of the documents is called so."""
        folded = fold(_ORDINAL.sub("", word))
        return any(folded in name and id in among for id, name in self._names)

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """What each document is called, by its id."""
        return [(document.id, fold(f"{document.id} {full_label(document)}")) for document in self._documents]


def _text_of(document: Document) -> str:
    """The text of a document and what it is called."""
    return f"{document.id} {full_label(document)} {document.text}"


def _folded_text(documents: Documents, name: str) -> str:
    return _text_of(documents.named(name)).casefold()


def _words_of(documents: Documents, lexicon: Lexicon, name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a document and of what it is called, and their stems."""
    document = documents.named(name)
    text = compose(_text_of(document))
    language = "en" if lexicon.languages == ("en",) else detect_language(document.text)
    words = set(find_words(fold(text)))
    words |= {_ORDINAL.sub("", word) for word in words}
    words |= set(find_words(join_thousands(text))) | set(imply_days(text).split())
    return frozenset(words), frozenset(lexicon.words(" ".join(sorted(words)), language))
