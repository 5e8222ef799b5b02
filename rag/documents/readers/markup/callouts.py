"""The signs that a paragraph or an item begins with -> what a reader sees in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.datatypes import Mark

TO_DO, DONE = "To do: ", "Done: "  # what is shown in place of an empty box and of a ticked one

# "[!NOTE]" in a quotation; "!!! note "Title"" and ":::note" above what is said, ":::" behind it.
_CALLOUT = re.compile(
    r"\[!(?P<kind>[\w-]+)\][+-]?[ \t]*\n?"
    r"|[!?]{3}\+?[ \t]+(?P<of>[\w-]+)(?:[ \t]+\"(?P<title>[^\"\n]*)\")?[ \t]*(?:\n|$)"
    r"|:{3,}[ \t]*\{?(?P<named>[\w-]+)\}?(?:[ \t]*\[(?P<label>[^\]\n]*)\])?[ \t]*(?:\n|$)"
)
_CLOSED = re.compile(r":{3,}[ \t]*")
_BOX = re.compile(r"(?:\[[ xX]\]|[☐☑])[ \t]+(?=\S)")


def find_callout(content: str) -> Iterator[Mark]:
    """The signs that make a paragraph of Markdown a note, a warning or the like, with its kind in words.

    >>> [mark.shown for mark in find_callout("[!WARNING]\\nIt bites.")]
    ['Warning: ']
    """
    if found := _CALLOUT.match(content):
        kind = found["title"] or found["label"] or found["kind"] or found["of"] or found["named"]
        yield Mark(0, found.end(), f"{kind[:1].upper()}{kind[1:].lower() if kind.isupper() else kind[1:]}: ")
    last = content.rfind("\n") + 1
    if last and _CLOSED.fullmatch(content, last):
        yield Mark(last - 1, len(content))


def find_box(content: str) -> Iterator[Mark]:
    """The box that an item of a list of tasks begins with, in words.

    >>> [mark.shown for mark in find_box("[x] Buy milk")]
    ['Done: ']
    """
    if found := _BOX.match(content):
        yield Mark(0, found.end(), TO_DO if content[0] == "☐" or content[1] == " " else DONE)
