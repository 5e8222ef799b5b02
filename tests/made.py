"""The places of words in what is read of a file."""

from __future__ import annotations

from rag.datatypes import Document
from rag.documents.readers.contents import Contents


def place_of(contents: Contents, words: str) -> str:
    """What the place is called where those words stand first."""
    places = {"pages": contents.pages, "page_names": contents.page_names, "details": contents.details}
    return Document("a", "", contents.text, **places).place_at(contents.text.index(words))
