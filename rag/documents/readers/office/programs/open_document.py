"""The bytes of an OpenDocument file -> its content as XML, and its properties."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
DRAW, TEXT, TABLE = f"{{{_NAMES}drawing:1.0}}", f"{{{_NAMES}text:1.0}}", f"{{{_NAMES}table:1.0}}"
SHOW, STYLE, META = f"{{{_NAMES}presentation:1.0}}", f"{{{_NAMES}style:1.0}}", f"{{{_NAMES}meta:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
LARGEST = 200_000_000  # bytes of a part when unpacked


def open_document(raw: bytes) -> tuple[Any, dict[str, str | None]]:
    """The content of a file, and its title, author and when it was made.

    Raises ValueError if it is encrypted, or holds too much.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
            raise ValueError("encrypted")
        content = _parse(_part(archive, "content.xml"))
        meta = _parse(_part(archive, "meta.xml") or b"<none/>")
    created = meta.findtext(f".//{META}creation-date") or meta.findtext(f".//{_DC}date")
    author = meta.findtext(f".//{META}initial-creator") or meta.findtext(f".//{_DC}creator")
    return content, {"title": meta.findtext(f".//{_DC}title"), "author": author, "created": created}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} has {archive.getinfo(name).file_size} bytes, at most {LARGEST} are read")
    return archive.read(name)


def _parse(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def plain(paragraph: Any) -> str:
    """The words of a paragraph; a blank, a tab or a new line is an element there."""
    words = [paragraph.text or ""]
    for element in paragraph.iterdescendants():
        blank = element.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break")
        words += [" " if blank else element.text or "", element.tail or ""]
    return "".join(words)
