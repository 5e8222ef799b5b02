"""A question and the turns before it -> the words of those that it needs to stand alone.

Term resolution (QuReTeC: Voskarides et al., "Query Resolution for Conversational Search with Limited
Supervision", SIGIR 2020), with a logistic regression over where each word stands in place of a large network.
Its weights are in rag/models/weights/needed_terms.json, fitted by `python -m training.needed_terms`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.datatypes import Turn
from rag.language.words import WHOLE_WORD, find_words, stems
from rag.models.scorer import Scores, TermScorer, load_term_scorer

LONGEST_ANSWER = 400  # characters of an answer that are looked at
MOST_AGE = 3  # turns back that are told apart
MANY = 3.0  # the most that a word's frequency counts, as log(1 + n)

# What a question may be, each crossed with what is known of a word.
_KINDS = {
    "he or she": "he him his himself she her hers herself",
    "it": "it its itself",
    "they": "they them their theirs those these",
    "this": "this such",  # "that" mostly joins two clauses
    "there": "there",
    "other": "else other others another more also too besides aside different same",
    "the": "the",
}
_KIND_WORDS = {kind: frozenset(words.split()) for kind, words in _KINDS.items()}
_ALL_KINDS = (*_KINDS, "goes on", "plain", "names", "short", "long", "shares", "shares with all")
_POINTING = frozenset(_KINDS) - {"the"}
GOES_ON = r"^\W*(?:and|but|so|or|also|then|(?:what|how) about)\b"  # how a question goes on with another
_GOES_ON = re.compile(GOES_ON, re.IGNORECASE)
# What may be known of a word.
_OWN = (
    *(f"{where} {age}" for where in ("question", "answer") for age in range(MOST_AGE + 1)),
    *("first question", "near in question", "near in answer", "often", "capital", "name", "number", "verbal"),
    *("adverb", "ends question", "begins answer", "behind article", "behind preposition"),
)
_ARTICLES = frozenset("the a an this".split())
_PREPOSITIONS = frozenset("of in for to with on about by at from".split())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the turns before that a question has not, as stems, each with how it stands there first
    and what speaks for it.

    `features` by name, each ``(words,)``; a kind of question is one too, the same for each word.
    """

    stems: tuple[str, ...]
    shown: tuple[str, ...]
    features: Mapping[str, Scores]

    def with_needed(self, before: frozenset[str]) -> dict[str, Scores]:
        """The features, with whether a word was needed by the question before, and all of them crossed
        with the kinds of question."""
        features = {
            **self.features,
            "needed before": np.array([stem in before for stem in self.stems], float),
        }
        kinds = {name: value for name, value in features.items() if name.startswith("?")}
        own = {name: value for name, value in features.items() if name not in kinds}
        crossed = {f"{name} {kind}": value * on for kind, on in kinds.items() for name, value in own.items()}
        return {**features, **crossed}


