"""A file's name and first bytes -> what it is, in the words of who put it there."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What is not read, by the ending of its name.
KINDS = {
    suffix: kind
    for kind, suffixes in {
        "Word file": ".doc .docx .docm .dot .dotx .wps .pages",
        "Excel file": ".xls .xlsx .xlsm .xlsb .ods .numbers",
        "PowerPoint file": ".ppt .pptx .pptm .pps .ppsx .odp .key",
        "OpenDocument text": ".odt .ott .fodt",
        "RTF file": ".rtf",
        "PDF file": ".pdf .ps .djvu .xps",
        "e-book": ".epub .mobi .azw3 .fb2",
        "picture": ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .heif .svg .ico .psd .ai .eps .avif",
        "sound recording": ".mp3 .wav .m4a .ogg .oga .flac .aac .wma .opus",
        "video": ".mp4 .mov .avi .mkv .webm .m4v .wmv .mpg .mpeg",
        "archive": ".zip .tar .gz .tgz .bz2 .xz .7z .rar .zst",
        "e-mail": ".eml .msg .mbox .pst",
        "saved web page": ".mht .mhtml .webarchive",
        "notebook": ".ipynb .one",
        "data file": ".json .jsonl .xml .yaml .yml .toml .ini .parquet .geojson .bin .dat",
        "database": ".db .sqlite .sqlite3 .mdb .accdb .dbf",
        "program": ".exe .dll .so .dylib .msi .apk .dmg .iso .jar .pyc .class .o .a .wasm",
        "program source": ".py .js .ts .css .c .h .cpp .java .go .rs .rb .php .sh .bat .ps1 .sql .r",
        "font": ".ttf .otf .woff .woff2",
        "shortcut": ".lnk .url .webloc .desktop",
    }.items()
    for suffix in suffixes.split()
}
ARCHIVE = ".zip"  # whose files are documents of their own
_BY_BYTES = (  # what no text begins with, whatever the file is called
    (rb"%PDF-\d", ".pdf"),
    (rb"\{\\rtf\d", ".rtf"),
    (rb"PK\x03\x04(?s:.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text)", ".odt"),
    (rb"PK\x03\x04(?s:.{26}mimetypeapplication/epub)", ".epub"),
    (rb"PK\x03\x04(?s:.*?\bword/)", ".docx"),
    (rb"PK\x03\x04(?s:.*?\bxl/)", ".xlsx"),
    (rb"PK\x03\x04(?s:.*?\bppt/)", ".pptx"),
    (rb"PK\x03\x04", ARCHIVE),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
    (rb"\x89PNG\r\n", ".png"),
    (rb"\xff\xd8\xff[\xc0-\xfe]", ".jpg"),
    (rb"GIF8[79]a", ".gif"),
    (rb"(?:II\*\0|MM\0\*)", ".tiff"),
    (rb"RIFF(?s:....)WEBP", ".webp"),
    (rb"RIFF(?s:....)WAVE", ".wav"),
    (rb"ID3[\x02-\x04]\0", ".mp3"),
    (rb"(?s:....)ftyp[a-zA-Z0-9 ]{4}\0", ".mp4"),
    (rb"\x1f\x8b\x08", ".gz"),
    (rb"7z\xbc\xaf\x27\x1c", ".7z"),
    (rb"Rar!\x1a\x07", ".rar"),
    (rb"SQLite format 3\0", ".sqlite"),
    (rb"\x7fELF", ".so"),
)
_SIGNATURES = tuple((re.compile(pattern), suffix) for pattern, suffix in _BY_BYTES)
RECOGNISE = "ocrmypdf, or pip install '.[ocr]'"  # how the words in a picture are got at
_WITHIN = 2_000_000  # bytes of an archive that are looked through for what it holds
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
# What systems and programs put beside documents, and nobody would ask of.
HIDDEN = re.compile(
    r"\.|~\$|(?:thumbs\.db|desktop\.ini|icon\r|__macosx|node_modules|__pycache__|lost\+found|\$recycle\.bin"
    r"|system volume information)$",
    re.IGNORECASE,
)
_LOG = logging.getLogger(__name__)
_UNPRINTED = ("Cc", "Cs", "Zl", "Zp")
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UnknownFormat(ValueError):
    """There is no reader for a file; `kind` says what it is."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class EmptyFile(ValueError):
    """A file holds no letter."""


class ScannedFile(ValueError):
    """A file is nothing but pictures of pages."""


class PicturePages(ValueError):
    """Pages of a file are pictures without text; `numbers` are theirs, from 1, in order.

    `can_recognise` says whether pictures can be read here, so that these are what was left, and `has_failed`
    whether that is because what reads them broke or took too long.
    """

    def __init__(self, numbers: tuple[int, ...], can_recognise: bool, has_failed: bool = False) -> None:
        super().__init__("pages are pictures without text")
        self.numbers, self.can_recognise, self.has_failed = numbers, can_recognise, has_failed


class FailedReader(ValueError):
    """What reads a file failed in a way that it does not foresee: the fault is its own or the system's."""


class SlowFile(ValueError):
    """A file takes longer to read than it may, which on a busy machine any may."""


@contextmanager
def tell_failures() -> Iterator[None]:
    """Let a fault of what reads a file cost that file alone: it is logged, and told as one of the file.

    Raises FailedReader in place of what is no ValueError.
    """
    try:
        yield
    except ValueError:
        raise
    except Exception as problem:
        _LOG.debug("a reader failed", exc_info=problem)
        said = f"{type(problem).__name__}: {problem}".rstrip(": ")
        raise FailedReader(f"this file could not be read: {said[:200]}") from problem


def suffix_of(name: str) -> str:
    """The ending of a file's name in small letters; "" if what is behind its last dot is none.

    >>> suffix_of("Minutes.MD"), suffix_of("minutes 7.1.2026"), suffix_of("No. 5 of May")
    ('.md', '', '')
    """
    suffix = Path(name).suffix.lower()
    return suffix if re.fullmatch(r"\.(?!\d+$)\w+", suffix) else ""


def is_printable(name: str) -> bool:
    """Whether every character of a name shows, and none turns the direction of writing."""
    return not any(unicodedata.category(c) in _UNPRINTED or c in _TURNING for c in name)


def printable(name: str) -> str:
    """The name with an escape for each character that does not show.

    >>> printable("a\\nb.txt")
    'a\\\\nb.txt'
    """
    return "".join(c if is_printable(c) else c.encode("unicode_escape").decode() for c in name)


def kind_of(suffix: str) -> str:
    """What files with that ending are called.

    >>> kind_of(".docx"), kind_of(".xyz"), kind_of("")
    ('Word file (.docx)', 'file (.xyz)', 'file')
    """
    return f"{KINDS.get(suffix, 'file')} ({suffix})" if suffix else "file"


def find_signature(raw: bytes) -> str | None:
    """The ending of a format that is no text, if `raw` begins as its files do."""
    head = raw[:_WITHIN]
    return next((suffix for pattern, suffix in _SIGNATURES if pattern.match(head)), None)


def is_web_page(raw: bytes) -> bool:
    """Whether a file begins as a web page does, whatever it is called."""
    return _PAGE.match(raw[:10_000]) is not None
