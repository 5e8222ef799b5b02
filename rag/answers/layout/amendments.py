"""A sentence that would answer -> the one of another document that changes what it says.

A deed that varies a contract, a memo on a handbook, a byelaw that amends another: what it changes stands
where it stood, and answers no question of today alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import date

from rag.answers.answer_spans import has_answer_type
from rag.answers.sentences.candidates import Candidate, find_candidate
from rag.datatypes import Document, Question
from rag.documents.outline import BETWEEN
from rag.index.bm25 import Lexicon
from rag.index.parts.editions import without_state
from rag.index.store import Index
from rag.language.dates import MONTHS, WEEKDAYS
from rag.language.names import begins_numbered_part, find_numbered_parts
from rag.language.words import stems

NEAR = 3.0  # log-odds below the best sentence within which a later one speaks of the same
MOST_READ = 20_000  # characters of a document in which it names another
MOST_SEARCHED = 20  # chunks that are looked through for what names a part by its number
# What says that something is changed: in a sentence, or in the title, heading or introduction above it.
_CHANGE = re.compile(
    r"\b(?:replac(?:es?|ed|ing)|substitut\w+|delet(?:es?|ed|ing|ion)|amend\w*|insert(?:s|ed)"
    r"|vari(?:es|ed|ations?)|chang(?:es|ed)|becomes?|instead of|now reads?"
    r"|addend(?:um|a)|errat(?:um|a)|corrigend(?:um|a)"
    r"|supersed\w+|revok\w+|repeal\w*|omitted|increased? to|reduced? to|raised to)\b",
    re.IGNORECASE,
)
# The same of a value, in the sentence itself.
_MOVED = re.compile(
    rf"{_CHANGE.pattern}|\b(?:mov(?:es?|ed)|(?:put|called) off|postponed|brought forward|cancelled"
    r"|(?:goes|went|go) (?:up|down))\b",
    re.IGNORECASE,
)
_VALUE = re.compile(rf"\d|\b(?:{'|'.join((*WEEKDAYS, *MONTHS))})", re.IGNORECASE)
# By a decision that is called so, or that has a number as no amount has.
_SUPERSEDED_BY = re.compile(
    r"\b(?:superseded|replaced|reversed|overruled|amended|revoked|rescinded|repealed) by (?:the )?"
    r"(?:(?:decision|minute|resolution|motion|order|rule|no)\.? (?P<number>\d[\w/.-]*\w|\d)"
    r"|(?P<name>[A-Za-z]{1,4}[-/.]?\d[\w/-]*|\d+/\d[\w/-]*))",
    re.IGNORECASE,
)
_REMOVED = re.compile(r"\b(?:delet|remov|repeal|revok|omit)\w*\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"‘]([^”\"’]{2,}?)[”\"’](?!\w)")


class Amendments:
    """Finds, in the documents of one index, what changes a sentence of another."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self._index = index
        self._lexicon = lexicon

    def order(self, question: Question, sentences: Sequence[Candidate]) -> tuple[list[Candidate], bool]:
        """`sentences`, best first, for a question of what holds now: before the best what changes it, the
        latest if several do, and whether the second is changed by the first.

        What changes it has the number by which it says that it is superseded.  Or it names the part by its
        number in which it stands, and quotes that; or names its document, too, and has the words that are
        asked for.  Or it is no earlier, answers nearly as well, has those words and says that something
        changes: in a document known to be later, or of the very day or number.
        """
        if not sentences or not question.present or question.across_sources or question.language != "en":
            return [*sentences], False
        first = sentences[0]
        if successor := self._find_successor(question, first):
            others = (s for s in sentences if s.row != successor.row)
            return [replace(successor, score=first.score), *others], True
        asked = {*self._lexicon.terms(question.standalone)}
        near = [s for s in sentences[1:] if s.score >= first.score - NEAR]
        if found := [*self._by_number(question, first, asked), *_by_date(question, first, near, asked)]:
            change = max(found, key=lambda one: one.document.published or date.min)
            others = (s for s in sentences if s.row != change.row)
            return [replace(change, score=first.score), *others], True
        for other in near if _states_change(first) else ():
            if other.document.id != first.document.id and _names(first, other, asked):
                return [first, other, *(s for s in sentences[1:] if s is not other)], True
        return [*sentences], False

    def _find_successor(self, question: Question, first: Candidate) -> Candidate | None:
        """What begins with the number by which `first` says that it is superseded, if anything does."""
        said = _SUPERSEDED_BY.search(first.text)
        if not said:
            return None
        name = said["name"] or said["number"]
        begins = re.compile(rf"\W*(?:\w+\.?:? )?{re.escape(name)}(?![\w-])", re.IGNORECASE)
        for row in self._search(f"{name} {first.text}", {*question.scope}):
            other = find_candidate(self._index, row)
            if begins.match(other.text) and other.kind in (first.kind, "heading"):
                return other
        return None

    def _by_number(self, question: Question, first: Candidate, asked: Set[str]) -> Iterator[Candidate]:
        """What names the part by its number in which the sentence `first` stands, and changes that."""
        lines = _lines_of(first)
        numbers = [number for line in lines if (number := begins_numbered_part(line))]
        if not numbers:
            return
        words = " ".join((*numbers, first.text, "replaced deleted amended changed"))
        for row in self._search(words, {*question.scope} - {first.document.id}):
            other = find_candidate(self._index, row)
            older = _is_later(first.document, other.document)
            if not older and _states_change(other) and _names(other, first, asked):
                yield other

    def _search(self, words: str, scope: Set[str]) -> Iterator[int]:
        """The rows of the sentences of the best chunks for some words, in documents of `scope`, each once."""
        spans = (self._index.chunks[chunk] for chunk, _ in self._lexicon.search(words, MOST_SEARCHED))
        rows = (
            row
            for span in spans
            if span.document_id in scope
            for row in self._index.sentence_rows(span.document_id, span.start, span.end)
        )
        yield from dict.fromkeys(rows)


