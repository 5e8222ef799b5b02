"""What was typed -> what it is: a question, a word that asks nothing, or something asked about the documents.

An utterance asks nothing only if all of it is made of phrases for that (intents.toml), so that no question is
swallowed; what stands before or behind a question ("Hi, thanks! And when is it due?") is taken off it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from rag.datatypes import Intent

PHRASES = Path(__file__).with_name("intents.toml")
LONGEST = 300  # characters of what may be no question
MOST_WORDS = 12  # of what may be none by its words alone
_ASKING = frozenset(
    "who whom whose when where which why how is are was were do does did has have had can could should may"
    " must if".split()
)

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
    clauses = _CLAUSE.findall(typed) or [typed]
    kinds = [_asks_nothing(clause) for clause in clauses]
    around = [_stands_around(clause, kind) for clause, kind in zip(clauses, kinds, strict=True)]
    whole = _asks_nothing(typed) or (kinds[-1] if all(kinds) else None)
    asks_on = typed.endswith("?") and not _OF_FOOTNOTE.search(typed)
    goes_on = follows and (_POINTS_BACK.search(_bare(typed)) or asks_on)
    if whole and (whole in _OF_CONVERSATION or not goes_on):
        return Utterance(typed, whole)
    while len(clauses) > 1 and around[0]:
        del clauses[0], around[0]
    while len(clauses) > 1 and around[-1]:
        del clauses[-1], around[-1]
    text = _GREETED.sub("", "".join(clauses).strip()).rstrip(",;: –—-") or typed
    request = _bare(text)
    if len(request) > LONGEST or (follows and _POINTS_BACK.search(request)):
        return Utterance(text)
    for intent, pattern in _patterns()["requests"]:
        if found := pattern.fullmatch(request):
            return Utterance(text, intent, next(filter(None, found.groupdict().values()), ""))
    return Utterance(text, (text != typed and _asks_nothing(text)) or "question")


def _stands_around(clause: str, kind: Intent | None) -> bool:
    """Whether a clause may be taken off a question; not "And later?", nor the one word of "Rubbish: …"."""
    curt = kind in _CURT and "?" in clause
    return kind in _AROUND and not curt and not (kind == "insult" and " " not in _bare(clause))


def _bare(text: str) -> str:
    """The words without the signs around them and polite ones before and behind."""
    text = " ".join(text.replace("’", "'").split()).strip(_SIGNS)
    return _POLITE.sub("", text).strip(_SIGNS) or text


def _asks_nothing(text: str) -> Intent | None:
    """The kind of phrase that all of `text` is, None if it is none."""
    if len(text) > 2 * LONGEST:
        return None
    phrase = " ".join(_bare(text).replace(",", "").split())
    found = (intent for intent, pattern in _patterns()["phrases"] if pattern.fullmatch(phrase))
    return next(found, None) or _by_vocabulary(phrase) if len(phrase) <= LONGEST else None


def _by_vocabulary(phrase: str) -> Intent | None:
    """The intent whose words all of a short `phrase` are, None if of none, or if it begins as a question."""
    words = phrase.lower().split()
    if not 0 < len(words) <= MOST_WORDS:
        return None
    if words[0] in _ASKING and not (words[0] in ("can", "could") and "you" in words):
        return None
    glue, of_intent = _vocabulary()
    rest = {word for word in words if word not in glue}
    return next((i for i, strong, weak in of_intent if rest & strong and rest <= strong | weak), None)


@cache
def _vocabulary() -> tuple[frozenset[str], list[tuple[Intent, frozenset[str], frozenset[str]]]]:
    """The words that may stand anywhere, and those of each intent, of which the first say it."""
    data = tomllib.loads(PHRASES.read_text(encoding="utf-8"))["vocabulary"]
    glue = frozenset(data.pop("glue").split())
    return glue, [
        (cast(Intent, intent), frozenset(words["strong"].split()), frozenset(words["weak"].split()))
        for intent, words in data.items()
    ]


@cache
def _patterns() -> dict[str, list[tuple[Intent, re.Pattern[str]]]]:
    """The phrases of intents.toml, in its order."""
    data: dict[str, Any] = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    pieces: dict[str, str] = {}

    def fill(pattern: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda name: pieces[name[1]], pattern)

    for name, pattern in data["pieces"].items():
        pieces[name] = fill(pattern)
    return {
        section: [
            (cast(Intent, intent), re.compile(fill(pattern), re.IGNORECASE))
            for intent, patterns in data[section].items()
            for pattern in patterns
        ]
        for section in ("phrases", "requests")
    }
