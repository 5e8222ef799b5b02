"""The web chat: ``python app.py``, then open http://127.0.0.1:7860.

Nothing is computed here: the chatbot answers, and the page shows its Answers in the middle, their
sources on the right and the conversations so far on the left.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # before the slow imports: Ctrl-C ends those quietly too
    for ending in (signal.SIGINT, signal.SIGTERM):  # what is kept is on disk, so nothing is cleaned up
        signal.signal(ending, lambda number, _: os._exit(128 + number))
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: no call home

import gradio as gr

import rag
from rag.cli.main import say
from rag.cli.model_options import model_options, open_model
from rag.collection import Collection
from rag.conversations.archive import NAME, Archive
from web.api.mcp_server import endpoints
from web.api.metrics import Meter
from web.api.service import Asking
from web.auth import refuse_open_bind
from web.page import conversation as drawing
from web.page import documents as shelf
from web.page import sources
from web.page.handlers import Chat
from web.server import address, listen, serve, site

COMPOSER = """
<form id="ask"><p id="told" class="facts" hidden></p>
<label for="question" class="hidden">Your question</label>
<textarea id="question" rows="1" placeholder="Ask about the documents" autofocus></textarea>
<button type="submit" class="primary">Ask</button>
<button type="button" id="stop" hidden>Stop</button></form>
<p id="live" class="hidden" role="status" aria-live="polite"></p>
"""


def build(asking: Asking, archive: Archive) -> gr.Blocks:
    """The page over the documents that `asking` asks; conversations are kept in `archive`.

    The page sends every command as an event of the composer, with its details (see chat.js).
    """
    chat, collection = Chat(asking, archive), asking.collection
    part: dict[str, Any] = {"apply_default_css": False, "padding": False, "js_on_load": None}
    with gr.Blocks(title="Footnote", analytics_enabled=False) as page:
        endpoints(asking)  # first, so that the names of its endpoints are not taken
        top = gr.HTML(shelf.header(collection.documents, collection.answerer), **part)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", min_width=0):
                talks = gr.HTML("", **part)
            with gr.Column(elem_id="middle", min_width=0):
                talk = gr.HTML(drawing.talk(drawing.UNREAD, shelf.welcome(collection)), **part)
                chips = gr.HTML("", **part)
                composer = gr.HTML(COMPOSER, **part | {"js_on_load": "footnote.connect(trigger)"})
            with gr.Column(elem_id="documents", min_width=0):
                gr.HTML(shelf.adding(collection.suffixes), **part)
                documents = gr.HTML("", **part)
            with gr.Column(elem_id="right", min_width=0):
                reader = gr.HTML("", **part)
                panel = gr.HTML(sources.panel(()), **part)
        view = [talks, talk, panel]
        quiet: dict[str, Any] = {
            "show_progress": "hidden",
            "api_visibility": "private",
            "trigger_mode": "multiple",
        }
        streamed = quiet | {"concurrency_limit": None}  # a chatbot is safe to share between threads
        at_once = quiet | {"queue": False}
        page.load(chat.begin, None, [top, *view, documents], **at_once)
        composer.submit(chat.ask, None, view, **streamed)
        composer.tick(chat.nudge, None, None, **streamed)
        composer.stop(chat.stop, None, None, **at_once)
        composer.select(chat.open, None, view, **at_once)
        composer.delete(chat.delete, None, view, **at_once)
        composer.like(chat.rate, None, talk, **at_once)
        composer.expand(chat.read, None, reader, **at_once)
        composer.input(chat.find, None, documents, **at_once)
        composer.upload(chat.changed, None, [top, talk, documents], **at_once)
        composer.apply(chat.suggest, None, chips, **at_once)
    return page


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the chat until it is interrupted; the exit status: 1 if it could not start."""
    parser = argparse.ArgumentParser(
        prog="app.py", description="The web chat of Footnote.", parents=[model_options()]
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        help="the folder of documents, indexed first if need be (default: that of the index)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=7860, help="port, 0 for any (%(default)s)")
    parser.add_argument("--index", type=Path, default=Path("index"), help="folder of the index (%(default)s)")
    parser.add_argument(
        "--password",
        metavar="WORD",
        help="what visitors and programs must give, needed for any --host but this machine; "
        "better in $FOOTNOTE_PASSWORD, where no one sees it",
    )
    options = parser.parse_args(argv)
    secret = options.password or os.environ.get("FOOTNOTE_PASSWORD", "")
    try:
        refuse_open_bind(options.host, secret)
        listener = listen(options.host, options.port)  # first: it fails in no time
        say(f"Opening the index in {options.index} …")
        model = open_model(options, os.environ)
        collection = Collection(options.index, options.folder, answerer=model, progress=say)
        archive = Archive(options.index / NAME)
    except rag.RagError as error:
        say(f"app.py: {error}")
        return 1
    say(f"Drawing the page over {len(collection.documents)} documents …")
    asking = Asking(collection, Meter())
    drawn = site(build(asking, archive), asking, archive, secret=secret)
    say(f"Footnote is ready: {address(listener)}")
    serve(drawn, listener)
    return 0


def _port(text: str) -> int:
    """The number of a port; argparse reports the ValueError of any other text."""
    if not 0 <= int(text) <= 65535:
        raise ValueError(text)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
