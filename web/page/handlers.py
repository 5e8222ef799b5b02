"""What a visitor does, event by event: each handler takes a Command and gives what changes on the page.

The server keeps nothing of a visitor but the archive: a page sends with each command which
conversation it means, and a cookie says whose it is.  One handler writes the page at a time;
a stop only asks the one that is writing to end.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

import rag
from rag.conversations.archive import Archive
from rag.conversations.records import Exchange, Heading, turn_of
from web.api.service import Asking, Query
from web.page.commands import Command, command, drop_gone, excuse, may_change, owner_of, request_id
from web.page.conversation import Shown, conversation_html
from web.page.conversation_list import conversation_list_html
from web.page.documents import documents_html, folder_html, header_html, notice_html, welcome_html
from web.page.sources import citation_html, document_html, sources_html
from web.page.suggestions import Suggestions, chips_html

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
        self.asking = asking
        self.collection = asking.collection
        self.archive = archive
        self._running: dict[tuple[str, str], _Run] = {}
        self._saving = threading.Lock()
        self._suggestions = Suggestions()

    def begin(self, request: gr.Request) -> tuple[Any, ...]:
        """The whole page of a visitor who comes, or comes back: header, view, documents view."""
        view = self._open_view(owner_of(request), str(request.query_params.get("conversation", "")))
        return (self._header(), *view, documents_html(self.collection, may_change=may_change(request)))

    def open(self, event: gr.EventData, request: gr.Request) -> View:
        """The view of another conversation, or of a new one."""
        asked = command(event)
        return self._open_view(owner_of(request), asked.conversation, asked.search)

    def ask(self, event: gr.EventData, request: gr.Request) -> Iterator[View]:
        """Yield the view as the answer grows, statement by statement.

        Asked of an earlier turn, the question takes the place of that turn and of all after it, as soon as
        there is an answer; until then, and if there is none, the conversation stays as it was.
        """
        asked, owner = command(event), owner_of(request)
        run = self._running.setdefault((owner, asked.run), _Run())
        unanswered = Shown(run=asked.run, question=asked.question)
        try:
            before = replace(self._load(owner, asked.conversation), run=asked.run)
            unanswered = replace(before, question=asked.question)
            with closing(self._grow(owner, asked, before, request_id(request))) as growing:
                for shown in growing:
                    if run.given_up:
                        yield (gr.skip(),) * 3  # for Gradio repeats the last view as it ends
                        return
                    yield self._view(owner, shown, asked.search, listing=shown.id != before.id)
                    if run.stopped:
                        break
            answered = _says_something(shown.exchanges[-1].answer)
            ended = replace(shown, busy=False) if answered else unanswered
            yield self._view(owner, ended, asked.search)
        except Exception as problem:  # whatever it is, the visitor keeps the conversation and the question
            yield self._view(owner, replace(unanswered, notice=excuse(problem)), asked.search)
        finally:
            self._running.pop((owner, asked.run), None)

    def stop(self, event: gr.EventData, request: gr.Request) -> None:
        """Ask the handler that answers to end with what was said so far; given up, without a word."""
        asked = command(event)
        if run := self._running.get((owner_of(request), asked.run)):
            run.stopped, run.given_up = True, asked.given_up

    def nudge(self) -> None:
        """Nothing.  What is asked just as a stream closes, Gradio answers with the next event only."""

    def suggest(self, event: gr.EventData, request: gr.Request) -> str:
        """Questions that the documents answer: to begin with, or to go on with after the last answer.

        "" if suggestions are being made for somebody else: the page asks again.
        """
        shown = self._load(owner_of(request), command(event).conversation)
        chatbot: rag.Chatbot | None = None
        with suppress(rag.EmptyCorpus):
            chatbot = self.collection.chatbot
        if not chatbot or not shown.exchanges:
            questions, label = self._suggestions.openings(chatbot), "Questions to begin with"
        else:
            *earlier, last = shown.exchanges
            questions, label = self._followups(chatbot, last, earlier), "The documents also answer"
        return "" if questions is None else chips_html(questions, label, shown)

    def rate(self, event: gr.EventData, request: gr.Request) -> str:
        """The conversation with a thumb, and perhaps a comment, on one of its answers."""
        asked, owner = command(event), owner_of(request)
        try:
            self.archive.rate(owner, asked.conversation, asked.turn, asked.thumb, asked.comment)
            return self._conversation(self._load(owner, asked.conversation))
        except rag.RagError as problem:
            return self._conversation(Shown(notice=excuse(problem)))

    def delete(self, event: gr.EventData, request: gr.Request) -> View:
        """The view after a conversation, or every one, was deleted."""
        asked, owner = command(event), owner_of(request)
        try:
            if asked.everything:
                self.archive.delete_all(owner)
            else:
                self.archive.delete(owner, asked.conversation)
            return self._view(owner, self._load(owner, asked.current), asked.search)
        except rag.RagError as problem:
            return self._view(owner, Shown(notice=excuse(problem)), asked.search)

    def rename(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The list of conversations after one was called otherwise, and the conversation."""
        asked, owner = command(event), owner_of(request)
        try:
            self.archive.rename(owner, asked.conversation, asked.title)
            return self._list(owner, asked.current, asked.search), gr.skip()
        except rag.RagError as problem:
            return gr.skip(), self._conversation(Shown(notice=excuse(problem)))

    def search(self, event: gr.EventData, request: gr.Request) -> str:
        """The list of the conversations that have some words."""
        asked = command(event)
        return self._list(owner_of(request), asked.current, asked.search)

    def read(self, event: gr.EventData, request: gr.Request) -> str:
        """A document opened at what is cited or quoted, or from its beginning; "" if it is not there."""
        asked = command(event)
        if asked.document:
            documents = {document.id: document for document in self.collection.documents}
            document = documents.get(asked.document)
            return document_html(document, asked.start, asked.quote, key=asked.run) if document else ""
        exchanges = self._load(owner_of(request), asked.conversation).exchanges
        if not 0 < asked.turn <= len(exchanges):
            return ""
        exchange, now = exchanges[asked.turn - 1], self.collection.documents
        return citation_html(asked.turn, asked.citation, exchange, key=asked.run, now=now)

    def find(self, event: gr.EventData, request: gr.Request) -> str:
        """The documents view with those that have some words in their title, publisher or name."""
        return documents_html(self.collection, command(event).words, may_change=may_change(request))

    def look(self, request: gr.Request) -> str:
        """What has changed in the folder since it was indexed, with a way to take it in."""
        try:
            return folder_html(self.collection.changes()) if may_change(request) else ""
        except rag.RagError as problem:
            return notice_html(excuse(problem))

    def refresh(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The header, the first words and the documents view after documents were added or removed."""
        conversation = gr.skip() if command(event).conversation else self._conversation(Shown())
        return self._header(), conversation, self.find(event, request)

    def _grow(self, owner: str, asked: Command, before: Shown, request: str) -> Generator[Shown, None, None]:
        """The conversation as the answer grows; kept in the archive from the first statement on."""
        turn = asked.turn if 0 < asked.turn <= len(before.exchanges) else len(before.exchanges) + 1
        earlier, id = before.exchanges[: turn - 1], before.id
        same = asked.again and turn <= len(before.exchanges)
        where = drop_gone(
            before.exchanges[turn - 1].where if same else asked.filter(), self.collection.documents
        )
        begun = Exchange(asked.question, rag.Answer(asked.question, (), (), refused=False), where)
        yield Shown(id, (*earlier, begun), asked.run, busy=True)
        archived = False
        query = Query(asked.question, tuple(map(turn_of, earlier)), where, request)
        with closing(self.asking.stream("chat", query)) as answers:
            for answer in answers:
                exchange = replace(begun, answer=answer)
                if _says_something(answer):
                    id = id or self.archive.begin(owner)
                    with self._saving:  # another window may have asked meanwhile, or save now
                        if not archived and asked.turn:
                            self.archive.truncate(owner, id, turn)
                        elif not archived:
                            earlier = self._load(owner, id).exchanges
                        self.archive.save(owner, id, len(earlier) + 1, exchange)
                    archived = True
                yield Shown(id, (*earlier, exchange), asked.run, busy=True)

    def _followups(
        self, chatbot: rag.Chatbot, last: Exchange, earlier: list[Exchange]
    ) -> tuple[str, ...] | None:
        """Questions to go on with after the `last` exchange; None while it is another visitor's turn."""
        try:
            where = drop_gone(last.where, self.collection.documents)
        except rag.FilterError:
            return ()
        return self._suggestions.followups(chatbot, last, list(map(turn_of, earlier)), where)

    def _open_view(self, owner: str, id: str, search: str = "") -> View:
        try:
            shown = self._load(owner, id)
            shown = replace(shown, notice=FORGOTTEN) if id and not shown.id else shown
        except rag.RagError as problem:
            shown = Shown(notice=excuse(problem))
        return self._view(owner, shown, search)

    def _load(self, owner: str, id: str) -> Shown:
        """What the archive has of a conversation; nothing if it is not this visitor's."""
        conversation = self.archive.conversation(owner, id) if id else None
        return Shown(conversation.id, conversation.exchanges) if conversation else Shown()

    def _view(self, owner: str, shown: Shown, search: str, *, listing: bool = True) -> View:
        """All that changes with a conversation; without `listing` the list of them stays as it is."""
        conversations = self._list(owner, shown.id, search) if listing else gr.skip()
        return conversations, self._conversation(shown), sources_html(shown.exchanges, shown.id)

    def _list(self, owner: str, current: str, search: str) -> str:
        """The list of conversations; empty if they cannot be read, which the notice says."""
        headings: tuple[Heading, ...] = ()
        with suppress(rag.RagError):
            headings = self.archive.headings(owner, search)
        return conversation_list_html(headings, current, search)

    def _conversation(self, shown: Shown) -> str:
        return conversation_html(shown, welcome_html(self.collection))

    def _header(self) -> str:
        return header_html(self.collection.documents, self.collection.llm)


def _says_something(answer: rag.Answer) -> bool:
    return answer.refused or bool(answer.statements or answer.reply)
