"""The server: a socket, the page and the doors for programs as one web application, and what guards it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import rag
from rag.collection import Collection
from rag.conversations.archive import Archive
from web.api.metrics import Meter
from web.api.routes import programs
from web.api.service import Asking
from web.auth import Access, with_auth
from web.content_policy import with_content_policy
from web.page.downloads import exports
from web.page.layout import build_page
from web.request_log import log_as_json, with_request_id
from web.slow_clients import PatientProtocol
from web.tracing import NO_TRACER, CollectorTracer
from web.visitors import with_visitor_cookie

STATIC = Path(__file__).parent / "page" / "static"

SCRIPTS = ("pages.js", "viewer.js", "files.js", "check.js", "chat.js")
EVERYBODY = Access()
CONNECTIONS = 800  # open at a time; with more a whole head gets 503, and slow_clients.OPEN end unheard
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.  Raises RagError if it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # Connections inherit it; without it each answer waits 40 ms for the reader's receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise rag.RagError(f"port {port} is taken: choose another with --port") from None
        raise rag.RagError(f"cannot listen on {host} port {port}: {error.strerror}") from None


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def site(
    page: gr.Blocks, asking: Asking, archive: Archive, *, access: Access = EVERYBODY, root_path: str = ""
) -> ASGIApp:
    """The page and the doors for programs, for those who have `access`.

    `root_path` is what a proxy has before the site's own paths, "" if nothing: "/footnote".

    Raises RagError if the site has paths of its own below that.
    """
    app = programs(asking, root_path=root_path)
    app.include_router(exports(archive))
    if root_path and _has_paths_below(app, root_path):
        raise rag.RagError(
            f"the path before the site is {root_path}, and the site has such paths itself: choose another "
            "with --root-path, such as /footnote"
        )
    scripts = "".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    head = f"<script>{scripts}</script>"
    mounted = gr.mount_gradio_app(
        app,
        page,
        path="/",
        root_path=root_path or None,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,  # byte: files come through the door for documents
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css_paths=STATIC / "chat.css",
        head=head,
    )
    guarded = _with_headers(with_content_policy(with_auth(with_visitor_cookie(mounted), access), head))
    return with_request_id(_below(root_path, guarded) if root_path else guarded)


def serve_chat(
    collection: Collection,
    archive: Archive,
    listener: socket.socket,
    *,
    access: Access = EVERYBODY,
    root_path: str = "",
    log_json: bool = False,
    log_questions: bool = False,
    otlp: str = "",
    progress: Callable[[str], None] = lambda line: None,
) -> None:
    """Answer what comes to `listener` until the process ends.

    The documents are those of `collection`, conversations are kept in `archive`; `access` and `root_path` are
    those of `site`.  With `log_json` each request and question is a line on stdout, with `log_questions` in
    its words.  `otlp` is the address of a collector of OpenTelemetry, which gets what both took.

    Raises RagError if there is one and the packages for that are not installed.
    """
    tracer = CollectorTracer(otlp) if otlp else NO_TRACER
    if log_json:
        log_as_json()
    progress(f"Drawing the page over {len(collection.documents)} documents …")
    asking = Asking(collection, Meter(log_questions=log_questions, tracer=tracer))
    app = site(build_page(asking, archive), asking, archive, access=access, root_path=root_path)
    progress(f"Footnote is ready: {address(listener)}{root_path}")
    log = {"log_config": None} if log_json else {"log_level": "error"}
    traced = tracer.trace_requests(app)
    config = uvicorn.Config(traced, http=PatientProtocol, limit_concurrency=CONNECTIONS, **log)
    _Server(config).run(sockets=[listener])


def _below(root_path: str, app: ASGIApp) -> ASGIApp:
    """The same application below `root_path`, whether the proxy before it takes that off or leaves it on."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == root_path:
            # Addresses on the page are relative, so that its own must end in a slash.
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{root_path}/{'?' if query else ''}{query}")(scope, receive, send)
            return
        while scope.get("path", "").startswith(f"{root_path}/"):
            scope = {**scope, "path": scope["path"].removeprefix(root_path)}
        await app(scope, receive, send)

    return call


def _has_paths_below(app: FastAPI, root_path: str) -> bool:
    """Whether one of the application's own routes is `root_path` or takes what is below it."""
    scopes = ({"type": "http", "method": "GET", "path": f"{root_path}{end}"} for end in ("", "/x"))
    return any(route.matches(scope)[0] is not Match.NONE for scope in scopes for route in app.routes)


class _Server(uvicorn.Server):
    """A server that leaves the signals alone: its own farewell prints a traceback a visitor."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _with_headers(app: ASGIApp) -> ASGIApp:
    """The same application with HEADERS on each response."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await app(scope, receive, send_with_headers)

    return call
