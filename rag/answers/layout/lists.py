"""A list or table of the documents as an answer: whole, in its order, with what introduces it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answers.layout.groups import (
    enumeration_at,
    list_at,
    section_blocks,
    section_called,
    steps_with_code_at,
    table_at,
)
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.documents.outline import Outline
from rag.language.words import stems
from rag.spans import Span

MOST_ITEMS = 20  # that are shown; of more it is said how many there are
WITHIN = 2.5  # log-odds below the best within which a sentence may stand for its list
MOST_NEAR = 3  # sentences in whose documents a section is looked for by its name
MOST_WORDS = 0.5  # share of a question's words from which on a list above which they stand is asked for
MOST_BEFORE = 300  # characters of an introduction that are told with the list
_DO = re.compile(r"\bdo(?:es|ne)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """Part of a list as an answer: its span in the document, the sentence that stands for it, and what
    there is to say beside it."""

    span: Span
    sentence: Candidate
    notice: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """The places of the items of one list in their outline, those of items within items too, and of the
    block that introduces it, if one does."""

    outline: Outline
    items: tuple[int, ...]
    introduction: int | None

    def top_items(self) -> list[int]:
        level = min(self.outline.blocks[i].level for i in self.items)
        return [i for i in self.items if self.outline.blocks[i].level == level]

    def text_of(self, place: int) -> str:
        block = self.outline.blocks[place]
        return self.outline.show(block.start, block.end).text


def find_list(question: Question, sentences: Sequence[Candidate]) -> ListAnswer | None:
    """The list, or the part of it, that answers `question`, of the scored `sentences`, best first.

    None if the best of them is in none, or if the question singles one item out.
    """
    if not sentences or (question.form == "count" and sentences[0].fact):  # which says it in figures
        return None
    if question.form == "list" and (named := _named_section(question, sentences)):
        return named
    least = sentences[0].score - (WITHIN if question.form else 0.0)
    near = [sentence for sentence in sentences if sentence.score >= least]
    if question.form in ("steps", "list"):  # what they are to, or of, is said above them
        asked = set(stems(question.text))
        above = _heading if question.form == "steps" else _standing_under
        near.sort(key=lambda sentence: -len(asked & set(stems(above(sentence)))))
    for sentence in near:
        found = _list_around(sentence) or (_table_around(sentence) if _asks_next(question) else None)
        if found and len(found.top_items()) > 1:
            answer = _answer(question, sentence, found)
            if answer or question.form != "steps":
                return answer
        whole = question.form == "list" and (
            _table_around(sentence) or _only_one_of_section(question, sentence)
        )
        if whole and len(whole.top_items()) > 1 and (answer := _answer(question, sentence, whole)):
            return answer
        if question.form in ("steps", "list") and (span := enumeration_at(sentence.outline, sentence.start)):
            return ListAnswer(span, sentence)
        if question.form == "steps" and (span := steps_with_code_at(sentence.outline, sentence.start)):
            return ListAnswer(span, sentence)
        if not question.form:
            return None
    return None


def _named_section(question: Question, sentences: Sequence[Candidate]) -> ListAnswer | None:
    """The section of the first documents of `sentences` that is called as what the question asks for."""
    asked = set(stems(question.text))
    of_each = {sentence.document.id: sentence for sentence in reversed(sentences[:MOST_NEAR])}
    for sentence in reversed(of_each.values()):
        if span := section_called(sentence.outline, asked):
            return ListAnswer(span, sentence)
    return None


def _asks_next(question: Question) -> bool:
    """Whether it asks for what comes next in an order, and not for what is to be done about something."""
    return question.form == "next" and not _DO.search(question.text)


def _heading(sentence: Candidate) -> str:
    """The heading right above a sentence, the title of its document if there is none."""
    return [sentence.document.title, *sentence.outline.section(sentence.start)][-1]


def _standing_under(sentence: Candidate) -> str:
    """All that a sentence stands under, the title of its document first."""
    return sentence.outline.context(sentence.start)


def _answer(question: Question, sentence: Candidate, found: _List) -> ListAnswer | None:
    items = found.top_items()
    if question.step is not None or question.form == "next":
        return _one_item(question, sentence, found)
    if question.form == "steps":
        fits = found.outline.blocks[items[0]].ordered or _bears(question, found)
    else:
        fits = not _singled_out(question, found) and _bears(question, found)
    if not fits:
        return None
    last = items[min(len(items), MOST_ITEMS) - 1]
    within = [i for i in found.items if last <= i < _next(found.items, items, last)]
    blocks = found.outline.blocks
    begin = _begin(found)
    more = len(items) - MOST_ITEMS
    notice = f"the list goes on: {more} more" if more > 0 else ""
    if question.form == "count":
        notice = f"the list has {len(items)} items"
    return ListAnswer((begin, blocks[within[-1]].end), sentence, notice)


def _next(every: Sequence[int], tops: Sequence[int], place: int) -> int:
    """The place of the next item of the top level behind `place`, or of what follows the last item of all."""
    return next((item for item in tops if item > place), every[-1] + 1)


def _one_item(question: Question, sentence: Candidate, found: _List) -> ListAnswer | None:
    """The item of the number that is asked for, or the one behind that which the question names."""
    items = found.top_items()
    if question.step is not None:
        at = question.step - 1
    else:
        asked = set(stems(question.text))
        held = [len(asked & set(stems(found.text_of(item)))) for item in items]
        at = held.index(max(held)) + 1 if max(held) else len(items)
    if not 0 <= at < len(items):
        return None
    block = found.outline.blocks[items[at]]
    return ListAnswer((block.start, block.end), sentence)


def _begin(found: _List) -> int:
    """Where the introduction of a list begins, or else its first item."""
    blocks = found.outline.blocks
    first = blocks[found.items[0]].start
    if found.introduction is None:
        return first
    introduction = blocks[found.introduction]
    pieces = found.outline.pieces_of(found.introduction)
    if first - introduction.start <= MOST_BEFORE or not pieces:
        return introduction.start
    return pieces[-1][0]


def _singled_out(question: Question, found: _List) -> bool:
    """Whether the question has a word that some of the items have and others have not."""
    asked = set(stems(question.text)) - _above(found)
    items = [set(stems(found.text_of(item))) for item in found.top_items()]
    return any(0 < sum(word in item for item in items) < len(items) for word in asked)


def _bears(question: Question, found: _List) -> bool:
    """Whether what the list stands under has most words of the question, or one if it asks for a list."""
    asked = set(stems(question.text))
    share = len(asked & _above(found)) / max(len(asked), 1)
    return share > (0.0 if question.form == "list" else MOST_WORDS)


def _above(found: _List) -> set[str]:
    """The stems of what a list stands under."""
    return set(stems(found.outline.context(found.outline.blocks[found.items[0]].start)))


def _list_around(sentence: Candidate) -> _List | None:
    """The list that a sentence stands in, introduces, or is the heading of."""
    outline = sentence.outline
    place = outline.block_at(sentence.start)
    if outline.blocks[place].kind != "item":
        below = [i for i in outline.below(place) if outline.blocks[i].kind == "item"]
        if not below:
            return None
        place = below[0]
    items = list_at(outline, place)
    parent = outline.parents[items[0]]
    introduces = parent >= 0 and outline.blocks[parent].kind != "heading" and items[0] - parent == 1
    return _List(outline, tuple(items), parent if introduces else None)


def _table_around(sentence: Candidate) -> _List | None:
    """The table that a row stands in, without the names of its columns."""
    outline = sentence.outline
    place = outline.block_at(sentence.start)
    block = outline.blocks[place]
    if block.kind != "row" or block.header:
        return None
    return _List(outline, tuple(table_at(outline, place)), None)


def _only_one_of_section(question: Question, sentence: Candidate) -> _List | None:
    """The one list or table of the section of a sentence, if the headings above have most of the question."""
    outline = sentence.outline
    asked = set(stems(question.text))
    above = set(stems(" ".join([sentence.document.title, *outline.section(sentence.start)])))
    if len(asked & above) <= MOST_WORDS * len(asked):
        return None
    first, last = section_blocks(outline, outline.block_at(sentence.start))
    found: list[_List] = []
    for place in range(first, last):
        block = outline.blocks[place]
        if found and place <= found[-1].items[-1]:
            continue
        if block.kind == "item":
            found.append(_List(outline, tuple(list_at(outline, place)), None))
        elif block.kind == "row" and not block.header:
            found.append(_List(outline, tuple(table_at(outline, place)), None))
    return found[0] if len(found) == 1 else None
