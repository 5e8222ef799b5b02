"""What a language model writes -> statements, each with the sentences of the documents that bear it out.

A sentence that they do not bear out is dropped; one of which only a name is not in them keeps that
marked.  The numbers by which the model says where a sentence is from are a hint, no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sentencex import get_sentence_boundaries

from rag.asking import visible
from rag.candidates import Sentence, sentences_of
from rag.datatypes import Citation, Passage, Question, Statement
from rag.dates import days
from rag.embedding import Embedder
from rag.index import Index
from rag.lexicon import Lexicon
from rag.orders import orders
from rag.rendering import label
from rag.support import support, unsupported

MOST_CITED = 3  # sentences that together bear one out
HELD = 0.5  # share of the weight of its words that they must hold,
HELD_NEAR = 0.35  # or this, if one of them is as near as
NEAR = 0.7  # by cosine
HINTED = 0.1  # what it counts that the model names the passage, where the words' share counts up to 1
ASKED = 0.3  # what it counts at most that a sentence speaks of what is asked
GAIN = 0.15  # share of the weight of the words that a further sentence must add
AKIN = 0.2  # share of it that a further sentence must hold beside a number or name that is looked for
ENOUGH = 0.85  # share from which on no further sentence is added for words
TRIED = 6  # sentences that may be added

# [1], [1, 2], [1-3], 【1】, [^1], [Passage 1], (1): whose number is a passage's.
_MARKER = re.compile(
    r"\s*(?:[\[【(]\^?\s*(?:(?:passages?|sources?|documents?|refs?\.?|see)\s*)?#?\d{1,2}"
    r"(?:\s*(?:,|;|-|–|and|&)\s*(?:passage\s*)?\^?#?\d{1,2})*\s*†?[^\]】)\w]*[\]】)])",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"^(?:the )?(?:question|answer)\s*:\s*"
    r"|^(?:according to|as (?:stated|said|noted|reported|mentioned) (?:in|by)|in|per|from)"
    r"(?: (?:the )?(?:passages?|sources?|documents?|texts?|context)(?: (?:number )?#?\d{1,2})?)?\s*[,:]\s*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}")
_HEADING = re.compile(r"^\s*#+ .*$", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦▪·+]|\d{1,2}[.)])\s+")
_ENDED = re.compile(r"[.!?…:][\"'”’)\]]*$")
# Where a reader may be led, which nothing says that was not asked for it.
_LINK = re.compile(r"\w://|\bwww\.|\S@\S+\.\w|\]\(|<\w|(?<!\d)\+?\d(?:[ -]?\d){9,12}(?!\d)", re.IGNORECASE)
_ASKS_LINK = re.compile(
    r"\b(?:web ?(?:site|page)s?|links?|url|e-?mail\w*|address\w*|contact\w*|(?:tele)?phone|numbers?"
    r"|call|write|reach|where)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that a model wrote, and the numbers of the passages that it names for it."""

    text: str
    hints: frozenset[int] = frozenset()


def said(written: str, *, whole: bool = True) -> list[Said]:
    """The sentences of what a model wrote, in order, without markup, markers and talk of passages.

    The last is left out if it is cut off: if nothing ends it, and it is not the only one.  Without
    `whole`, more is to come, and the last is left out in any case.

    >>> said("There are **42** of them. [1] They are")
    [Said(text='There are 42 of them.', hints=frozenset({1}))]
    """
    found: list[Said] = []
    for line in _HEADING.sub("", written).splitlines():
        # A marker behind the full stop belongs to the sentence before it.
        line = re.sub(rf"([.!?][\"”’]?)((?:{_MARKER.pattern})+)", r"\2\1", _BULLET.sub("", line), flags=re.I)
        for boundary in get_sentence_boundaries("en", line):
            told = line[boundary["start_index"] : boundary["end_index"]]
            hints = {int(n) for marker in _MARKER.findall(told) for n in re.findall(r"\d+", marker)}
            bare = visible(_MARKUP.sub("", _MARKER.sub("", told)))
            bare = _ACCORDING.sub("", bare).strip(' ,;:-–—"') if _ACCORDING.match(bare) else bare
            if any(c.isalnum() for c in bare):
                found.append(Said(bare[:1].upper() + bare[1:], frozenset(hints)))
    cut = found and (not whole or (len(found) > 1 and not _ENDED.search(found[-1].text)))
    return found[:-1] if cut else found


