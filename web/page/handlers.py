"""What a visitor does, event by event: each handler takes a Command and gives what changes on the page.

The server keeps nothing of a visitor but the archive: a page sends with each command which
conversation it means, and a cookie says whose it is.  One handler writes the page at a time;
a stop only asks the one that is writing to end.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import gradio as gr

import rag
from rag.conversations.archive import Archive
from rag.conversations.records import Exchange, Heading
from rag.suggestions.suggestions import suggest_followups, suggest_openings
from web.api.service import THREADS, Asking
from web.page import conversation as drawing
from web.page import documents as shelf
from web.page import sources
from web.page.commands import Command, command
from web.page.conversation import Shown
from web.page.visitors import visitor

FAILED = "Something went wrong on the server; its log says what. Your question is still in the box."
FORGOTTEN = "This conversation is not here: it was deleted, or it began in another browser."

View = tuple[Any, ...]  # the conversations, the conversation, its sources


@dataclass(slots=True)
class _Run:
    """One asking: whether it shall end, and whether its page has given it up and shows something else."""

    stopped: bool = False
    given_up: bool = False


class Chat:
    """The handlers of one site; safe to share between threads."""

    def __init__(self, asking: Asking, archive: Archive) -> None:
        self.collection = asking.collection
        self.meter = asking.meter
        self.archive = archive
        self._searching = threading.BoundedSemaphore(THREADS)
        self._running: dict[tuple[str, str], _Run] = {}
        # Suggestions are made for one visitor at a time: each asks several questions of its own, and those
        # who wait would hold the threads that answer.
        self._suggesting = threading.Lock()
        self._openings: tuple[rag.Chatbot, tuple[str, ...]] | None = None

    def begin(self, request: gr.Request) -> tuple[Any, ...]:
        """The whole page of a visitor who comes, or comes back: header, view, documents view."""
        view = self._opened(_owner(request), str(request.query_params.get("conversation", "")))
        return (self._header(), *view, shelf.shelf(self.collection))

    def open(self, event: gr.EventData, request: gr.Request) -> View:
        """The view of another conversation, or of a new one."""
        return self._opened(_owner(request), command(event).conversation)

    def ask(self, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Yield the view as the answer grows, statement by statement.

        Asked of an earlier turn, the question takes the place of that turn and of all after it, as soon as
        there is an answer; until then, and if there is none, the conversation stays as it was.
        """
        asked, owner = command(event), _owner(request)
        run = self._running.setdefault((owner, asked.run), _Run())
        unanswered = Shown(run=asked.run, question=asked.question)
        try:
            before = replace(self._kept(owner, asked.conversation), run=asked.run)
            unanswered = replace(before, question=asked.question)
            with closing(self._answering(owner, asked, before)) as growing:
                for shown in growing:
                    if run.given_up:
                        yield (gr.skip(),) * 3  # for Gradio repeats the last view as it ends
                        return
                    yield self._view(owner, shown, talks=shown.id != before.id)
                    if run.stopped:
                        break
            said = _said(shown.exchanges[-1].answer)
            yield self._view(owner, replace(shown, busy=False) if said else unanswered)
        except Exception as problem:  # whatever it is, the visitor keeps the conversation and the question
            yield self._view(owner, replace(unanswered, notice=_excuse(problem)))
        finally:
            self._running.pop((owner, asked.run), None)

    def stop(self, event: gr.EventData, request: gr.Request) -> None:
        """Ask the handler that answers to end with what was said so far; given up, without a word."""
        asked = command(event)
        if run := self._running.get((_owner(request), asked.run)):
            run.stopped, run.given_up = True, asked.given_up

    def nudge(self) -> None:
        """Nothing.  What is asked just as a stream closes, Gradio answers with the next event only."""

    def suggest(self, event: gr.EventData, request: gr.Request) -> str:
        """Questions that the documents answer: to begin with, or to go on with after the last answer.

        "" if suggestions are being made for somebody else: the page asks again.
        """
        shown = self._kept(_owner(request), command(event).conversation)
        chatbot = self.collection.chatbot if self.collection.documents else None
        if not chatbot or not shown.exchanges:
            beginnings = self._opening_questions(chatbot)
            return "" if beginnings is None else drawing.chips(beginnings, "Questions to begin with", shown)
        *earlier, last = shown.exchanges
        history = tuple(_turn(exchange) for exchange in earlier)
        if not self._suggesting.acquire(blocking=False):
            return ""
        try:
            questions = suggest_followups(chatbot, last.answer, history, where=self._there(last.where))
        except rag.FilterError:
            questions = ()
        finally:
            self._suggesting.release()
        return drawing.chips(questions, "The documents also answer", shown)

    def rate(self, event: gr.EventData, request: gr.Request) -> str:
        """The conversation with a thumb, and perhaps a comment, on one of its answers."""
        asked, owner = command(event), _owner(request)
        try:
            self.archive.rate(owner, asked.conversation, asked.turn, asked.thumb, asked.comment)
            return self._talk(self._kept(owner, asked.conversation))
        except rag.RagError as problem:
            return self._talk(Shown(notice=_excuse(problem)))

    def delete(self, event: gr.EventData, request: gr.Request) -> View:
        """The view after a conversation, or every one, was deleted."""
        asked, owner = command(event), _owner(request)
        try:
            if asked.everything:
                self.archive.delete_all(owner)
            else:
                self.archive.delete(owner, asked.conversation)
            return self._view(owner, self._kept(owner, asked.current))
        except rag.RagError as problem:
            return self._view(owner, Shown(notice=_excuse(problem)))

    def read(self, event: gr.EventData, request: gr.Request) -> str:
        """A document opened at what is cited, or from its beginning; "" if it is not there."""
        asked = command(event)
        if asked.document:
            documents = {document.id: document for document in self.collection.documents}
            found = documents.get(asked.document)
            return sources.whole(found, key=asked.run) if found else ""
        exchanges = self._kept(_owner(request), asked.conversation).exchanges
        if not 0 < asked.turn <= len(exchanges):
            return ""
        exchange, now = exchanges[asked.turn - 1], self.collection.documents
        return sources.cited(asked.turn, asked.citation, exchange, key=asked.run, now=now)

    def find(self, event: gr.EventData) -> str:
        """The documents view with those that have some words in their title, publisher or name."""
        return shelf.shelf(self.collection, command(event).words)

    def changed(self, event: gr.EventData) -> tuple[Any, ...]:
        """The header, the first words and the documents view after documents were added or removed."""
        talk = gr.skip() if command(event).conversation else self._talk(Shown())
        return self._header(), talk, shelf.shelf(self.collection, command(event).words)

    def _answering(self, owner: str, asked: Command, before: Shown) -> Iterator[Shown]:
        """The conversation as the answer grows; kept in the archive from the first statement on."""
        turn = asked.turn if 0 < asked.turn <= len(before.exchanges) else len(before.exchanges) + 1
        earlier, id = before.exchanges[: turn - 1], before.id
        same = asked.again and turn <= len(before.exchanges)
        where = self._there(before.exchanges[turn - 1].where if same else _where(asked))
        begun = Exchange(asked.question, rag.Answer(asked.question, (), (), refused=False), where)
        yield Shown(id, (*earlier, begun), asked.run, busy=True)
        history = tuple(_turn(exchange) for exchange in earlier)
        answers = self.collection.chatbot.stream(asked.question, history=history, where=where)
        kept = False
        with closing(self.meter.watched("chat", answers)) as counted:
            # By the first answer all is searched and read, but where a model puts a follow-up first.
            with self._searching:
                first = next(counted)
            for answer in chain([first], counted):
                exchange = replace(begun, answer=answer)
                if _said(answer):
                    id = id or self.archive.begin(owner)
                    if not kept and asked.turn:
                        self.archive.truncate(owner, id, turn)
                    elif not kept:  # another window may have asked meanwhile
                        earlier = self._kept(owner, id).exchanges
                    self.archive.save(owner, id, len(earlier) + 1, exchange)
                    kept = True
                yield Shown(id, (*earlier, exchange), asked.run, busy=True)

    def _there(self, where: rag.Where | None) -> rag.Where | None:
        """`where` with the documents that are still there.  Raises FilterError if none of them is."""
        if not where or not where.documents:
            return where
        there = {document.id for document in self.collection.documents}
        chosen = tuple(id for id in where.documents if id in there)
        if not chosen:
            raise rag.FilterError("the documents you chose are not there any more: choose others, or ask all")
        return replace(where, documents=chosen)

    def _opened(self, owner: str, id: str) -> View:
        try:
            shown = self._kept(owner, id)
        except rag.RagError as problem:
            return self._view(owner, Shown(notice=_excuse(problem)))
        return self._view(owner, replace(shown, notice=FORGOTTEN) if id and not shown.id else shown)

    def _kept(self, owner: str, id: str) -> Shown:
        """What the archive has of a conversation; nothing if it is not this visitor's."""
        kept = self.archive.conversation(owner, id) if id else None
        return Shown(kept.id, kept.exchanges) if kept else Shown()

    def _view(self, owner: str, shown: Shown, *, talks: bool = True) -> View:
        """All that changes with a conversation; without `talks` their list stays as it is."""
        listed = drawing.talks(self._headings(owner), shown.id) if talks else gr.skip()
        return listed, self._talk(shown), sources.panel(shown.exchanges)

    def _headings(self, owner: str) -> tuple[Heading, ...]:
        """The conversations of a visitor; none if they cannot be read, which the notice says."""
        try:
            return self.archive.headings(owner)
        except rag.RagError:
            return ()

    def _talk(self, shown: Shown) -> str:
        return drawing.talk(shown, shelf.welcome(self.collection))

    def _header(self) -> str:
        return shelf.header(self.collection.documents, self.collection.llm)

    def _opening_questions(self, chatbot: rag.Chatbot | None) -> tuple[str, ...] | None:
        """Questions to begin with, made once for each chatbot; None while another visitor has his turn."""
        if chatbot is None:
            return ()
        if (self._openings is None or self._openings[0] is not chatbot) and self._suggesting.acquire(False):
            try:
                self._openings = (chatbot, suggest_openings(chatbot))
            finally:
                self._suggesting.release()
        return self._openings[1] if self._openings and self._openings[0] is chatbot else None


def _owner(request: gr.Request) -> str:
    """Whose conversations these are: the cookie of the browser or, without cookies, this one visit."""
    return visitor(request.cookies) or str(request.session_hash)


def _where(asked: Command) -> rag.Where | None:
    """The filter that a command makes; None if it makes none, so that the question may prefer."""
    chosen = tuple(asked.documents)
    return rag.Where(chosen) if chosen or asked.anywhere else None


def _turn(exchange: Exchange) -> rag.Turn:
    """An exchange as the history of the next."""
    answer = exchange.answer
    return rag.Turn(exchange.question, answer.text, tuple(c.quote for c in answer.citations))


def _said(answer: rag.Answer) -> bool:
    return answer.refused or bool(answer.statements)


def _excuse(problem: Exception) -> str:
    """What the visitor is told of a problem; one that is not ours goes to the log."""
    if isinstance(problem, rag.RagError):
        return str(problem)
    traceback.print_exception(problem)
    return FAILED
