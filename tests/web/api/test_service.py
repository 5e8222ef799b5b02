"""How the doors ask: a few searches at a time, whichever door, and nobody's work outlives him."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from served import Documents, doors

import rag
from web.api import service
from web.api.metrics import Meter
from web.api.places import Overloaded
from web.api.service import THREADS, Asking, Query

ANSWER = rag.Answer("Who?", (), (), refused=True, reason="nobody")
QUERY = Query("Who?")
LONG = 10  # seconds until a test gives up


class Waiting:
    """A chatbot whose searches wait until the test lets them go."""

    documents = ()

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        self.closed = threading.Event()
        self.searched = 0
        self.at_a_time = 0
        self.most = 0
        self._lock = threading.Lock()

    def stream(self, question: str, **_: object) -> Iterator[rag.Answer]:
        try:
            self._search()
            yield ANSWER
            yield ANSWER
        finally:
            self.closed.set()

    def retrieve(self, question: str, k: int, **_: object) -> list[rag.Passage]:
        self._search()
        return []

    def _search(self) -> None:
        with self._lock:
            self.searched += 1
            self.at_a_time += 1
            self.most = max(self.most, self.at_a_time)
        self.begun.release()
        assert self.go.wait(LONG)
        with self._lock:
            self.at_a_time -= 1


@pytest.fixture
def chatbot() -> Iterator[Waiting]:
    chatbot = Waiting()
    yield chatbot
    chatbot.go.set()


@pytest.fixture
def asking(chatbot: Waiting) -> Asking:
    return Asking(Documents(chatbot), Meter())


async def wait_until_full(chatbot: Waiting) -> None:
    for _ in range(THREADS):
        assert await asyncio.to_thread(chatbot.begun.acquire, timeout=LONG)


async def whole(asking: Asking) -> list[rag.Answer]:
    return [answer async for answer in asking.stream_async("task", QUERY)]


def test_all_doors_share_the_searches(asking, chatbot):
    async def ask_everywhere() -> None:
        with ThreadPoolExecutor(2 * THREADS) as callers:
            calls = [callers.submit(list, asking.stream("thread", QUERY)) for _ in range(THREADS)]
            calls += [callers.submit(asking.search, "thread", QUERY, 5) for _ in range(THREADS)]
            tasks = [asyncio.create_task(whole(asking)) for _ in range(THREADS)]
            tasks += [asyncio.create_task(asking.search_async("task", QUERY, 5)) for _ in range(THREADS)]
            await wait_until_full(chatbot)
            assert not chatbot.begun.acquire(timeout=0.2)
            chatbot.go.set()
            await asyncio.gather(*tasks, *map(asyncio.wrap_future, calls))

    asyncio.run(ask_everywhere())
    assert chatbot.searched == 4 * THREADS
    assert chatbot.most == THREADS


def test_who_leaves_while_he_waits_is_not_searched_for(asking, chatbot):
    async def leave() -> None:
        first = [asyncio.create_task(whole(asking)) for _ in range(THREADS)]
        await wait_until_full(chatbot)
        late = [
            asyncio.create_task(whole(asking)),
            asyncio.create_task(asking.search_async("task", QUERY, 5)),
        ]
        await asyncio.sleep(0)
        for task in late:
            task.cancel()
        assert all(isinstance(end, asyncio.CancelledError) for end in await gather(late))
        chatbot.go.set()
        await asyncio.gather(*first)

    async def gather(tasks: list[asyncio.Task[object]]) -> list[object]:
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), LONG)

    asyncio.run(leave())
    assert chatbot.searched == THREADS
    assert b'door="task",outcome="left"} 2.0' in asking.meter.figures(0)


def test_who_leaves_amid_an_answer_closes_it(asking, chatbot):
    chatbot.go.set()

    async def leave() -> None:
        answers = asking.stream_async("task", QUERY)
        await anext(answers)
        assert not chatbot.closed.is_set()
        await answers.aclose()

    asyncio.run(leave())
    assert chatbot.closed.is_set()
    chatbot.closed.clear()
    answers = asking.stream("thread", QUERY)
    next(answers)
    answers.close()
    assert chatbot.closed.is_set()
    figures = asking.meter.figures(0)
    assert b'door="task",outcome="left"} 1.0' in figures
    assert b'door="thread",outcome="left"} 1.0' in figures


def test_whole_answers_are_counted_as_they_end(asking, chatbot):
    chatbot.go.set()
    assert asyncio.run(whole(asking)) == list(asking.stream("thread", QUERY)) == [ANSWER, ANSWER]
    assert asking.search("thread", QUERY, 5) == []
    figures = asking.meter.figures(0)
    assert b'door="task",outcome="refused"} 1.0' in figures
    assert b'door="thread",outcome="refused"} 1.0' in figures
    assert b'door="thread",outcome="answered"} 1.0' in figures


# Too many, and too long


def test_who_finds_no_place_is_turned_away_at_once(chatbot, monkeypatch):
    monkeypatch.setattr(service, "MOST", THREADS)
    asking = Asking(Documents(chatbot), Meter())

    async def crowd() -> None:
        first = [asyncio.create_task(whole(asking)) for _ in range(THREADS)]
        await wait_until_full(chatbot)
        with pytest.raises(Overloaded, match="4 are being answered already: ask again in 5 s"):
            await whole(asking)
        with pytest.raises(Overloaded):
            list(asking.stream("thread", QUERY))
        chatbot.go.set()
        await asyncio.gather(*first)
        assert await whole(asking)  # the places are free again

    asyncio.run(crowd())
    assert b'door="task",outcome="overloaded"} 1.0' in asking.meter.figures(0)


def test_who_waits_too_long_is_turned_away(asking, chatbot, monkeypatch):
    async def crowd() -> None:
        first = [asyncio.create_task(whole(asking)) for _ in range(THREADS)]
        await wait_until_full(chatbot)
        monkeypatch.setattr(service, "QUEUEING", 0.05)
        for late in (whole(asking), asyncio.to_thread(asking.search, "thread", QUERY, 5)):
            with pytest.raises(Overloaded, match="your turn did not come"):
                await late
        chatbot.go.set()
        await asyncio.gather(*first)

    asyncio.run(crowd())
    assert chatbot.searched == THREADS


def test_answer_that_takes_too_long_is_given_up(monkeypatch):
    class Endless(Waiting):
        def stream(self, question: str, **_: object) -> Iterator[rag.Answer]:
            try:
                while True:
                    yield ANSWER
            finally:
                self.closed.set()

    monkeypatch.setattr(service, "LONGEST", 0.05)
    for ask in (lambda asking: asyncio.run(whole(asking)), lambda asking: list(asking.stream("x", QUERY))):
        endless = Endless()
        with pytest.raises(Overloaded, match="was not whole"):
            ask(Asking(Documents(endless), Meter()))
        assert endless.closed.is_set()


@pytest.mark.parametrize("door", ["ask", "retrieve", "check", "chat/completions"])
def test_turned_away_over_http_one_is_told_when_to_come_again(chatbot, monkeypatch, door):
    for most in ("MOST", "MOST_CHECKS"):
        monkeypatch.setattr(service, most, 0)
    asked = {"check": {"text": "Who?"}, "chat/completions": {"model": "footnote", "stream": True}}
    asked["chat/completions"]["messages"] = [{"role": "user", "content": "Who?"}]
    with doors(chatbot) as address:
        told = httpx.post(f"{address}/v1/{door}", json=asked.get(door, {"question": "Who?"}))
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    assert told.json()["error"]["code"] == "Overloaded"
