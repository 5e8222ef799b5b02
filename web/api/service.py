"""One question to the chatbot that a collection has at the moment, counted, and asked in a thread."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Generator
from functools import partial

import anyio
from anyio import to_thread

import rag
from rag.collection import Collection
from web.api.metrics import Meter
from web.api.schemas import Question, Search

# Questions that are searched at a time: more would only wait for each other, and hold up the page.
THREADS = 4
WAITING = 40  # answers that are waited for at a time, once they have begun: a language model is slow


class Asking:
    """Asks for the doors, each by its name; safe to share between tasks and threads."""

    def __init__(self, collection: Collection, meter: Meter) -> None:
        self.collection = collection
        self.meter = meter
        self._searching = anyio.CapacityLimiter(THREADS)
        self._waiting = anyio.CapacityLimiter(WAITING)

    def answers(self, door: str, asked: Question) -> Generator[rag.Answer, None, None]:
        """`Chatbot.stream`."""
        return self.meter.watched(door, self._stream(asked))

    def passages(self, door: str, asked: Search) -> list[rag.Passage]:
        """`Chatbot.retrieve`."""
        with self.meter.searched(door):
            return self.collection.chatbot.retrieve(
                asked.question, asked.k, history=asked.turns(), where=asked.filter()
            )

    async def stream(self, door: str, asked: Question) -> AsyncGenerator[rag.Answer, None]:
        """`answers`, each computed in a thread.

        Closing this, or cancelling who waits for it, stops a language model.
        """
        answers = self.answers(door, asked)
        # A task that asyncio cancels does not wait for its thread, and one that runs cannot be closed.
        running = threading.Lock()

        def grown() -> rag.Answer | None:
            with running:
                return next(answers, None)

        def close() -> None:
            with running:
                answers.close()

        threads = self._searching
        try:
            while answer := await to_thread.run_sync(grown, limiter=threads):
                yield answer
                threads = self._waiting
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(close, limiter=self._waiting)

    async def search(self, door: str, asked: Search) -> list[rag.Passage]:
        """`passages`, computed in a thread."""
        return await to_thread.run_sync(partial(self.passages, door, asked), limiter=self._searching)

    def _stream(self, asked: Question) -> Generator[rag.Answer, None, None]:
        yield from self.collection.chatbot.stream(asked.question, history=asked.turns(), where=asked.filter())
