"""Title, publisher and date of a document: as sources.toml has them, or else the file, its head or its name.

sources.toml lies in the folder of the documents.  A table a file says any of `FIELDS`; above them,
``questions`` may list what to ask to begin with.
"""

from __future__ import annotations

import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

from rag.datatypes import Block, Document
from rag.documents.datelines import Dated, date_of_heading, date_of_lines, date_of_name
from rag.documents.readers.contents import Contents
from rag.documents.readers.file_kinds import suffix_of
from rag.documents.readers.front_matter import MAIL_HEAD, read_front_matter, read_mail_head
from rag.documents.readers.layout.lines import is_ended
from rag.errors import CorpusError

SOURCES = "sources.toml"
FIELDS = {"title": str, "publisher": str, "published": date, "kind": str, "date_note": str, "url": str}
QUESTIONS = "questions"
LONGEST_TITLE = 120  # characters
LONGEST_HEAD = 2_000  # characters of a block that are looked at for a title or a date
MOST_BLOCKS = 8  # that may be the head of a file

# Where a date is from, in the words of a reader.
FILE_NAME, FIRST_LINES, HEADING = "the file's name", "the first lines", "the heading"
PAGE_HEAD, FRONT_MATTER = "the head of the page", "front matter"


@dataclass(frozen=True, slots=True)
class Sources:
    """What sources.toml says: the fields of each file by its name, and the questions to begin with."""

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: tuple[str, ...] = ()


def read_sources(folder: Path) -> Sources:
    """What the sources.toml of `folder` says; nothing if there is none.

    Raises CorpusError if it is not valid.
    """
    path = folder / SOURCES
    if not path.is_file():
        return Sources()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CorpusError(f"{path} is not valid TOML: {problem}") from None
    questions = tables.pop(QUESTIONS, [])
    if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
        raise CorpusError(
            f"{path}: {QUESTIONS} = {questions!r}; expected a list of texts in quotes, such as "
            '["Who leads the review?"]'
        )
    for name, fields in tables.items():
        _validate_fields(path, name, fields)
    return Sources(tables, tuple(questions))


def owner_of(id: str, paths: Container[str]) -> str:
    """The path of the file that a document is of: its id, or that of the archive that it lies in.

    >>> owner_of("a.zip/b/c.txt", {"a.zip"}), owner_of("b/c.txt", {"b/c.txt"}), owner_of("a.zip/.", {"a.zip"})
    ('a.zip', 'b/c.txt', 'a.zip')
    """
    parts = id.split("/")  # not as a path: in an archive a file may be called "."
    archives = ("/".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
    return id if id in paths else next((path for path in archives if path in paths), id)


def compose(name: str) -> str:
    """A name in the one form of Unicode in which names are compared."""
    return unicodedata.normalize("NFC", name)


def assign_fields(sources: Mapping[str, dict[str, Any]], paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is said of each file, by its path; of those in an archive by "/name" among what is said of it."""
    composed = {compose(path) for path in paths}
    fields: dict[str, dict[str, Any]] = {path: {} for path in composed}
    for name, given in sources.items():
        owner = owner_of(compose(name), composed)
        if owner in composed:
            member = compose(name)[len(owner) :]
            fields[owner] |= {member: given} if member else given
    return {path: fields[compose(path)] for path in paths}


def make_document(name: str, contents: Contents, given: dict[str, Any]) -> Document:
    """The document of the file `name`; the fields `given` for it win over those that it gives itself.

    Of what it gives, front matter wins over the head of a page, that over a mail's, then come its heading,
    its first lines and its name; `date_from` says which the date is from.
    """
    title, is_heading, lines = find_head(contents)
    stem = Path(name).stem if suffix_of(name) else Path(name).name
    fields: dict[str, Any] = {"title": title or stem}
    for source, found in (
        (FILE_NAME, _date_fields(date_of_name(stem))),
        (FIRST_LINES, _date_fields(date_of_lines(lines))),
        (HEADING, _date_fields(date_of_heading(title) if title and is_heading else None)),
        (MAIL_HEAD, read_mail_head(contents.text)),
        (PAGE_HEAD, contents.metadata),
        (FRONT_MATTER, read_front_matter(contents.text)),
        (SOURCES, given),
    ):
        if "published" in found:  # with what was noted of another date
            fields |= {"date_from": source, "date_note": None}
        fields |= found
    return Document(
        id=name,
        text=contents.text,
        blocks=contents.blocks,
        marks=contents.marks,
        encoding=contents.encoding,
        pages=contents.pages,
        page_names=contents.page_names,
        details=contents.details,
        sha256=contents.sha256,
        **fields,
    )


def find_head(contents: Contents) -> tuple[str | None, bool, list[str]]:
    """The title at the head of a file if it has one, whether that is a heading, and the lines of the head.

    It is the first heading if it stands among the first blocks, or else the first line if that is short
    enough and no sentence; furniture, metadata and tables are no head.  The lines go up to the next heading,
    the title not among them if it is a heading.
    """
    blocks = [block for block in contents.blocks if block.kind not in ("furniture", "metadata")][:MOST_BLOCKS]
    if not contents.blocks:
        blocks = [Block("paragraph", 0, len(contents.text))]
    shown = [(block, line) for block in blocks for line in _shown_lines(contents, block)]
    heading = next((n for n, (block, _) in enumerate(shown) if block.kind == "heading"), None)
    lines = [line for _, line in shown[:heading]]
    if heading is not None:
        below = takewhile(lambda part: part[0].kind != "heading", shown[heading + 1 :])
        lines += [line for _, line in below]
    first = shown[heading or 0] if shown else None
    if first is None or len(first[1]) > LONGEST_TITLE or first[0].kind in ("row", "code"):
        return None, False, lines
    if heading is None and is_ended(first[1]):
        return None, False, lines
    return first[1], heading is not None, lines


def _shown_lines(contents: Contents, block: Block) -> list[str]:
    """The lines of a block that hold a letter or figure, without their markup."""
    end = min(block.end, block.start + LONGEST_HEAD)
    text, at = "", block.start
    for mark in contents.marks[bisect_left(contents.marks, block.start, key=lambda mark: mark.start) :]:
        if mark.end > end:
            break
        text, at = f"{text}{contents.text[at : mark.start]}{mark.shown}", mark.end
    text += contents.text[at:end]
    lines = (" ".join(line.strip("\ufeff#=* \t\r").split()) for line in text.splitlines())
    return [line for line in lines if any(map(str.isalnum, line))]


def _date_fields(dated: Dated | None) -> dict[str, Any]:
    return {"published": dated.published, "date_note": dated.date_note or None} if dated else {}


def _validate_fields(path: Path, name: str, fields: Any) -> None:
    if not isinstance(fields, dict):
        raise CorpusError(f'{path}: {name!r} is not a table; write ["{name}.txt"] above its fields')
    for key, value in fields.items():
        if key not in FIELDS:
            raise CorpusError(
                f"{path}: [{name}] has {key!r}; expected one of {', '.join(FIELDS)}, "
                'below a name in quotes such as ["a.txt"]'
            )
        if type(value) is not FIELDS[key]:
            expected = "a date such as 2023-04-05" if FIELDS[key] is date else "text in quotes"
            raise CorpusError(f"{path}: [{name}] {key} = {value!r}; expected {expected}")
