"""What was typed -> what it is: a question, a word that asks nothing, or something asked about the documents.

Whether something asks nothing is learned of its shape (`make train`); what stands before or behind a question
("Hi, thanks! And when is it due?") is taken off it.  What asks something about the documents is known by the
phrases of intents.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from rag.datatypes import Intent
from rag.language.word_runs import find_runs, split_words
from rag.models.scorer import INTENTS, load_shape_scorer
from rag.models.word_vectors import load_word_vectors

PHRASES = Path(__file__).with_name("intents.toml")
LONGEST = 300  # characters of what may be no question
STRANGE = 0.5  # share of its words from which on nothing is known of it, as of another language
VECTORS = 3.0  # what the vectors of words count for beside a run of them

_SIGNS = ' .!?,;:…–—-()"“”'
# A sentence or clause with the signs behind it.
_CLAUSE = re.compile(r"[^.!?,;:\n]+(?:[.,:;](?=\S)[^.!?,;:\n]+)*[\s.!?,;:…)(–—-]*")
_POLITE = re.compile(
    r"^(?:(?:and|so|but|well|now|please|also|then)\b[ ,]*)+|(?<![ ,])[ ,]*\b(?:please|pls|plz)[ .!?]*$",
    re.IGNORECASE,
)
# A greeting without a comma before a question, and the words that a question begins with.
_GREETED = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|ok(?:ay)?|thanks|thank you|thx|great|right|well)"
    r"(?: (?:there|all|again|so|then))?\s+)+"
    r"(?=(?:who|what|when|where|which|why|how|whose|is|are|was|were|do|does|did|can|could|would|will|should"
    r"|please|tell|give|list|show|explain|i|and|but)\b)",
    re.IGNORECASE,
)
# What asks of the thing last spoken of, if there is one.
_POINTS_BACK = re.compile(
    r"^(?:what|how)\b.*\b(?:this|it|that|they|these|those)\b(?: work| do| about| based on)*$", re.IGNORECASE
)
_OF_FOOTNOTE = re.compile(r"\b(?:you|u|your|yourself|footnote|chat ?bot|bot)\b", re.IGNORECASE)
_OF_CHAT = re.compile(r"\b(?:conversation|chat|discussion|talk|session|i|we|my)\b", re.IGNORECASE)
# Who asks what they may do themselves asks for no other form: "Can I answer in English?"
_MAY_ONE = re.compile(
    r"\W*(?:can|could|may|must|should|do|am) (?:i|we) (?!(?:have|get|see)\b)", re.IGNORECASE
)
_AROUND = frozenset({"greeting", "thanks", "farewell", "acknowledgement", "insult", "style"})
_CURT = frozenset({"thanks", "farewell", "acknowledgement"})  # with a question mark they ask on: "And later?"
_OF_CONVERSATION = frozenset({"recall", "repeat"})
# What leaves the subject of a conversation as it was.
ASKS_NOTHING = _AROUND | _OF_CONVERSATION | {"identity", "abilities"}
# What is asked of the text, for what a document says of itself may stand there or not.
QUESTIONS = frozenset({"question", "author", "date", "title"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is left of what was typed, what it is, and what it is about: a document, a topic or "" for all."""

    text: str
    intent: Intent = "question"
    target: str = ""


def find_intent(typed: str, *, follows: bool = False) -> Utterance:
    """What `typed`, on one line, is; if it `follows` a question, "it" is what that was about.

    >>> find_intent("Hi, thanks! And when is it due?").text
    'And when is it due?'
    >>> [find_intent(text).intent for text in ("Good morning!", "What documents do you have?", "Who is it?")]
    ['greeting', 'list', 'question']
    >>> find_intent("Summarise the travel policy").target
    'the travel policy'
    """
    typed = typed.strip()
    rest = _take_off(typed)
    whole = _asks_nothing(typed) or _asks_nothing_in_parts(typed)
    if whole and _ends_asking(rest) and rest != typed and not _asks_nothing(rest):
        whole = None  # "Hi, thanks! And when is it due?"
    request = _find_request(typed, follows=follows)
    if whole in _OF_CONVERSATION and (not request or _OF_CHAT.search(typed)):
        return Utterance(typed, whole)
    asks_on = _ends_asking(typed) and not _OF_FOOTNOTE.search(typed)
    goes_on = follows and (_POINTS_BACK.search(_bare(typed)) or asks_on)
    if whole and not goes_on:
        return request or Utterance(typed, whole)
    asks_nothing = _asks_nothing(rest) if rest != typed else None
    return _find_request(rest, follows=follows) or Utterance(rest, asks_nothing or "question")


