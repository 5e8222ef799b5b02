"""A follow-up and what was said before -> a question that stands alone, without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import Question, Turn
from rag.questions import parts

# Words that point back at something said before, unless the question itself says what they mean.
_POINTING = re.compile(
    r"\b(?:it|its|itself|he|him|his|himself|she|her|hers|herself|they|them|their|theirs|themselves"
    r"|this|that|these|those|the (?:same|other|former|latter)|(?:which|the|that) ones?|else|instead|too)\b",
    re.IGNORECASE,
)
# "That" which joins two clauses, "there is", and "it" that stands for nothing.
_NOT_POINTING = re.compile(
    r"(?<=\w) that (?=(?:the|a|an|\w+s)\b)|\bthis year\b"
    r"|\b(?:is it|it is|it's) (?:true|right|correct|possible)\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^\W*(?:and|but|so|or|also|then)\b|^\W*(?:what|how) about\b"
    r"|^\W*(?:since |by |until |from |to |for |with )?"
    r"(?:who|whom|when|where|why|how|which|what|says? who)\W*$",
    re.IGNORECASE,
)
_HE_OR_SHE = re.compile(r"\b(he|she|him|her|his|hers)\b(?! own)", re.IGNORECASE)
_REFLEXIVE = re.compile(r" (?:himself|herself)\b", re.IGNORECASE)
_FULL_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
# Capitalised words that show a run of them to be no person.
_NO_PERSON = frozenset(
    (
        "Who What When Where Which Why How Is Are Was Were Do Does Did Has Have Can Could Will Would Should "
        "The A An In On Review Board System Systems Care Health Service Services Department Committee "
        "Statement Exchange Journal Secretary Minister Chancellor Chief Executive National Integrated Social "
        "Government England Attitudes Survey Rt Hon Labour"
    ).split()
)


def understand(question: str, history: Sequence[Turn]) -> Question:
    """`question` with what it needs of `history`, the latest turn last.

    He or she becomes the person last named, in the question before or its answer; anything else
    that points back brings the question before along as context.

    >>> understand("And when is it due?", [Turn("Who leads the review?", "Hewitt does.")])
    Question(text='And when is it due?', context='Who leads the review?')
    >>> understand("How old is he?", [Turn("Who asked?", "It was Jeremy Hunt who asked.")])
    Question(text='How old is Jeremy Hunt?', context='')
    >>> understand("How many ICSs are there?", [Turn("Who leads the review?", "Hewitt does.")])
    Question(text='How many ICSs are there?', context='')
    """
    if not history:
        return Question(question)
    person = _HE_OR_SHE.search(question) and _person(history[-1])
    if person:
        question = _REFLEXIVE.sub("", question)
        question = _HE_OR_SHE.sub(
            lambda match: _named(person, match[0], match.string[match.end() :]), question
        )
    if not _points_back(question):
        return Question(question)
    before = understand(history[-1].question, history[:-1])
    return Question(question, f"{before.context} {before.text}".strip())


def understood_parts(question: Question) -> list[Question]:
    """The questions that `question` is made of, each standing alone, in order."""
    understood: list[Question] = []
    asked: list[Turn] = []
    for part in parts(question.text):
        this = understand(part, asked)
        understood.append(Question(this.text, f"{question.context} {this.context}".strip()))
        asked.append(Turn(this.text, ""))
    return understood


def _points_back(question: str) -> bool:
    return bool(_CONTINUING.search(question) or _POINTING.search(_NOT_POINTING.sub(" ", question)))


def _person(turn: Turn) -> str | None:
    """The person named last in the question, else first in the answer."""
    for text, place in ((turn.question, -1), (turn.answer, 0)):
        people = [name for run in _FULL_NAME.findall(text) if (name := _only_person(run))]
        if people:
            return people[place]
    return None


def _only_person(run: str) -> str | None:
    """The last two words of `run` that can be a person's name: "Chancellor Jeremy Hunt".

    >>> _only_person("Chancellor Jeremy Hunt")
    'Jeremy Hunt'
    >>> _only_person("Integrated Care Systems")
    """
    words: list[str] = []
    for word in run.split():
        words = [] if word in _NO_PERSON else [*words, word]
    return " ".join(words[-2:]) if len(words) >= 2 else None


def _named(person: str, pronoun: str, rest: str) -> str:
    possessive = pronoun.lower() in ("his", "hers") or (
        pronoun.lower() == "her" and re.match(r" [a-z]", rest)
    )
    return f"{person}’s" if possessive else person
