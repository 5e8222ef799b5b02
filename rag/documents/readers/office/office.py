"""A PDF, an Office or OpenDocument file, a mail of Outlook or a notebook -> its text, blocks and pages.

Each is read by a program of its own process: a hostile or hanging file costs that and a time limit, never
the run.  Word, PowerPoint and Excel files come as pieces (`composer`), the rest as Markdown of kreuzberg,
which is laid out as any Markdown is.  A citation's place is one in the text that was taken out, and the page,
slide or row that it stands on is known beside.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.datatypes import Block
from rag.documents.pages.boundaries import find_pages
from rag.documents.pages.images import find_pictures
from rag.documents.pages.process import BrokenProgram, LongAnswer, run_isolated
from rag.documents.readers.contents import Contents, move
from rag.documents.readers.file_kinds import (
    RECOGNISE,
    EmptyFile,
    FailedReader,
    PicturePages,
    ScannedFile,
    SlowFile,
)
from rag.documents.readers.markdown import read_layout
from rag.documents.readers.office.composer import LONGEST_TEXT, TOO_LONG, Composer
from rag.documents.readers.office.properties import read_author, read_properties
from rag.documents.readers.office.recognition import insert_pages, is_installed, recognise_pages

SECONDS = 30  # that one file may take
LARGEST = 200_000_000  # bytes of a file
UNPACKED = 50_000_000  # bytes of a library that kreuzberg lays into the folder for scratch, once
PROGRAMS = Path(__file__).with_name("programs")
MEDIA_TYPES = {  # what kreuzberg reads
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".msg": "application/vnd.ms-outlook",
    ".ipynb": "application/x-ipynb+json",
}
PIECES = {  # what a program of our own reads
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), "word.py"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), "slides.py"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), "sheets.py"),
    **dict.fromkeys((".odp", ".otp"), "open_slides.py"),
    **dict.fromkeys((".ods", ".ots"), "open_sheets.py"),
}
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
SUFFIXES = tuple(dict.fromkeys((".pdf", *PIECES, *MEDIA_TYPES)))  # the commonest first


def make_reader(suffix: str) -> Callable[[bytes], Contents]:
    """The reader of files with that ending, which raises ValueError if one cannot be read."""
    return lambda raw: read_office(raw, suffix)


def read_office(raw: bytes, suffix: str) -> Contents:
    """The text of a file, its blocks, its pages, slides or sheets, and what it says of itself.

    Raises ValueError if it is damaged, locked by a password, or takes too long or too much memory.
    """
    if len(raw) > LARGEST:
        raise ValueError(f"{len(raw):,} bytes, expected at most {LARGEST:,}: split it")
    if suffix in PIECES and raw.startswith(_OLE):
        locked = "locked by a password: save it without one"
        raise ValueError(locked if _ENCRYPTED in raw else f"of an older format: save it as {suffix}")
    if suffix in PIECES:
        found = _run([str(PROGRAMS / PIECES[suffix])], raw)
        composer = Composer()
        for piece in found["pieces"]:
            composer.add(piece)
        contents = composer.contents()
    else:
        found = _run([str(PROGRAMS / "extract.py"), MEDIA_TYPES[suffix]], raw, writes=UNPACKED)
        if len(found["text"]) > LONGEST_TEXT:
            raise ValueError(TOO_LONG)
        contents = _lay_out(found, raw, suffix)
    contents = replace(contents, metadata=read_properties(found["properties"]))
    author = read_author(found["properties"])
    return _with_author(contents, author) if author and contents.text.strip() else contents


def _lay_out(found: dict[str, Any], raw: bytes, suffix: str) -> Contents:
    """What kreuzberg found, with its blocks and the beginnings of its pages or sheets."""
    text = found["text"].replace("\r\n", "\n").strip() + "\n"
    if suffix == ".pdf":
        return _lay_out_pages(text, found["pages"], raw)
    blocks, marks = read_layout(text)
    return Contents(text, {}, blocks, marks)


def _lay_out_pages(text: str, pages: Sequence[str], raw: bytes) -> Contents:
    """The contents of a PDF, with what its pages are shown by, and which of them are unread pictures."""
    textless = [number for number, page in enumerate(pages, 1) if not any(map(str.isalnum, page))]
    pictures = find_pictures(raw, textless) if textless else ()
    recognised, failed = recognise_pages(raw, pictures)
    text, begins, details = insert_pages(text, find_pages(text, pages), recognised)
    pictures = tuple(number for number in pictures if number not in recognised)
    left = tuple(number for number in pictures if number not in failed)
    kinds = (PicturePages(left, is_installed()), PicturePages(failed, True, has_failed=True))
    unread = tuple(("", pages_left) for pages_left in kinds if pages_left.numbers)
    if not text.strip() and pages:
        if failed:
            raise FailedReader("its pages are pictures, and what recognises them failed: index it again")
        if pictures and is_installed():
            raise ValueError("its pages are pictures, and could not be recognised: split it")
        if not is_installed():
            raise ScannedFile(f"its pages are pictures without text: recognise it first ({RECOGNISE})")
        raise EmptyFile("its pages are pictures, and no word was recognised in them")
    blocks, marks = read_layout(text)
    sha256 = hashlib.sha256(raw).hexdigest()
    return Contents(text, {}, blocks, marks, pages=begins, details=details, sha256=sha256, unread=unread)


def _with_author(contents: Contents, author: str) -> Contents:
    """`contents` below a line that says who wrote it."""
    line = f"Author: {author}"
    below = move(contents, len(line) + 2)
    return replace(
        below,
        text=f"{line}\n\n{contents.text}",
        blocks=(Block("metadata", 0, len(line)), *below.blocks),
    )


def _run(program: Sequence[str], raw: bytes, writes: int = 0) -> dict[str, Any]:
    """What a program finds in a file."""
    try:
        found: dict[str, Any] = json.loads(run_isolated(program, raw, seconds=SECONDS, writes=writes))
    except TimeoutError:
        raise SlowFile(f"it took more than {SECONDS} seconds to read: save it in another format") from None
    except LongAnswer:
        raise ValueError(TOO_LONG) from None
    except BrokenProgram as problem:
        raise ValueError(_explain(str(problem))) from None
    except ValueError:
        raise ValueError("damaged: what reads such files gave up on it") from None
    return found


def _explain(problem: str) -> str:
    """Why a file was not read, by what its reader said at last."""
    if re.search(r"password|encrypt", problem, re.IGNORECASE):
        return f"locked by a password: save it without one ({problem[-120:]})"
    if "MemoryError" in problem:
        return "it needs too much memory to read: split it"
    if not problem:
        return "damaged: what reads such files gave up on it"
    return f"damaged, or not what its name says ({problem[:120]})"
