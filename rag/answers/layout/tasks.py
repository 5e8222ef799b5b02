"""A list of tasks as an answer: those that are done, or those that are not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answers.layout.groups import list_at
from rag.answers.layout.lists import MOST_ITEMS, WITHIN
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.documents.readers.markup.callouts import DONE, TO_DO

_OPEN = re.compile(
    r"\b(?:to do|to be done|to-dos?|todos?|still|left|remain\w*|outstanding|open|unfinished|undone|pending"
    r"|incomplete|not (?:yet |been )?\w+|\w+n[’']t (?:been |yet )?\w+)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:done|finished|completed?|already|ticked|checked off)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:what|which|list|how many|who)\b", re.IGNORECASE)


def find_tasks(question: Question, sentences: Sequence[Candidate]) -> tuple[list[Candidate], str] | None:
    """The tasks of a list with boxes that are ticked, or those that are not, as the question asks for, and
    how they were found.

    Of the list of the best task that is not far behind the best sentence; None if it asks for neither.
    """
    asked = TO_DO if _OPEN.search(question.text) else DONE if _DONE.search(question.text) else ""
    if not asked or question.claim or not _ASKS.search(question.text):
        return None
    near = (s for s in sentences if s.score >= sentences[0].score - WITHIN)
    best = next((s for s in near if s.kind == "item" and s.text.startswith((DONE, TO_DO))), None)
    if best is None:
        return None
    places = list_at(best.outline, best.outline.block_at(best.start))
    items = (best.at(place, fact=None) for place in places)
    tasks = [item for item in items if item.text.startswith((DONE, TO_DO))]
    found = [item for item in tasks if item.text.startswith(asked)]
    how = f"{len(found)} of {len(tasks)} tasks, those “{asked.strip(': ')}”"
    more = len(found) > MOST_ITEMS
    return (found[:MOST_ITEMS], how + f"; the first {MOST_ITEMS} are shown" * more) if found else None
