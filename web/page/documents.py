"""What the page says of the documents: the header, the first words to a visitor, the documents view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

import rag
from rag.collection import Collection
from rag.documents.folder.changes import Changes
from rag.documents.labels import date_text
from rag.documents.skipped import describe_skipped
from web.page.sources import facts_html

MOST_ROWS = 200  # documents listed at once; the filter finds the others
MOST_TITLES = 6  # named on the first screen
MOST_SUFFIXES = 4
MOST_KINDS = 3  # of files not read, named before the list of them is opened


def header_html(documents: Sequence[rag.Document], llm: rag.OpenAIModel | None) -> str:
    """The name of the page, over what it answers, and the way to its three views."""
    author = ""
    if llm:
        author = (
            f'<p class="facts">The answers are written by {escape(llm.name)}, to which the passages go, '
            f"at {escape(llm.host)}; what the documents do not bear out is left out.</p>"
        )
    return (
        '<header id="top"><h1>Footnote<sup aria-hidden="true">1</sup></h1>'
        f"<p>Answers from {_many(len(documents))}, each sentence proved by the exact words of its source.</p>"
        f"{author}"
        '<nav aria-label="Views"><button type="button" data-view="chat" aria-current="page">Chat</button>'
        '<button type="button" data-view="check">Check a text</button>'
        f'<button type="button" data-view="documents">Documents <span>{len(documents)}</span></button>'
        "</nav></header>"
    )


def welcome_html(collection: Collection) -> str:
    """What a new visitor is told: what this is, what it knows, what it will not do."""
    documents = collection.documents
    if not documents:
        return (
            '<div class="welcome"><h2>There are no documents yet</h2><div class="adding">'
            f"<p>Add {_enumerate(collection.suffixes)} files under Documents, or put them into the folder "
            f"<code>{escape(str(collection.folder))}</code> and take them in. Then ask what they say.</p>"
            '<p><button type="button" class="primary" data-view="documents">Add documents</button></p>'
            "</div></div>"
        )
    titles = "".join(f"<li>{_title(document)}</li>" for document in documents[:MOST_TITLES])
    more = len(documents) - MOST_TITLES
    rest = f"<li>and {more} more, under Documents</li>" if more > 0 else ""
    return (
        '<div class="welcome"><h2>Ask the documents</h2>'
        "<p>Every sentence of an answer ends in a number. Click it, and the document opens at the very words."
        "</p>"
        "<p>What the documents do not say, it does not answer, and tells you so. It does not search the web, "
        "calculate or give an opinion. Its choice of sentences can be wrong: look before you quote.</p>"
        f'<h3>What it knows{_span(documents)}</h3><ul class="titles">{titles}{rest}</ul></div>'
    )


def documents_html(collection: Collection, words: str = "", *, may_change: bool = True) -> str:
    """The documents view: what there is, with `words` in its title, publisher or id.

    For who may not change the documents it has nothing that would, and the page hides how to add.
    """
    documents = collection.documents
    matching = [d for d in documents if words.casefold() in _searched(d).casefold()]
    indexed = collection.indexing_times
    rows = "".join(_row(d, indexed.get(d.id), may_change) for d in matching[:MOST_ROWS])
    status = f"{_many(len(documents))} in the index. Tick some to ask only those"
    if words or len(matching) > MOST_ROWS:
        status += f"; {min(len(matching), MOST_ROWS)} shown"
    skipped = "".join(f"<li>{escape(skip.path)}: {escape(skip.reason)}</li>" for skip in collection.skipped)
    kinds = describe_skipped(collection.skipped)
    head = "; ".join(kinds) if len(kinds) <= MOST_KINDS else f"{len(collection.skipped)} files were not read"
    skipped = "".join(f"<li>{escape(kind)}</li>" for kind in kinds if len(kinds) > MOST_KINDS) + skipped
    unread = (
        f'<details class="why"><summary>{escape(head)}</summary><ul>{skipped}</ul></details>'
        if skipped
        else ""
    )
    return (
        f'<section id="shelf" aria-labelledby="shelf-title"{"" if may_change else " data-read-only"}>'
        '<h2 id="shelf-title" tabindex="-1">Documents</h2>'
        f'<p class="facts" role="status">{status}</p>{unread}'
        f'<ul class="rows">{rows}</ul></section>'
    )


def folder_html(changes: Changes) -> str:
    """What has changed in the folder since it was indexed, and a button that takes it in; or ""."""
    if not changes:
        return ""
    moved = tuple(f"{before} → {path}" for before, path in changes.moved)
    kinds = {"new": changes.new, "changed": changes.changed, "moved": moved, "gone": changes.gone}
    lines = [f"{kind}: {path}" for kind, paths in kinds.items() for path in paths]
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines[:MOST_ROWS])
    rest = len(lines) - MOST_ROWS
    rows += f"<li>and {rest:,} more</li>" if rest > 0 else ""
    counts = ", ".join(f"{len(paths):,} {kind}" for kind, paths in kinds.items() if paths)
    return (
        '<section class="notice" role="status" aria-label="Changes in the folder">'
        f"<p>The folder has changed since it was indexed: {counts}.</p>"
        f'<details class="why"><summary>Which files</summary><ul>{rows}</ul></details>'
        '<button type="button" class="primary" data-sync>Take the changes in</button></section>'
    )


def notice_html(text: str) -> str:
    """What the documents view has to say of what went wrong."""
    return f'<p class="notice" role="status">{escape(text)}</p>'


def upload_html(collection: Collection) -> str:
    """Where files are dropped or chosen, and where it is said what became of each."""
    suffixes, name = collection.suffixes, collection.folders.named[0][0]
    first = f" called {escape(name)}" if name else ""
    return (
        '<div id="drop"><label for="files">Add documents</label>'
        f'<input id="files" type="file" multiple accept="{",".join(suffixes)}">'
        f'<p class="facts">Or drop them here: {_enumerate(suffixes)}. They are copied into the folder of '
        f"documents{first}.</p>"
        '<div role="log" aria-label="What became of the files"><ul id="added"></ul></div></div>'
        '<form id="filter" role="search">'
        '<label for="filter-words">Find a document by title or publisher</label>'
        '<input id="filter-words" type="search" autocomplete="off"></form>'
    )


def _row(document: rag.Document, indexed: datetime | None, may_change: bool) -> str:
    """One document: whether it is asked, what it is, and what can be done with it."""
    name, title = escape(document.id), escape(document.title)
    when = f" · indexed {date_text(indexed.date())}, {indexed:%H:%M} UTC" if indexed else ""
    when += f" · date from {escape(document.date_from)}" if document.date_from else ""
    when += f" · {escape(document.encoding)}" if document.encoding != "utf-8" else ""
    when += f" · also at {escape(', '.join(document.aliases))}" if document.aliases else ""
    removal = (
        f'<button type="button" data-remove="{name}" data-sure="Really remove?" '
        f'aria-label="Remove “{title}”">Remove</button>'
    )
    return (
        f'<li><input type="checkbox" data-only="{name}" aria-label="Ask only “{title}”">'
        f"<div><h3>{_title(document)}</h3>{facts_html(document)}"
        f'<p class="facts">{document.length[1]:,} words{when}</p></div>'
        f"{removal if may_change else ''}</li>"
    )


def _searched(document: rag.Document) -> str:
    """What of a document the filter looks at."""
    return " ".join((document.title, document.publisher or "", document.id, *document.aliases))


def _title(document: rag.Document) -> str:
    """The title of a document, which opens it."""
    name, title = escape(document.id), escape(document.title)
    return f'<button type="button" class="link" data-read="{name}">{title}</button>'


def _many(documents: int) -> str:
    return "1 document" if documents == 1 else f"{documents:,} documents"


def _enumerate(suffixes: Sequence[str]) -> str:
    """The suffixes in words: ".txt, .md and .html", of many the first."""
    *most, last = suffixes if len(suffixes) <= MOST_SUFFIXES else [*suffixes[:MOST_SUFFIXES], "others"]
    return f"{', '.join(most)} and {last}" if most else last


def _span(documents: Sequence[rag.Document]) -> str:
    """From when to when the documents were published, as far as that is known."""
    days = sorted(document.published for document in documents if document.published)
    if not days:
        return ""
    first, last = date_text(days[0]), date_text(days[-1])
    return f", of {first}" if first == last else f", from {first} to {last}"
