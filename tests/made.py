"""Files that the tests make, as bytes, and the places of words in what is read of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from rag.datatypes import Document
from rag.documents.readers.contents import Contents


def saved(document: Any) -> bytes:
    """The bytes of what can be saved to a file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def place_of(contents: Contents, words: str) -> str:
    """What the place is called where those words stand first."""
    places = {"pages": contents.pages, "page_names": contents.page_names, "details": contents.details}
    return Document("a", "", contents.text, **places).place_at(contents.text.index(words))
