"""What the page gets for a text that is to be checked."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from web.api.service import Asking, Query
from web.page.checking.result import check_html, refused_html
from web.page.commands import command, drop_gone, excuse, request_id


def make_checker(asking: Asking) -> Callable[[gr.EventData, gr.Request], str]:
    """The handler that checks the text of an event."""

    def check(event: gr.EventData, request: gr.Request) -> str:
        """The text with its verdicts, or why it could not be checked."""
        asked = command(event)
        try:
            where = drop_gone(asked.filter(), asking.collection.documents)
            query = Query(asked.question, where=where, request=request_id(request))
            return check_html(asking.check("chat", query), key=asked.run)
        except Exception as problem:  # whatever it is, the text stays in its box
            return refused_html(excuse(problem), key=asked.run)

    return check
