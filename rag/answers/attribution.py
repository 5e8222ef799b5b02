"""A question about the answer just given -> its sentences again, with who says them and where.

"Who said that?" and "which document says so?" are not answered by the words that they share with a
document: what they ask about stands in the history.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.answers.speakers import find_speaker
from rag.answers.statements import quote
from rag.datatypes import Document, Statement, Turn
from rag.documents.sentences import searchable
from rag.formats.text import attribution, source
from rag.spans import Span, contains, join, overlap

Place = tuple[Document, int, int]

MOST_SENTENCES = 12  # of the earlier answer that are found again
FEWEST_LETTERS = 16  # of a part of a sentence that is found again; a whole one may be shorter
MOST_COLONS = 5  # behind which the words of a statement may begin: "MiP, 4 April 2023: …"
GAP = 300  # characters between a quote and its speaker that are quoted too
MENDED_LETTERS = 5  # from which on a word may be a typing error
SOUGHT_LETTERS = 6  # of a word that it may be meant for

# The questions, in small letters without marks: "who's" is "who is".  Each is a whole question, for
# "Who said that targets should be cut?" asks what the documents say.
_OPENING = (
    r"(?:(?:and|but|so|ok|okay|sorry|wait|hm+|u+m|er|well|oh|no|hang on|hold on|hi|hey|please|pls|just|now"
    r"|also|then|i mean|i wonder|do you know|(?:can|could|would|will) you|(?:tell|show|give|get|send) me) )*"
)
_CLOSING = (
    r"(?: (?:please|pls|plz|then|exactly|precisely|though|again|actually|anyway|by the way|btw|originally"
    r"|here|there|thanks|thank you|for me|in the first place|and when|and where))*"
)
_ARTICLE = (
    r"(?:documents?|docs?|articles?|sources?|files?|pages?|pieces?|publications?|publishers?|websites?|outlets?"
    r"|newspapers?|papers?|story|stories|texts?|briefings?)"
)
_QUOTE = r"(?:quotes?|qoute|quotation|sentences?|statements?|claims?|line|words?|bit|part|passage|answer)"
_FIGURE = r"(?:figures?|numbers?|facts?|information|info|date)"
_THAT = rf"(?:(?:that|this|these|those)(?: (?:{_ARTICLE}|{_QUOTE}|{_FIGURE}))?|the (?:{_ARTICLE}|{_QUOTE}))"
_SO = rf"(?:{_THAT}|it|so)"
_WHICH = rf"(?:in |from |by )?(?:which|wich|what)(?: of the| of these)? {_ARTICLE}"
_WRITTEN = r"(?:written|stated|said|mentioned|found|published|quoted|taken|printed|reported)"
_SOURCES = r"(?:sources?|sorce|citations?|references?)"
_FOR = rf"(?: (?:for|of|behind|on) {_SO})?"

_ASKS_SPEAKER = (
    rf"who(?: was it(?: that| who)?)?(?: is| was| has| had| actually| exactly| originally)*"
    rf" (?:sa(?:id|ys?|ying)|state[sd]?|claim(?:s|ed|ing)|thinks?|believes?|argue[sd]?) {_SO}",
    r"(?:says|said|according to) whom?",
    rf"whose (?:words|view|opinion|quote|qoute|claim|statement|voice)(?: (?:is|are|was|were) {_SO})?",
    r"who (?:is|was) (?:(?:being )?quoted|speaking|talking|the speaker)",
    rf"(?:is|are|was|were) {_SO} (?:(?:an?|his|her|their|the|direct|exact|actual|real|own|original) )*"
    r"(?:quotes?|qoute|quotations?|quoted|words|wording|verbatim|word for word)",
    rf"quote(?: {_SO}| them)?",
    r"(?:the|a|an) (?:(?:exact|direct|original|actual) )*(?:quotes?|qoute|quotation|words|wording)",
    r"what (?:is|are|was|were) (?:the|his|her|their) (?:exact|actual|original|very) (?:words|wording)",
)
_ASKS_SOURCE = (
    r"(?:says |in |from )?(?:which|wich|what) (?:documents?|docs?|articles?|sources?|files?|publishers?)"
    r"(?: (?:is|was) (?:that|this|it))?",
    rf"(?:{_WHICH}|which ones?) (?:sa(?:id|ys?)|state[sd]?|claim(?:s|ed)|mention(?:s|ed)|report(?:s|ed)"
    rf"|contains?|supports?|published|wrote|has|have) {_SO}",
    rf"{_WHICH} (?:is|was|are|were) {_SO}(?: (?:from|in|by|{_WRITTEN})){{1,2}}",
    rf"{_WHICH} (?:does|did|do) {_SO} (?:come|appear|stand)(?: from| in)?",
    rf"(?:{_WHICH}|where) (?:do|did|have) you (?:get|got|find|found|read|see|seen|take|hear|use)(?: {_SO})?"
    r"(?: from| in)?",
    rf"where (?:does|did|do|is) (?:it|they|{_THAT}) (?:say|state|mention|claim) {_SO}",
    rf"where (?:is|was|are|were) {_SO} {_WRITTEN}",
    rf"where (?:is|was|are|were) {_THAT} from",
    rf"where (?:does|did|do) {_THAT} come from",
    rf"(?:(?:what|which|who) (?:is|are|was|were) )?(?:(?:the|your|its|a|any|exact|original) )*{_SOURCES}"
    rf"(?: needed)?{_FOR}",
    rf"(?:(?:do|have) you (?:have |got )?|is there |got )(?:an?|any|the) {_SOURCES}{_FOR}",
    rf"(?:cite|name|source)(?: {_SO}| (?:the|your|a) {_SOURCES}{_FOR})",
    rf"how do you know(?: {_SO})?|who told you(?: {_SO})?|based on what",
    rf"what (?:are you basing|do you base) {_SO} on|what is (?:that|this|(?:your|the) answer) based on",
    rf"who (?:has )?(?:wrote|written|published|reported|reports|printed|posted) {_THAT}",
    rf"who (?:is|was) {_THAT} (?:{_WRITTEN} )?(?:by|from)",
    rf"who (?:is|was) (?:the|its) (?:author|writer|publisher)(?: of {_SO})?",
    rf"(?:from )?when (?:is|was|are|were) {_THAT} (?:from|dated|{_WRITTEN})",
    rf"when did (?:that|this|the) {_ARTICLE} (?:come out|appear)",
    rf"how (?:old|recent) is (?:that|this|the) {_ARTICLE}",
    rf"(?:what is )?the date (?:of|on) (?:that|this|the) {_ARTICLE}|what date is {_THAT} from",
)


def source_answer(
    question: str, history: Sequence[Turn], documents: Sequence[Document]
) -> tuple[Statement, ...]:
    """The sentences of the last answer again, with who says them, if `question` asks just that.

    Where somebody in particular says one, `fact` is who, and the sentences that tell are quoted with
    it.  `attribution` is the publisher and date, or if nobody does, and where the source itself is
    asked for, the title too.  Empty if it asks something else, or if no sentence is found again.
    """
    asked = _plain(question)
    speaks = _asks(_ASKS_SPEAKER).fullmatch(asked) is not None
    if not history or not (speaks or _asks(_ASKS_SOURCE).fullmatch(asked)):
        return ()
    told: dict[Place, tuple[Span | None, str]] = {}
    for place in _found("\n".join(history[-1].quotes) or history[-1].answer, documents):
        told |= _told(place) if speaks else {place: (None, source(place[0]))}
    kept = [place for place in told if not any(_within(place, other) for other in told)]
    return tuple(
        replace(statement, fact=told[place][0], attribution=told[place][1])
        for statement, place in zip(quote(kept), kept, strict=True)
    )


@cache
def _asks(questions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"{_OPENING}(?:{'|'.join(questions)}){_CLOSING}")


def _plain(question: str) -> str:
    """The words of `question` in small letters, those mistyped as the question word they are meant for.

    >>> _plain("Who’s the publiser?")
    'who is the publisher'
    """
    bare = re.sub(r"(?<=\w)['’](?=\w)", "", question.lower())
    short = {f"{word}s": f"{word} is" for word in ("who", "what", "where", "when")}
    words = (short.get(word, word) for word in re.findall(r"\w+", bare))
    return " ".join(map(_mended, words))


def _mended(word: str) -> str:
    if len(word) < MENDED_LETTERS or word in _vocabulary():
        return word
    near = process.extractOne(word, _vocabulary(), scorer=OSA.distance, score_cutoff=1)
    return str(near[0]) if near else word


@cache
def _vocabulary() -> tuple[str, ...]:
    """The longer words of the questions, sorted, "sources?" as both."""
    words = re.findall(r"([a-z]+)(\??)", " ".join(_ASKS_SPEAKER + _ASKS_SOURCE))
    longer = [(word, optional) for word, optional in words if len(word) >= SOUGHT_LETTERS]
    return tuple(
        sorted({form for word, optional in longer for form in (word, word[: -1 if optional else None])})
    )


def _found(answer: str, documents: Sequence[Document]) -> list[Place]:
    """Where the sentences of `answer` stand in `documents`, each once, in its order."""
    places: dict[Place, None] = {}
    letters = {document.id: _letters(document.text) for document in documents}
    for said in re.split(r"(?:\[\d+\])+", answer)[:MOST_SENTENCES]:
        own = [d for d in documents if said.strip().startswith((attribution(d), source(d)))]
        for document in dict.fromkeys([*own, *documents]):
            span = _place(said, document, letters[document.id])
            if span:
                places[document, *span] = None
                break
    return list(places)


def _place(said: str, document: Document, letters: str) -> Span | None:
    """The sentences of `document` that hold `said`, or what of it stands behind a colon.

    Only letters and digits are compared, the `letters` of the document.
    """
    colons = [0, *(match.end() for match in re.finditer(r":\s", said))][: MOST_COLONS + 1]
    for sought in (_letters(said[colon:]) for colon in colons):
        at = letters.find(sought) if sought else -1
        if at >= 0:
            offsets = [match.start() for match in re.finditer(r"[^\W_]", document.text)]
            start, end = offsets[at], offsets[at + len(sought) - 1] + 1
            whole = _whole(document.text, (start, end))
            if len(sought) >= FEWEST_LETTERS or sought == _letters(document.text[slice(*whole)]):
                return whole
    return None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _whole(text: str, span: Span) -> Span:
    """`span` with the rest of the sentences it begins and ends in."""
    start, end = span
    touched = [sentence for run in searchable(text) for sentence in run if overlap(sentence, span)]
    return min([start, *(s for s, _ in touched)]), max([end, *(e for _, e in touched)])


def _told(place: Place) -> dict[Place, tuple[Span | None, str]]:
    """`place` and the sentences that tell who says so, each with where in it the name stands, if it
    does, and its attribution."""
    document, *_ = place
    says = find_speaker(document.text, place[1:])
    if not says:
        return {place: (None, source(document))}
    first, last = says[-1]
    return {
        (document, start, end): (
            (first - start, last - start) if start <= first < end else None,
            attribution(document),
        )
        for start, end in join([place[1:], *(_whole(document.text, said) for said in says)], GAP)
    }


def _within(place: Place, other: Place) -> bool:
    return place != other and place[0] is other[0] and contains(other[1:], place[1:])
