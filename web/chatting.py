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
from dataclasses import replace
from typing import Any

import gradio as gr
from pydantic import BaseModel, ConfigDict

import rag
from rag.archive import Archive
from rag.collection import Collection
from rag.records import Exchange
from rag.suggesting import examples, suggestions
from web import drawing, shelf, sources
from web.drawing import Shown
from web.measuring import Meter
from web.visitors import visitor

FAILED = "Something went wrong on the server; its log says what. Your question is still in the box."
FORGOTTEN = "This conversation is not here: it was deleted, or it began in another browser."
SEEDS_EXAMPLES = (
    "What will the Hewitt review examine?",
    "Why are NHS managers suspicious of the review?",
    "How many national priorities does Hewitt recommend?",
    "By how much must ICSs reduce their running costs?",
    "What does the review recommend on prevention?",
    "Who would get earned autonomy?",
)
SEEDS = {  # the documents shipped in seeds/, which answer them
    "000_f81187c414ed6d90.txt",
    "001_f5beb9c021f937af.txt",
    "002_7e1034732e573293.txt",
    "003_d812065ad58ab3fb.txt",
    "004_be3d9ac302b8a3ac.txt",
}

PATIENCE = 5.0  # seconds that suggestions wait for those of others; then there are none

View = tuple[Any, str, str]  # the conversations, the conversation, its sources


