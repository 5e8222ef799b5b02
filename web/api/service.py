"""How every door asks the chatbot that a collection has at the moment: counted, a few searches at a time.

Whoever comes when all places are taken, or waits too long, is turned away: nothing waits without an end.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import TypeVar, cast

import anyio
from anyio import to_thread

import rag
from rag.collection import Collection
from web.api.metrics import Meter
from web.api.places import Overloaded, Places
from web.request_log import REQUEST

# Questions that are searched at a time: more would only wait for each other, and hold up the page.
THREADS = 4
CHECKS = 1  # texts that are checked at a time: a long one takes a minute, and questions go before
WAITING = 40  # answers that are waited for at a time, once they have begun: a language model is slow
MOST = 100  # questions at a time that are searched for, answered or waiting
MOST_CHECKS = 4  # texts at a time that are checked or waiting
QUEUEING = 60.0  # seconds that a question or a text may wait for its turn
LONGEST = 300.0  # seconds after which an answer that still grows is given up

LATE = f"your turn did not come in {QUEUEING:g} s: ask again later"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a question, what was said before, and which documents may answer."""

    question: str
    history: tuple[rag.Turn, ...] = ()
    where: rag.Where | None = None
    request: str = field(default_factory=REQUEST.get)  # the id of the request, for the log
    timings: rag.Timings = field(default_factory=rag.Timings, compare=False)  # of its stages, as they end


class Asking:
    """Asks for the doors, each by its name; safe to share between tasks and threads.

    All doors share the threads that search, but for a follow-up that a language model puts first: that is
    searched for by the caller.  `stream` and `search` hold the caller's thread until one is
    free; `stream_async` and `search_async` hold none, and who is cancelled meanwhile is not searched for.

    Each raises Overloaded where all places are taken or the turn does not come, and `stream` and
    `stream_async` where the answer takes too long.
    """

    def __init__(self, collection: Collection, meter: Meter) -> None:
        self.collection = collection
        self.meter = meter
        self._searchers = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
        self._checkers = ThreadPoolExecutor(CHECKS, thread_name_prefix="check")
        self._waiting = anyio.CapacityLimiter(WAITING)
        self._places = Places(MOST)
        self._checks = Places(MOST_CHECKS)

    def stream(self, door: str, query: Query) -> Generator[rag.Answer, None, None]:
        """`Chatbot.stream`; closing this stops a language model."""
        run: Callable[..., rag.Answer | None] = query.timings.context().run
        end = time.monotonic() + LONGEST
        with (
            self.meter.count(door, query) as count,
            self._places.take(),
            closing(self._answers(query)) as answers,
        ):
            # By the first answer all is searched and read, but where a model puts a follow-up first.
            work = self._searchers.submit(run, next, answers, None)
            wait([work], QUEUEING)
            answer = _result(work)
            while answer:
                yield answer
                _refuse_late(end)
                last, answer = answer, run(next, answers, None)
            count.end(refused=last.refused)

    async def stream_async(self, door: str, query: Query) -> AsyncGenerator[rag.Answer, None]:
        """`Chatbot.stream` for a task.

        Closing this, or cancelling who waits for it, stops a language model.
        """
        # A task that asyncio cancels does not wait for its thread, and one that runs cannot be closed.
        running = threading.Lock()
        context, end = query.timings.context(), time.monotonic() + LONGEST

        def grow() -> rag.Answer | None:
            with running:
                return context.run(next, answers, None)

        def close() -> None:
            with running:
                answers.close()

        with self.meter.count(door, query) as count, self._places.take():
            answers = self._answers(query)
            try:
                answer = await _await_turn(self._searchers.submit(grow))
                while answer:
                    yield answer
                    _refuse_late(end)
                    last, answer = answer, await to_thread.run_sync(grow, limiter=self._waiting)
                count.end(refused=last.refused)
            finally:
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(close, limiter=self._waiting)

    def search(self, door: str, query: Query, k: int) -> list[rag.Passage]:
        """`Chatbot.retrieve`."""
        with self.meter.count(door, query) as count, self._places.take():
            work = self._submit_search(query, k)
            wait([work], QUEUEING)
            passages = _result(work)
            count.end()
            return passages

    async def search_async(self, door: str, query: Query, k: int) -> list[rag.Passage]:
        """`Chatbot.retrieve` for a task."""
        with self.meter.count(door, query) as count, self._places.take():
            passages = await _await_turn(self._submit_search(query, k))
            count.end()
            return passages

    def check(self, door: str, query: Query) -> rag.Check:
        """`Chatbot.check` of a text, which stands where a question would."""
        with self.meter.count(door, query) as count, self._checks.take():
            work = self._submit_check(query)
            wait([work], QUEUEING)
            checked = _result(work)
            count.end()
            return checked

    async def check_async(self, door: str, query: Query) -> rag.Check:
        """`Chatbot.check` for a task."""
        with self.meter.count(door, query) as count, self._checks.take():
            checked = await _await_turn(self._submit_check(query))
            count.end()
            return checked

    def _answers(self, query: Query) -> Generator[rag.Answer, None, None]:
        """`Chatbot.stream`, which is a generator whatever it promises: nothing else could be closed."""
        answers = self.collection.chatbot.stream(query.question, history=query.history, where=query.where)
        return cast("Generator[rag.Answer, None, None]", answers)

    def _submit_search(self, query: Query, k: int) -> Future[list[rag.Passage]]:
        asked: Callable[..., list[rag.Passage]] = self.collection.chatbot.retrieve
        history, where = query.history, query.where
        return self._searchers.submit(
            query.timings.run, asked, query.question, k, history=history, where=where
        )

    def _submit_check(self, query: Query) -> Future[rag.Check]:
        check: Callable[..., rag.Check] = self.collection.chatbot.check
        return self._checkers.submit(query.timings.run, check, query.question, where=query.where)


async def last_answer(
    answers: AsyncGenerator[rag.Answer, None], has_left: Callable[[], Awaitable[bool]]
) -> rag.Answer | None:
    """The whole answer; None if who asked `has_left` before."""
    last = None
    async with aclosing(answers):
        async for answer in answers:
            last = answer
            if await has_left():
                return None
    return last


def _result(work: Future[T]) -> T:
    """What the work gives.  Raises Overloaded if it has not begun by now."""
    if not work.done() and work.cancel():
        raise Overloaded(LATE)
    return work.result()


async def _await_turn(work: Future[T]) -> T:
    """What the work gives; if the task is cancelled, so is what has not begun.

    Raises Overloaded if it has not begun in time.
    """
    result = asyncio.wrap_future(work)
    try:
        await asyncio.wait([result], timeout=QUEUEING)
        if not work.done() and work.cancel():
            raise Overloaded(LATE)
        return await result
    except asyncio.CancelledError:
        result.cancel()
        raise


def _refuse_late(end: float) -> None:
    """Nothing.  Raises Overloaded if an answer that still grows had time up to `end`."""
    if time.monotonic() > end:
        raise Overloaded(f"the answer was not whole in {LONGEST:g} s: ask again, or less at a time")
