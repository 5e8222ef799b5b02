"""The left of the page: the conversations of a visitor, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.conversations.records import TITLE, Heading
from web.page.downloads import conversation_links

BEGIN = """
<div id="begin"><button type="button" data-new class="primary">New conversation</button>
<form id="seek" role="search"><label for="seek-words" class="hidden">Search your conversations</label>
<input id="seek-words" type="search" placeholder="Search conversations" autocomplete="off"></form></div>
"""


def conversation_list_html(headings: Sequence[Heading], current: str, search: str = "") -> str:
    """The list of conversations, newest first, and what can be done with the `current` one.

    With `search` those `headings` are what has these words.
    """
    rows = "".join(_heading_row(heading, current) for heading in headings)
    kept = "Your conversations are kept here, on this machine."
    empty = "No conversation has these words." if search else kept
    listed = f"<ul>{rows}</ul>" if rows else f'<p class="facts" role="status">{empty}</p>'
    title = next((heading.title for heading in headings if heading.id == current), "")
    deeds = (_rename(current, title) + conversation_links(current)) if title else ""
    if rows and not search:
        deeds += '<button type="button" data-forget-all data-sure="Really delete all?">Delete all</button>'
    keeping = f'<div class="keeping">{deeds}</div>' if deeds else ""
    return f'<nav id="talks" aria-label="Conversations">{listed}{keeping}</nav>'


def _heading_row(heading: Heading, current: str) -> str:
    here = ' aria-current="true"' if heading.id == current else ""
    title, name = escape(heading.title), escape(heading.id)
    return (
        f'<li><button type="button" class="open" data-open="{name}"{here}>{title}</button>'
        f'<button type="button" class="forget" data-forget="{name}" aria-label="Delete “{title}”" '
        'data-sure="Delete?">×</button></li>'
    )


def _rename(id: str, title: str) -> str:
    """Where the current conversation is called otherwise."""
    return (
        f'<details><summary>Rename</summary><form data-rename="{escape(id)}">'
        '<label for="name" class="hidden">Name of this conversation</label>'
        f'<input id="name" type="text" value="{escape(title)}" maxlength="{TITLE}" autocomplete="off">'
        '<button type="submit">Save</button></form></details>'
    )
