"""A question and sentences -> how far each lacks what it must bear: the thing of which a follow-up asks now,
and what is named by a number or letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.answers.evidence.designations import Designation, find_designations
from rag.answers.evidence.word_shares import liken_words
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.index.bm25 import Lexicon
from rag.language.words import find_words, stems
from rag.models.scorer import Scores
from rag.models.word_vectors import load_word_vectors

# Log-odds that a sentence loses which bears nothing of it, those for a thing where none bears it (it may have
# another name there), and those for what was told before if something else is asked for.
LACKING, ABSENT, TOLD = 6.0, 3.0, 4.0
# From which on a word is taken for another: "flu" and "influenza" .46, "Scotland" and "Wales" .28.
LIKE = 0.44
_ELSE = re.compile(
    r"\b(?:else|others?|another|instead|before|originally|previously|formerly|used to|earlier|the old)\b",
    re.IGNORECASE,
)


def weigh_lacking(question: Question, found: Sequence[Candidate], lexicon: Lexicon) -> Scores:
    """The log-odds that each of `found` loses for what it lacks, or for being what was told, ``(n,)``."""
    lost = np.zeros(len(found))
    if question.instead:
        borne = _share(question.instead, found, lexicon)
        best = borne[_where_told(question, found)].max(initial=0.0)  # where it was spoken of before
        lost += LACKING * np.maximum(best - borne, 0.0) + ABSENT * (1.0 - np.maximum(borne, best))
    for one in find_designations(question.text):
        bears = np.array([one.stands_in(s.context) or one.is_spanned_in(s.context) for s in found])
        lost += LACKING * ~bears if bears.any() else 0.0
    last = question.history[-1:] if question.follows and _ELSE.search(question.text) else ()
    told = {quote for turn in last for quote in turn.quotes}
    repeats = [s.document.text[s.start : s.end] in told for s in found]
    return np.asarray(lost + TOLD * np.array(repeats), np.float64)


def _where_told(question: Question, found: Sequence[Candidate]) -> list[bool]:
    """Which of `found` stand in a document that was quoted last; all if none is known."""
    quotes = [quote for turn in question.history[-1:] for quote in turn.quotes]
    told = {s.document.id: any(quote in s.document.text for quote in quotes) for s in found}
    return [told[s.document.id] or not any(told.values()) for s in found]


def find_absent(question: Question, found: Sequence[Candidate]) -> list[Designation]:
    """What the question names by a number or letter that none of `found` does, where they name others of its
    kind so: what nothing else is named like may be an amount."""
    texts = [s.context for s in found]
    return [
        one
        for one in find_designations(question.text)
        if any(map(one.has_like, texts))
        and not any(one.stands_in(text) or one.is_spanned_in(text) for text in texts)
    ]


def _share(thing: str, found: Sequence[Candidate], lexicon: Lexicon) -> Scores:
    """How much of the words of a thing each of `found` bears, or what that stands under, by their rarity."""
    words = [word for word in find_words(lexicon.as_meant(thing)) if stems(word)]
    rarity = np.array([lexicon.idf(stems(word)[0]) for word in words])
    borne = liken_words(words, [lexicon.with_implied(s.context) for s in found], load_word_vectors())
    return np.asarray((borne >= LIKE) @ rarity / max(rarity.sum(), 1e-9), np.float64)
