"""Who may ask, who may change the documents too, and no other site in a visitor's name."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

import rag
from web.tries import Tries

SHORTEST = 8  # characters of a secret
DOCUMENTS = "/v1/documents"  # below which documents are changed, by all that is not SAFE
READER = "x-footnote-reader"  # the header that tells the page of a visitor who may not change them
OPEN = "/healthz"  # what anybody may ask, for whoever watches the server
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
SAFE = ("GET", "HEAD", "OPTIONS")
DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # in no path of the site; a router may overlook one at its end


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what: `secret` is for all, `reading_secret` for asking and reading; "" is none.

    With `read_only` nobody changes the documents here.
    """

    secret: str = ""
    reading_secret: str = ""
    read_only: bool = False

    def may_change(self, given: str) -> bool | None:
        """Whether who gives this may change the documents; None if he may not even ask."""
        if not self.secret and not self.reading_secret:
            return not self.read_only
        if _is_same(given, self.secret):
            return not self.read_only
        return False if _is_same(given, self.reading_secret) else None


def refuse_open_bind(host: str, access: Access) -> None:
    """Nothing, if a server on `host` is safe with `access`.

    Raises RagError if others than this machine could ask without a secret, or one is too short, or both are
    the same.
    """
    for secret in filter(None, (access.secret, access.reading_secret)):
        if len(secret) < SHORTEST:
            raise rag.RagError(
                f"a password has {len(secret)} characters, expected at least {SHORTEST}: choose a longer one"
            )
    if access.secret and _is_same(access.secret, access.reading_secret):
        raise rag.RagError("the password for reading is that for changing: choose another")
    if not (access.secret or access.reading_secret) and not _is_loopback(host):
        raise rag.RagError(
            f"on {host or 'every address'} anybody in the network could ask: set a password in "
            "$FOOTNOTE_PASSWORD or --password, or listen on 127.0.0.1"
        )


def with_auth(app: ASGIApp, access: Access) -> ASGIApp:
    """`app` for those who know a secret and come from no other site; without one, for this machine alone.

    The secret is the password of HTTP Basic, with any user name, or a bearer's token.
    """
    tries = Tries()

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        locked = bool(access.secret or access.reading_secret)
        may_change = access.may_change(_secret_in(headers.get("authorization", "")))
        refusal = (
            _refuse_control(scope)
            or _refuse_foreign(scope, headers, locked)
            or _refuse_unknown(scope, headers, may_change, tries)
            or _refuse_change(scope, may_change)
        )
        if refusal is None:
            told = [(name, value) for name, value in scope["headers"] if name != READER.encode()]
            if not may_change:
                told.append((READER.encode(), b"1"))
            await app({**scope, "headers": told}, receive, send)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    return guard


def _refuse_control(scope: Scope) -> PlainTextResponse | None:
    """The refusal of a path that is not what it looks like."""
    if _CONTROL.search(scope["path"]):
        return PlainTextResponse("a path has no control characters\n", 400)
    return None


def _refuse_foreign(scope: Scope, headers: Headers, locked: bool) -> PlainTextResponse | None:
    """The refusal of what another site sends in a visitor's name.

    Whatever the method: to a foreign Origin Gradio allows to read what it GETs, with credentials.
    """
    host = headers.get("host", "")
    if not locked and not _is_loopback(_name(host)):
        # A name of elsewhere that leads here is how a page reads what only this machine may.
        return PlainTextResponse("without a password this server answers to localhost alone\n", 403)
    origin = headers.get("origin")
    changing = scope["type"] == "http" and scope["method"] not in SAFE
    if (origin is not None and not _same(origin, host)) or (
        changing and headers.get("sec-fetch-site") == "cross-site"
    ):
        return PlainTextResponse("this comes from another site than it goes to\n", 403)
    return None


def _refuse_unknown(
    scope: Scope, headers: Headers, may_change: bool | None, tries: Tries
) -> PlainTextResponse | None:
    """The refusal of who does not know a secret, and of who has tried too many."""
    if scope["path"] == OPEN and scope["type"] == "http" and scope["method"] in SAFE:
        return None
    address = (scope.get("client") or ("",))[0]
    if "authorization" in headers:
        if pause := tries.pause(address):  # a right one, too: else it would be found among the wrong
            wait = {"retry-after": str(pause)}
            return PlainTextResponse(f"too many wrong passwords: try again in {pause} s\n", 429, wait)
        if may_change is None:
            tries.note_wrong(address)
    return PlainTextResponse("a password is needed\n", 401, CHALLENGE) if may_change is None else None


def _refuse_change(scope: Scope, may_change: bool | None) -> PlainTextResponse | None:
    """The refusal of what would change the documents, to who may only read."""
    changing = scope["type"] == "http" and scope["method"] not in SAFE
    if changing and not may_change and f"{scope['path']}/".startswith(f"{DOCUMENTS}/"):
        return PlainTextResponse("documents are only read here, with this password or at all\n", 403)
    return None


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


def _is_same(given: str, secret: str) -> bool:
    """Whether a secret is the one that was given, in a time that tells nothing; none is no one's."""
    return bool(secret) and hmac.compare_digest(_normal(given), _normal(secret))


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
