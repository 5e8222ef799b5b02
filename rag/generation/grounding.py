"""The sentences of a language model -> statements, each with the sentences of the documents that bear it out.

A sentence that they do not bear out is dropped; one of which only a name is not in them keeps that
marked.  The numbers by which the model says where a sentence is from are a hint, no more.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answers.candidates import Candidate, find_candidates
from rag.answers.statements import cite
from rag.answers.support import find_unsupported, support
from rag.datatypes import Citation, Passage, Question, Statement
from rag.documents.labels import full_label
from rag.generation.parser import ParsedSentence
from rag.generation.prompt_injection import find_injections
from rag.index.bm25 import Lexicon
from rag.index.store import Index
from rag.language.dates import find_dates
from rag.language.numbers import find_numbers
from rag.models.embedder import Embedder
from rag.spans import overlap

FRAGMENT = 4  # words of content below which a sentence hardly says what it is about
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
SPEAKS_OF = 0.3  # share of the weight of a question's words that an answer and its sources must hold
ENOUGH = 0.85  # share from which on no further sentence is added for words
TRIED = 6  # sentences that may be added

# What is not said for certain.
_HEDGE = re.compile(
    r"\b(?:may(?! \d)|might|could|possibl[ey]|perhaps|likely|proposed|proposals?|considering|expect(?:s|ed)"
    r"|reportedly|allegedly|plan(?:s|ned)? to|hopes? to|aims? to)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:–—()]|\b(?:and|while|whereas|but|which|who|whose|as well as)\b")
# Where a reader may be led, which nothing says that was not asked for it.
_LINK = re.compile(r"\w://|\bwww\.|\S@\S+\.\w|\]\(|<\w|(?<!\d)\+?\d(?:[ -]?\d){9,12}(?!\d)", re.IGNORECASE)
_ASKS_LINK = re.compile(
    r"\b(?:web ?(?:site|page)s?|links?|url|e-?mail\w*|address\w*|contact\w*|(?:tele)?phone|numbers?"
    r"|call|write|reach|where)\b",
    re.IGNORECASE,
)


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


class Grounder:
    """Finds in the documents of one index what bears out a sentence."""

    def __init__(self, index: Index, embedder: Embedder, lexicon: Lexicon) -> None:
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        documents = {document.id: document.text for document in index.documents}
        self.injections = cache(lambda name: find_injections(documents[name]))

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

    def ground(
        self, sentence: ParsedSentence, question: Question, among: Sequence[EvidenceSentence]
    ) -> Statement | None:
        """`sentence` as a statement with those of `among` that bear it out; None if they do not.

        They must hold its numbers, dates, quoted phrases and negations, and its names: one of them may
        stand beside them only, and is then marked.  They must hold half the weight of its words, or less
        where one is near in meaning, and it must not be surer than they are.  What is too short to say
        what it is about must stand where that is which was asked.
        """
        weights, asked = self._weights(sentence.text), self._weights(question.text)
        if not weights or not among or sentence.text.endswith(("?", ":")):
            return None
        query = self._embedder.embed_query(sentence.text)
        cosines = self._index.sentence_cosines(query, [one.sentence.row for one in among])
        scores = [
            _share(weights, one.known)
            + float(cosine)
            + ASKED * _share(asked, one.around)
            + HINTED * (one.rank in sentence.hints)
            for one, cosine in zip(among, cosines, strict=True)
        ]
        order = sorted(range(len(among)), key=lambda i: (-scores[i], i))
        cited = self._choose_cited(sentence, weights, [among[i] for i in order[: 1 + TRIED]])
        lacking = tuple(
            sorted(
                {*_find_lacking(sentence, cited), *self._find_astray(sentence, cited)},
                key=sentence.text.index,
            )
        )
        nearby = " ".join(one.sentence.context for one in cited)
        known, own = _together(one.known for one in cited), _together(one.words for one in cited)
        held = HELD if float(cosines[order[0]]) < NEAR else HELD_NEAR
        borne_out = _share(weights, known) >= held and _share(weights, own) >= HELD_NEAR
        about = len(weights) >= FRAGMENT or _share(asked, cited[0].around) >= HELD
        linked = _LINK.search(sentence.text) and not _ASKS_LINK.search(question.text)
        surer = _HEDGE.search(cited[0].sentence.text) and not _HEDGE.search(sentence.text)
        marked = all(_is_name(name) and name in nearby for name in lacking)
        if not (borne_out and about and marked) or linked or surer or len(lacking) > 1:
            return None
        quotes = [one.sentence.text for one in cited]
        return Statement(
            sentence.text,
            tuple(_citation(number, one.sentence) for number, one in enumerate(cited, start=1)),
            support(sentence.text, quotes),
            unsupported=lacking,
        )

    def speaks_of(self, question: Question, statement: Statement) -> bool:
        """Whether a statement and what it cites have some of the words of `question`, by their weight."""
        quotes = [f"{c.quote} {full_label(c.document)}" for c in statement.citations]
        spoken = self._words(" ".join([statement.text, *quotes]))
        return _share(self._weights(question.text), spoken) >= SPEAKS_OF

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
        """The terms of a text and how rare each is; a word that no document has counts most."""
        return {stem: self._lexicon.idf(stem) for stem in self._lexicon.terms(text)}


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


def _citation(number: int, sentence: Candidate) -> Citation:
    return cite(sentence.outline, sentence.start, sentence.end, number)


def _stands_in(sentence: Candidate, passage: Passage) -> bool:
    return sentence.document is passage.document and passage.start <= sentence.start < passage.end


def _is_name(lacking: str) -> bool:
    """Whether what is lacking is a name: not a number or date, a phrase in quotes or a negation."""
    return lacking[0].isupper() and not any(c.isdigit() for c in lacking) and not find_dates(lacking)
