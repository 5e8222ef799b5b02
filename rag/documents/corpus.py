"""A folder of files -> Documents, each with its text as its reader gives it.

Of a text or Markdown file, ``document.text.encode("utf-8")`` is the file's bytes, so every offset points
into the original; of a web page, it is the text that the page shows (`rag.documents.readers.html`).
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rag.datatypes import Document, Skipped
from rag.documents.readers.html import Read, read_html
from rag.documents.sentences import boilerplate
from rag.errors import CorpusError, EmptyCorpus

SOURCES = "sources.toml"
HIDDEN = re.compile(r"\.")
INDEX_PARTS = re.compile(r"\.|CURRENT$|generation-\d{6}$|building-")  # what rag/index/store.py writes
FIELDS = {"title": str, "publisher": str, "published": date, "kind": str, "date_note": str, "url": str}
QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read from a folder: documents sorted by id, and the files that were not read.

    `sha256` changes when any file of the folder is added, removed, renamed or altered.  `questions` are those
    that sources.toml gives to begin with; none while a file that it names is not there.
    """

    folder: Path
    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    sha256: str
    questions: tuple[str, ...] = ()


def read_documents(folder: str | Path) -> Corpus:
    """Read every file below `folder`; hidden files and folders are left out.

    A file that cannot be read is named in `skipped` and the rest goes on.

    Raises EmptyCorpus if no file in it can be read, CorpusError if the folder is missing or its
    sources.toml is not valid.
    """
    root = Path(folder)
    if not root.is_dir():
        raise CorpusError(f"no folder {root}/: expected a folder of documents; name one that exists")
    digest = corpus_sha256(root)  # first, so that a change while reading makes the index stale
    sources, questions = _read_sources(root / SOURCES)
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if name == SOURCES:
            continue
        try:
            name.encode()
        except UnicodeEncodeError:
            skipped.append(Skipped(name.encode(errors="replace").decode(), "its name is not UTF-8"))
            continue
        try:
            documents.append(_document(name, _read(path), sources.get(name, {})))
        except OSError as problem:
            skipped.append(Skipped(name, f"unreadable: {problem.strerror or type(problem).__name__}"))
        except ValueError as problem:
            skipped.append(Skipped(name, str(problem)))
    absent = sources.keys() - {document.id for document in documents} - {skip.path for skip in skipped}
    skipped += [Skipped(name, f"named in {SOURCES} but not in the folder") for name in absent]
    in_order = tuple(sorted(skipped, key=lambda skip: skip.path))
    if not documents:
        raise EmptyCorpus(
            f"no document in {root}/: expected files ending in {', '.join(READERS)}"
            + "".join(f"; {skip.path}: {skip.reason}" for skip in in_order[:3]),
            in_order,
        )
    return Corpus(root, tuple(documents), in_order, digest, () if absent else questions)


def read_file(name: str, raw: bytes) -> Read:
    """The text of a file of that name, and what it says of its source.

    Raises ValueError if there is no reader for it, or it cannot be read.
    """
    read = _reader(name)(raw)
    if not read.text.strip():
        raise ValueError("empty")
    return read


def corpus_sha256(folder: Path) -> str:
    """A digest that changes when a file of the corpus is added, removed, renamed or altered."""
    digest = hashlib.sha256()
    for path in _files(folder):
        try:
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        except OSError:
            content = "unreadable"
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{content}\n".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()


def read_plain_text(raw: bytes) -> Read:
    """The text of a UTF-8 file, line ends and all.

    Raises ValueError if it is binary or not UTF-8.
    """
    if b"\0" in raw:
        raise ValueError("binary: it holds NUL bytes, expected text")
    try:
        return Read(raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise ValueError(
            f"not UTF-8: byte 0x{raw[problem.start]:02x} at {problem.start}; "
            "convert it with `iconv -f WINDOWS-1252 -t UTF-8`"
        ) from None


READERS: dict[str, Callable[[bytes], Read]] = {
    ".txt": read_plain_text,
    ".md": read_plain_text,
    ".html": read_html,
    ".htm": read_html,
}


def _files(root: Path) -> list[Path]:
    """Every file and link below `root` that is not hidden or of an index, sorted by its id."""
    found: list[Path] = []
    closed: list[Path] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda problem: closed.append(Path(problem.filename))
    ):
        hidden = INDEX_PARTS if "CURRENT" in names else HIDDEN
        linked = [name for name in folders if Path(folder, name).is_symlink()]  # not followed: loops
        folders[:] = [name for name in folders if name not in linked and not hidden.match(name)]
        found += [Path(folder, name) for name in names + linked if not hidden.match(name)]
    return sorted(found + closed, key=lambda path: path.relative_to(root).as_posix())


def _read(path: Path) -> Read:
    if not path.is_file():
        raise ValueError(
            "a folder that is closed, or a link to one"
            if path.is_dir()
            else "not a regular file, or a link to none"
        )
    _reader(path.name)  # before the file is read, which may be a film
    return read_file(path.name, path.read_bytes())


def _reader(name: str) -> Callable[[bytes], Read]:
    suffix = Path(name).suffix
    if suffix.lower() not in READERS:
        raise ValueError(
            f"no reader for {suffix or 'a name without suffix'!r}; there are {', '.join(READERS)}"
        )
    return READERS[suffix.lower()]


def _document(name: str, read: Read, source: dict[str, Any]) -> Document:
    title = {"title": _title(read.text) or Path(name).stem}
    return Document(id=name, text=read.text, **(title | read.fields | source))


def _title(text: str) -> str | None:
    """The first line that is not boilerplate, if it is short enough to be a title."""
    for line in text.split("\n"):
        title = re.sub(r"\s+", " ", line.strip("\ufeff#* \t\r"))
        if re.search(r"\w", title) and not boilerplate(line):
            return title if len(title) <= 120 else None
    return None


def _read_sources(path: Path) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """What sources.toml says: the fields of each file, any of `FIELDS`, and the questions to begin with."""
    if not path.is_file():
        return {}, ()
    try:
        sources = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CorpusError(f"{path} is not valid TOML: {problem}") from None
    questions = sources.pop(QUESTIONS, [])
    if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() for q in questions):
        raise CorpusError(
            f"{path}: {QUESTIONS} = {questions!r}; expected a list of texts in quotes, such as "
            '["Who leads the review?"]'
        )
    for name, fields in sources.items():
        _validate_source(path, name, fields)
    return sources, tuple(questions)


def _validate_source(path: Path, name: str, fields: Any) -> None:
    if not isinstance(fields, dict):
        raise CorpusError(f'{path}: {name!r} is not a table; write ["{name}.txt"] above its fields')
    for field, value in fields.items():
        if field not in FIELDS:
            raise CorpusError(
                f"{path}: [{name}] has {field!r}; expected one of {', '.join(FIELDS)}, "
                'below a name in quotes such as ["a.txt"]'
            )
        if type(value) is not FIELDS[field]:
            expected = "a date such as 2023-04-05" if FIELDS[field] is date else "text in quotes"
            raise CorpusError(f"{path}: [{name}] {field} = {value!r}; expected {expected}")
