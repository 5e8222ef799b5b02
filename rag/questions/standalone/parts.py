"""A question -> the questions that it is made of, and whether it asks what several sources say."""

from __future__ import annotations

import re

from rag.datatypes import Preference

MOST_PARTS = 4
ASKS = (
    r"(?:what|when|who|whom|whose|how|where|why|which"
    r"|is|are|was|were|do|does|did|has|have|had|can|will|should)"
)
# How a question begins that no mark ends: what may be a second verb of the first is none.
_ASKS_ANEW = (
    r"(?:(?:what|when|who|whom|whose|how|where|why|which) \w+"
    r"|(?:is|are|was|were|do|does|did|can|will|should) (?:it|they|there|i|we|you|he|she|the|an?|my|our))"
)
_PART = re.compile(
    rf"(?<=\?)\s+(?={ASKS}\b[^?]*\?)"
    rf"|,? (?:and|but) (?={ASKS} (?!\w+ed\b)\w+ [^?]*\?)"
    rf"|,? (?:and|but) (?={_ASKS_ANEW} (?!.*\b(?:that|this)\b)[^?]*$)"
    r"|,? and (?=(?:by|under) (?:whom|when|what|which)\b)",
    re.IGNORECASE,
)
# What may be a question of its own: what tells of a situation ("I hurt my back and will be off …") is none.
_MAY_ASK = re.compile(
    rf"\b(?:what|when|who|whom|whose|how|where|why|which|if|whether|tell|explain|list|give|show"
    r"|describe|name|find|could|would|please)\b"
    rf"|(?:^|[.!?,:;]\s+|\b(?:and|but|so)\s+){ASKS}\b|\?\s*$",
    re.IGNORECASE,
)
_ONE_OF_SEVERAL = re.compile(
    r", (?=(?:what|when|who|how|where|why) \w+ )(?!who (?:is|was|are|were|has|had)\b)", re.I
)


def split_parts(question: str) -> list[str]:
    """The questions that `question` is made of, in order; more than `MOST_PARTS` stay one.

    >>> split_parts("When was it due, and when did it come out?")
    ['When was it due', 'when did it come out?']
    >>> split_parts("when is the clerk retiring and how many hours is the post")
    ['when is the clerk retiring', 'how many hours is the post']
    >>> split_parts("Who chairs the board, when does it meet, and what is the quorum?")
    ['Who chairs the board', 'when does it meet', 'what is the quorum?']
    >>> split_parts("I hurt my back and will be off, when do you need a note?")
    ['I hurt my back and will be off, when do you need a note?']
    """
    found = [part for part in _PART.split(question) if part.strip(" ?")]
    if not all(map(_MAY_ASK.search, found)):
        return [question]
    if len(found) > 1 and re.match(
        ASKS, found[0].strip(), re.IGNORECASE
    ):  # "who chairs it, when is it, and …"
        found = [part for several in found for part in _ONE_OF_SEVERAL.split(several)]
    return found if 1 <= len(found) <= MOST_PARTS else [question]


def asks_across_sources(question: str, prefers: Preference | None = None) -> bool:
    """Whether `question` asks what more than one document says.

    >>> asks_across_sources("Do the sources agree?"), asks_across_sources("Who leads the review?")
    (True, False)
    """
    both = prefers is not None and prefers.sources > 1
    say = _THE_SOURCES.search(question) and _THEY_SAY.search(_THE_SOURCES.sub(" ", question))
    return both or len(split_parts(question)) > 1 or bool(say or _SEVERAL.search(question))


def subject_of(question: str) -> str:
    """`question` without the words for sources where it asks for several; what they are asked about stays.

    >>> subject_of("Do the other documents say what changed between Leeds and York?")
    'Do the     say what changed between Leeds and York?'
    """
    several = (_SEVERAL, _THE_SOURCES) if asks_across_sources(question) else (_SEVERAL,)
    for pattern in several:
        question = pattern.sub(lambda match: _SOURCE.sub(" ", match[0]), question)
    return question


_SOURCES = r"(?:sources|documents|articles|papers|publishers|reports|pieces|briefings|authors|stories)"
_SOURCE = re.compile(
    rf"\b(?:{_SOURCES}|sources?|documents?|articles?|publishers?|one|anyone|anybody|everyone|others?|else"
    r"|different|various|several|both|each|every|either|compare[ds]?|comparison|disagree[ds]?)\b",
    re.IGNORECASE,
)
# "The reports" may be things that are counted as well as documents; what says something is a document.
_THE_SOURCES = re.compile(rf"\bthe (?:\w+ )?{_SOURCES}\b", re.IGNORECASE)
_THEY_SAY = re.compile(
    r"\b(?:says?|said|tells?|told|(?:dis)?agree[sd]?|mention(?:s|ed)?|thinks?|thought|claim(?:s|ed)?|describe[sd]?"
    r"|argue[sd]?|explain(?:s|ed)?|cover(?:s|ed)?|quote[sd]?|discuss(?:es|ed)?|according|opinions?|views?)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"\b(?:anyone|anybody|everyone) else\b|\b(?:(?:the|all) )?others\b"
    rf"|\b(?:all|both|these|those|other|different|various|several|which|what|any) (?:\w+ )?{_SOURCES}\b"
    rf"|\b(?:each|every|either) (?:of the )?(?:{_SOURCES}|one|source|document|article|publisher)\b"
    r"|\b(?:compare[ds]?|comparison|differ(?:s|ence|ences|ently)?|disagree[ds]?|contradict\w*|both sides)\b"
    r"|\b(?:change[ds]?|changing|shift(?:ed)?) (?:between|since|from|over time)\b|\bover time\b"
    r"|\bbetween [\w ]+ and\b|\bbefore and after\b",
    re.IGNORECASE,
)
