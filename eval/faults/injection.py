"""A task run in a process of its own, in which one call of the system fails, or is the last."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from rag.errors import RagError

CALLS = {
    "write": ("write",),
    "fsync": ("fsync",),
    "rename": ("rename", "replace", "link"),
    "other": ("mkdir", "rmdir", "unlink", "ftruncate"),
}
SQLITE = "sqlite"  # the steps of its machine, in whose midst only the end can come
SERVER = "server"  # what is sent to a PostgreSQL, whose answer is not received: the end, or no connection
OPERATIONS = 5  # of SQLite's machine between two steps: a small change takes some hundred

DONE, TOLD, UNTOLD, BROKEN = 0, 10, 11, 12  # exit codes of the process


@dataclass(frozen=True, slots=True)
class Injection:
    """What happens at step number `at`, from 1, of those of `kinds`: the end, or an error of `errno`.

    Of a write at which it happens half is done; a server has no `errno`, with any its connection is lost.
    `lasting` makes all later ones fail as well.  `longest` is how many bytes a file may have at most, for
    whoever writes; None if any.
    """

    kinds: tuple[str, ...] = ()
    at: int = 0
    errno: int | None = None
    lasting: bool = False
    longest: int | None = None


class _Steps:
    """Counts the steps of a process, and fails at one."""

    def __init__(self, injection: Injection) -> None:
        self.count = 0
        self._injection = injection

    def _is_hit(self) -> bool:
        self.count += 1
        at = self._injection.at
        return self.count == at or (self._injection.lasting and self.count > at)

    def wrap(self, call: Callable[..., Any], *, is_write: bool) -> Callable[..., Any]:
        def stepping(*arguments: Any, **options: Any) -> Any:
            if self._is_hit():
                if is_write:
                    descriptor, content, *place = arguments
                    call(descriptor, memoryview(content).cast("B")[: len(content) // 2], *place)
                self._fail(*(str(name) for name in arguments[:1] if isinstance(name, str | os.PathLike)))
            return call(*arguments, **options)

        return stepping

    def watch(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Count the steps of SQLite, too, of which only the end can be made."""
        if SQLITE in self._injection.kinds:
            connection.set_progress_handler(lambda: self._fail() if self._is_hit() else None, OPERATIONS)
        return connection

    def follow(self, wait: Callable[..., Any]) -> Callable[..., Any]:
        """Count what is sent to a PostgreSQL, too."""

        def waiting(
            connection: psycopg.Connection[Any], exchange: Generator[Any, Any, Any], *rest: Any
        ) -> Any:
            return wait(connection, self._exchange(connection, exchange), *rest)

        return waiting

    def _exchange(
        self, connection: psycopg.Connection[Any], exchange: Generator[Any, Any, Any]
    ) -> Generator[Any, Any, Any]:
        """The same exchange; all is sent as it waits for the server."""
        try:
            wanted = next(exchange)
            while True:
                if self._is_hit():
                    if self._injection.errno is None:
                        self._fail()
                    with socket.socket(fileno=os.dup(connection.fileno())) as line:
                        line.shutdown(socket.SHUT_RDWR)
                wanted = exchange.send((yield wanted))
        except StopIteration as ended:
            return ended.value

    def _fail(self, *names: str) -> None:
        if self._injection.errno is None:
            os.kill(os.getpid(), signal.SIGKILL)
        number = self._injection.errno or 0
        raise OSError(number, os.strerror(number), *names)


def run_child(task: Callable[[], None], injection: Injection, names: str) -> tuple[int, int]:
    """The exit code of a process that runs `task`, negative for a signal; and its steps, if it ended.

    An error that it tells must be one line that holds `names`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        code = UNTOLD
        try:
            steps = _Steps(injection)
            with _injected(steps, injection):
                code = _outcome(task, names)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.write(writing, str(steps.count).encode())
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as file:
        count = int(file.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), count


def _outcome(task: Callable[[], None], names: str) -> int:
    try:
        task()
    except (RagError, OSError) as problem:
        is_clear = "\n" not in str(problem) and names in str(problem)
        if not is_clear:
            print(f"told badly: {problem}", file=sys.stderr)
        return TOLD if is_clear else UNTOLD
    except BaseException as problem:
        print(f"untold: {problem!r}", file=sys.stderr)
        return BROKEN
    return DONE


@contextmanager
def _injected(steps: _Steps, injection: Injection) -> Iterator[None]:
    """What a step goes through, until the block ends."""
    before: list[tuple[Any, str, Any]] = []

    def replace(place: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        before.append((place, name, getattr(place, name)))
        setattr(place, name, wrap(getattr(place, name)))

    for kind in injection.kinds:
        for name in CALLS.get(kind, ()):
            replace(os, name, partial(steps.wrap, is_write=kind == "write"))
    if SERVER in injection.kinds:
        replace(psycopg.Connection, "wait", steps.follow)
    if injection.longest is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (injection.longest, resource.RLIM_INFINITY))
    for module in (sqlite3.dbapi2, sqlite3):
        replace(
            module, "connect", lambda connect: lambda *args, **options: steps.watch(connect(*args, **options))
        )
    try:
        yield
    finally:
        for place, name, value in reversed(before):
            setattr(place, name, value)
