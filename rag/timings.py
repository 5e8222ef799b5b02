"""How long each stage of a question takes: measured where it happens, read at the doors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Timings:
    """The seconds that each stage took of what was run with `run`, in the order in which they began.

    Of a stage within another the time counts once, for the inner.  `ended` has each time that one ran, in the
    order of the ends: its name, when it began and when it ended, as `time.perf_counter` tells it.

    Stages: `understand` the question, `embed` it, search by meaning (`dense`) and by words (`lexical`),
    `fuse` the rankings, `fold` what was found into passages, `rerank` them, `read` them for the answer,
    `answer`, and `decide` whether yes or no answers; with a language model `write`.

    >>> timings = Timings()
    >>> def answer():
    ...     with stage("read"):
    ...         return 42
    >>> timings.run(answer), list(timings.seconds)
    (42, ['read'])
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.ended: list[tuple[str, float, float]] = []
        self._open: list[tuple[str, float]] = []
        self._since = 0.0

    def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call` gives, its stages measured here.  Not for two threads at once."""
        return self.context().run(call, *args, **kwargs)

    def context(self) -> Context:
        """A copy of the current context, in which what runs is measured here."""
        context = copy_context()
        context.run(_measuring.set, self)
        return context

    def _begin(self, name: str) -> None:
        self._open.append((name, self._count()))

    def _end(self) -> None:
        now = self._count()
        self.ended.append((*self._open.pop(), now))

    def _count(self) -> float:
        """Count the time since the last beginning or end for the innermost stage that runs; the time now."""
        now = time.perf_counter()
        if self._open:
            name, _ = self._open[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now
        return now


_measuring: ContextVar[Timings | None] = ContextVar("timings", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure the block as a stage of the question that is asked, if somebody measures it."""
    timings = _measuring.get()
    if timings is None:
        yield
        return
    timings._begin(name)
    try:
        yield
    finally:
        timings._end()


def stage_each(name: str, values: Iterator[T]) -> Iterator[T]:
    """Yield the values; what each takes to come is measured as a stage, what is done with it is not."""
    while True:
        with stage(name):
            try:
                value = next(values)
            except StopIteration:
                return
        yield value
