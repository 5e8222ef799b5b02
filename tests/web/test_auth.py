"""Who may ask: the guard round a small application, over real HTTP; what is no HTTP, by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from served import listening
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import rag
from web import tries
from web.auth import READER, Access, refuse_open_bind, with_auth

SECRET = "sésame, öffne dich ✓"
LATIN = "sésame, öffne dich"


async def welcome(request: Request) -> PlainTextResponse:
    return PlainTextResponse("welcome")


APP = Starlette(
    routes=[Route("/{path:path}", welcome, methods=["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT"])]
)


@pytest.fixture(scope="module")
def open_address() -> Iterator[str]:
    with listening(with_auth(APP, Access())) as address:
        yield address


@pytest.fixture(scope="module")
def locked_address() -> Iterator[str]:
    with listening(with_auth(APP, Access(SECRET))) as address:
        yield address


def basic(password: str, encoding: str = "utf-8", user: str = "anybody") -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode(encoding))


def bearer(password: str, encoding: str = "utf-8") -> bytes:
    return b"Bearer " + password.encode(encoding)


# The secret


@pytest.mark.parametrize(
    "right",
    [
        basic(SECRET),
        basic(SECRET, user=""),
        basic("se\u0301same, o\u0308ffne dich ✓"),  # as some keyboards compose it
        bearer(SECRET),
        bearer(SECRET).replace(b"Bearer", b"bearer"),
    ],
)
def test_who_knows_the_secret_is_let_in(locked_address, right):
    told = httpx.get(locked_address, headers=[(b"Authorization", right)])
    assert (told.status_code, told.text) == (200, "welcome")


def test_latin_bytes_are_understood_too():
    with listening(with_auth(APP, Access(LATIN))) as address:
        for right in (basic(LATIN, "latin-1"), bearer(LATIN, "latin-1"), basic(LATIN), bearer(LATIN)):
            assert httpx.get(address, headers=[(b"Authorization", right)]).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        b"",
        b"Basic",
        b"Basic !!!",
        b"Basic \xff\xfe",
        b"Basic " + base64.b64encode(SECRET.encode()),  # no user, no colon
        basic(""),
        basic(SECRET + " "),
        basic(SECRET[:-1]),
        b"Bearer",
        bearer(SECRET.upper()),
        bearer("x" * 5_000),
        b"Digest " + SECRET.encode(),
        SECRET.encode(),
    ],
)
def test_who_does_not_is_asked_for_it(wrong):
    with listening(with_auth(APP, Access(SECRET))) as address:
        told = httpx.get(address, headers=[(b"Authorization", wrong)] if wrong is not None else [])
    assert told.status_code == 401
    assert told.headers["www-authenticate"] == 'Basic realm="Footnote", charset="UTF-8"'
    assert "welcome" not in told.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_no_method_goes_round_the_secret(locked_address, method):
    assert httpx.request(method, f"{locked_address}/v1/ask").status_code == 401


def test_health_alone_is_open(locked_address):
    assert httpx.get(f"{locked_address}/healthz").status_code == 200
    for path in ("/healthz/", "/healthz/x", "//healthz", "/metrics", "/healthz%2F..%2Fmetrics"):
        assert httpx.get(f"{locked_address}{path}").status_code == 401


# Guessing


def knock(address: str, secret: str, whence: str = "192.0.2.1") -> httpx.Response:
    """What one who comes from an address, through a proxy, is told."""
    headers = [(b"Authorization", bearer(secret)), (b"X-Forwarded-For", whence.encode())]
    return httpx.get(address, headers=headers)


def test_guesser_must_pause_and_others_need_not(monkeypatch):
    with listening(with_auth(APP, Access(SECRET))) as address:
        guesses = [knock(address, f"guess {number}") for number in range(tries.MOST + 2)]
        assert [told.status_code for told in guesses] == [401] * tries.MOST + [429] * 2
        assert 0 < int(guesses[-1].headers["retry-after"]) <= tries.PAUSE
        assert knock(address, SECRET).status_code == 429  # else it would be found among the wrong ones
        assert knock(address, SECRET, "192.0.2.2").status_code == 200
        assert httpx.get(address, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 401
        monkeypatch.setattr(tries, "PAUSE", 0.0)
        assert knock(address, SECRET).status_code == 200


def test_guesser_has_a_whole_network_of_ipv6(monkeypatch):
    with listening(with_auth(APP, Access(SECRET))) as address:
        for number in range(tries.MOST):
            knock(address, "open please", f"2001:db8::{number:x}")
        assert knock(address, "open please", "2001:db8::ffff").status_code == 429
        assert knock(address, "open please", "2001:db8:0:1::1").status_code == 401


def test_guessers_from_everywhere_take_no_memory(monkeypatch):
    monkeypatch.setattr(tries, "MOST_ADDRESSES", 3)
    known = tries.Tries()
    for number in range(100):
        known.note_wrong(f"192.0.2.{number}")
    assert len(known._wrong) == 3


# Reading alone

READING = "only to look at"


@pytest.fixture(scope="module")
def reading_address() -> Iterator[str]:
    with listening(with_auth(APP, Access(SECRET, READING))) as address:
        yield address


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/documents", 200),
        ("GET", "/v1/documents/a.txt", 200),
        ("POST", "/v1/ask", 200),
        ("POST", "/v1/documents", 403),
        ("POST", "/v1/documents/sync", 403),
        ("DELETE", "/v1/documents/a.txt", 403),
        ("DELETE", "/v1/document%73/a.txt", 403),
        ("PUT", "/v1/documents/", 403),
    ],
)
def test_who_may_only_read_changes_nothing(reading_address, method, path, status):
    def told(secret: str) -> int:
        return httpx.request(
            method, f"{reading_address}{path}", headers=[(b"Authorization", bearer(secret))]
        ).status_code

    assert told(READING) == status
    assert told(SECRET) == 200
    with listening(with_auth(APP, Access(read_only=True))) as address:
        assert httpx.request(method, f"{address}{path}").status_code == status


@pytest.mark.parametrize("path", ["/v1/documents%0A", "/v1/documents%0D%0A", "/v1%00/documents"])
def test_path_that_a_router_takes_for_another_reaches_none(reading_address, path):
    for secret in (READING, SECRET):
        told = httpx.post(f"{reading_address}{path}", headers=[(b"Authorization", bearer(secret))])
        assert (told.status_code, told.text) == (400, "a path has no control characters\n")


def test_reader_cannot_say_that_he_is_none():
    seen: list[list[tuple[bytes, bytes]]] = []

    async def inside(scope, receive, send) -> None:
        seen.append(scope["headers"])

    guarded = with_auth(inside, Access(SECRET, READING))
    for secret in (SECRET, READING):
        headers = [HERE, (b"authorization", basic(secret)), (READER.encode(), b"0")]
        anyio.run(guarded, {"type": "http", "method": "GET", "path": "/", "headers": headers}, None, None)
    assert [dict(headers).get(READER.encode()) for headers in seen] == [None, b"1"]


# Other sites


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://[", "https://"]
)
def test_other_site_is_refused(open_address, method, origin):
    assert httpx.request(method, open_address, headers={"Origin": origin}).status_code == 403


def test_own_page_is_not(open_address):
    port = open_address.rpartition(":")[2]
    headers = {"Origin": open_address, "Sec-Fetch-Site": "same-origin"}
    assert httpx.post(open_address, headers=headers).status_code == 200
    named = {"Host": f"LOCALHOST:{port}", "Origin": f"http://localhost:{port}"}
    assert httpx.post(open_address, headers=named).status_code == 200


def test_other_site_may_link_but_not_send(open_address):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert httpx.get(open_address, headers=headers).status_code == 200
    assert httpx.post(open_address, headers=headers).status_code == 403


def test_other_site_is_refused_even_with_the_secret(locked_address):
    headers = [(b"Authorization", basic(SECRET)), (b"Origin", b"http://evil.example")]
    assert httpx.post(locked_address, headers=headers).status_code == 403
    assert httpx.get(f"{locked_address}/healthz", headers=headers).status_code == 403


def test_origin_behind_a_proxy_is_that_of_its_host(locked_address):
    for host, origin in (
        ("chat.example", "https://chat.example"),
        ("chat.example:443", "https://chat.example"),
    ):
        headers = [(b"Authorization", basic(SECRET)), (b"Origin", origin.encode()), (b"Host", host.encode())]
        assert httpx.post(locked_address, headers=headers).status_code == 200


# Names that lead here


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "127.8.9.1:80", "[::1]:7860", "LocalHost"])
def test_own_names_are_let_in(open_address, host):
    assert httpx.get(open_address, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.5", "[::", "0.0.0.0"],
)
def test_rebound_name_is_refused(open_address, host):
    assert httpx.get(open_address, headers={"Host": host}).status_code == 403
    assert httpx.get(f"{open_address}/healthz", headers={"Host": host}).status_code == 403


# What is no HTTP


def connected(secret: str, headers: list[tuple[bytes, bytes]], extensions: dict[str, Any]) -> list[str]:
    """What a websocket is told that knocks with these headers."""
    sent: list[str] = []

    async def inside(scope, receive, send) -> None:
        await send({"type": "websocket.accept"})

    async def send(message) -> None:
        sent.append(f"{message['type']} {message.get('status', '')}".strip())

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/healthz", "headers": headers, "extensions": extensions}
    anyio.run(with_auth(inside, Access(secret)), scope, receive, send)
    return sent


HERE = (b"host", b"localhost:7860")
DENIAL: dict[str, Any] = {"websocket.http.response": {}}


@pytest.mark.parametrize(
    ("secret", "headers", "told"),
    [
        ("", [HERE], "websocket.accept"),
        ("", [HERE, (b"origin", b"http://localhost:7860")], "websocket.accept"),
        ("", [HERE, (b"origin", b"http://evil.example")], "websocket.close"),
        ("", [(b"host", b"evil.example")], "websocket.close"),
        (SECRET, [HERE], "websocket.close"),
        (SECRET, [HERE, (b"authorization", basic("nothing"))], "websocket.close"),
        (SECRET, [HERE, (b"authorization", basic(SECRET))], "websocket.accept"),
    ],
)
def test_websocket_is_with_auth(secret, headers, told):
    assert connected(secret, headers, {}) == [told]


def test_websocket_is_told_why_where_that_can_be():
    assert connected(SECRET, [HERE], DENIAL)[0] == "websocket.http.response.start 401"


def test_start_and_end_of_the_server_go_through():
    seen: list[str] = []

    async def inside(scope, receive, send) -> None:
        seen.append(scope["type"])

    anyio.run(with_auth(inside, Access(SECRET)), {"type": "lifespan"}, None, None)
    assert seen == ["lifespan"]


# Where to listen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_this_machine_needs_no_secret(host):
    refuse_open_bind(host, Access())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "chat.local", "localhost.evil.example"])
def test_network_needs_one(host):
    with pytest.raises(rag.RagError, match=r"FOOTNOTE_PASSWORD.*127\.0\.0\.1"):
        refuse_open_bind(host, Access())
    refuse_open_bind(host, Access("12345678"))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_short_secret_is_refused(host):
    with pytest.raises(rag.RagError, match="7 characters, expected at least 8"):
        refuse_open_bind(host, Access("1234567"))
    with pytest.raises(rag.RagError, match="7 characters"):
        refuse_open_bind(host, Access("12345678", "1234567"))


def test_password_for_reading_must_be_another():
    with pytest.raises(rag.RagError, match="choose another"):
        refuse_open_bind("127.0.0.1", Access("12345678", "12345678"))
