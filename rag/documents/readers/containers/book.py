"""An e-book (EPUB) -> its chapters, in the order in which they are read, each as the web page that it is."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

from lxml import etree

from rag.documents.readers.containers.archive import DAMAGED, read_entry
from rag.documents.readers.containers.budget import Budget
from rag.documents.readers.containers.parts import Read, join_parts
from rag.documents.readers.contents import Contents
from rag.documents.readers.html import read_html
from rag.documents.readers.office.properties import read_properties

LONGEST_NAME = 60  # characters of a heading by which a chapter is called
_CONTAINER, _LOCKED = "META-INF/container.xml", "META-INF/encryption.xml"
_OPF, _DC = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
_FONTS = ("http://ns.adobe.com/pdf/enc#RC", "http://www.idpf.org/2008/embedding")  # ways to hide fonts alone


def read_book(raw: bytes, _: Read, budget: Budget) -> Contents:
    """The text of a book, chapter by chapter, with its title and date.

    Raises ValueError if it is damaged, locked, or holds more than `budget` allows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read_book(archive, budget)
    except (*DAMAGED, KeyError, etree.XMLSyntaxError) as problem:
        raise ValueError(f"damaged, or not what its name says ({problem})") from None


def _read_book(archive: zipfile.ZipFile, budget: Budget) -> Contents:
    if _is_locked(archive, budget):
        raise ValueError("locked by a password or a shop (its chapters are encrypted)")
    root = _parse(archive, _CONTAINER, budget)
    place = next((file.get("full-path") for file in root.iter("{*}rootfile") if file.get("full-path")), None)
    if place is None:
        raise ValueError(f"damaged: {_CONTAINER} names no book")
    package = _parse(archive, place, budget)
    files = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    chapters = [
        files[ref.get("idref")] for ref in package.iter(f"{_OPF}itemref") if ref.get("idref") in files
    ]
    budget.take_files(len(chapters))
    contents = join_parts(_read_chapters(archive, posixpath.dirname(place), chapters, budget))
    return replace(contents, metadata=_metadata(package))


def _read_chapters(
    archive: zipfile.ZipFile, folder: str, chapters: list[Any], budget: Budget
) -> Iterator[tuple[str, Contents]]:
    number = 0
    for chapter in chapters:
        name = posixpath.normpath(posixpath.join(folder, unquote(chapter.get("href") or "")))
        contents = read_html(read_entry(archive, archive.getinfo(name), budget))
        if contents.text.strip():
            number += 1
            yield _chapter_name(number, contents), contents


def _chapter_name(number: int, contents: Contents) -> str:
    first = next((block for block in contents.blocks if block.kind == "heading"), None)
    heading = " ".join(contents.text[first.start : first.end].strip("#* ").split()) if first else ""
    return f"chapter {number}: {heading}" if 0 < len(heading) <= LONGEST_NAME else f"chapter {number}"


def _is_locked(archive: zipfile.ZipFile, budget: Budget) -> bool:
    if _LOCKED not in archive.namelist():
        return False
    locks = _parse(archive, _LOCKED, budget).iter("{*}EncryptionMethod")
    methods = [method.get("Algorithm") for method in locks]
    return any(method not in _FONTS for method in methods)


def _parse(archive: zipfile.ZipFile, name: str, budget: Budget) -> Any:
    raw = read_entry(archive, archive.getinfo(name), budget)
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))


def _metadata(package: Any) -> dict[str, str | date]:
    """What the head of a book says; of its publisher, who that is."""
    fields = read_properties(
        {"title": package.findtext(f".//{_DC}title"), "date": package.findtext(f".//{_DC}date")}
    )
    with suppress(AttributeError):
        if publisher := " ".join(package.findtext(f".//{_DC}publisher").split()):
            fields["publisher"] = publisher
    return fields
