"""Who may ask: a shared secret, and no other site in a visitor's name."""

from __future__ import annotations

import base64
import binascii
import hmac
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

import rag

SHORTEST = 8  # characters of a secret
WRONG = 0.5  # seconds that a wrong secret costs, one after the other, whoever tries them
OPEN = "/healthz"  # what anybody may ask, for whoever watches the server
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
SAFE = ("GET", "HEAD", "OPTIONS")
DEFAULT_PORTS = {"http": 80, "https": 443}


def refuse_open_bind(host: str, secret: str) -> None:
    """Nothing, if a server on `host` is safe with `secret`, "" for none.

    Raises RagError if others than this machine could ask without a secret, or it is too short.
    """
    if secret and len(secret) < SHORTEST:
        raise rag.RagError(
            f"the password has {len(secret)} characters, expected at least {SHORTEST}: choose a longer one"
        )
    if not secret and not _is_loopback(host):
        raise rag.RagError(
            f"on {host or 'every address'} anybody in the network could ask: set a password in "
            "$FOOTNOTE_PASSWORD or --password, or listen on 127.0.0.1"
        )


def with_auth(app: ASGIApp, secret: str) -> ASGIApp:
    """`app` for those who know `secret` and come from no other site; with "", for this machine alone.

    The secret is the password of HTTP Basic, with any user name, or a bearer's token.
    """

    trying = anyio.Lock()

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _refuse_foreign(scope, headers, secret) or await _refuse_unknown(
            scope, headers, secret, trying
        )
        if refusal is None:
            await app(scope, receive, send)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    return guard


def _refuse_foreign(scope: Scope, headers: Headers, secret: str) -> PlainTextResponse | None:
    """The refusal of what another site sends in a visitor's name.

    Whatever the method: to a foreign Origin Gradio allows to read what it GETs, with credentials.
    """
    host = headers.get("host", "")
    if not secret and not _is_loopback(_name(host)):
        # A name of elsewhere that leads here is how a page reads what only this machine may.
        return PlainTextResponse("without a password this server answers to localhost alone\n", 403)
    origin = headers.get("origin")
    changing = scope["type"] == "http" and scope["method"] not in SAFE
    if (origin is not None and not _same(origin, host)) or (
        changing and headers.get("sec-fetch-site") == "cross-site"
    ):
        return PlainTextResponse("this comes from another site than it goes to\n", 403)
    return None


async def _refuse_unknown(
    scope: Scope, headers: Headers, secret: str, trying: anyio.Lock
) -> PlainTextResponse | None:
    """The refusal of who does not know the secret, after a while if a wrong one was tried."""
    if not secret or (scope["path"] == OPEN and scope["type"] == "http"):
        return None
    authorization = headers.get("authorization")
    if authorization is not None:
        if hmac.compare_digest(_normal(_secret_in(authorization)), _normal(secret)):
            return None
        async with trying:
            await anyio.sleep(WRONG)
    return PlainTextResponse("a password is needed\n", 401, CHALLENGE)


def _secret_in(authorization: str) -> str:
    """The secret in the header, which came as Latin-1 as all headers do; "" if there is none."""
    scheme, _, given = authorization.partition(" ")
    sent = given.strip().encode("latin-1")
    if scheme.lower() == "basic":
        try:
            sent = base64.b64decode(sent, validate=True).partition(b":")[2]
        except binascii.Error:
            return ""
    elif scheme.lower() != "bearer":
        return ""
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def _normal(secret: str) -> bytes:
    """A secret in the one form that RFC 7617 asks for, whichever way its accents were typed."""
    return unicodedata.normalize("NFC", secret).encode(errors="surrogatepass")


def _same(origin: str, host: str) -> bool:
    """Whether an Origin is the server's own.

    >>> _same("https://chat.example", "chat.example:443"), _same("http://localhost:1", "localhost:2")
    (True, False)
    """
    try:
        there = urlsplit(origin)
        here = urlsplit(f"{there.scheme}://{host}")
        default = DEFAULT_PORTS.get(there.scheme)
        return bool(there.hostname) and (there.hostname, there.port or default) == (
            here.hostname,
            here.port or default,
        )
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name or address in a Host header, without its port.

    >>> _name("[::1]:7860"), _name("localhost:7860")
    ('::1', 'localhost')
    """
    try:
        return urlsplit(f"http://{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    """Whether nobody but this machine can be meant."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
