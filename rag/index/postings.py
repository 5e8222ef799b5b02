"""Which words texts have, as a search by words needs it and an index keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
from pydantic_core import from_json

from rag.index.parts.blocks import Blocks
from rag.language.acronyms import Acronyms, Definition, find_acronyms
from rag.language.calendar_words import imply_days
from rag.language.cleaning import compose
from rag.language.words import find_words, stems_of_each

HEADER = 128  # bytes of the header of an array of numpy, for all that are written here
ENTRY = np.dtype([("row", "<i4"), ("weight", "<f4")])

Entries = npt.NDArray[Any]  # of `ENTRY`


@dataclass(frozen=True, eq=False)
class Postings:
    """The words of `texts` texts.

    `entries` are, one stem of `stems` after the other, the rows of the texts that have it, in order, each
    with what BM25 gives it there; `counts` are how many each stem has.  `words` are all words in small
    letters, stop words among them, in order, and `acronyms` those that the texts define.  `languages` are
    those of the texts by their codes, in order, in each of which its own texts are stemmed.
    """

    texts: int
    stems: list[str]
    counts: list[int]
    entries: Entries
    words: list[str]
    acronyms: list[Definition]
    languages: Sequence[str] = ("en",)
    blocks: Blocks | None = None  # of the file of the entries, unless that is known to be whole

    @cached_property
    def begins(self) -> npt.NDArray[np.int64]:
        """Where the entries of each stem begin, and the last end: ``(stems + 1,)``."""
        return np.cumsum([0, *self.counts], dtype=np.int64)

    def of_stem(self, number: int) -> Entries:
        """The entries of the stem of that number.  Raises IndexDamaged if they were altered."""
        begin, end = self.begins[number : number + 2].tolist()
        if self.blocks and begin < end:
            offset, size = HEADER, ENTRY.itemsize
            self.blocks.check([offset + size * begin], [offset + size * end])
        return self.entries[begin:end]

    def words_json(self) -> bytes:
        """All but the entries; the languages only where there are others than English."""
        names = ["texts", "stems", "counts", "words", "acronyms"]
        names += ["languages"] if [*self.languages] != ["en"] else []
        fields = {name: getattr(self, name) for name in names}
        return json.dumps(fields, ensure_ascii=False).encode()


def imply_words(acronyms: Acronyms, text: str) -> str:
    """What a text is found by besides its own words: acronyms of long forms in it, days and months that it
    has in short or between others."""
    return f"{acronyms.imply(text)} {imply_days(text)}".strip()


def npy(table: npt.NDArray[Any]) -> memoryview:
    """A table in the format of numpy."""
    file = BytesIO()
    np.save(file, table, allow_pickle=False)
    return file.getbuffer()


def load_postings(words: Path, entries: Path, blocks: Blocks | None = None) -> Postings:
    """The postings whose entries and other fields are in these files; the entries stay on the disk until a
    search uses them, and are then compared with `blocks`.

    Raises OSError, ValueError, TypeError or LookupError if they hold none, IndexDamaged.
    """
    if blocks:
        blocks.check([0], [HEADER])
    return parse_postings(words.read_bytes(), np.load(entries, mmap_mode="r", allow_pickle=False), blocks)


def parse_postings(words: bytes, entries: Entries, blocks: Blocks | None = None) -> Postings:
    """The postings with these entries, whose other fields are in `words`; raises as `load_postings`."""
    fields = from_json(words)
    acronyms = [(short, tuple(long)) for short, long in fields.pop("acronyms")]
    if entries.dtype != ENTRY or entries.shape != (sum(fields["counts"]),):
        raise ValueError(f"{entries.shape} entries of {entries.dtype}, expected {sum(fields['counts'])}")
    if len(fields["stems"]) != len(fields["counts"]):
        raise ValueError(f"{len(fields['counts'])} counts of {len(fields['stems'])} stems")
    return Postings(**fields, entries=entries, acronyms=acronyms, blocks=blocks)


def collect_postings(texts: Sequence[str], languages: Sequence[str] = ()) -> Postings:
    """The postings of `texts` in the form of BM25 that Lucene has, with bm25s's defaults.

    `languages` are those of the texts, one for each; without them all are in English.  A text is taken to
    have what `imply_words` says, too.
    """
    acronyms = find_acronyms(texts)
    words = sorted({word for text in texts for word in find_words(compose(text).lower())})
    known = Acronyms(acronyms)
    spoken = languages or ["en"] * len(texts)
    implied = _stems_of_each((imply_words(known, text) for text in texts), spoken)
    held = [
        own + [stem for stem in more if stem not in own]
        for own, more in zip(_stems_of_each(texts, spoken), implied, strict=True)
    ]
    numbers = {stem: number for number, stem in enumerate(dict.fromkeys(s for own in held for s in own))}
    different = sorted({*spoken}) or ["en"]
    if not numbers:
        return Postings(len(texts), [], [], np.empty(0, ENTRY), words, acronyms, different)
    bm25 = bm25s.BM25()
    ids = [[numbers[stem] for stem in own] for own in held]
    bm25.index((ids, dict(numbers)), create_empty_token=False, show_progress=False)
    entries = np.empty(len(bm25.scores["data"]), ENTRY)
    entries["row"], entries["weight"] = bm25.scores["indices"], bm25.scores["data"]
    counts = np.diff(bm25.scores["indptr"]).tolist()
    return Postings(len(texts), list(numbers), counts, entries, words, acronyms, different)


def _stems_of_each(texts: Iterable[str], languages: Sequence[str]) -> list[list[str]]:
    """The stems of each text in its language."""
    found = zip(texts, languages, strict=True)
    return [own for text, language in found for own in stems_of_each([text], language)]
