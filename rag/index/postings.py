"""Which words texts have, as a search by words needs it and an index keeps it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json

from rag.index.parts.blocks import Blocks
from rag.index.parts.rows import Kept
from rag.language.acronyms import Acronyms, Definition, choose_definitions, find_definitions
from rag.language.calendar_words import imply_days
from rag.language.cleaning import compose
from rag.language.words import find_words, stems, stems_of_each

HEADER = 128  # bytes of the header of an array of numpy, for all that are written here
ENTRY = np.dtype([("row", "<i4"), ("weight", "<f4")])

TIMES = np.dtype("<u2")
K1, B = 1.5, 0.75  # of BM25, as bm25s has them

Entries = npt.NDArray[Any]  # of `ENTRY`
Numbers = npt.NDArray[np.int64]
Times = npt.NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class Postings:
    """The words of `texts` texts.

    `entries` are, one stem of `stems` after the other, the rows of the texts that have it, in order, each
    with what BM25 gives it there; `counts` are how many each stem has.  `words` are all words in small
    letters, stop words among them, in order, and `acronyms` those that the texts define.  `languages` are
    those of the texts by their codes, in order, in each of which its own texts are stemmed.

    The rest is there to make the next ones of them, and only where it was read for that: how many `times` a
    text has the stem of an entry, in how many texts each word is (`spread`), and what is `defined` in which
    row.
    """

    texts: int
    stems: list[str]
    counts: list[int]
    entries: Entries
    words: list[str]
    acronyms: list[Definition]
    languages: Sequence[str] = ("en",)
    blocks: Blocks | None = None  # of the file of the entries, unless that is known to be whole
    times: Times = field(default_factory=lambda: np.empty(0, TIMES))
    spread: list[int] = field(default_factory=list)
    defined: list[tuple[int, Definition]] = field(default_factory=list)

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
        """All but the entries that a search needs; the languages only where there are others than English."""
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
    """The postings whose entries and other fields are in these files; with `blocks` the entries stay on the
    disk until a search uses them, and are then compared.

    Raises OSError, ValueError, TypeError or LookupError if they hold none, IndexDamaged.
    """
    if blocks:
        blocks.check([0], [HEADER])
    mode: Literal["r"] | None = "r" if blocks else None
    return parse_postings(words.read_bytes(), np.load(entries, mmap_mode=mode, allow_pickle=False), blocks)


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
    kept = Kept(np.full(len(texts), -1), 0)
    return renew_postings(collect_nothing(), kept, texts, [], texts, languages or ["en"] * len(texts))


def collect_nothing() -> Postings:
    """The postings of no text."""
    return Postings(0, [], [], np.empty(0, ENTRY), [], [], times=np.empty(0, TIMES))


def renew_postings(
    before: Postings,
    kept: Kept,
    new: Sequence[str],
    gone: Iterable[str],
    texts: Sequence[str],
    languages: Sequence[str],
) -> Postings:
    """The postings of `texts`, each in one of the `languages`, of which those that are not `kept` from
    `before` are `new`, in order, and `gone` are those that only `before` has.  Of the others only those are
    read whose acronyms are defined otherwise now.

    What comes out is the same as of `texts` alone.
    """
    rows = kept.new.tolist()
    defined = [(int(kept.after[row]), d) for row, d in before.defined if kept.after[row] >= 0]
    composed = zip(rows, map(compose, new), strict=True)
    defined += [(row, found) for row, text in composed for found in find_definitions(text)]
    acronyms = choose_definitions(found for _, found in sorted(defined, key=itemgetter(0)))
    known = Acronyms(acronyms)
    altered = _rows_implying({*acronyms} ^ {*before.acronyms}, before)
    again = kept.after[altered]
    again = again[again >= 0]
    spread = Counter(dict(zip(before.words, before.spread, strict=True)))
    spread.update(word for text in new for word in _words_of(text))
    spread.subtract(word for text in gone for word in _words_of(text))
    words = sorted(word for word, count in spread.items() if count)

    is_kept = kept.after >= 0
    is_kept[altered] = False
    numbers = np.repeat(np.arange(len(before.stems)), before.counts)
    chosen = is_kept[before.entries["row"]]
    old = numbers[chosen], kept.after[before.entries["row"][chosen]], before.times[chosen]
    read = [*rows, *again.tolist()]
    added, stems = _count_stems(
        read, [*new, *(texts[row] for row in again.tolist())], [languages[row] for row in read], known
    )
    held = np.bincount(old[0], minlength=len(before.stems)) > 0
    names = sorted({*(before.stems[number] for number in np.flatnonzero(held)), *stems})
    place = {name: number for number, name in enumerate(names)}
    moved = np.array([place.get(name, -1) for name in before.stems], np.int64)
    columns = [
        np.concatenate([moved[old[0]], np.array([place[name] for name in stems], np.int64)[added[0]]]),
        np.concatenate([old[1], added[1]]),
        np.concatenate([old[2], added[2]]),
    ]
    order = np.argsort(columns[0] * max(1, len(texts)) + columns[1], kind="stable")
    number, row, times = (column[order] for column in columns)
    counts = np.bincount(number, minlength=len(names))
    entries = np.empty(len(number), ENTRY)
    entries["row"], entries["weight"] = row, _weigh(row, times, counts, len(texts))
    return Postings(
        *(len(texts), names, counts.tolist(), entries, words, acronyms, sorted({*languages}) or ["en"]),
        times=times,
        spread=[spread[word] for word in words],
        defined=sorted(defined, key=itemgetter(0)),
    )


def _words_of(text: str) -> set[str]:
    return {*find_words(compose(text).lower())}


def _count_stems(
    rows: Sequence[int], texts: Sequence[str], languages: Sequence[str], known: Acronyms
) -> tuple[tuple[Numbers, Numbers, Times], list[str]]:
    """Number, row and times of each stem in each of `texts`, which are those of `rows`, in its language, and
    what has which number."""
    implied = _stems_of_each((imply_words(known, compose(text)) for text in texts), languages)
    numbers: dict[str, int] = {}
    found: list[tuple[int, int, int]] = []
    for row, own, more in zip(rows, _stems_of_each(texts, languages), implied, strict=True):
        counted = Counter(own)
        counted.update([stem for stem in more if stem not in counted])
        found += [(numbers.setdefault(stem, len(numbers)), row, times) for stem, times in counted.items()]
    columns = np.array(found, np.int64).reshape(-1, 3).T
    return (columns[0], columns[1], columns[2].astype(TIMES)), list(numbers)


def _stems_of_each(texts: Iterable[str], languages: Sequence[str]) -> list[list[str]]:
    """The stems of each text in its language."""
    found = zip(texts, languages, strict=True)
    return [own for text, language in found for own in stems_of_each([text], language)]


def _weigh(rows: Numbers, times: Times, counts: Numbers, texts: int) -> npt.NDArray[np.float32]:
    """What BM25 gives each entry, to the last bit as bm25s computes it."""
    if not len(rows):
        return np.empty(0, np.float32)
    lengths = np.bincount(rows, weights=times, minlength=texts)
    part = K1 * ((1 - B) + B * lengths / lengths.mean())
    various, places = np.unique(counts, return_inverse=True)
    idf = np.array([math.log(1 + (texts - n + 0.5) / (n + 0.5)) for n in various.tolist()], np.float32)
    weights = times.astype(np.float32) / (part[rows] + times.astype(np.float32))
    weighed: npt.NDArray[np.float32] = (np.repeat(idf[places], counts) * weights).astype(np.float32)
    return weighed


def _rows_implying(definitions: Iterable[Definition], postings: Postings) -> Numbers:
    """The rows of the texts that may have one of the long forms, in order."""
    numbers = {stem: number for number, stem in enumerate(postings.stems)}
    sets = [np.empty(0, np.int64)]
    for _, long in definitions:
        rows = np.arange(postings.texts)
        # Where a stem may stand for another word than the text has, it rules nothing out.
        for word in filter(str.isalpha, long[:-1]):
            forms = (word, word.removesuffix("s"))  # ICSs is indexed as ICS
            stemmed = [stems(form, language) for form in forms for language in postings.languages]
            if not all(stemmed):  # a stop word in one of them
                continue
            own = {stem for found in stemmed for stem in found} & numbers.keys()
            having = [postings.of_stem(numbers[stem])["row"] for stem in sorted(own)]
            rows = rows[np.isin(rows, np.concatenate(having))] if having else rows[:0]
        sets.append(rows)
    return np.unique(np.concatenate(sets))
