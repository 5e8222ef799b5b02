"""Many people who ask at once: how long they wait, how the page responds meanwhile, and what memory it takes.

python -m eval.load http://127.0.0.1:7860 --users 20 --seconds 20
python -m eval.load http://127.0.0.1:7860 --users 4 --questions 10000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from eval.questions import read_questions

QUESTIONS = Path(__file__).with_name("questions.jsonl")  # over seeds/; elsewhere most are refused
PAUSE = 0.25  # seconds between two looks at the page
PATIENCE = 60.0  # seconds that one answer may take
OFTEN = 500  # questions between two lines that tell how far it is, where so many are to be asked


@dataclass
class Waits:
    """Seconds waited, by what for; and what went wrong, by its kind."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes that the server has in memory: at the beginning, after a tenth of all, at the end"""
    errors: dict[str, int] = field(default_factory=dict)

    def note_failure(self, problem: Exception) -> None:
        """Note what went wrong."""
        kind = f"HTTP {problem.response.status_code}" if isinstance(problem, httpx.HTTPStatusError) else ""
        kind = kind or type(problem).__name__
        self.errors[kind] = self.errors.get(kind, 0) + 1


@dataclass
class Work:
    """How long to go on: `seconds`, or until `questions` are asked."""

    seconds: float
    questions: int | None = None
    asked: int = 0
    ended: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def taken(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.begun

    @property
    def done(self) -> float:
        """The share of the work that is done."""
        return self.taken / self.seconds if self.questions is None else self.ended / self.questions

    @property
    def all_asked(self) -> bool:
        """Whether nothing more is to be asked."""
        return self.done >= 1 or (self.questions is not None and self.asked >= self.questions)


Door = Callable[[httpx.AsyncClient, str], AsyncIterator[str]]


async def load(url: str, work: Work, *, door: str, users: int, password: str = "") -> Waits:
    """What so many people wait who ask one question after the other until the work is done."""
    waits, questions = Waits(), ask_ever_new(QUESTIONS)
    headers = {"Authorization": f"Bearer {password}"} if password else {}
    limits = httpx.Limits(max_connections=users + 3)
    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=PATIENCE) as client:
        await asyncio.gather(
            *(_user(client, DOORS[door], questions, waits, work) for _ in range(users)),
            _watch(client, "/healthz", waits.health, waits, work),
            _watch(client, "/", waits.page, waits, work),
            _weigh(client, waits, work),
            _tell(client, waits, work),
        )
    return waits


async def _user(
    client: httpx.AsyncClient, door: Door, questions: Iterator[str], waits: Waits, work: Work
) -> None:
    """One person who asks the next of `questions`, which all share, until the work is done."""
    while not work.all_asked:
        work.asked += 1
        begun = time.monotonic()
        try:
            length = 0
            async for text in door(client, next(questions)):
                if text and not length:
                    waits.first.append(time.monotonic() - begun)
                length += len(text)
            if not length:
                raise ValueError("an answer without a text")
            waits.whole.append(time.monotonic() - begun)
        except (httpx.HTTPError, ValueError) as problem:
            waits.note_failure(problem)
            await asyncio.sleep(PAUSE)
        work.ended += 1


def ask_ever_new(path: Path) -> Iterator[str]:
    """The questions of the eval set that need no others before them, again and again, no two alike.

    Each round has other letters in capitals, so that whatever keeps what was asked has to grow.
    """
    alone = [question.question for question in read_questions(path) if not question.history]
    for turn in count():
        for question in alone:
            letters = [at for at, letter in enumerate(question) if letter.swapcase() != letter]
            other = {at for place, at in enumerate(letters) if turn >> place & 1}
            yield "".join(letter.swapcase() if at in other else letter for at, letter in enumerate(question))


async def _watch(client: httpx.AsyncClient, path: str, taken: list[float], waits: Waits, work: Work) -> None:
    """Look at one page again and again until the work is done."""
    while work.done < 1:
        begun = time.monotonic()
        try:
            (await client.get(path)).raise_for_status()
            taken.append(time.monotonic() - begun)
        except httpx.HTTPError as problem:
            waits.note_failure(problem)
        await asyncio.sleep(PAUSE)


async def _weigh(client: httpx.AsyncClient, waits: Waits, work: Work) -> None:
    """Note what memory the server has: at the beginning, after a tenth, at the end."""
    for share in (0.0, 0.1, 1.0):
        while work.done < share:
            await asyncio.sleep(PAUSE)
        waits.memory += await _memory(client, waits)


async def _tell(client: httpx.AsyncClient, waits: Waits, work: Work) -> None:
    """Say each `OFTEN` questions how far it is, so that hours are not lost if it is ended before the end."""
    for ended in range(OFTEN, (work.questions or 0) + 1, OFTEN):
        while work.ended < ended:
            await asyncio.sleep(PAUSE)
        memory = ", ".join(f"{size / 1e6:,.0f} MB" for size in await _memory(client, waits))
        print(
            f"{ended:,} of {work.questions:,} in {work.taken:,.0f} s, errors: {_in_words(waits.errors)}, "
            f"memory: {memory or '–'}",
            file=sys.stderr,
            flush=True,
        )


