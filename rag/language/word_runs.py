"""What was typed -> the runs of words by which its shape is known, whatever it is about."""

from __future__ import annotations

import re
from collections.abc import Collection

LONGEST_RUN = 3  # words that are looked at together
_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?:,.;]")
_NUMBERS = frozenset("two three four five six seven eight nine ten".split())
_ENDINGS = ("ing", "ed", "s")


def find_runs(question: str, known: Collection[str]) -> set[str]:
    """The runs of up to `LONGEST_RUN` words of what was typed, its beginning and end among them.

    Of a word that is not `known` only the ending is told; a number is "#" in words and "0" in figures.

    >>> sorted(find_runs("Which towns?", {"which", "?"}))[:4]
    ['$', '?', '? $', '^']
    """
    words = ["^", *(_shape(word, known) for word in split_words(question)), "$"]
    return {
        " ".join(words[at : at + length])
        for length in range(1, LONGEST_RUN + 1)
        for at in range(len(words) - length + 1)
    }


def split_words(question: str) -> list[str]:
    """The words, numbers and marks of a question, in order."""
    return _WORDS.findall(question)


def _shape(word: str, known: Collection[str]) -> str:
    lower = word.lower()
    if lower in _NUMBERS:
        return "#"
    if lower in known:
        return lower
    if word[0].isdigit():
        return "0"
    ending = next((ending for ending in _ENDINGS if lower.endswith(ending) and not lower.endswith("ss")), "")
    return f"~{ending}" if ending or word[0].islower() else "Aa"