def _ends_asking(text: str) -> bool:
    """Whether the last of the marks at the end of `text` but "!" and "…" is that of a question."""
    return text.rstrip(" !…").endswith("?")


def _asks_nothing_in_parts(typed: str) -> Intent | None:
    """What the last clause of `typed` is, if none of them asks anything."""
    kinds = [_asks_nothing(clause) for clause in split_clauses(typed)]
    return kinds[-1] if all(kinds) else None


def _take_off(typed: str) -> str:
    """`typed` without what stands around a question and asks nothing."""
    clauses = split_clauses(typed)
    around = [_stands_around(clause, _asks_nothing(clause)) for clause in clauses]
    while len(clauses) > 1 and around[0]:
        del clauses[0], around[0]
    while len(clauses) > 1 and around[-1]:
        del clauses[-1], around[-1]
    return _GREETED.sub("", "".join(clauses).strip()).rstrip(",;: –—-") or typed


def split_clauses(typed: str) -> list[str]:
    """The sentences and clauses of what was typed, each with the signs behind it.

    >>> split_clauses("Hi, thanks! And when is it due?")
    ['Hi, ', 'thanks! ', 'And when is it due?']
    """
    return _CLAUSE.findall(typed) or [typed]


def _find_request(text: str, *, follows: bool) -> Utterance | None:
    """What `text` asks about the documents, None if it is a question to them; if it `follows` one, it may ask
    of what that was about."""
    request = _bare(text)
    if len(request) > LONGEST or (follows and _POINTS_BACK.search(request)):
        return None
    for intent, pattern in _requests():
        if found := pattern.fullmatch(request):
            return Utterance(text, intent, next(filter(None, found.groupdict().values()), ""))
    return None


def _stands_around(clause: str, kind: Intent | None) -> bool:
    """Whether a clause may be taken off a question; not "And later?", nor the one word of "Rubbish: …"."""
    curt = kind in _CURT and "?" in clause
    return kind in _AROUND and not curt and not (kind == "insult" and " " not in _bare(clause))


def _bare(text: str) -> str:
    """The words without the signs around them and polite ones before and behind."""
    text = " ".join(text.replace("’", "'").split()).strip(_SIGNS)
    return _POLITE.sub("", text).strip(_SIGNS) or text


@lru_cache(maxsize=2**10)  # the turns before are looked at again with each question
def _asks_nothing(text: str) -> Intent | None:
    """What all of `text` is that asks the documents nothing, None if it is a question."""
    if len(text) > LONGEST:
        return None
    scorer = load_shape_scorer(INTENTS)
    words = [word.lower() for word in split_words(text) if word[0].isalpha()]
    if sum(word not in scorer.words for word in words) > STRANGE * len(words):
        return None
    kind = cast(Intent, scorer.choose(describe_utterance(text, scorer.words)))
    return None if kind == "style" and _MAY_ONE.match(text) else kind or None


def describe_utterance(text: str, known: Collection[str]) -> dict[str, float]:
    """By what an utterance is told from a question, in capitals or not: its runs of words, of which some are
    `known`, and what its words are like."""
    lower = text.lower()
    words = [word for word in split_words(lower) if word[0].isalpha()]
    vectors = load_word_vectors().describe(words)
    runs = dict.fromkeys(sorted(find_runs(lower, known)), 1.0)
    return runs | {name: VECTORS * value for name, value in vectors.items()}


@cache
def _requests() -> list[tuple[Intent, re.Pattern[str]]]:
    """What asks something about the documents: the phrases of intents.toml, in its order."""
    data: dict[str, Any] = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    pieces: dict[str, str] = {}

    def fill(pattern: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda name: pieces[name[1]], pattern)

    for name, pattern in data["pieces"].items():
        pieces[name] = fill(pattern)
    return [
        (cast(Intent, intent), re.compile(fill(pattern), re.IGNORECASE))
        for intent, patterns in data["requests"].items()
        for pattern in patterns
    ]
