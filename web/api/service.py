"""How every door asks the chatbot that a collection has at the moment: counted, a few searches at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import cast

import anyio
from anyio import to_thread

import rag
from rag.collection import Collection
from web.api.metrics import Meter

# Questions that are searched at a time: more would only wait for each other, and hold up the page.
THREADS = 4
CHECKS = 1  # texts that are checked at a time: a long one takes a minute, and questions go before
WAITING = 40  # answers that are waited for at a time, once they have begun: a language model is slow


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a question, what was said before, and which documents may answer."""

    question: str
    history: tuple[rag.Turn, ...] = ()
    where: rag.Where | None = None


class Asking:
    """Asks for the doors, each by its name; safe to share between tasks and threads.

    All doors share the threads that search, but for a follow-up that a language model puts first: that is
    searched for by the caller.  `stream` and `search` hold the caller's thread until one is
    free; `stream_async` and `search_async` hold none, and who is cancelled meanwhile is not searched for.
    """

    def __init__(self, collection: Collection, meter: Meter) -> None:
        self.collection = collection
        self.meter = meter
        self._searchers = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
        self._checkers = ThreadPoolExecutor(CHECKS, thread_name_prefix="check")
        self._waiting = anyio.CapacityLimiter(WAITING)

    def stream(self, door: str, query: Query) -> Generator[rag.Answer, None, None]:
        """`Chatbot.stream`; closing this stops a language model."""
        with self.meter.count(door) as count, closing(self._answers(query)) as answers:
            # By the first answer all is searched and read, but where a model puts a follow-up first.
            answer = self._searchers.submit(next, answers, None).result()
            while answer:
                yield answer
                last, answer = answer, next(answers, None)
            count.end(refused=last.refused)

    async def stream_async(self, door: str, query: Query) -> AsyncGenerator[rag.Answer, None]:
        """`Chatbot.stream` for a task.

        Closing this, or cancelling who waits for it, stops a language model.
        """
        # A task that asyncio cancels does not wait for its thread, and one that runs cannot be closed.
        running = threading.Lock()

        def grow() -> rag.Answer | None:
            with running:
                return next(answers, None)

        def close() -> None:
            with running:
                answers.close()

        with self.meter.count(door) as count:
            answers = self._answers(query)
            try:
                answer = await asyncio.wrap_future(self._searchers.submit(grow))
                while answer:
                    yield answer
                    last, answer = answer, await to_thread.run_sync(grow, limiter=self._waiting)
                count.end(refused=last.refused)
            finally:
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(close, limiter=self._waiting)

    def search(self, door: str, query: Query, k: int) -> list[rag.Passage]:
        """`Chatbot.retrieve`."""
        with self.meter.count(door) as count:
            passages = self._submit_search(query, k).result()
            count.end()
            return passages

    async def search_async(self, door: str, query: Query, k: int) -> list[rag.Passage]:
        """`Chatbot.retrieve` for a task."""
        with self.meter.count(door) as count:
            passages = await asyncio.wrap_future(self._submit_search(query, k))
            count.end()
            return passages

    def check(self, door: str, text: str, where: rag.Where | None = None) -> rag.Check:
        """`Chatbot.check`."""
        with self.meter.count(door) as count:
            checked = self._submit_check(text, where).result()
            count.end()
            return checked

    async def check_async(self, door: str, text: str, where: rag.Where | None = None) -> rag.Check:
        """`Chatbot.check` for a task."""
        with self.meter.count(door) as count:
            checked = await asyncio.wrap_future(self._submit_check(text, where))
            count.end()
            return checked

    def _answers(self, query: Query) -> Generator[rag.Answer, None, None]:
        """`Chatbot.stream`, which is a generator whatever it promises: nothing else could be closed."""
        answers = self.collection.chatbot.stream(query.question, history=query.history, where=query.where)
        return cast("Generator[rag.Answer, None, None]", answers)

    def _submit_search(self, query: Query, k: int) -> Future[list[rag.Passage]]:
        retrieve = self.collection.chatbot.retrieve
        return self._searchers.submit(retrieve, query.question, k, history=query.history, where=query.where)

    def _submit_check(self, text: str, where: rag.Where | None) -> Future[rag.Check]:
        return self._checkers.submit(self.collection.chatbot.check, text, where=where)
