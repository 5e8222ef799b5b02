"""A sentence -> its clauses, and which of them speak of what another says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.words import stems

SHARED = 0.5  # of the words of a clause that another text must have for it to speak of the same
FEWEST = 3  # words of a clause that can stand alone

_BREAK = re.compile(
    r"[;:()—]|,(?!\d)|\s[–-]\s|[.!?][\"”’']?\s"
    r"|\b(?:and|while|whereas|but|which|who|whose|although|though|because|since|as well as)\b"
    # A condition that something is not so denies nothing of what it is a condition of.
    r"|\b(?:if|when|in case)(?=\s(?:\w+\s){0,3}?(?:\w+n[’']t|not|cannot|no)\b)"
)
_LINK = r"(?:;|,?\s(?:and|but|while|whereas|so))\s+"
# A clause with a subject of its own may follow, or one that shares that of the clause before.  "And" without
# a comma joins nouns as well ("said the company and the insurer will pay").
_OWN_SUBJECT = re.compile(
    rf"(?!\sand\s){_LINK}(?=(?:(?:the|an?|this|these|those|it|he|she|they|there|we|no|nobody|nothing|its|his|her|their"
    r"|most|some|all|each|every)\b|[A-Z]))"
)
_AUXILIARY = (
    r"(?:is|are|was|were|has|have|had|will|would|can|cannot|could|may|might|must|should|do|does|did)\b"
)
_SHARED_SUBJECT = re.compile(rf"{_LINK}(?={_AUXILIARY})")
_SUBJECT = re.compile(rf"((?:[\w’'-]+\s){{1,6}}?)(?={_AUXILIARY})")
_FINITE = re.compile(
    rf"\b(?:{_AUXILIARY}|\w+ed|\w+n[’']t|gets?|takes?|costs?|runs?|leaves?|rises?|falls?|fell|rose|came|went|began|left|led|said"
    r"|says?|wants?|needs?|pays?|paid|gave|gives?|brought|made|makes?)\b"
)


def split_compound(text: str) -> list[str]:
    """The parts of a sentence that say something each: both sides of "and", the second with its subject.

    All of it as one if there are none.

    >>> split_compound("The fee fell, and the café was shut.")
    ['The fee fell', 'the café was shut.']
    >>> split_compound("Dogs must be quiet and may not bark. ")
    ['Dogs must be quiet', 'Dogs may not bark.']
    >>> split_compound("The fee and the tax fell.")
    ['The fee and the tax fell.']
    """
    parts: list[str] = []
    begun = 0
    for link in sorted([*_OWN_SUBJECT.finditer(text), *_SHARED_SUBJECT.finditer(text)], key=re.Match.start):
        before, behind = text[begun : link.start()].strip(), text[link.end() :].strip()
        if not (says_something(before) and says_something(behind)):
            continue
        parts.append(before)
        begun = link.end()
        subject = _SUBJECT.match(before) if link.re is _SHARED_SUBJECT else None
        if subject:
            text = f"{text[:begun]}{subject[1]}{text[begun:]}"
            return [*parts, *split_compound(text[begun:])]
    return [*parts, text[begun:].strip()]


def akin_clauses(text: str, source: str) -> str:
    """The clauses of `source` that speak of what `text` does, or the one that does most; all if none do.

    >>> akin_clauses("Fog contributed.", "Fog contributed to it, but it was not the main cause.")
    'Fog contributed to it'
    >>> akin_clauses("Write to us.", "Write to us (if you do not find it).")
    'Write to us'
    """
    said = set(stems(text))
    shares: list[tuple[float, str]] = []
    for clause in find_clauses(source):
        words = set(stems(clause))
        shares.append((len(words & said) / len(words) if words else 0.0, clause))
    best = max(share for share, _ in shares)
    return " ".join(clause for share, clause in shares if share >= min(best, SHARED)) if best else source


def find_clauses(text: str) -> Iterator[str]:
    """What stands between the words and signs that part clauses."""
    at = 0
    for match in _BREAK.finditer(text):
        yield text[at : match.start()].strip()
        at = match.end()
    yield text[at:].strip()


def says_something(part: str) -> bool:
    """Whether it has some words and among them a verb that says something of somebody."""
    return len(part.split()) >= FEWEST and bool(_FINITE.search(part))
