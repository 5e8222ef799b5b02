"""A question -> the form of its answer, where that is not a sentence: a list, steps, the greatest of some."""

from __future__ import annotations

import re
from typing import cast

from rag.datatypes import Form
from rag.language.measures import asks_for_extreme
from rag.language.word_runs import find_runs
from rag.language.words import stems
from rag.models.scorer import FORMS, load_shape_scorer

# The first that fits is the form, what asks for the greatest or least of some between the two.  Of who asks
# for a list or for steps in other words, most is learned.
_BEFORE_EXTREMES: tuple[tuple[Form, str], ...] = (
    ("next", r"\bwhat\b.{0,40}\b(?:do|comes?|happens?|follows?)\b.{0,20}\b(?:after|next|once|when)\b"),
    ("count", r"\bhow many\b|(?<!st )\bnumber of\b"),  # "the most, the largest number of" compares
)
_BEHIND_EXTREMES: tuple[tuple[Form, str], ...] = (
    (
        "steps",
        r"\bhow to\b|\bstep by step\b|\b(?:steps|procedure|process|instructions) (?:to|for|of)\b"
        r"|\bhow (?:is|are) .{1,60} (?:done|made|installed|reset|set up)\b",
    ),
    ("list", r"^\W*(?:please )?list\b|\bname (?:the|all)\b|\b(?:give|show|tell) me (?:all|each|every)\b"),
)
_STEP = re.compile(r"\b(?:step|item|point|rule|number|no\.?) (\d{1,3})\b", re.IGNORECASE)
_KINDS = re.compile(r"\W*(?:which|what)\s+(?!(?:does|has|was)\b)\w{2,}(?<![siu])s\b", re.IGNORECASE)
_NOW = re.compile(r"\b(?:latest|newest|most recent|current(?:ly)?|now|today|last|still|at present)\b", re.I)
_ONCE = re.compile(
    r"\b(?:was|were|did|had|before|previous(?:ly)?|former(?:ly)?|originally|used to|earlier|older?"
    r"|versions? [\d.]+|chang(?:e|ed|es)|history|first)\b",
    re.IGNORECASE,
)


_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|^\W*(?:and )?what for\W*$|\bon (?:what|which) grounds\b"
    r"|\b(?:what|which)(?: \w+){0,3} reasons?\b(?! code)|^\W*(?:the |main )*reasons?\b(?! code)"
    r"|\bwhat(?:’s|'s| is| was| were| are)? (?:the )?causes?\b",
    re.IGNORECASE,
)


def form_of(question: str) -> Form:
    """The form that an answer to `question` has, "" if it is a sentence.

    >>> [form_of(q) for q in ("How do I reset it?", "Who are the trustees?", "When is it due?")]
    ['steps', 'list', '']
    """
    if form := (
        _first_form(_BEFORE_EXTREMES, question)
        or asks_for_extreme(question)
        or _first_form(_BEHIND_EXTREMES, question)
    ):
        return form
    scorer = load_shape_scorer(FORMS)
    return cast(Form, scorer.choose(dict.fromkeys(find_runs(question, scorer.words), 1.0)))


def _first_form(forms: tuple[tuple[Form, str], ...], question: str) -> Form:
    return next((form for form, asks in forms if re.search(asks, question, re.IGNORECASE)), "")


def step_of(question: str) -> int | None:
    """The number of the step or item that `question` asks for, None if it asks for none by number.

    >>> step_of("What is step 6 of the reset?")
    6
    """
    asked = _STEP.search(question)
    return int(asked[1]) if asked else None


def asks_cause(question: str) -> bool:
    """Whether `question` asks why something is so.

    >>> asks_cause("And why?"), asks_cause("For what reason was it cut?"), asks_cause("When was it cut?")
    (True, True, False)
    """
    return bool(_WHY.search(question))


def asks_cause_alone(question: str) -> bool:
    """Whether `question` asks no more than why what was said before is so.

    >>> asks_cause_alone("And how come?"), asks_cause_alone("Why is the gate shut?")
    (True, False)
    """
    return asks_cause(question) and not stems(_WHY.sub(" ", question))


def asks_several(question: str) -> bool:
    """Whether `question` asks which things of some kind, and not which one.

    >>> [asks_several(text) for text in ("Which grants went there?", "Which bus goes there?", "What is it?")]
    [True, False, False]
    """
    return bool(_KINDS.match(question))


def asks_present(question: str) -> bool:
    """Whether `question` asks what holds now, or comes last, and not what once did.

    >>> asks_present("What is the fee?"), asks_present("What was the fee in 2019?")
    (True, False)
    """
    return bool(_NOW.search(question)) or not _ONCE.search(question)
