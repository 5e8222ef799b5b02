"""A follow-up and what was said before -> a question that stands alone, without a language model.

What points back in so many words is known by rule; what else a question needs is learned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.datatypes import Question, Turn
from rag.language.dates import MONTHS, WEEKDAYS
from rag.language.names import FULL_NAME
from rag.language.words import stems
from rag.questions.standalone.comparisons import split_comparison
from rag.questions.standalone.ellipsis import fill_ellipsis, fill_preposition, find_thing
from rag.questions.standalone.needed_terms import GOES_ON, find_needed_terms
from rag.questions.standalone.parts import split_parts
from rag.questions.validation import MOST_TURNS

# Words that point back at something said before; the first kind may also mean something that the
# question itself says before them: "What does MiP want for its members?"
_IT_OR_THEY = re.compile(r"\b(?:it|its|itself|they|them|their|theirs|themselves)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:he|him|his|himself|she|her|hers|herself|this|that|these|those"
    r"|the (?:same|others?|former|latter)|(?:which|the|that) ones?|the [\w-]+ ones?|else|instead|too"
    r"|says? so)\b",
    re.IGNORECASE,
)
CONTEXT_CHARACTERS = 500  # of it that go with a question
ANTECEDENT_WORDS = 2  # words of content that must stand before "it" for it to mean one of them
# "That" which joins two clauses, "there is", and "it" that stands for nothing.
_NOT_POINTING = re.compile(
    r"(?<=\w)(?<!\bis)(?<!\bwas) that (?=(?:the|a|an|\w+s)\b)|\bthis year\b"
    r"|\b(?:is it|it is|it's) (?:true|right|correct|possible)\b",
    re.IGNORECASE,
)
_ASKING = r"(?:who|whom|when|where|why|how|which|what)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_PREPOSITION = (
    r"(?:since|by|until|from|to|for|with|in|on|at|of|about|under|during|after|before|against|like"
    r"|compared (?:to|with))"
)
_QUANTITY = r"(?:how (?:much|many|long|often|far|soon)|when|where|why)"
_VERB = rf"(?:{_AUXILIARY}|must|may|might|shall|need)"
# What is no question by itself: one that goes on, one of a few words, one that only asks for more, one that
# ends where something must follow, one without a verb, and one that does not say what it compares.
_CONTINUING = re.compile(
    rf"{GOES_ON}|^\W*(?:{_PREPOSITION} )?(?:says? )?{_ASKING}(?: \w+)?(?: exactly| precisely)?\W*$"
    rf"|^\W*(?!(?:{_ASKING}|{_AUXILIARY})\b)[\w-]+(?: [\w-]+)?\s*\?"
    rf"|^\W*{_PREPOSITION} (?!.*\b(?:{_ASKING}|{_AUXILIARY})\b).*\?"
    rf"|^\W*{_QUANTITY} (?:percent|less|more|each|off|per|in|at|so|till|until)\b"
    rf"(?!.*\b{_VERB}\b)(?: [\w’']+){{0,2}}\W*$"
    r"|^\W*which (?:one )?(?:is|are|was|were|costs?|takes?|has) (?:more|less|\w+er)(?: for \w+)?\W*$"
    r"|^\W*who (?:g[eo]ts?|came|had) (?:the )?(?:most|least|first|last)\W*$"
    r"|^\W*(?:\w+ ){0,3}(?:g[eo]ts?|the [\w-]+|another) one\W*$"
    r"|^\W*(?:(?:no|sorry|actually)\W+)*i meant? (?!to\b)(?:\S+\s+){0,5}\S+$"
    r"|^\W*(?:such as|for (?:example|instance)|go on|are you sure|(?:can you )?elaborate)\W*$"
    r"|^\W*(?:[\w’'-]+ ){0,6}(?<!\bare )(?<!\bis )(?<!\bthe )"
    r"(?:there|then|since|after(?:wards?)?|before|later|earlier|previously|next|otherwise|more|(?:dis)?agrees?)\W*$",
    re.IGNORECASE,
)
_HE_OR_SHE = re.compile(r"\b(he|she|him|her|his|hers)\b(?! own)", re.IGNORECASE)
_SOMEBODY = "you"  # in place of a person who is known
_ONE_THING = re.compile(r"\b(?:it|its|itself|that|this)\b(?! ones?\b)|\b(?:that|this) one\b", re.IGNORECASE)
# A row of a table as it is told: "Depot: Leeds · Manager: A. Brook [1]".
_ROW = re.compile(r"(?:[^:·\n]{1,40}: )?(?P<name>[^·\n]{1,60}?) · [^\n]+$")
_REFLEXIVE = re.compile(r" (?:himself|herself)\b", re.IGNORECASE)
# In a question a surname alone will do where the subject stands: "What does Hewitt recommend?"
_NAMED_IN_QUESTION = re.compile(
    r"\b(?:does|did|do|has|have|is|was|will|would|should|can) ([A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)\b"
    rf"|{FULL_NAME.pattern}"
)
# What an answer says in somebody's words, or of the document they stand in: "The Times, 4 April 2023: …".
_QUOTED = re.compile(r"[“‘\"][^”’\"]*[”’\"]|[^.:\[\]]{1,80}, (?:\d{1,2} \w+ \d{4}|date unknown): ")
# Who speaks, before each thing that is said: "JOE DIAZ: The pool will close. [1]".
_TOLD_BY = re.compile(r"(?:^|(?<=\] ))[^.:\[\]\n]{1,60}:\s")
# Capitalised words that show a run of them to be no person.
_NO_PERSON = frozenset(
    (
        "Who What When Where Which Why How Is Are Was Were Do Does Did Has Have Can Could Will Would Should "
        "The A An In On Review Board System Systems Care Health Service Services Department Committee "
        "Statement Exchange Journal Secretary Minister Chancellor Chief Executive National Integrated Social "
        "Government England Britain Britons English British Attitudes Survey Rt Hon Labour Conservative Tory "
        "Treasury Parliament Trust Trusts Christmas Autumn Spring Summer Winter"
    ).split()
    + MONTHS
    + WEEKDAYS
)


def resolve_followup(question: str, history: Sequence[Turn]) -> Question:
    """`question` with what it needs of `history`, the latest turn last.

    He or she becomes the person last named, in the question before or its answer; anything else
    that points back brings the question before along as context, a single thing takes the place of its like
    in the question before, and a question that only leaves something out gets the words of it.

    >>> resolve_followup("And when is it due?", [Turn("Who leads the review?", "Hewitt does.")]).standalone
    'And when is it due? (after: Who leads the review?)'
    >>> resolve_followup("How old is he?", [Turn("Who asked?", "It was Jeremy Hunt who asked.")]).standalone
    'How old is Jeremy Hunt?'
    >>> resolve_followup("How many ICSs are there?", [Turn("Who leads it?", "Hewitt does.")]).standalone
    'How many ICSs are there?'
    """
    history = history[-MOST_TURNS:]
    found = resolve_pointing(question, history)
    if found.context or found.text != question:
        return found
    needed = find_needed_terms(question, history)
    return Question(question, " ".join(needed)[-CONTEXT_CHARACTERS:])


def resolve_pointing(question: str, history: Sequence[Turn]) -> Question:
    """`question` with what its words point back at in `history`, the latest turn last."""
    if not history:
        return Question(question)
    before = resolve_pointing(history[-1].question, history[:-1])
    if filled := fill_ellipsis(question, before.text):
        return Question(filled, before.context, before.follows, instead=find_thing(question))
    text, rest = question, question
    if _names_whom_it_means(question):
        rest = _HE_OR_SHE.sub(_SOMEBODY, question)
    elif _means_one(question) and (person := _person(before.text, history[-1].answer)):
        question = _REFLEXIVE.sub("", question)
        text = _HE_OR_SHE.sub(
            lambda match: _in_place_of(person, match[0], match.string[match.end() :]), question
        )
        rest = _HE_OR_SHE.sub(_SOMEBODY, question)
    if not _points_back(rest):
        return Question(text)
    row = _row_meant(rest, before.text, history[-1])
    context = " ".join(filter(None, (before.context, before.text, row)))[-CONTEXT_CHARACTERS:]
    if filled := fill_preposition(question, before.text):
        return Question(filled, context, before.follows, find_thing(question))
    return Question(text, context, (*before.follows, before.text), find_thing(question))


def split_question(question: Question) -> list[Question]:
    """The questions that `question` is made of, each standing alone, in order."""
    if compared := split_comparison(question.text):
        return [replace(question, text=part.question, thing=part.thing) for part in compared]
    standing: list[Question] = []
    before: list[Turn] = []
    for part in split_parts(question.text):
        this = resolve_followup(part, before)
        context = f"{question.context} {this.context}".strip()
        instead = question.instead if this.text == question.text else ""
        standing.append(Question(this.text, context, question.follows + this.follows, instead))
        before.append(Turn(this.text, ""))
    return standing


def _means_one(question: str) -> bool:
    """Whether the pronouns of `question` stand for one person, not for him and for her."""
    return len({pronoun.lower() in ("she", "her", "hers") for pronoun in _HE_OR_SHE.findall(question)}) == 1


def _names_whom_it_means(question: str) -> bool:
    """Whether a person is named in `question` before he or she is: "Did Hunt say that he would?"."""
    pronoun = _HE_OR_SHE.search(question)
    named = _NAMED_IN_QUESTION.finditer(question[: pronoun.start()] if pronoun else "")
    return any(_only_person(match[1] or match[0]) for match in named)


def _points_back(question: str) -> bool:
    """Whether the first part of `question` needs something said before; the others follow it."""
    first = _NOT_POINTING.sub(" ", split_parts(question)[0])
    if _CONTINUING.search(first) or _POINTING.search(first):
        return True
    pronoun = _IT_OR_THEY.search(first)
    return pronoun is not None and len(stems(first[: pronoun.start()])) < ANTECEDENT_WORDS


def _row_meant(question: str, before: str, turn: Turn) -> str:
    """What a single row of a table is of that was told last, if `question` means one thing and what was asked
    `before` does not name it: the cell that the row begins with; else ""."""
    row = _ROW.match(turn.answer)
    if row is None or not _ONE_THING.search(question) or turn.answer.count(" [") != 1:
        return ""
    return "" if row["name"] in before or {*stems(row["name"])} <= {*stems(before)} else f"{row['name']}."


def _person(question: str, answer: str) -> str | None:
    """The person named last in the question, else the only one that the answer itself names: in its
    first statement, or in all."""
    asked = [_only_person(match[1] or match[0]) for match in _NAMED_IN_QUESTION.finditer(question)]
    answer = _TOLD_BY.sub(" ", _QUOTED.sub(" ", answer))
    told = [
        {_only_person(run) for run in FULL_NAME.findall(text)} - {None}
        for text in (answer.partition("[1]")[0], answer)
    ]
    return next(filter(None, reversed(asked)), None) or next((t.pop() for t in told if len(t) == 1), None)


def _only_person(run: str) -> str | None:
    """The at most two last words of `run` that can be a person's name.

    >>> _only_person("Chancellor Jeremy Hunt"), _only_person("Integrated Care Systems")
    ('Jeremy Hunt', None)
    """
    words: list[str] = []
    for word in run.split():
        words = [] if word in _NO_PERSON else [*words, word]
    return " ".join(words[-2:]) or None


def _in_place_of(person: str, pronoun: str, rest: str) -> str:
    possessive = pronoun.lower() in ("his", "hers") or (
        pronoun.lower() == "her" and re.match(r" [a-z]", rest)
    )
    return f"{person}’s" if possessive else person
