"""Clients that let a request drip, or do not read what they are sent: real sockets, with less patience."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import anyio
import pytest
import uvicorn
from served import listening
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from web import slow_clients

SHORT = 0.3  # seconds of patience in these tests
LONG = 20.0  # seconds after which a test gives up
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\nhi"
left: list[str] = []


async def take(request: Request) -> PlainTextResponse:
    try:
        body = await request.body()
    except ClientDisconnect:
        left.append("left")
        raise
    return PlainTextResponse(f"{len(body)} bytes")


async def give(request: Request) -> StreamingResponse:
    async def endless():
        try:
            while True:
                yield b"x" * 65_536
                await anyio.sleep(0)  # an application that never waits is told nothing
        finally:
            left.append("left")

    return StreamingResponse(endless())


@pytest.fixture
def address(monkeypatch) -> Iterator[str]:
    for name in ("HEAD", "BODY", "READING"):
        monkeypatch.setattr(slow_clients, name, SHORT)
    monkeypatch.setattr(slow_clients, "RATE", 1_000_000)
    left.clear()
    app = Starlette(routes=[Route("/", take, methods=["POST"]), Route("/endless", give)])
    with listening(app) as address:
        yield address


@contextlib.contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port), timeout=LONG) as line:
        yield line


def drip(line: socket.socket, piece: bytes) -> bytes:
    """What comes back while a piece is sent again and again, until the server ends it."""
    line.settimeout(SHORT / 20)
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        with contextlib.suppress(TimeoutError):
            try:
                line.sendall(piece)
                return line.recv(65_536)
            except (ConnectionError, BrokenPipeError):
                return b""
    raise AssertionError("the server waits on")


def read_until(line: socket.socket, end: bytes) -> bytes:
    """What comes until it ends so; head and body may come apart."""
    read = b""
    while not read.endswith(end):
        piece = line.recv(65_536)
        assert piece, read
        read += piece
    return read


@pytest.mark.parametrize("begun", [b"", b"GET / HT", HEAD], ids=["nothing", "a line", "a head"])
def test_head_that_drips_ends_the_connection(address, begun):
    with connected(address) as line:
        line.sendall(begun)
        assert drip(line, b"X: x\r\n" if begun == HEAD else b"") == b""


def test_head_that_drips_after_a_request_ends_it_too(address):
    with connected(address) as line:
        line.sendall(WHOLE)
        assert read_until(line, b"2 bytes")
        line.sendall(HEAD)
        assert drip(line, b"X: x\r\n") == b""


def test_body_that_drips_is_refused_and_the_application_told(address):
    with connected(address) as line:
        line.sendall(HEAD + b"Content-Length: 1000000\r\n\r\n")
        assert drip(line, b"x").startswith(b"HTTP/1.1 408 ")
    end = time.monotonic() + LONG
    while not left and time.monotonic() < end:
        time.sleep(0.01)
    assert left == ["left"]


def test_body_that_does_not_come_is_refused_behind_another_request_too(address):
    with connected(address) as line:
        line.sendall(WHOLE + HEAD + b"Content-Length: 10\r\n\r\n")
        read = b""
        while piece := line.recv(65_536):
            read += piece
        assert b"2 bytes" in read
        assert b"HTTP/1.1 408 " in read


def test_slow_body_may_come_as_long_as_it_comes(address, monkeypatch):
    monkeypatch.setattr(slow_clients, "RATE", 1)
    with connected(address) as line:
        line.sendall(HEAD + b"Content-Length: 30\r\n\r\n")
        for _ in range(30):
            line.sendall(b"x")
            time.sleep(SHORT / 15)
        assert read_until(line, b"30 bytes")


def test_client_who_does_not_read_is_left(address):
    with connected(address) as line:
        line.sendall(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end = time.monotonic() + LONG
        while not left and time.monotonic() < end:
            time.sleep(0.01)
        assert left == ["left"]


@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
def test_client_who_does_not_read_the_end_is_left(address, connection):
    async def end(request: Request) -> PlainTextResponse:
        return PlainTextResponse("x" * 60_000)

    async def serve() -> None:
        config = uvicorn.Config(
            Starlette(routes=[Route("/", end)]), timeout_keep_alive=0, log_level="critical"
        )
        config.load()
        state = ServerState()
        with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as line:
            # With buffers this small the system cannot take all of the response.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            loop = asyncio.get_running_loop()
            server = await loop.create_server(
                lambda: slow_clients.PatientProtocol(config, state, {}), sock=listener
            )
            line.connect(listener.getsockname())
            line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection + b"\r\n\r\n")
            async with asyncio.timeout(LONG):
                while not state.total_requests or state.connections:
                    await asyncio.sleep(0.01)
            server.close()

    asyncio.run(serve())


def test_answer_that_is_read_slowly_is_given(address, monkeypatch):
    monkeypatch.setattr(slow_clients, "READING", 1.0)
    with connected(address) as line:
        line.sendall(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end = time.monotonic() + 2 * slow_clients.READING
        while time.monotonic() < end:
            assert line.recv(65_536)
            time.sleep(0.005)
        assert left == []


def test_who_comes_when_far_too_many_are_there_is_not_heard(address, monkeypatch):
    monkeypatch.setattr(slow_clients, "OPEN", 2)
    with connected(address) as first, connected(address) as second:
        for line in (first, second):
            line.sendall(WHOLE)
            assert read_until(line, b"2 bytes")
        with connected(address) as third:
            assert drip(third, WHOLE) == b""
    heard = b""
    end = time.monotonic() + LONG
    while not heard and time.monotonic() < end:
        with connected(address) as fourth:
            heard = drip(fourth, WHOLE)
    assert heard.startswith(b"HTTP/1.1 200 ")
