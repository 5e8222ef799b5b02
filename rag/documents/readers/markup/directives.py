"""A text in reStructuredText -> its directives: notes, options and functions, code, tables, the rest.

What docutils would make of them is not needed: only what a reader sees of each, and where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.datatypes import Block, Mark
from rag.documents.readers.layout.tables.columns import Cells
from rag.documents.readers.layout.tables.records import split_values, strip_quotes
from rag.spans import Span, trim

_DIRECTIVE = re.compile(
    r"^(?P<indent>[ \t]*)\.\.[ \t]+(?:(?P<name>[\w:-]+?)::(?:[ \t]+(?P<argument>\S[^\n]*))?|[^\n]*)$",
    re.MULTILINE,
)
_OPTION = re.compile(r"[ \t]+:(?P<name>[\w -]+):(?:[ \t]+(?P<value>[^\n]*))?(?:\n|\Z)")
_CELL = re.compile(r"\s*(?:(?P<row>[*-]\s+[*-])|[*-])(?:\s+|$)")  # of a table as a list of lists
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")

# Notes by what they are called; those of `VERSIONS` begin with a version, those of "" with a title.
VERSIONS = frozenset(("versionadded", "versionchanged", "deprecated"))
_NOTES = {
    **{
        name: name.capitalize() for name in "note warning tip important caution danger hint attention".split()
    },
    "error": "Error",
    "seealso": "See also",
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "admonition": "",
    "topic": "",
    "rubric": "",
}
_OBJECTS = frozenset(
    "option cmdoption envvar confval setting function class method attribute data exception module describe"
    " object macro type var member staticmethod classmethod property decorator".split()
)
_CODE = frozenset("code-block code sourcecode parsed-literal prompt doctest testcode highlight math".split())


class Directive(NamedTuple):
    """A directive, a comment, a footnote or a target: its lines with their options, ``text[start:end]``, and
    what stands below further in, to `last`; its name, "" of what has none, and the place of its argument."""

    start: int
    end: int
    last: int
    name: str
    argument: Span
    options: dict[str, Span]

    @property
    def is_object(self) -> bool:
        """Whether it describes an option, a function or the like."""
        return self.name.rsplit(":", 1)[-1] in _OBJECTS

    @property
    def is_code(self) -> bool:
        return self.name in _CODE

    @property
    def is_titled(self) -> bool:
        """Whether it is a note whose argument is its title."""
        return self.note == ""

    @property
    def note(self) -> str | None:
        """What a note is called, None if it is none."""
        return _NOTES.get(self.name)


def find_directives(text: str) -> list[Directive]:
    """The directives of `text` in order, also those within others."""
    return [_read(text, match) for match in _DIRECTIVE.finditer(text)]


def _read(text: str, match: re.Match[str]) -> Directive:
    end, options = min(match.end() + 1, len(text)), {}
    while match["name"] and (option := _OPTION.match(text, end)) and option.end() > end:
        options[option["name"]] = option.span("value") if option["value"] else (option.end(), option.end())
        end = option.end()
    argument = trim(text, match.span("argument")) if match["argument"] else (match.end(), match.end())
    start = match.start() + len(match["indent"])
    is_target = text.startswith(".. _", start)
    last = end if is_target else _region_end(text, end, len(match["indent"].expandtabs()))
    return Directive(start, end, last, (match["name"] or "").lower(), argument, options)


def _region_end(text: str, at: int, indent: int) -> int:
    """Where the lines from `at` on end that are blank or further in than `indent`."""
    last = at
    while at < len(text) and (line := _LINE.match(text, at)):
        body = line[0].strip()
        inner = len(line[0]) - len(line[0].lstrip(" \t"))
        if body and inner <= indent:
            break
        at = line.end()
        last = at if body else last
    return last


def find_table(text: str, directive: Directive) -> list[Block]:
    """The caption and rows of a table that is written in values, or as a list of lists; [] of another
    directive."""
    if directive.name not in ("csv-table", "list-table"):
        return []
    caption = [Block("caption", *directive.argument)] if directive.argument[0] < directive.argument[1] else []
    header = directive.options.get("header")
    split = _split_lines if directive.name == "csv-table" else _split_lists
    rows = ([split_values(text, header[0], ",")[0]] if header else []) + [*split(text, directive)]
    named = text[slice(*directive.options.get("header-rows", (0, 0)))].strip()
    headers = bool(header) + (int(named) if named.isdigit() else 0)
    return caption + [
        Block("row", row[0][0], row[-1][1], header=n < headers, cells=strip_quotes(text, row))
        for n, row in enumerate(rows)
    ]


def _split_lines(text: str, directive: Directive) -> Iterator[Cells]:
    at = directive.end
    while (start := trim(text, (at, directive.last))[0]) < directive.last:
        cells, at = split_values(text, start, ",")
        yield cells
        at = max(at, start + 1)


def _split_lists(text: str, directive: Directive) -> Iterator[Cells]:
    row: list[Span] = []
    for line in _LINE.finditer(text, directive.end, directive.last):
        found = _CELL.match(line[0])
        start, end = trim(text, (line.start() + (found.end() if found else 0), line.end()))
        if found and found["row"]:
            yield from [tuple(row)] if row else []
            row = []
        if found:
            row.append((start, max(start, end)))
        elif row and start < end:
            row[-1] = row[-1][0], end
    yield from [tuple(row)] if row else []


_INLINE = re.compile(
    r"(?P<ticks>``)(?P<code>[^`\n]+(?:\n[^`\n]+)?)``"
    r"|(?::[\w:+-]+:)?`[~!]?(?P<words>[^`<]+?)(?P<target>\s*<[^`>]+>)?`_{0,2}"
    r"|(?<![\w*])(?P<stars>\*{1,2})(?=[^\s*])(?P<bold>[^*\n]+(?:\n[^*\n]+)?)(?<=\S)(?P=stars)(?![\w*])"
    r"|^[ \t]*(?P<colon>:)(?=\w[\w -]*:\s)|(?P<literal>::)[ \t]*$",
    re.MULTILINE,
)


def find_marks(text: str) -> Iterator[Mark]:
    """The inline markup of `text`, in order."""
    for match in _INLINE.finditer(text):
        if match["colon"]:
            yield Mark(*match.span("colon"))
        elif match["literal"]:
            yield Mark(*match.span("literal"), ":")
        else:
            inner = next(match.span(name) for name in ("code", "words", "bold") if match[name])
            yield Mark(match.start(), inner[0])
            yield Mark(inner[1], match.end())
