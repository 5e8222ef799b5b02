"""The page as a whole: its columns, and which event of the composer goes to which handler."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.conversations.archive import Archive
from web.api.mcp_server import endpoints
from web.api.service import Asking
from web.page.checking.handlers import make_checker
from web.page.checking.result import FORM
from web.page.conversation import UNREAD, conversation_html
from web.page.conversation_list import BEGIN
from web.page.documents import header_html, upload_html, welcome_html
from web.page.handlers import Chat
from web.page.sources import sources_html

COMPOSER = """
<form id="ask"><p id="told" class="facts" hidden></p>
<label for="question" class="hidden">Your question</label>
<textarea id="question" rows="1" placeholder="Ask about the documents" autofocus></textarea>
<button type="submit" class="primary">Ask</button>
<button type="button" id="stop" hidden>Stop</button></form>
<p id="live" class="hidden" role="status" aria-live="polite"></p>
"""


def build_page(asking: Asking, archive: Archive) -> gr.Blocks:
    """The page over the documents that `asking` asks; conversations are kept in `archive`.

    The page sends every command as an event of the composer, with its details (see chat.js).
    """
    chat, collection = Chat(asking, archive), asking.collection
    part: dict[str, Any] = {"apply_default_css": False, "padding": False, "js_on_load": None}
    page: gr.Blocks
    with gr.Blocks(title="Footnote", analytics_enabled=False) as page:
        endpoints(asking)  # first, so that the names of its endpoints are not taken
        top = gr.HTML(header_html(collection.documents, collection.llm), **part)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left", min_width=0):
                gr.HTML(BEGIN, **part)
                conversations = gr.HTML("", **part)
            with gr.Column(elem_id="middle", min_width=0):
                conversation = gr.HTML(conversation_html(UNREAD, welcome_html(collection)), **part)
                chips = gr.HTML("", **part)
                composer = gr.HTML(COMPOSER, **part | {"js_on_load": "footnote.connect(trigger)"})
            with gr.Column(elem_id="documents", min_width=0):
                gr.HTML(upload_html(collection), **part)
                folder = gr.HTML("", **part)
                documents = gr.HTML("", **part)
            with gr.Column(elem_id="drafts", min_width=0):
                gr.HTML(FORM, **part)
                checked = gr.HTML("", **part)
            with gr.Column(elem_id="right", min_width=0):
                viewer = gr.HTML("", **part)
                panel = gr.HTML(sources_html(()), **part)
        view = [conversations, conversation, panel]
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
        composer.edit(chat.rename, None, [conversations, conversation], **at_once)
        composer.key_up(chat.search, None, conversations, **at_once)
        composer.like(chat.rate, None, conversation, **at_once)
        composer.expand(chat.read, None, viewer, **at_once)
        composer.input(chat.find, None, documents, **at_once)
        composer.focus(chat.look, None, folder, **at_once)
        composer.upload(chat.refresh, None, [top, conversation, documents], **at_once)
        composer.retry(make_checker(asking), None, checked, **at_once)
        composer.apply(chat.suggest, None, chips, **at_once)
    return page
