"""A language model that says what a script tells it, behind a real HTTP server on this machine.

It speaks OpenAI's streaming chat completions.  A script is given the system's and the user's message and
yields what happens, in order: a text is said, a number is a wait in seconds, `Raw` is sent as it is,
`Break` cuts the line.  The status goes out with the first thing said, as Ollama does it; up to then a
script may also raise a `Refusal`.

>>> from rag.models.llm import OpenAIModel
>>> with serving([Refusal(503, "still loading"), good("There are 42.")]) as endpoint:
...     model = OpenAIModel(base_url=endpoint.base_url, model="fake", api_key="sesame")
...     "".join(model.generate("Be brief.", "How many?"))
'There are 42.'
>>> [(asked.prompt, asked.key) for asked in endpoint.asked]
[('How many?', 'sesame'), ('How many?', 'sesame')]
"""

from __future__ import annotations

import json
import select
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from itertools import chain, repeat
from typing import Any

PATH = "/v1/chat/completions"
TICK = 0.05  # seconds between two looks at whether the server ends
STUCK = 10.0  # seconds after which a client that takes nothing more counts as gone


@dataclass(frozen=True)
class Raw:
    """Bytes for the body as they are."""

    content: bytes


@dataclass(frozen=True)
class Break:
    """The end of the connection, but not of the answer."""


@dataclass(eq=False)
class Refusal(Exception):
    """An HTTP error; in a list of replies it is the answer to so many requests."""

    status: int
    message: str
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


Piece = str | float | Raw | Break
Script = Callable[[str, str], Iterable[Piece]]
Reply = Script | Refusal


@dataclass(frozen=True)
class Asked:
    """One request; `key` is the bearer's, "" if there is none, and `path` has the query."""

    system: str
    prompt: str
    key: str
    headers: Message
    body: dict[str, Any]
    path: str


@dataclass(frozen=True)
class Endpoint:
    """`asked` has every request in order.

    `called` is set at the first of them, `hung_up` when a client left before the script's end.
    """

    base_url: str
    asked: list[Asked] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(script: Script | Sequence[Reply]) -> Iterator[Endpoint]:
    """Serve a script, or replies one after the other and the last of them ever after.

    What a script raises, a `Refusal` apart, is raised again at the end.
    """
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.replies = _in_turn([script] if callable(script) else script)
        server.endpoint = Endpoint(f"http://127.0.0.1:{server.server_address[1]}/v1")
        thread = threading.Thread(target=server.serve_forever, args=(TICK,))
        thread.start()
        try:
            yield server.endpoint
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()
    if server.errors:
        raise server.errors[0]


def good(text: str) -> Script:
    """Says a text, three characters at a time."""
    return lambda system, prompt: (text[i : i + 3] for i in range(0, len(text), 3))


def slow(text: str, pause: float) -> Script:
    """Says a text, with a pause in seconds before every three characters."""
    return lambda system, prompt: chain.from_iterable((pause, said) for said in good(text)(system, prompt))


def broken(text: str) -> Script:
    """Says a text and cuts the line."""
    return lambda system, prompt: chain(good(text)(system, prompt), [Break()])


def silent(system: str, prompt: str) -> Iterator[Piece]:
    """Answers without a text."""
    return iter(())


def hanging(system: str, prompt: str) -> Iterator[Piece]:
    """Never says anything, not even that it will."""
    return repeat(3600.0)


def event(delta: Mapping[str, object], finish_reason: str | None = None) -> Raw:
    """A chunk of an answer as it stands in the stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return Raw(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    replies: Iterator[Reply]
    endpoint: Endpoint

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        self.ending = threading.Event()
        self.errors: list[BaseException] = []
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        assert error is not None
        self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = STUCK
    started = False

    def do_POST(self) -> None:
        self.close_connection = True
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        system, prompt = (message["content"] for message in body["messages"])
        assert [message["role"] for message in body["messages"]] == ["system", "user"]
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        asked = Asked(system, prompt, key if scheme == "Bearer" else "", self.headers, body, self.path)
        self.server.endpoint.asked.append(asked)
        self.server.endpoint.called.set()
        try:
            self._answer(next(self.server.replies), asked)
        except OSError:
            self.server.endpoint.hung_up.set()

    def _answer(self, reply: Reply, asked: Asked) -> None:
        try:
            if self.path.partition("?")[0] != PATH:
                raise Refusal(404, f"there is no {self.path}")
            if isinstance(reply, Refusal):
                raise reply
            self._play(reply, asked)
        except Refusal as refusal:
            self._refuse(refusal)

    def _play(self, reply: Script, asked: Asked) -> None:
        for piece in chain(reply(asked.system, asked.prompt), [event({}, "stop"), Raw(b"data: [DONE]\n\n")]):
            if isinstance(piece, Break) or not self._wait(piece if isinstance(piece, int | float) else 0):
                return
            if isinstance(piece, str):
                piece = event({"content": piece})
            if isinstance(piece, Raw):
                self._send(piece.content)
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, seconds: float) -> bool:
        """Whether the server still runs when they are over.  Raises OSError if the client leaves."""
        end = time.monotonic() + seconds
        while not self.server.ending.is_set():
            left = end - time.monotonic()
            readable, _, _ = select.select([self.connection], [], [], max(0, min(left, TICK)))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError
            if left <= 0:
                return True
        return False

    def _send(self, content: bytes) -> None:
        """Send a part of the body, and the status before the first."""
        if not self.started:
            self.started = True
            self._head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        if content:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(content), content))

    def _refuse(self, refusal: Refusal) -> None:
        assert not self.started, "a refusal comes before the first words"
        error = {"message": refusal.message, "type": "error", "param": refusal.param, "code": None}
        content = json.dumps({"error": error}).encode()
        length = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        self._head(refusal.status, {**length, **refusal.headers})
        self.wfile.write(content)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _in_turn(replies: Sequence[Reply]) -> Iterator[Reply]:
    """An iterator that threads may share, as a generator is not."""
    times = [reply.times if isinstance(reply, Refusal) else 1 for reply in replies]
    return chain(*map(repeat, replies, times), repeat(replies[-1]))