async def _memory(client: httpx.AsyncClient, waits: Waits) -> list[int]:
    """The bytes that the server has in memory; where its system does not tell, nothing."""
    try:
        told = (await client.get("/metrics")).raise_for_status().text
    except httpx.HTTPError as problem:
        waits.note_failure(problem)
        return []
    lines = [line for line in told.splitlines() if line.startswith("process_resident_memory_bytes ")]
    return [int(float(line.split()[1])) for line in lines]


# Doors: each yields the text of an answer as it comes


async def _completions(client: httpx.AsyncClient, question: str) -> AsyncIterator[str]:
    asked = {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": question}]}
    async with client.stream("POST", "/v1/chat/completions", json=asked) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                event = json.loads(line.removeprefix("data: "))
                if "error" in event:
                    raise ValueError(event["error"]["message"])
                for choice in event["choices"]:
                    yield choice["delta"].get("content", "")


async def _ask(client: httpx.AsyncClient, question: str) -> AsyncIterator[str]:
    response = await client.post("/v1/ask", json={"question": question})
    response.raise_for_status()
    yield response.json()["text"]


async def _chat(client: httpx.AsyncClient, question: str) -> AsyncIterator[str]:
    """What the page itself does: the event of its box, and the stream of what is drawn."""
    events = (await client.get("/config")).raise_for_status().json()["dependencies"]
    event = next(event for event in events if [name for _, name in event["targets"]] == ["submit"])
    session = secrets.token_hex(8)
    asked = {"question": question, "run": session}
    begun = await client.post(
        "/gradio_api/queue/join",
        json={
            "data": [],
            "event_data": asked,
            "fn_index": event["id"],
            "trigger_id": event["targets"][0][0],
            "session_hash": session,
        },
    )
    begun.raise_for_status()
    async with client.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if "tools" in line or "statement" in line:  # of the answer that is drawn
                yield line
            elif '"success":false' in line:
                raise ValueError("the page failed")


DOORS: dict[str, Door] = {"chat": _chat, "completions": _completions, "ask": _ask}


# What is printed


def figures(waits: Waits, seconds: float) -> dict[str, object]:
    """The figures as one object; times in seconds, null where nothing was waited for."""
    return {
        "answers": len(waits.whole),
        "answers_per_second": round(len(waits.whole) / seconds, 2),
        "errors": waits.errors,
        "first_text": _percentiles(waits.first),
        "whole_answer": _percentiles(waits.whole),
        "healthz": _percentiles(waits.health),
        "page": _percentiles(waits.page),
        "memory_mb": [round(size / 1e6) for size in waits.memory],
    }


def _percentiles(taken: Sequence[float]) -> dict[str, float | int | None]:
    """Median and 95th percentile, and of how many.

    >>> _percentiles([0.1, 0.2, 0.3])
    {'p50': 0.2, 'p95': 0.29, 'of': 3}
    """
    if len(taken) < 2:
        value = round(taken[0], 3) if taken else None
        return {"p50": value, "p95": value, "of": len(taken)}
    cut = statistics.quantiles(taken, n=20, method="inclusive")
    return {"p50": round(cut[9], 3), "p95": round(cut[18], 3), "of": len(taken)}


def table(measured: dict[str, object]) -> str:
    """The figures for a reader."""
    errors = measured["errors"]
    assert isinstance(errors, dict)
    lines = [
        f"answers       {measured['answers']} ({measured['answers_per_second']} a second)",
        f"errors        {_in_words(errors)}",
        f"{'':14}{'p50':>8} {'p95':>8}   of",
    ]
    for name in ("first_text", "whole_answer", "healthz", "page"):
        row = measured[name]
        assert isinstance(row, dict)
        p50, p95 = ("–" if row[p] is None else f"{row[p]:.3f} s" for p in ("p50", "p95"))
        lines.append(f"{name.replace('_', ' '):14}{p50:>8} {p95:>8}   {row['of']}")
    memory = measured["memory_mb"]
    assert isinstance(memory, list)
    lines.append(f"memory        {', '.join(map(str, memory)) or '–'} MB: first, after a tenth, at the end")
    return "\n".join(lines)


def _in_words(errors: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {times}" for kind, times in errors.items()) or "none"


def main(argv: Sequence[str] | None = None) -> int:
    """Ask, and print the figures; the exit status is 1 if anything went wrong on the way."""
    parser = argparse.ArgumentParser(prog="python -m eval.load", description=__doc__.partition("\n")[0])
    parser.add_argument("url", help="address of the chat, as http://127.0.0.1:7860")
    parser.add_argument("--door", choices=DOORS, default="chat", help="where to ask (%(default)s)")
    parser.add_argument("--users", type=int, default=20, help="how many at once (%(default)s)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=float, default=20, help="for how long (%(default)s)")
    length.add_argument("--questions", type=int, metavar="N", help="until so many are asked together")
    parser.add_argument("--password", default="", help="that of the chat, if it has one")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    if options.questions is not None and options.questions < 1:
        parser.error(f"--questions {options.questions}: expected 1 or more")
    work = Work(options.seconds, options.questions)
    waits = asyncio.run(
        load(options.url, work, door=options.door, users=options.users, password=options.password)
    )
    measured = figures(waits, work.taken)
    print(json.dumps(measured) if options.json else table(measured))
    return 1 if waits.errors or not waits.whole else 0


if __name__ == "__main__":
    sys.exit(main())
