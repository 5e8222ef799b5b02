"""Title, publisher and date of a document: as sources.toml has them, or else the file, or its first line.

sources.toml lies in the folder of the documents.  A table a file says any of `FIELDS`; above them,
``questions`` may list what to ask to begin with.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rag.datatypes import Document
from rag.documents.readers.contents import Contents
from rag.documents.sentences import boilerplate_rule
from rag.errors import CorpusError

SOURCES = "sources.toml"
FIELDS = {"title": str, "publisher": str, "published": date, "kind": str, "date_note": str, "url": str}
QUESTIONS = "questions"
LONGEST_TITLE = 120  # characters


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


def make_document(name: str, contents: Contents, given: dict[str, Any]) -> Document:
    """The document of the file `name`; the fields `given` for it win over those that it gives itself."""
    title = {"title": find_title(contents.text) or Path(name).stem}
    layout = {"blocks": contents.blocks, "marks": contents.marks, "encoding": contents.encoding}
    return Document(id=name, text=contents.text, **(title | contents.metadata | given | layout))


def find_title(text: str) -> str | None:
    """The first line that is not boilerplate, if it is short enough to be a title.

    >>> find_title("Home > News > Health\\n# The  review\\n\\nIt was ordered in May.")
    'The review'
    """
    for line in text.split("\n"):
        title = " ".join(line.strip("\ufeff#* \t\r").split())
        if any(c.isalnum() for c in title) and not boilerplate_rule(line):
            return title if len(title) <= LONGEST_TITLE else None
    return None


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
