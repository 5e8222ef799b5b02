"""A sentence and passages -> the sentences of the documents that come nearest to it, and what they lack.

What is made of that differs: of a model's sentences the unproved are dropped (`grounding`), of a draft's each
is judged (`rag.checking`).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answers.sentences.candidates import Candidate, find_candidates
from rag.answers.support import find_unsupported
from rag.datatypes import Passage
from rag.documents.labels import full_label
from rag.generation.parser import ParsedSentence
from rag.generation.prompt_injection import find_injections
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.assertions.certainty import is_surer
from rag.language.clauses import akin_clauses
from rag.language.numbers import find_numbers
from rag.models.embedder import Embedder
from rag.spans import holds, overlap

MOST_CITED = 3  # sentences that together bear one out
HELD = 0.5  # share of the weight of its words that they must hold,
HELD_NEAR = 0.35  # or this, if one of them is as near as
NEAR = 0.7  # by cosine
HINTED = 0.1  # what it counts that the model names the passage, where the words' share counts up to 1
ASKED = 0.3  # what it counts at most that a sentence speaks of what is asked
GAIN = 0.15  # share of the weight of the words that a further sentence must add
AKIN = 0.2  # share of it that a further sentence must hold beside a number or name that is looked for
COUNTED = 40  # characters on either side of a number in which what it counts must stand
SPOKEN_OF = 0.34  # share of the words around a number or name that the sentence that has it must hold
ENOUGH = 0.85  # share from which on no further sentence is added for words
TRIED = 6  # sentences that may be added

_CLAUSE = re.compile(r"[,;:–—()]|\b(?:and|while|whereas|but|which|who|whose|as well as)\b")


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that may bear another one out, and the rank of its passage.

    `words` are the stems of its text, `known` those and the ones of what its document is called,
    `around` those of its surroundings too.
    """

    sentence: Candidate
    rank: int
    words: frozenset[str]
    known: frozenset[str]
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentences that come nearest to `text`, the nearest first, and what of it they have.

    `lacking` are its numbers, dates, names, quoted phrases and negations that they do not hold, `astray` the
    numbers and names that they hold, but say of something else.  `known` and `own` are the shares of the
    weight of its words, in [0, 1], that they hold with and without what their documents are called; `about`
    is that of what was asked which stands around the first of them, and `nearness` the cosine of that.
    """

    text: str
    cited: tuple[EvidenceSentence, ...]
    lacking: tuple[str, ...]
    astray: tuple[str, ...]
    known: float
    own: float
    about: float
    nearness: float

    @property
    def holds_words(self) -> bool:
        """Whether enough of its words are held, fewer where the first sentence is near in meaning."""
        return self.known >= (HELD if self.nearness < NEAR else HELD_NEAR) and self.own >= HELD_NEAR

    @property
    def is_surer(self) -> bool:
        """Whether it says for certain what the nearest sentence does not."""
        return is_surer(self.text, akin_clauses(self.text, self.cited[0].sentence.text))


class Prover:
    """Finds in the documents of one index what may bear out a sentence."""

    def __init__(self, index: Index, embedder: Embedder, lexicon: Lexicon) -> None:
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        documents = index.documents
        self.injections = cache(lambda name: find_injections(documents.named(name).text))

    def evidence_sentences(self, passages: Sequence[Passage]) -> list[EvidenceSentence]:
        """The sentences of `passages` that give no orders, each once, in the order of the passages."""
        return [
            EvidenceSentence(
                sentence,
                next(p.rank for p in passages if _stands_in(sentence, p)),
                self._words(sentence.text),
                self._words(f"{sentence.text} {full_label(sentence.document)}"),
                self._words(sentence.context),
            )
            for sentence in find_candidates(self._index, passages)
            if not any(
                overlap((sentence.start, sentence.end), o) for o in self.injections(sentence.document.id)
            )
        ]

    def prove(self, sentence: ParsedSentence, asked: str, among: Sequence[EvidenceSentence]) -> Proof | None:
        """What those of `among` that come nearest to `sentence` have of it; None if it or they hold no words.

        A sentence counts more that speaks of what was `asked`, or is in a passage that `sentence` names.
        """
        return next(self.proofs(sentence, asked, among), None)

    def proofs(
        self, sentence: ParsedSentence, asked: str, among: Sequence[EvidenceSentence]
    ) -> Iterator[Proof]:
        """What `prove` gives, then what the others have of it: without the first, without the first two, …"""
        weights, of_asked = self._weights(sentence.text), self._weights(asked)
        if not weights or not among:
            return
        query = self._embedder.embed_query(sentence.text)
        cosines = self._index.sentence_cosines(query, [one.sentence.row for one in among])
        scores = [
            _share(weights, one.known)
            + float(cosine)
            + ASKED * _share(of_asked, one.around)
            + HINTED * (one.rank in sentence.hints)
            for one, cosine in zip(among, cosines, strict=True)
        ]
        order = sorted(range(len(among)), key=lambda i: (-scores[i], i))
        for first in range(len(order)):
            nearest = [among[i] for i in order[first : first + 1 + TRIED]]
            cited = self._choose_cited(sentence, weights, nearest)
            yield Proof(
                sentence.text,
                tuple(cited),
                _find_lacking(sentence, cited),
                tuple(self._find_astray(sentence, cited)),
                known=_share(weights, _together(one.known for one in cited)),
                own=_share(weights, _together(one.words for one in cited)),
                about=_share(of_asked, cited[0].around),
                nearness=float(cosines[order[first]]),
            )

    def share_held(self, text: str, by: str) -> float:
        """The share of the weight of the words of `text` that stand in `by`, in [0, 1]."""
        return _share(self._weights(text), self._words(by))

    def count_terms(self, text: str) -> int:
        """How many words of `text`, each once, say something."""
        return len(self._weights(text))

    def _choose_cited(
        self, sentence: ParsedSentence, weights: Mapping[str, float], order: Sequence[EvidenceSentence]
    ) -> list[EvidenceSentence]:
        """The first of `order`, and those of the rest that add what it lacks, `MOST_CITED` at most."""
        cited = [order[0]]
        for one in order[1:]:
            lacking, known = _find_lacking(sentence, cited), _together(other.known for other in cited)
            # What only has the number that is looked for speaks of something else.
            akin = _share(weights, one.words - self._words(" ".join(lacking))) >= AKIN
            more = _share(weights, known | one.known) - _share(weights, known) >= GAIN
            adds = (more and _share(weights, known) < ENOUGH) or len(
                _find_lacking(sentence, [*cited, one])
            ) < len(lacking)
            if akin and adds and len(cited) < MOST_CITED:
                cited.append(one)
        return cited

    def _find_astray(self, sentence: ParsedSentence, cited: Sequence[EvidenceSentence]) -> Iterator[str]:
        """The numbers and names of `sentence` that no sentence of those cited has which speaks of the same.

        That is one with a third of the words of the clause in which they stand, and with one of the two
        behind a number.
        """
        claims, at = [claim for claim in find_unsupported(sentence.text, []) if claim[0].isalnum()], 0
        named = self._lexicon.terms(" ".join(claims))
        lacking = [_find_lacking(sentence, [one]) for one in cited]
        counts = {
            (n.start, n.end): sentence.text[n.end :] for n in find_numbers(sentence.text) if n.unit == "?"
        }
        for claim in claims:
            start = sentence.text.index(claim, at)
            at = start + len(claim)
            before = [match.end() for match in _CLAUSE.finditer(sentence.text, 0, start)]
            behind = _CLAUSE.search(sentence.text, at)
            clause = sentence.text[max(before, default=0) : behind.start() if behind else None]
            weights = self._weights(clause) or self._weights(sentence.text)
            around = {word: weight for word, weight in weights.items() if word not in named}
            counted = self._lexicon.terms(counts.get((start, at), ""))[:2]
            having = [one for one, lacks in zip(cited, lacking, strict=True) if not _overlaps(claim, lacks)]
            if having and not any(
                (not around or _share(around, one.words) >= SPOKEN_OF)
                and (not counted or not self._near(claim, one).isdisjoint(counted))
                for one in having
            ):
                yield claim

    def _near(self, number: str, one: EvidenceSentence) -> frozenset[str]:
        """The stems of what stands by `number` in a sentence, wherever it does."""
        text, values = one.sentence.text, {n.value for n in find_numbers(number)}
        there = [n for n in find_numbers(text) if n.value in values]
        return self._words(" ".join(text[max(0, n.start - COUNTED) : n.end + COUNTED] for n in there))

    def _words(self, text: str) -> frozenset[str]:
        return frozenset(self._lexicon.words(text))

    def _weights(self, text: str) -> dict[str, float]:
        """The terms of a text and how rare each is; a word that no document has counts most.

        A number in words is none: it is held against numbers, however those are written.
        """
        letters = list(text)
        for number in find_numbers(text):
            if not any(map(str.isdigit, letters[number.start : number.end])):
                letters[number.start : number.end] = " " * (number.end - number.start)
        return {stem: self._lexicon.idf(stem) for stem in self._lexicon.terms("".join(letters))}


def _find_lacking(sentence: ParsedSentence, cited: Sequence[EvidenceSentence]) -> tuple[str, ...]:
    """The names, numbers and the like of `sentence` that those cited do not hold."""
    also = " ".join(dict.fromkeys(full_label(one.sentence.document) for one in cited))
    return find_unsupported(sentence.text, [one.sentence.text for one in cited], also)


def _overlaps(claim: str, others: Iterable[str]) -> bool:
    return any(claim in other or other in claim for other in others)


def _together(words: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*words)


def _share(weights: Mapping[str, float], held: Container[str]) -> float:
    """Which share of the weight of words is `held`, in [0, 1]."""
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in held) / whole if whole else 0.0


def _stands_in(sentence: Candidate, passage: Passage) -> bool:
    return sentence.document is passage.document and holds((passage.start, passage.end), sentence.start)
