"""The Content-Security-Policy: of scripts, only the site's files and those that the page was made with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html.parser import HTMLParser

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# 'unsafe-eval' is Gradio's need: its HTML component compiles a template, which is always "${value}", to a
# function.  Styles stand in attributes all over its page.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


def with_content_policy(app: ASGIApp, head: str) -> ASGIApp:
    """The same application with the policy on each response.

    On the page at "/" the scripts are allowed with which the server sends it, and that of `head`, which
    Gradio puts into it in the browser.  It is held until it is whole, since their hashes go before it.
    """
    ours = script_hashes(head)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        page = bytearray()

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_policy(message, ())
            await send(message)

        async def send_page(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            page.extend(message.get("body", b""))
            if not message.get("more_body"):
                _add_policy(start, [*ours, *script_hashes(page.decode(errors="replace"))])
                await send(start)
                await send({"type": "http.response.body", "body": bytes(page)})

        if scope["type"] == "http" and scope["path"] == "/":
            # Scripts are hashed as they are, so that the page must not come compressed.
            plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            await app({**scope, "headers": plain}, receive, send_page)
        else:
            await app(scope, receive, send_with_policy)

    return call


def _add_policy(start: Message, hashes: Sequence[str]) -> None:
    scripts = "".join(f" '{name}'" for name in hashes)
    MutableHeaders(scope=start)["content-security-policy"] = POLICY.format(scripts=scripts)


def script_hashes(page: str) -> list[str]:
    """The source of each script that stands in a page of HTML, in its order.

    >>> script_hashes("<script>f()</script><script src='x.js'></script>")
    ['sha256-GcEEE0IkDzIP5EQ6DXZaDPORqT5RTBELX8Fyzyg9yvo=']
    """
    scripts = _Scripts()
    scripts.feed(page)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts.found)
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]


class _Scripts(HTMLParser):
    """The texts of the scripts without a source."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag == "script" and "src" not in dict(attrs)
        if self._open:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[-1] += data
