"""A sentence -> the questions that it answers, its words turned round.

Few rules, and each is strict, for a question that reads oddly is worse than none.  A pattern matches
from the first word, so that nothing before it changes what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from rag.language.dates import MONTHS
from rag.language.names import OFFICES
from rag.language.numbers import TO_TWELVE
from rag.language.words import STOP_WORDS

LONGEST = 90  # characters of a question
LONGEST_SENTENCE = 400  # characters of one that is turned round
MOST_WORDS = 6  # of a subject, and of what stands behind its verb

_LETTER, _SMALL = r"[^\W\d_]", r"[a-zß-öø-ÿ]"
_WORD = rf"{_LETTER}+(?:[-’']{_LETTER}+)*"
_CAPITAL = rf"[A-ZÀ-ÖØ-Þ]{_LETTER}*(?:[-’']{_LETTER}+)*"
_NAME = rf"{_CAPITAL}(?: (?:(?:of|for|and|the|de|van|von) ){{0,2}}{_CAPITAL}){{0,5}}"
_DATE = (
    rf"(?:\d{{1,2}} )?(?:{'|'.join(MONTHS)})(?: \d{{1,2}}\b)?(?:,? (?:1\d|20)\d\d\b)?"
    r"|(?:1\d|20)\d\d\b(?!s|[-–/]\d|,\d)"
)
_ASIDE = r"(?: \([^()]{1,60}\))?(?:, [^,;:()]{1,120},)?"
_SUBJECT = (
    rf"(?:(?:In|On) (?P<early>{_DATE}),? )?(?P<subject>{_WORD}(?: {_WORD}){{0,{MOST_WORDS - 1}}}?){_ASIDE}"
)
_TAIL = rf"(?P<tail>(?: {_WORD}){{0,{MOST_WORDS - 1}}}?)"
_NUMBER = (
    r"(?:(?:about|around|over|nearly|almost|only|some|at least|up to|more than|fewer than) )?"
    r"(?P<number>\d{1,3}(?:,\d{3})+|(?!(?:1\d|20)\d\d\b)\d{1,6}(?:\.\d+)?(?: ?(?:m|mn|bn|million|billion))?"
    rf"|{'|'.join(TO_TWELVE[1:])})"
)
_COUNTED = rf"(?P<counted>(?:{_SMALL}+ ){{0,2}}(?:{_SMALL}+s|people|children))"

_DATED = re.compile(
    rf"{_SUBJECT} (?P<be>was|were) (?P<done>(?:{_SMALL}+ly )?(?:{_SMALL}{{2,}}ed|built|held|made|born|written"
    r"|won|sold|begun|set up))\b(?P<rest>.*)"
)
_BEHIND_LATE = re.compile(rf"{_TAIL} (?:in|on) (?P<late>{_DATE})")
_BEHIND_EARLY = re.compile(rf"(?=,| (?:with|after|when|because|under|following)\b)|{_TAIL}(?=[.;:]|$)")
# What somebody does, and is named for: not "was caused by", whose answer is no person or body.
_DONE_BY = re.compile(
    rf"{_SUBJECT}(?: (?:was|were)|,) (?:{_SMALL}+ly )?(?P<deed>commissioned|founded|written|designed|built"
    r"|led|directed|produced|created|published|launched|established|invented|discovered|developed|appointed"
    r"|ordered|announced|composed|painted|signed|funded|chaired|introduced|proposed|acquired)"
    rf" by (?P<agent>(?:the )?(?:{_SMALL}+ )?{_NAME})"
)
_HAS = re.compile(
    rf"{_SUBJECT} (?P<verb>has|have|had) {_NUMBER} {_COUNTED}(?=[.,;:]|$| (?:in|and|which|that|with)\b)"
)
_WHOSE = re.compile(rf"(?P<whose>{_NAME})[’']s {_NUMBER} (?P<counted>[A-Z]{{2,}}s|{_SMALL}+s)(?=[.,;:]|$)")
_SAID = re.compile(
    rf"(?:^|(?<=, ))(?P<subject>(?:[Tt]he )?{_NAME}(?: {_SMALL}+)?) (?:also )?"
    r"(?P<verb>recommend|propose|announce|critici[sz]e|welcome|call(?=s for|ed for)|argue(?=[sd] for))"
    r"(?P<ends>s|e?d)\b(?! by\b)"
)
_YOU = re.compile(
    rf"(?P<joined>To|If) (?P<clause>{_WORD}(?: (?:{_WORD}|\d+)){{1,10}}?),"
    r" you (?:(?:usually|normally|also|will|may|only|first) ){0,2}(?P<verb>need(?: to)?|must|can|should)\b"
)
_POINTS = re.compile(r"\b(?:he|she|it|they|his|her|its|their|this|that|these|those|who|which)\b")
_OFFICE = re.compile(rf"\b(?:{'|'.join(OFFICES)}|professor|founder)$", re.IGNORECASE)
_STOPS = frozenset(STOP_WORDS) | frozenset("another other many several each today one".split())
_JOINING = frozenset("of for in and the de van von".split())
_PLAIN = re.compile(rf"(?:[A-Z]{_LETTER}*|\d)(?:[-’' ]?[^\W_])*\?")

Name = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class GeneratedQuestion:
    """A question, the words of its sentence that answer it (empty if all do), and what rule made it."""

    text: str
    value: str
    rule: str


def generate_questions(
    sentence: str, document: str, known: Collection[str] = ()
) -> Iterator[GeneratedQuestion]:
    """The questions that `sentence` of `document` answers, the most telling first.

    `known` are nouns that one knows with "the" before them and no more: "the review".

    >>> [question.text for question in generate_questions("The Severn Bridge was opened in 1966.", "")]
    ['When was the Severn Bridge opened?']
    """
    if len(sentence) > LONGEST_SENTENCE or not sentence.endswith((".", "!", "”", '"', ")", "’", ":")):
        return
    name = partial(name_alone, document=document, known=known)
    for rule in (_ask_when, _ask_who, _ask_how_many, _ask_what_said, _ask_what_you):
        for text, value in rule(sentence, name):
            if is_plain(text):
                yield GeneratedQuestion(text, value, rule.__name__)


def is_plain(question: str) -> bool:
    """Whether `question` is one short line of plain words.

    >>> is_plain("What is <b>it</b>?"), is_plain("What’s 2-for-1?")
    (False, True)
    """
    return len(question) <= LONGEST and _PLAIN.fullmatch(question) is not None


def name_alone(words: str, document: str, known: Collection[str]) -> str | None:
    """The words of a subject as they stand within a question, None unless they name something alone."""
    first, *rest = words.split()
    small = [word for word in rest if word[0].islower() and word not in _JOINING]
    is_vague = _STOPS.intersection(small) or any(word.endswith(("ed", "ly")) for word in small)
    if _OFFICE.search(words) or is_vague or (small and {"and", "or"} & {first, *rest}):
        return None
    if first.lower() == "the":
        names = any(word[0].isupper() for word in rest) or (len(rest) == 1 and rest[0] in known)
        return " ".join(["the", *rest]) if names and len(small) <= 3 else None
    owner, lowered = first.endswith(("’s", "'s")), first[0].lower() + words[1:]
    if first.lower() in _STOPS:
        return None
    if (owner or not small) and re.search(rf"{_SMALL},? {re.escape(words)}\b", document):
        return words  # it has its capital within a sentence, too
    common = not first.isupper() and len(small) == len(rest)
    if common and re.search(rf"{_SMALL},? {re.escape(lowered)}\b", document):
        return lowered
    return words if rest and (owner or (not small and rest[-1][0].isupper())) else None


def _ask_when(sentence: str, name: Name) -> Iterator[tuple[str, str]]:
    if (match := _DATED.match(sentence)) and (subject := name(match["subject"])):
        behind = (_BEHIND_EARLY if match["early"] else _BEHIND_LATE).match(match["rest"])
        tail = (behind and behind["tail"]) or ""
        if behind and not _POINTS.search(tail):
            tail = "" if tail.startswith(" by ") else tail
            yield f"When {match['be']} {subject} {match['done']}{tail}?", match["early"] or behind["late"]


def _ask_who(sentence: str, name: Name) -> Iterator[tuple[str, str]]:
    if (match := _DONE_BY.match(sentence)) and (subject := name(match["subject"])):
        deed = "wrote" if match["deed"] == "written" else match["deed"]
        yield f"Who {deed} {subject}?", match["agent"]


def _ask_how_many(sentence: str, name: Name) -> Iterator[tuple[str, str]]:
    if (match := _HAS.match(sentence)) and (subject := name(match["subject"])):
        do = {"has": "does", "have": "do", "had": "did"}[match["verb"]]
        yield f"How many {match['counted']} {do} {subject} have?", match["number"]
    if match := _WHOSE.search(sentence):
        yield f"How many {match['counted']} does {match['whose']} have?", match["number"]


def _ask_what_said(sentence: str, name: Name) -> Iterator[tuple[str, str]]:
    if (match := _SAID.search(sentence)) and (subject := name(match["subject"])):
        do, after = "does" if match["ends"] == "s" else "did", " for" * (match["verb"] in ("call", "argue"))
        yield f"What {do} {subject} {match['verb']}{after}?", ""


def _ask_what_you(sentence: str, name: Name) -> Iterator[tuple[str, str]]:
    if (match := _YOU.match(sentence)) and not _POINTS.search(match["clause"]):
        needs = {"need": "do you need", "need to": "must you do"}
        asks = needs.get(match["verb"], f"{match['verb']} you do")
        yield f"What {asks} {match['joined'].lower()} {match['clause']}?", ""
