"""The server of the web chat: a socket, the page as a web application, and what guards it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import rag

WEB = Path(__file__).parent

# Gradio needs inline scripts and eval; handlers in attributes, and every other host, it does not.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "script-src-attr 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
THEME = gr.themes.Base(
    primary_hue="teal",
    secondary_hue="teal",
    neutral_hue="stone",
    font=["ui-sans-serif", "system-ui", "sans-serif"],
    font_mono=["ui-monospace", "monospace"],
).set(
    body_text_color_subdued="*neutral_600",
    body_text_color_subdued_dark="*neutral_400",
    link_text_color="*primary_700",
    link_text_color_dark="*primary_400",
    input_background_fill="*background_fill_primary",
    input_background_fill_dark="*background_fill_primary",
    input_placeholder_color="*neutral_500",
    input_placeholder_color_dark="*neutral_400",
    border_color_accent_subdued="*primary_200",
)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.  Raises RagError if it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise rag.RagError(f"port {port} is taken: choose another with --port") from None
        raise rag.RagError(f"cannot listen on {host} port {port}: {error.strerror}") from None


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def site(page: gr.Blocks) -> ASGIApp:
    """The page as a web application that tells no visitor more than it must."""
    mounted = gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,  # byte: nothing is ever uploaded here
        theme=THEME,
        css_paths=WEB / "chat.css",
        head=f"<script>{(WEB / 'chat.js').read_text(encoding='utf-8')}</script>",
    )
    return _with_policy(mounted)


def serve(drawn: ASGIApp, listener: socket.socket) -> None:
    """Answer what comes to `listener` until the process ends."""
    _Server(uvicorn.Config(drawn, log_level="error")).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that leaves the signals alone: its own farewell prints a traceback a visitor."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _with_policy(site: ASGIApp) -> ASGIApp:
    """The same application, with POLICY on each of its responses."""
    headers = [
        (b"content-security-policy", POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await site(scope, receive, send_guarded)

    return guarded