class Command(BaseModel):
    """What the page sends with an event; which fields count depends on the event.

    `turn` counts from 1, and is 0 for a new question; `run` names one asking or opening.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    conversation: str = ""
    current: str = ""
    run: str = ""
    question: str = ""
    turn: int = 0
    documents: list[str] = []
    anywhere: bool = False
    citation: int = 0
    document: str = ""
    thumb: str = ""
    comment: str = ""
    everything: bool = False
    words: str = ""


class Chat:
    """The handlers of one site; safe to share between threads."""

    def __init__(self, collection: Collection, archive: Archive, meter: Meter) -> None:
        self.collection = collection
        self.archive = archive
        self.meter = meter
        self._stops: dict[tuple[str, str], threading.Event] = {}
        self._suggesting = threading.Lock()  # one at a time: each asks several questions of its own
        self._examples: tuple[rag.Chatbot, tuple[str, ...]] | None = None

    def begin(self, request: gr.Request) -> tuple[Any, ...]:
        """The whole page of a visitor who comes, or comes back: header, view, documents view."""
        view = self._opened(_owner(request), str(request.query_params.get("conversation", "")))
        return (self._header(), *view, shelf.shelf(self.collection))

    def open(self, event: gr.EventData, request: gr.Request) -> View:
        """The view of another conversation, or of a new one."""
        return self._opened(_owner(request), _command(event).conversation)

    def ask(self, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Yield the view as the answer grows, statement by statement.

        Asked of an earlier turn, the question takes the place of that turn and of all after it, as soon as
        there is an answer; until then, and if there is none, the conversation stays as it was.
        """
        asked, owner = _command(event), _owner(request)
        stop = self._stops.setdefault((owner, asked.run), threading.Event())
        before = replace(self._kept(owner, asked.conversation), run=asked.run)
        unanswered = replace(before, question=asked.question)
        try:
            with closing(self._answering(owner, asked, before)) as growing:
                for shown in growing:
                    yield self._view(owner, shown, talks=shown.id != before.id)
                    if stop.is_set():
                        break
            said = _said(shown.exchanges[-1].answer)
            yield self._view(owner, replace(shown, busy=False) if said else unanswered)
        except Exception as problem:  # whatever it is, the visitor keeps the conversation and the question
            yield self._view(owner, replace(unanswered, notice=_excuse(problem)))
        finally:
            self._stops.pop((owner, asked.run), None)

    def stop(self, event: gr.EventData, request: gr.Request) -> None:
        """Ask the handler that answers to end with what was said so far."""
        if running := self._stops.get((_owner(request), _command(event).run)):
            running.set()

    def nudge(self) -> None:
        """Nothing.  What is asked just as a stream closes, Gradio answers with the next event only."""

    def suggest(self, event: gr.EventData, request: gr.Request) -> str:
        """Questions that the documents answer: to begin with, or to go on with after the last answer."""
        shown = self._kept(_owner(request), _command(event).conversation)
        if not self.collection.documents or not self._suggesting.acquire(timeout=PATIENCE):
            return ""
        try:
            if not shown.exchanges:
                return drawing.chips(self._beginnings(), "Questions to begin with", shown)
            *earlier, last = shown.exchanges
            history = tuple(_turn(exchange) for exchange in earlier)
            questions = suggestions(self.collection.chatbot, last.answer, history, where=last.where)
            return drawing.chips(questions, "The documents also answer", shown)
        finally:
            self._suggesting.release()

    def rate(self, event: gr.EventData, request: gr.Request) -> str:
        """The conversation with a thumb, and perhaps a comment, on one of its answers."""
        asked, owner = _command(event), _owner(request)
        self.archive.rate(owner, asked.conversation, asked.turn, asked.thumb, asked.comment)
        return self._talk(self._kept(owner, asked.conversation))

    def delete(self, event: gr.EventData, request: gr.Request) -> View:
        """The view after a conversation, or every one, was deleted."""
        asked, owner = _command(event), _owner(request)
        if asked.everything:
            self.archive.delete_all(owner)
            return self._view(owner, Shown())
        self.archive.delete(owner, asked.conversation)
        return self._view(owner, self._kept(owner, asked.current))

    def read(self, event: gr.EventData, request: gr.Request) -> str:
        """A document opened at what is cited, or from its beginning; "" if it is not there."""
        asked = _command(event)
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
        return shelf.shelf(self.collection, _command(event).words)

    def changed(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The header, the conversation and the documents view after documents were added or removed."""
        shown = self._kept(_owner(request), _command(event).conversation)
        return self._header(), self._talk(shown), shelf.shelf(self.collection)

    def _answering(self, owner: str, asked: Command, before: Shown) -> Iterator[Shown]:
        """The conversation as the answer grows; kept in the archive from the first statement on."""
        turn = asked.turn if 0 < asked.turn <= len(before.exchanges) else len(before.exchanges) + 1
        earlier, id = before.exchanges[: turn - 1], before.id
        where = rag.Where(tuple(asked.documents)) if asked.documents or asked.anywhere else None
        begun = Exchange(asked.question, rag.Answer(asked.question, (), (), refused=False), where)
        yield Shown(id, (*earlier, begun), asked.run, busy=True)
        history = tuple(_turn(exchange) for exchange in earlier)
        answers = self.collection.chatbot.stream(asked.question, history=history, where=where)
        with closing(self.meter.watched("chat", answers)) as counted:
            for answer in counted:
                exchange = replace(begun, answer=answer)
                if _said(answer):
                    id = id or self.archive.begin(owner)
                    self.archive.cut(owner, id, turn + 1)
                    self.archive.put(owner, id, turn, exchange)
                yield Shown(id, (*earlier, exchange), asked.run, busy=True)

    def _opened(self, owner: str, id: str) -> View:
        shown = self._kept(owner, id)
        return self._view(owner, replace(shown, notice=FORGOTTEN) if id and not shown.id else shown)

    def _kept(self, owner: str, id: str) -> Shown:
        """What the archive has of a conversation; nothing if it is not this visitor's."""
        kept = self.archive.conversation(owner, id) if id else None
        return Shown(kept.id, kept.exchanges) if kept else Shown()

    def _view(self, owner: str, shown: Shown, *, talks: bool = True) -> View:
        """All that changes with a conversation; without `talks` their list stays as it is."""
        listed = drawing.talks(self.archive.headings(owner), shown.id) if talks else gr.skip()
        return listed, self._talk(shown), sources.panel(shown.exchanges)

    def _talk(self, shown: Shown) -> str:
        return drawing.talk(shown, shelf.welcome(self.collection))

    def _header(self) -> str:
        return shelf.header(self.collection.documents, self.collection.answerer)

    def _beginnings(self) -> tuple[str, ...]:
        """Example questions, made once for each chatbot."""
        chatbot = self.collection.chatbot
        if self._examples is None or self._examples[0] is not chatbot:
            shipped = {document.id for document in chatbot.documents} >= SEEDS
            self._examples = (chatbot, SEEDS_EXAMPLES if shipped else examples(chatbot))
        return self._examples[1]


def _command(event: gr.EventData) -> Command:
    return Command.model_validate(event._data)


def _owner(request: gr.Request) -> str:
    """Whose conversations these are: the cookie of the browser or, without cookies, this one visit."""
    return visitor(request.cookies) or str(request.session_hash)


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
