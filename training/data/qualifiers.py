"""A question that the documents answer -> the same about something they do not say: a near miss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from rag.language.names import OFFICES
from rag.language.words import FUNCTION_WORDS

SEED = 0
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_NAME = re.compile(r"(?<![\w.'’-])[A-Z][\w'’-]*[a-z](?:\s[A-Z][\w-]*[a-z])*(?![\w’'-])")
_OFFICE = re.compile(rf"(?<!\w)(?:chief executive|{'|'.join(OFFICES)})(?!\w)", re.IGNORECASE)
RANKS = ("deputy", "former", "acting")  # before an office they make it another
YEARS_APART = 30
TRIES = 8  # names that are looked at for one that the source does not have


@dataclass(frozen=True, slots=True)
class Swap:
    """A question with one qualifier swapped: what stood there, what stands there now, and of which kind."""

    question: str
    was: str
    now: str
    kind: str


class Qualifiers:
    """The names that some questions use, from which others are taken for a swap."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._names = sorted({match[0] for question in questions for match in _names(question)})

    def swap(self, question: str, source: str, rng: Random) -> Swap | None:
        """The question with one qualifier swapped for one that is not in the text `source`; None where
        the source bears none of its qualifiers.

        >>> Qualifiers(["Who is Ann?"]).swap("Who led it in 1987?", "In 1987 Bo led it.", Random(0)).kind
        'number'
        >>> Qualifiers(["Did Ann see Leeds?"]).swap("Did Ann go?", "Ann went.", Random(0)).question
        'Did Leeds go?'
        """
        held = source.casefold()
        places = [
            (kind, match)
            for kind, matches in (
                ("number", NUMBER.finditer(question)),
                ("name", _names(question)),
                ("office", _OFFICE.finditer(question)),
            )
            for match in matches
            if re.search(rf"(?<!\w){re.escape(match[0].casefold())}(?!\w)", held)
        ]
        rng.shuffle(places)
        for kind, match in places:
            for now in self._others(kind, match[0], rng):
                if now.casefold() not in held and now.casefold() not in question.casefold():
                    swapped = question[: match.start()] + now + question[match.end() :]
                    return Swap(swapped, match[0], now, kind)
        return None

    def _others(self, kind: str, word: str, rng: Random) -> Iterator[str]:
        if kind == "office":
            yield from (f"{rank} {word}" for rank in rng.sample(RANKS, len(RANKS)))
        elif kind == "number":
            for _ in range(TRIES):
                yield another_number(word, rng)
        else:
            like = [name for name in self._names if len(name.split()) == len(word.split())]
            yield from rng.sample(like, min(TRIES, len(like)))


def _names(question: str) -> Iterator[re.Match[str]]:
    """The names in a question but for its first word, which has a capital anyway."""
    for match in _NAME.finditer(question, len(question.partition(" ")[0])):
        if match[0].casefold() not in FUNCTION_WORDS:
            yield match


def another_number(number: str, rng: Random) -> str:
    """A number with as many digits, the signs between them kept; a year near the one given."""
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", number):
        return str(int(number) + rng.choice((-1, 1)) * rng.randint(1, YEARS_APART))
    return "".join(
        str(rng.randint(0 if i else 1, 9)) if sign.isdigit() else sign for i, sign in enumerate(number)
    )
