"""A question -> the names and topics without which the documents can hardly answer it."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.language.names import HONORIFICS, find_identifiers
from rag.language.words import join_thousands


def find_names(question: str, openers: Collection[str] = ()) -> list[str]:
    """The words of `question` that name something: identifiers, capitals within a sentence, and numbers.

    `openers` are words that a question may begin with, in small letters; without them those of English.

    A question without small letters names nothing, for there its capitals say nothing.

    >>> find_names("Did Wales get 1,200 more than England in 2023?")
    ['Wales', '1200', 'England', '2023']
    """
    found = find_identifiers(question)
    question = join_thousands(question)
    for identifier in found:
        question = question.replace(identifier, " ")
    if question.upper() == question:
        return found + re.findall(r"\b\d+\w*", question)
    for sentence in re.split(r"(?<=[.?!])\s+", question):
        words = re.findall(r"[^\W_]+(?:[’'][a-z]+)?", sentence)
        for i, word in enumerate(words):
            bare = re.sub(r"[’'][a-z]+$", "", word)
            starts = i == 0 and not (
                len(words) > 1 and words[1][0].isupper() and word.lower() not in (openers or _OPENERS)
            )
            if bare[0].isdigit() or (bare[0].isupper() and not starts and bare not in _NO_NAMES):
                found.append(bare)
    return found


def find_topics(question: str) -> list[str]:
    """The words that `question` asks what is said about.

    >>> find_topics("What does it say about mental health?")
    ['mental', 'health']
    """
    return " ".join(match[1] for match in _TOPIC.finditer(question)).split()


_TOPIC = re.compile(
    r"\b(?:say|says|said|recommend\w*|written|mention\w*) (?:about|on) (?:the )?"
    r"([a-z-]+(?: [a-z-]+){0,2})\W*$",
    re.IGNORECASE,
)
_NO_NAMES = {"I", *(word.capitalize() for word in HONORIFICS)}
_OPENERS = frozenset(
    (
        "what when who whom whose how where why which is are was were do does did has have had can could "
        "will would should in on at by for from and but or the a an if according under since after before "
        "during"
    ).split()
)