class Prover:
    """Finds in the documents of one index what bears out a sentence."""

    def __init__(self, index: Index, embedder: Embedder, lexicon: Lexicon) -> None:
        self._index = index
        self._embedder = embedder
        self._lexicon = lexicon
        documents = {document.id: document.text for document in index.documents}
        self.orders = cache(lambda name: orders(documents[name]))

    def quotable(self, passages: Sequence[Passage]) -> list[Sentence]:
        """The sentences of `passages` that give no orders: what a model's sentences are proved by."""
        return [
            sentence
            for sentence in sentences_of(self._index, passages)
            if not any(
                start < sentence.end and sentence.start < end
                for start, end in self.orders(sentence.document.id)
            )
        ]

    def proved(
        self, told: Said, question: Question, passages: Sequence[Passage], among: Sequence[Sentence]
    ) -> Statement | None:
        """`told` as a statement with the sentences of `among` that bear it out; None if they do not.

        They must hold its numbers, dates, quoted phrases and negations, all its names but one, which is
        then marked, and half the weight of its words, or less where one is near in meaning.
        """
        weights = self._weights(told.text)
        if not weights or not among or told.text.endswith("?"):
            return None
        held = [set(self._lexicon.words(f"{s.text} {label(s.document)}")) for s in among]
        query = self._embedder.embed_query(told.text)
        cosines = self._index.sentence_cosines(query, [sentence.row for sentence in among])
        asked = self._weights(question.text)
        scores = [
            _share(weights, words)
            + float(cosine)
            + ASKED * _share(asked, set(self._lexicon.words(sentence.context)))
            + HINTED * any(_stands_in(sentence, p) for p in passages if p.rank in told.hints)
            for sentence, words, cosine in zip(among, held, cosines, strict=True)
        ]
        best = max(range(len(among)), key=lambda i: (scores[i], -i))
        chosen = self._chosen(told, weights, among, held, [best, *_near(best, scores)])
        quotes = [among[i].text for i in chosen]
        share = _share(weights, set().union(*(held[i] for i in chosen)))
        lacking = self._lacking(told, [among[i] for i in chosen])
        nearest = max(float(cosines[i]) for i in chosen)
        borne_out = share >= HELD or (share >= HELD_NEAR and nearest >= NEAR)
        linked = _LINK.search(told.text) and not _ASKS_LINK.search(question.text)
        if not borne_out or linked or len(lacking) > 1 or not all(map(_is_name, lacking)):
            return None
        cited = [
            among[i] for i in sorted(chosen, key=lambda i: (among[i].row != among[best].row, among[i].row))
        ]
        return Statement(
            told.text,
            tuple(Citation(n, s.document, s.start, s.end, s.text) for n, s in enumerate(cited, start=1)),
            support(told.text, quotes),
            unsupported=lacking,
        )

    def _chosen(
        self,
        told: Said,
        weights: Mapping[str, float],
        among: Sequence[Sentence],
        held: Sequence[set[str]],
        order: Sequence[int],
    ) -> list[int]:
        """The first of `order`, and those of the rest that add what it lacks, `MOST_CITED` at most."""
        chosen, *rest = [order[0]], *order[1:]
        for i in rest:
            have = set().union(*(held[j] for j in chosen))
            lacking = self._lacking(told, [among[j] for j in chosen])
            gained = _share(weights, have | held[i]) - _share(weights, have)
            fewer = len(self._lacking(told, [among[j] for j in [*chosen, i]])) < len(lacking)
            # What only has the number that is looked for speaks of something else.
            akin = _share(weights, held[i] - set(self._lexicon.terms(" ".join(lacking)))) >= AKIN
            adds = fewer or (gained >= GAIN and _share(weights, have) < ENOUGH)
            if len(chosen) < MOST_CITED and akin and adds:
                chosen.append(i)
        return chosen

    def _lacking(self, told: Said, cited: Sequence[Sentence]) -> tuple[str, ...]:
        also = " ".join(dict.fromkeys(label(sentence.document) for sentence in cited))
        return unsupported(told.text, [sentence.text for sentence in cited], also)

    def _weights(self, text: str) -> dict[str, float]:
        """The terms of a text and how rare each is; a word that no document has counts most."""
        return {stem: self._lexicon.rarity(stem) for stem in self._lexicon.terms(text)}


def _near(best: int, scores: Sequence[float]) -> list[int]:
    """The sentences that come next, best first."""
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    return [i for i in order if i != best][:TRIED]


def _share(weights: Mapping[str, float], held: set[str]) -> float:
    """Which share of the weight of words is `held`, in [0, 1]."""
    whole = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in held) / whole if whole else 0.0


def _stands_in(sentence: Sentence, passage: Passage) -> bool:
    return sentence.document is passage.document and passage.start <= sentence.start < passage.end


def _is_name(lacking: str) -> bool:
    """Whether what is lacking is a name: not a number or date, a phrase in quotes or a negation."""
    return lacking[0].isupper() and not any(c.isdigit() for c in lacking) and not days(lacking)
