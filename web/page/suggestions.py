"""The questions that the page offers: to begin with, and to go on with after an answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from html import escape

import rag
from rag.conversations.records import Exchange
from rag.suggestions.suggestions import suggest_followups, suggest_openings
from web.page.conversation import Shown


class Suggestions:
    """Makes suggestions for one visitor at a time; safe to share between threads.

    Each takes several questions of its own, and visitors who wait would hold the threads that answer: so
    while it is another's turn, there is None, and the page asks again.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._openings: tuple[rag.Chatbot, tuple[str, ...]] | None = None

    def openings(self, chatbot: rag.Chatbot | None) -> tuple[str, ...] | None:
        """Questions to begin with, made once for each chatbot; none where there is no chatbot."""
        if chatbot is None:
            return ()
        if (self._openings is None or self._openings[0] is not chatbot) and self._turn.acquire(
            blocking=False
        ):
            try:
                self._openings = (chatbot, suggest_openings(chatbot))
            finally:
                self._turn.release()
        return self._openings[1] if self._openings and self._openings[0] is chatbot else None

    def followups(
        self, chatbot: rag.Chatbot, last: Exchange, history: Sequence[rag.Turn], where: rag.Where | None
    ) -> tuple[str, ...] | None:
        """Questions to go on with after the `last` exchange, which came after `history`."""
        if not self._turn.acquire(blocking=False):
            return None
        try:
            return suggest_followups(chatbot, last.answer, history, where=where)
        except rag.FilterError:
            return ()
        finally:
            self._turn.release()


def chips_html(questions: Sequence[str], label: str, shown: Shown) -> str:
    """Questions to ask by a click, as long as the conversation stands as it is `shown`."""
    if not questions:  # which the page knows from not having been told yet
        return f'<section id="chips" data-for="{escape(shown.id)}/{len(shown.exchanges)}" hidden></section>'
    buttons = "".join(
        f'<li><button type="button" data-question="{escape(question)}">{escape(question)}</button></li>'
        for question in questions
    )
    return (
        f'<section id="chips" data-for="{escape(shown.id)}/{len(shown.exchanges)}" '
        'aria-labelledby="chips-label">'
        f'<h2 id="chips-label">{escape(label)}</h2><ul>{buttons}</ul></section>'
    )