def _names(other: Candidate, changed: Candidate, asked: Set[str]) -> bool:
    """Whether a sentence names one of the parts that another stands in or below, and speaks of that: by words
    that it quotes of it; or its document names the other's, and the sentence has the words of it that are
    `asked` for or says that the part is removed."""
    within = "\n".join(_lines_of(changed))
    if not any(part.search(within) for part in find_numbered_parts(other.text)):
        return False
    quoted = _QUOTED.findall(other.text)
    if quoted:
        return any(words.casefold() in changed.text.casefold() for words in quoted)
    named = {*stems(without_state(changed.document.title))}
    if not named or not named <= {*stems(other.document.text[:MOST_READ])}:
        return False
    shared = asked & {*stems(changed.text)}
    return bool(shared and shared <= {*stems(other.text)}) or bool(_REMOVED.search(other.text))


def _lines_of(sentence: Candidate) -> list[str]:
    """What a sentence stands under, the highest first, and itself."""
    return [*sentence.above.split(BETWEEN), sentence.text]


def _by_date(
    question: Question, first: Candidate, near: Sequence[Candidate], asked: Set[str]
) -> Iterator[Candidate]:
    """Those of the sentences `near` that stand in another document, no earlier, have in their block the words
    of the first that are `asked` for, and say that something is changed: in a later document, or the day or
    number that the first has."""
    shared = asked & {*stems(first.text)}
    if not shared or _states_change(first):
        return
    kind = question.answer_type
    value = first.document.text[slice(*first.fact)] if first.fact else ""
    for other in near:
        fits = other.document.id != first.document.id and (kind is None or has_answer_type(kind, other.text))
        block = other.outline.blocks[other.outline.block_at(other.start)]
        told = {*stems(other.outline.show(block.start, block.end).text)}
        if fits and shared <= told and not _is_later(first.document, other.document):
            later = _is_later(other.document, first.document) and _states_change(other)
            moved = _VALUE.search(value) and {*stems(value)} <= {*stems(other.text)}
            if later or (moved and _MOVED.search(other.text)):
                yield other


def _states_change(sentence: Candidate) -> bool:
    return bool(_CHANGE.search(f"{sentence.above}\n{sentence.text}"))


def _is_later(document: Document, other: Document) -> bool:
    """Whether a document is known to be later than another."""
    day, before = document.published, other.published
    return day is not None and before is not None and day > before
