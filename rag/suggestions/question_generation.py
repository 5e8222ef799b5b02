"""A sentence -> the questions that it answers, its words turned round.

Few rules, and each is strict: what does not fit one whole yields nothing, for a question that reads
oddly is worse than none.  No word stands in a question that the sentence does not have, but for those
that ask.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.language.words import STOP_WORDS, acronyms
from rag.suggestions.moulds import (
    ACTIVE,
    AFTER_EARLY,
    BY,
    COMING,
    COUNT,
    DATE,
    DID,
    HAS,
    HOLDS,
    LATE,
    LETTER,
    MONTH,
    PASSIVE,
    PAST,
    PERSON,
    PLAIN_VERBS,
    ROLE,
    SAID,
    SAYS,
    SMALL,
    THERE,
    TO_DO,
    WHAT,
    WHERE,
    WHO,
    WHOSE,
    WHY,
    YOU,
)

LONGEST = 90  # characters of a question
LONGEST_SENTENCE = 400  # characters of one that is turned round


@dataclass(frozen=True, slots=True)
class Turned:
    """A question, the words of its sentence that answer it (empty if all do), and what rule made it."""

    question: str
    value: str
    rule: str


_STOPS = frozenset(STOP_WORDS)
_JOINING = frozenset("of for in and the de van von".split())
_FINE = re.compile(rf"(?:[A-Z]{LETTER}*|\d)(?:[-’' ]?[^\W_])*\?")


def turned(sentence: str, document: str, known: Collection[str] = ()) -> Iterator[Turned]:
    """The questions that `sentence` of `document` answers, the most telling first.

    `known` are nouns that one knows with "the" before them and no more: "the review".

    >>> [found.question for found in turned("The Severn Bridge was opened in 1966.", "")]
    ['When was the Severn Bridge opened?']
    """
    if len(sentence) > LONGEST_SENTENCE or not sentence.endswith((".", "!", "”", '"', ")", "’", ":")):
        return
    for made in (_when(sentence, document, known), _who_did(sentence, document, known),
                 _how_many(sentence, document, known),
                 _what_does(sentence, document, known), _where(sentence, document, known),
                 _why(sentence, document, known), _you(sentence), _what_is(sentence, document, known),
                 _who_is(sentence), _said(sentence, document, known), _stands_for(sentence)):  # fmt: skip
        yield from (found for found in made if fine(found.question))


def fine(question: str) -> bool:
    """Whether `question` is one short line of plain words.

    >>> fine("What is <b>it</b>?"), fine("What’s 2-for-1?")
    (False, True)
    """
    return len(question) <= LONGEST and _FINE.fullmatch(question) is not None


def _when(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    for pattern in (PASSIVE, ACTIVE):
        match = pattern.match(sentence)
        subject = match and standing(match["subject"], document, known)
        if not match or not subject:
            continue
        dated = match["early"]
        behind = (AFTER_EARLY if dated else LATE).match(match["rest"])
        if not behind or not _plain(behind["tail"] or ""):
            continue
        tail, date = behind["tail"] or "", dated or behind["late"]
        tail = "" if tail.startswith(" by ") else tail
        if pattern is PASSIVE:
            question = f"When {match['be']} {subject} {match['done']}{tail}?"
        else:
            verb = match["verb"]
            if verb in COMING and not re.search(MONTH, date):
                continue  # a year alone is that of a story
            do = f"did {subject} {PAST[verb]}" if verb in PAST else f"does {subject} {COMING[verb]}"
            question = f"When {do}{tail}?"
        yield Turned(question, date, "when")


def _who_did(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = BY.match(sentence)
    subject = match and standing(match["subject"], document, known)
    if match and subject:
        yield Turned(f"Who {DID.get(match['deed'], match['deed'])} {subject}?", match["agent"], "who did")


def _how_many(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    if (match := HOLDS.match(sentence)) and (subject := standing(match["subject"], document, known)):
        do = {"have": "do", "include": "do", "contain": "do", "had": "did", "received": "did", "won": "did"}
        asked = f"{do.get(match['verb'], 'does')} {subject} {HAS[match['verb']]}"
        yield Turned(f"How many {match['counted']} {asked}?", match["number"], "how many")
    if match := THERE.match(sentence):
        asked = f"{match['counted']} {match['be']} there {match['place']}"
        yield Turned(f"How many {asked}?", match["number"], "how many")
    if match := WHOSE.search(sentence):
        asked = f"{match['counted']} does {match['whose'][:-2]} have"
        yield Turned(f"How many {asked}?", match["number"], "how many")
    match = COUNT.match(sentence)
    if match and not _STOPS & {*match["counted"].split()}:
        yield Turned(f"How many {match['counted']} {match['rest']}?", match["number"], "how many")


def _what_does(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = TO_DO.match(sentence)
    subject = match and standing(match["subject"], document, known)
    if not match or not subject:
        return
    verb = match["verb"]
    if match["done"]:
        asked = f"{verb.split()[0]} {subject} {match['done']} to do"
    elif match["modal"]:
        asked = f"{match['modal']} {subject} {match['object']}"
    elif match["plain"]:
        do, _, stem = PLAIN_VERBS[match["plain"]].partition(" ")
        asked = f"{do} {subject} {stem} to do"
    elif match["be"]:
        asked = f"{match['be']} {subject} {match['for'] or match['to']} for"
    else:
        first, *rest = match["of"].split()
        asked = " ".join(["does" if first.endswith("s") else "do", subject, first.removesuffix("s"), *rest])
    yield Turned(f"What {asked}?", "", "what does")


def _where(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = WHERE.match(sentence)
    subject = match and standing(match["subject"], document, known)
    if match and subject and not re.match(DATE, match["place"]):
        yield Turned(f"Where {match['be']} {subject} {match['done']}?", match["place"], "where")


def _why(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = WHY.match(sentence)
    subject = match and standing(match["subject"], document, known)
    if match and subject:
        yield Turned(f"Why {match['be']} {subject} {match['done']}?", "", "why")


def _you(sentence: str) -> Iterator[Turned]:
    for pattern in YOU:
        match = pattern.match(sentence)
        if not match or not _plain(match["clause"]):
            continue
        verb = match["verb"].strip()
        modal = "must" if verb == "need to" else verb
        asked = "do you need" if verb == "need" else f"{modal} you do"
        joined = "if" if "if" in pattern.groupindex else "to"
        yield Turned(f"What {asked} {joined} {match['clause']}?", "", "you")
        return


def _what_is(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = WHAT.match(sentence)
    subject = match and standing(match["subject"], document, ())
    if not match or not subject or re.search(rf"\b{ROLE}\b", match["told"], re.IGNORECASE):
        return
    head = subject.split()
    if len(head) == 1 and (match["be"] in ("was", "were") or (not subject.isupper() and len(subject) < 9)):
        return
    person = re.fullmatch(PERSON, subject) or re.search(r"\b(?:he|she|his|her|who)\b", sentence)
    if not person and len(head) <= 4 and "and" not in head:
        yield Turned(f"What {match['be']} {subject}?", "", "what is")


def _who_is(sentence: str) -> Iterator[Turned]:
    for pattern in WHO:
        if match := pattern.search(sentence):
            yield Turned(f"Who is {match['person']}?", "", "who is")


def _said(sentence: str, document: str, known: Collection[str]) -> Iterator[Turned]:
    match = SAID.search(sentence)
    subject = match and standing(match["subject"], document, known)
    if match and subject:
        do, _, verb = SAYS[match["verb"]].partition(" ")
        yield Turned(f"What {do} {subject} {verb}?", "", "said")


def _stands_for(sentence: str) -> Iterator[Turned]:
    for short, _ in acronyms([sentence]):
        if short.isupper() and len(short) > 1:
            yield Turned(f"What does {short} stand for?", "", "stands for")


def standing(words: str, document: str, known: Collection[str]) -> str | None:
    """The words of a subject as they stand within a question, None unless they name something alone."""
    first, *rest = words.split()
    if re.search(rf"\b{ROLE}$", words, re.IGNORECASE):
        return None
    small = [word for word in rest if word[0].islower() and word not in _JOINING]
    if _STOPS.intersection(small) or any(word.endswith(("ed", "ly")) for word in small):
        return None
    if any(word in words.split() for word in ("and", "or")) and small:
        return None
    if first.lower() == "the":
        if rest and (any(word[0].isupper() for word in rest) or (len(rest) == 1 and rest[0] in known)):
            return " ".join(["the", *rest]) if len(small) <= 3 else None
        return None
    if first.lower() in _STOPS or first.lower() in (
        "another",
        "other",
        "many",
        "several",
        "each",
        "today",
        "one",
    ):
        return None
    lowered = " ".join([first[0].lower() + first[1:], *rest])
    if re.search(rf"{SMALL},? {re.escape(words)}\b", document) and (
        not small or first.endswith(("’s", "'s"))
    ):
        return words
    if (
        not first.isupper()
        and len(small) == len(rest)
        and re.search(rf"{SMALL},? {re.escape(lowered)}\b", document)
    ):
        return lowered
    if rest and not small and rest[-1][0].isupper():
        return words
    return words if first.endswith(("’s", "'s")) and rest else None


def _plain(tail: str) -> bool:
    """Whether what stands behind a verb names what it means itself."""
    return not re.search(r"\b(?:he|she|it|they|his|her|its|their|this|that|these|those|who|which)\b", tail)
