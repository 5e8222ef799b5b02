"""The handlers of the page, called as Gradio calls them, without a browser."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import gradio as gr
from browsing import Fixed
from colours import ColourEmbedder
from frames import ours

import rag
from rag.conversations.archive import Archive
from rag.datatypes import Vectors
from rag.index.places import open_index
from web.api.metrics import Meter
from web.api.service import Asking
from web.page.handlers import Chat

MOST_FRAMES = 5  # from the handler to the embedder


class LookingEmbedder(ColourEmbedder):
    """Keeps the path by which its first question came: in the thread that asked, then in this one."""

    def __init__(self, asking: int) -> None:
        super().__init__()
        self.asking = asking
        self.path: list[str] = []

    def embed_query(self, text: str) -> Vectors:
        if not self.path:
            self.path = [*ours(sys._current_frames()[self.asking]), *ours(sys._getframe())]
        return super().embed_query(text)


def test_few_frames_lie_between_the_page_and_the_embedder(small_index, tmp_path):
    embedder = LookingEmbedder(threading.get_ident())
    chatbot = rag.Chatbot(open_index(small_index), embedder)
    event = gr.EventData(None, {"question": "Who sings?", "run": "1"})
    request = SimpleNamespace(cookies={"footnote_visitor": "a-visitor"}, session_hash="", headers={})
    archive = Archive(tmp_path / "kept.sqlite3")
    views = list(Chat(Asking(Fixed(chatbot), Meter()), archive).ask(event, request))
    archive.close()
    assert "sings" in views[-1][1]
    assert embedder.path[0] == "Chat.ask"
    assert embedder.path[-1] == "Retriever.search"
    assert len(embedder.path) <= MOST_FRAMES, embedder.path
