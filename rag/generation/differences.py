"""A claim and the sentences that come nearest to it -> the words in which it is not as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answers.sentences.candidates import Candidate
from rag.answers.speakers import find_speaker, find_teller
from rag.answers.support import find_unsupported
from rag.datatypes import Differing
from rag.generation.proofs import Proof, Prover
from rag.language.assertions.causes import gives_cause, split_cause
from rag.language.assertions.comparisons import compares_alike, is_turned
from rag.language.assertions.negation import NEGATION, find_opposites, is_denied
from rag.language.clauses import akin_clauses
from rag.language.dates import find_dates
from rag.language.numbers import find_numbers
from rag.language.words import WORD, stems
from rag.spans import Span

SAME = 0.45  # share of the weight of a claim's words that a sentence must hold to speak of the same, or
SAME_NEAR = 0.6  # cosine that it must have
NEAR_ENOUGH = 0.6  # cosine from which on a name in the sentence that comes nearest is said of the same
NAMED_BY = 60  # characters around the name of a speaker in which an office or body is theirs
CAUSE_HELD = 0.4  # share of the weight of the words of a cause that the sentence must hold which gives it

_ENDS = re.compile(r"[.!?\n]")
_QUOTES = "\"'“‘«"
_CONTRADICTS = ("negation", "comparison", "speaker")
_VALUES = ("number", "date", "name")  # contradict if the sentence has another


def find_differences(prover: Prover, proof: Proof) -> Iterator[Differing]:
    """In what the claim of `proof` is not as the sentences say that come nearest to it.

    Numbers, dates, names and quotations may stand in any of them.  Whether it denies what they say, compares
    it the other way round, is surer, or gives another cause or speaker hangs on the first alone.
    """
    first = proof.cited[0].sentence
    akin = akin_clauses(proof.text, first.text)
    yield from _differing_things(proof)
    if is_denied(proof.text, akin):
        yield Differing("negation", _negation(proof.text), _negation(akin))
    negated = bool(NEGATION.search(proof.text)) != bool(NEGATION.search(akin))
    if not negated and not compares_alike(proof.text, first.text):
        said = (first.text[start:end] for start, end in find_opposites(first.text, [proof.text]))
        for start, end in find_opposites(proof.text, [first.text]):
            yield Differing("comparison", proof.text[start:end], next(said, ""))
    if is_turned(proof.text, first.text):
        yield Differing("comparison", proof.text, first.text)
    if proof.is_surer:
        yield Differing("certainty", "", akin)
    yield from _differing_cause(prover, proof)
    yield from _differing_speaker(proof.text, first)


def contradicts(proof: Proof, differing: Sequence[Differing]) -> bool:
    """Whether the first of the sentences speaks of the same, and says something else of it."""
    other = any(d.kind in _CONTRADICTS or (d.found and d.kind in _VALUES) for d in differing)
    return other and is_of_the_same(proof)


def is_of_the_same(proof: Proof) -> bool:
    """Whether the first of the sentences speaks of what the claim does."""
    return proof.own >= SAME or proof.nearness >= SAME_NEAR


def _differing_things(proof: Proof) -> Iterator[Differing]:
    """Numbers, dates, names and quotations that the sentences lack, each with what they have instead."""
    nearby = " ".join(one.sentence.context for one in proof.cited)
    first = proof.cited[0].sentence.text
    for words in proof.lacking:
        if words[0] in _QUOTES:
            yield Differing("quotation", words)
        elif find_dates(words):
            yield Differing("date", words, _other_date(proof.text, first))
        elif find_numbers(words):
            yield Differing("number", words, _other_number(words, proof.text, first))
        elif words[0].isupper() and not NEGATION.fullmatch(words) and not _names(words) <= _names(nearby):
            yield Differing("name", words, _other_name(proof.text, first))
    for words in proof.astray:
        if find_numbers(words) and not find_dates(words) and words not in first:
            yield Differing("number", words, _other_number(words, proof.text, first))
        elif words[0].isupper() and proof.nearness < NEAR_ENOUGH:
            yield Differing("name", words)


def _other_date(claim: str, source: str) -> str:
    """The first date of `source` that `claim` has not; "" if there is none."""
    known = {day.ranges for day in find_dates(claim)}
    return next((source[d.start : d.end] for d in find_dates(source) if d.ranges not in known), "")


def _other_name(claim: str, source: str) -> str:
    """The first name of `source` that `claim` has not; "" if there is none."""
    return next((words for words in find_unsupported(source, [claim]) if words[0].isupper()), "")


def _other_number(words: str, claim: str, source: str) -> str:
    """The number of `source` that stands for `words` in `claim`: of the same unit, if there is one."""
    known = {number.value for number in find_numbers(claim)}
    units = {number.unit for number in find_numbers(words)}
    others = [number for number in find_numbers(source) if number.value not in known]
    same = [number for number in others if number.unit in units]
    return next((source[number.start : number.end] for number in [*same, *others]), "")


def _differing_cause(prover: Prover, proof: Proof) -> Iterator[Differing]:
    """A cause that none of the sentences gives for what it is given for."""
    given = split_cause(proof.text)
    if given is None:
        return
    _, cause = given
    for one in proof.cited:
        text = one.sentence.text
        if gives_cause(text) and prover.share_held(cause, text) >= CAUSE_HELD:
            return
    yield Differing("cause", cause)


def _differing_speaker(claim: str, source: Candidate) -> Iterator[Differing]:
    """Who says it in the claim, if somebody else does in the source."""
    said = _name_of(claim, find_speaker(claim, (0, len(claim))))
    text = source.document.text
    span = _name_of(text, find_teller(source.outline, (source.start, source.end)))
    if not said or not span:
        return
    name, other = claim[slice(*said)], text[slice(*span)]
    before, behind = text[max(0, span[0] - NAMED_BY) : span[0]], text[span[1] : span[1] + NAMED_BY]
    known = f"{_ENDS.split(before)[-1]}{other}{_ENDS.split(behind)[0]} {source.document.publisher or ''}"
    if not _names(name) & _names(f"{known} {source.text if other not in source.text else ''}"):
        yield Differing("speaker", name, other)


def _name_of(text: str, places: Sequence[Span]) -> Span | None:
    """Where the name stands of who says something; None if nobody does, or only a pronoun."""
    if not places or text[slice(*places[-1])].lower() in ("he", "she", "they"):
        return None
    return places[-1]


def _names(text: str) -> set[str]:
    return {*stems(text)} or {word.casefold() for word in WORD.findall(text)}


def _negation(text: str) -> str:
    found = NEGATION.search(text)
    return found[0] if found else ""
