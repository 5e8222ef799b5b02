"""A PDF, an Office or OpenDocument file, an e-book, a mail or a notebook -> its text, blocks and pages.

kreuzberg takes the text out as Markdown, which is then laid out as any Markdown is: a citation's place is
one in that text, and the page it stands on is known beside.  A hostile or hanging file costs a process of
its own and a time limit, never the run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any

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
MATCHED = 40  # letters at the top of a page by which it is found again in the text
NEARBY = 4_000  # letters from where it should be

NEEDED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG")  # of the environment
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
asked = kreuzberg.ExtractionConfig(output_format="markdown", pages=kreuzberg.PageConfig(extract_pages=True))
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
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b|untitled|(?:document|presentation|book|sheet|slide)\s?\d*$"
    r"|.*\.\w{2,5}$",
    re.IGNORECASE,
)


def make_reader(suffix: str) -> Callable[[bytes], Contents]:
    """The reader of files with that ending, which raises ValueError if one cannot be read."""
    return lambda raw: read_office(raw, suffix)


def read_office(raw: bytes, suffix: str) -> Contents:
    """The text of a file, its blocks, pages and what it says of itself.

    Raises ValueError if it is damaged, locked by a password, or takes too long or too much memory.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"{len(raw):,} bytes, expected at most {LARGEST:,}: split it")
    found = _extract(raw, MEDIA_TYPES[suffix])
    text = found["text"].replace("\r\n", "\n").strip() + "\n"
    if not text.strip() and found["pages"]:
        raise ValueError("its pages are pictures without text: recognise it first (ocrmypdf)")
    blocks, marks = read_layout(text)
    pages = find_pages(text, found["pages"]) if suffix == ".pdf" else ()
    metadata = _mail_metadata(raw) if suffix == ".eml" else _metadata(found["metadata"])
    return Contents(text, metadata, blocks, marks, pages=pages)


def find_pages(text: str, pages: Sequence[str]) -> tuple[int, ...]:
    """Where each page begins in `text`, in order: its first letters are looked for near where they should be.

    Signs and spaces differ between a page and the text made of all, and words cut at the end of a line are
    whole in it; letters and figures are the same.

    >>> find_pages("# One\\n\\nThe fox sleeps.\\n\\nThe hen.", ["One The fox\\nsleeps.", "The hen."])
    (2, 24)
    >>> find_pages("One ends. “Two” begins.", ["One ends.", "“Two” begins."])
    (0, 10)
    """
    places = [i for i, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[i] for i in places)
    begins: list[int] = []
    expected = 0
    for page in pages:
        own = "".join(filter(str.isalnum, page))
        at = _find_top(own, letters, expected)
        begins.append(max(expected if at is None else at, begins[-1] if begins else 0))
        expected = begins[-1] + len(own)
    return tuple(_word_begin(text, places[at]) if at < len(places) else len(text) for at in begins)


def _word_begin(text: str, at: int) -> int:
    """Where the word begins, with the signs before it, that the character `at` is of."""
    while at and not text[at - 1].isspace():
        at -= 1
    return at


def _find_top(page: str, letters: str, expected: int) -> int | None:
    """Where `page` begins in `letters`, by the first piece of it that stands near where it is expected."""
    for skipped in range(0, min(len(page), 4 * MATCHED), MATCHED):
        sought, place = page[skipped : skipped + MATCHED], expected + skipped
        at = letters.find(sought, max(0, place - NEARBY), place + NEARBY + MATCHED)
        if at >= 0:
            return max(0, at - skipped)
    return None


def _extract(raw: bytes, media_type: str) -> dict[str, Any]:
    command = [sys.executable, "-I", "-c", _PROGRAM, media_type, str(MEMORY), str(LONGEST_TEXT)]
    needed = {name: os.environ[name] for name in NEEDED if name in os.environ}  # and no key of anybody's
    try:
        done = subprocess.run(
            command,
            input=raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env=needed,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
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
