"""Whose conversations are whose: a random name in a cookie, which only the server reads."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "footnote_visitor"
YEAR = 365 * 24 * 3600  # seconds that it lasts


def visitor(cookies: Mapping[str, str]) -> str:
    """The name of who asks, "" if the browser keeps no cookies."""
    return cookies.get(COOKIE, "")


def with_visitor_cookie(app: ASGIApp) -> ASGIApp:
    """The same application; who comes to its page without a name is given one."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and scope["path"] == "/" and not _has_cookie(scope):
                cookie = (
                    f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Strict"
                )
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await app(scope, receive, send_with_cookie)

    return call


def _has_cookie(scope: Scope) -> bool:
    """Whether the visitor brings the cookie."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return bool(visitor(cookie_parser(sent.decode("latin-1"))))
