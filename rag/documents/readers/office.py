"""A PDF, an Office or OpenDocument file, an e-book, a mail or a notebook -> its text, blocks and pages.

kreuzberg takes the text out as Markdown, which is then laid out as any Markdown is: a citation's place is
one in that text, and the page it stands on is known beside.  A hostile or hanging file costs a process of
its own and a time limit, never the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any

from rag.documents.pages.boundaries import find_pages, find_sheets, split_at
from rag.documents.pages.images import find_pictures
from rag.documents.pages.process import run_isolated
from rag.documents.readers.contents import Contents
from rag.documents.readers.file_kinds import SlowFile
from rag.documents.readers.front_matter import MAIL_HEAD
from rag.documents.readers.markdown import read_layout

PROPERTIES = "the file's own properties"  # where its date is from
SECONDS = 60  # that one file may take
MEMORY = 2 << 30  # bytes of address space that it may take
LARGEST = 200_000_000  # bytes of a file
LONGEST_TEXT = 50_000_000  # characters that may be in it
LONGEST_HEAD, LONGEST_FIELD = 20_000, 500  # bytes of a mail's head, characters of one of its fields

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".odt": f"{_OPEN}.text",
    ".ods": f"{_OPEN}.spreadsheet",
    ".rtf": "application/rtf",
    ".epub": "application/epub+zip",
    ".eml": "message/rfc822",
    ".msg": "application/vnd.ms-outlook",
    ".ipynb": "application/x-ipynb+json",
}
# Reads the file from its input and writes what is in it to its output, in a process that knows no more.
_PROGRAM = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
except (ImportError, ValueError, OSError):
    pass
import kreuzberg
marks = {"insert_page_markers": True, "marker_format": sys.argv[4]} if sys.argv[4] else {}
asked = kreuzberg.ExtractionConfig(
    output_format="markdown", pages=kreuzberg.PageConfig(extract_pages=True, **marks)
)
try:
    read = kreuzberg.extract_bytes_sync(sys.stdin.buffer.read(), sys.argv[1], config=asked)
    pages = [page["content"] for page in read.pages or ()]
    if len(read.content) > int(sys.argv[3]):
        raise ValueError(f"{len(read.content)} characters of text, which is too much")
    found = {"text": read.content, "metadata": dict(read.metadata), "pages": pages}
except Exception as problem:
    found = {"error": str(problem)}
sys.stdout.buffer.write(json.dumps(found, default=str).encode("utf-8", "replace"))
"""
SLIDES, SHEETS = (".pptx",), (".xlsx", ".ods")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b|untitled|(?:document|presentation|book|sheet|slide)\s?\d*$"
    r"|.*\.\w{2,5}$",
    re.IGNORECASE,
)


def make_reader(suffix: str) -> Callable[[bytes], Contents]:
    """The reader of files with that ending, which raises ValueError if one cannot be read."""
    return lambda raw: read_office(raw, suffix)


def read_office(raw: bytes, suffix: str) -> Contents:
    """The text of a file, its blocks, its pages, slides or sheets, and what it says of itself.

    Raises ValueError if it is damaged, locked by a password, or takes too long or too much memory.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"{len(raw):,} bytes, expected at most {LARGEST:,}: split it")
    marker = secrets.token_hex() if suffix in SLIDES else ""  # which no slide can have
    found = _extract(raw, MEDIA_TYPES[suffix], marker)
    text = found["text"].replace("\r\n", "\n").strip() + "\n"
    if not text.strip() and found["pages"]:
        raise ValueError("its pages are pictures without text: recognise it first (ocrmypdf)")
    metadata = _mail_metadata(raw) if suffix == ".eml" else _metadata(found["metadata"])
    pages: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    if suffix == ".pdf":
        pages = find_pages(text, found["pages"])
    elif suffix in SLIDES:
        text, pages = split_at(text, marker)
        text = text.rstrip() + "\n"
        names = tuple(f"slide {number}" for number in range(1, len(pages) + 1))
    elif suffix in SHEETS:
        sheets = found["metadata"].get("sheet_names") or ()
        pages, names = find_sheets(text, sheets), tuple(f"sheet {name}" for name in sheets)
    blocks, marks = read_layout(text)
    contents = Contents(text, metadata, blocks, marks, pages=pages, page_names=names)
    return _with_file(contents, raw, found["pages"]) if suffix == ".pdf" else contents


def _with_file(contents: Contents, raw: bytes, pages: Sequence[str]) -> Contents:
    """The contents of a PDF, with what its pages are shown by and which of them are pictures."""
    textless = [number for number, page in enumerate(pages, 1) if not any(map(str.isalnum, page))]
    pictures = find_pictures(raw, textless) if textless else ()
    return replace(contents, sha256=hashlib.sha256(raw).hexdigest(), pictures=pictures)


def _extract(raw: bytes, media_type: str, marker: str) -> dict[str, Any]:
    """What the program finds; with a `marker`, that is a line of the text before each slide."""
    line = f"\n\n{marker}\n\n" if marker else ""
    program = ["-c", _PROGRAM, media_type, str(MEMORY), str(LONGEST_TEXT), line]
    try:
        found: dict[str, Any] = json.loads(run_isolated(program, raw, seconds=SECONDS))
    except TimeoutError:
        raise SlowFile(f"it took more than {SECONDS} seconds to read: save it in another format") from None
    except ValueError:
        raise ValueError("damaged: what reads such files gave up on it") from None
    if "error" in found:
        locked = re.search(r"password|encrypt", found["error"], re.IGNORECASE)
        why = "locked by a password" if locked else "damaged, or not what its name says"
        raise ValueError(f"{why} ({' '.join(found['error'].split())[:120]})")
    return found


def _metadata(found: dict[str, Any]) -> dict[str, str | date]:
    """Title and date from the file's own properties; a title that a program made up is none."""
    fields: dict[str, str | date] = {}
    core: dict[str, Any] = found.get("core_properties") or {}
    title = " ".join(str(found.get("title") or found.get("subject") or core.get("title") or "").split())
    if title and not _NO_TITLE.match(title):
        fields["title"] = title
    for value in (found.get("date"), found.get("created_at"), core.get("created")):
        if day := _day(value):
            return fields | {"published": day, "date_from": PROPERTIES}
    return fields


def _mail_metadata(raw: bytes) -> dict[str, str | date]:
    """Subject, sender and date of a mail."""
    fields: dict[str, str | date] = {}
    with contextlib.suppress(Exception):  # a head made to trip its parser says nothing
        head = BytesHeaderParser().parsebytes(raw[:LONGEST_HEAD])
        for name, field in (("Subject", "title"), ("From", "publisher")):
            value = str(head.get(name) or "")[:LONGEST_FIELD]
            if value := " ".join(str(make_header(decode_header(value))).split()):
                fields[field] = value
        day = parsedate_to_datetime(str(head["Date"])[:LONGEST_FIELD]).date()
        fields |= {"published": day, "date_from": MAIL_HEAD}
    return fields


def _day(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).date() if value else None
    except ValueError:
        return None
