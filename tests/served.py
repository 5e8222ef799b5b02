"""The server of the doors on this machine, over a chatbot of the test."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gradio as gr
import uvicorn
from starlette.types import ASGIApp

import rag
from web.api.mcp_server import endpoints
from web.api.metrics import Meter
from web.api.routes import programs
from web.api.service import Asking
from web.slow_clients import PatientProtocol


@dataclass(frozen=True)
class Documents:
    """What the doors take of a collection: here always the same chatbot, or none."""

    answering: rag.Chatbot | None

    @property
    def chatbot(self) -> rag.Chatbot:
        if self.answering is None:
            raise rag.CorpusError("there are no documents: add one")
        return self.answering

    @property
    def documents(self) -> tuple[rag.Document, ...]:
        return self.answering.documents if self.answering else ()


@contextmanager
def doors(chatbot: rag.Chatbot | None) -> Iterator[str]:
    """Yield the address of the doors alone."""
    with listening(programs(Asking(Documents(chatbot), Meter()))) as address:
        yield address


@contextmanager
def doors_with_page(chatbot: rag.Chatbot) -> Iterator[str]:
    """Yield the address of the doors with a page mounted on them, as the chat has one."""
    asking = Asking(Documents(chatbot), Meter())

    async def drawn() -> ASGIApp:  # where no loop runs, Gradio makes some and leaves them open
        with gr.Blocks(analytics_enabled=False) as page:
            gr.Markdown("The page.")
            endpoints(asking)
        return gr.mount_gradio_app(programs(asking), page, path="/", run_history=False)

    with listening(asyncio.run(drawn())) as address:
        yield address


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Yield the address at which an application is served."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=PatientProtocol, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()