def find_needed_terms(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """The words of `history`, the latest turn last, that `question` needs, in their order there.

    >>> find_needed_terms("When did it close?", [Turn("Who built Leeds Bridge Mill?", "John Smeaton.")])[:3]
    ('built', 'Leeds', 'Bridge')
    """
    turns = tuple((turn.question, turn.answer[:LONGEST_ANSWER]) for turn in history)
    return tuple(find_needed(question, turns, load_term_scorer()).values())


def needed_before(history: tuple[tuple[str, str], ...], scorer: TermScorer) -> frozenset[str]:
    """The words, as stems, that the last question of `history` has, or needed."""
    (question, _), before = history[-1], history[:-1]
    return frozenset([*stems(question), *find_needed(question, before, scorer)])


@lru_cache(maxsize=2**12)
def find_needed(question: str, history: tuple[tuple[str, str], ...], scorer: TermScorer) -> dict[str, str]:
    """The words needed as they stand in `history`, by their stems."""
    words = describe_words(question, history) if history else None
    if not words or not words.stems:
        return {}
    chances = scorer.words.chance(words.with_needed(needed_before(history, scorer)))
    if chances.max() < scorer.gate:
        return {}
    found = zip(words.stems, words.shown, chances, strict=True)
    return {stem: shown for stem, shown, chance in found if chance > scorer.threshold}


@lru_cache(maxsize=2**10)
def describe_words(question: str, history: tuple[tuple[str, str], ...]) -> Words:
    """What speaks for each word of `history`, each turn a question and its answer, the latest last."""
    own = frozenset(stems(question))
    shown: dict[str, str] = {}
    found: dict[str, dict[str, float]] = {}
    for turn, texts in enumerate(history):
        age = min(len(history) - 1 - turn, MOST_AGE)
        for where, text in zip(("question", "answer"), texts, strict=True):
            _describe_text(text, where, age, own, found, shown)
    kinds = _kinds(question, own)
    said = {stem for turn in history for text in turn for stem in stems(text)}
    kinds += ["shares"] if own & said else []
    kinds += ["shares with all"] if own and own <= said else []
    context = {f"?{kind}": float(kind in kinds) for kind in _ALL_KINDS}
    context["long answer"] = float(len(history[-1][1]) > LONGEST_ANSWER / 4)
    context["turns"] = min(len(history), 5) / 5
    asked_first = set(stems(history[0][0]))
    for word, features in found.items():
        features["often"] = min(MANY, float(np.log1p(features.pop("count"))))
        features["first question"] = float(word in asked_first)
    columns = {name: np.array([features.get(name, 0.0) for features in found.values()]) for name in _OWN}
    return Words(
        tuple(found),
        tuple(shown[word] for word in found),
        {**columns, **{name: np.full(len(found), value) for name, value in context.items()}},
    )


def _describe_text(
    text: str,
    where: str,
    age: int,
    own: frozenset[str],
    found: dict[str, dict[str, float]],
    shown: dict[str, str],
) -> None:
    """Add what one text says of its words to `found`, and how they stand there to `shown`."""
    words = WHOLE_WORD.findall(text)
    stemmed = [(stems(word) or [""])[-1] for word in words]
    near = not own.isdisjoint(stemmed)
    capital = [word[0].isupper() for word in words]
    for i, (word, stem) in enumerate(zip(words, stemmed, strict=True)):
        if not stem or stem in own:
            continue
        features = found.setdefault(stem, {"count": 0.0})
        shown.setdefault(stem, word)
        follows, leads = i > 0 and capital[i - 1], i + 1 < len(words) and capital[i + 1]
        before = words[i - 1].lower() if i else ""
        marks = {
            f"{where} {age}": True,
            f"near in {where}": near,
            "capital": capital[i] and (i > 0 or (where == "answer" and leads)),
            "name": capital[i] and (leads or (follows and i > 1)),
            "ends question": where == "question" and i >= len(words) - 2,
            "begins answer": where == "answer" and i < 3,
            "behind article": before in _ARTICLES,
            "behind preposition": before in _PREPOSITIONS,
            "number": word[0].isdigit(),
            "verbal": word.lower().endswith(("ing", "ed")),
            "adverb": word.lower().endswith("ly"),
        }
        features |= {name: 1.0 for name, holds in marks.items() if holds}
        features["count"] += 1


def _kinds(question: str, own: frozenset[str]) -> list[str]:
    """What kinds of question it is."""
    words = find_words(question)
    has = {word.lower() for word in words}
    kinds = [kind for kind, some in _KIND_WORDS.items() if has & some]
    goes_on = bool(_GOES_ON.search(question))
    if not goes_on and _POINTING.isdisjoint(kinds):
        kinds.append("plain")
    others = {
        "goes on": goes_on,
        "names": any(word[0].isupper() for word in words[1:]),
        "short": len(own) <= 1,
        "long": len(own) >= 5,
    }
    return kinds + [kind for kind, holds in others.items() if holds]
