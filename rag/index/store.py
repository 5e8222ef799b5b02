"""The index on disk: vectors, the spans and documents they stand for, and the card.

    index/CURRENT                  the name of the current snapshot and the sha256 of its card, one line
    index/generation-000001/       card.json documents.jsonl catalogue.json files.jsonl
                                   {chunks,sentences}.{npy,vectors.npy} words.json postings.npy
                                   twins.npy copied.npy furniture.npy editions.json [chunks.ivf blocks.npz]

A snapshot is written whole into a fresh folder; then CURRENT is replaced in one step, so a
reader sees the old index or the new one and a crash loses neither.  Other files are not touched.
Opening reads what is small.  The rest is mapped into memory, and compared with the card as it is used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from rag.datatypes import IndexCard, Mask, Vectors
from rag.documents.folder.files import FileState
from rag.errors import IndexDamaged
from rag.index.card import (
    BY_BLOCK,
    CATALOGUE,
    CHUNKS,
    DOCUMENTS,
    LISTS,
    POSTINGS,
    SENTENCES,
    STATES,
    SUMS,
    UNREADABLE,
    VECTORS,
    WORDS,
    check_file,
    check_files,
    current_snapshot,
    damage_error,
    describe_problem,
    find_snapshot,
)
from rag.index.parts.blocks import Blocks, parse_sums
from rag.index.parts.documents import Documents, Outlines, open_documents
from rag.index.parts.nearest import open_lists
from rag.index.parts.spans import Spans
from rag.index.parts.survey import Survey, load_survey
from rag.index.parts.twins import Twins
from rag.index.parts.vectors import FaissVectors, SpanVectors
from rag.index.postings import HEADER, Postings, load_postings
from rag.index.renewal.columns import Columns, load_columns

Parsed = TypeVar("Parsed")


class Index:
    """An opened index: row i of the chunk vectors is ``chunks[i]``, and so for the sentences.

    `outlines` are those of the documents, by id; `postings` are the words of the chunks, each below its title
    and headings.  What is as large as the documents is read as it is used, and may raise IndexDamaged then.
    """

    def __init__(
        self,
        card: IndexCard,
        documents: Documents,
        spans: tuple[Spans, Spans],  # chunks and sentences
        vectors: tuple[SpanVectors, SpanVectors],  # of chunks and of sentences
        survey: Survey,
        postings: Postings,
        read_files: Callable[[], tuple[FileState, ...]] = tuple,
        read_columns: Callable[[], tuple[Columns, Postings]] | None = None,
    ) -> None:
        self.card = card
        self.documents = documents
        self.outlines = Outlines(documents)
        self.chunks, self.sentences = spans
        self.chunk_vectors, self.sentence_vectors = vectors
        self.survey = survey
        self.postings = postings
        self._read_files, self._read_columns = read_files, read_columns

    @property
    def twins(self) -> Twins:
        """The sentences that say what an earlier one says."""
        return self.survey.twins

    @cached_property
    def files(self) -> tuple[FileState, ...]:
        """All files of the folder as they were indexed, read or not."""
        return self._read_files()

    @cached_property
    def columns(self) -> tuple[Columns, Postings]:
        """What is known of each document by itself, and the postings with what the next ones are made of.

        Raises IndexDamaged.
        """
        assert self._read_columns, "it was opened"
        return self._read_columns()

    def search(self, query: Vectors, n: int, allowed: Mask | None = None) -> list[tuple[int, float]]:
        """The rows of the `n` nearest chunks with their cosines, best first, ties by row.

        `allowed`, ``(chunks,)``, says of each row whether it may be found.
        """
        return self.chunk_vectors.search(query, n, allowed)

    def sentence_rows(self, document_id: str, start: int, end: int) -> range:
        """The rows of the sentences that stand, whole or in part, in ``text[start:end]``."""
        number = self.documents.number(document_id)
        return range(0) if number is None else self.sentences.within(number, start, end)

    def sentence_cosines(self, query: Vectors, rows: Sequence[int]) -> Vectors:
        """The cosine of `query` with each of the sentences `rows`, in order: float32 ``(n,)``."""
        return self.sentence_vectors.cosines(query, rows)


def open_folder(root: Path) -> Index:
    """Load the current snapshot below `root`; small files are checked against their sha256 now, the others
    block by block as they are used.

    Raises IndexMissing or IndexDamaged.
    """
    while True:
        before = current_snapshot(root)
        try:
            return _load(*find_snapshot(root))
        except IndexDamaged:
            if current_snapshot(root) == before:  # otherwise it was replaced while it was read
                raise


def _load(snapshot: Path, card: IndexCard) -> Index:
    parse = partial(_parse_later, snapshot.parent)
    try:
        blocks = open_blocks(snapshot, card)
        check_files(snapshot, card, besides=blocks)
        documents = load_documents(snapshot, card, blocks)
        chunks, sentences = (load_spans(snapshot, spans, documents.ids) for spans in (CHUNKS, SENTENCES))
        chunk_vectors = load_vectors(snapshot, CHUNKS, blocks, card)
        sentence_vectors = load_vectors(snapshot, SENTENCES, blocks, card)
        survey = load_survey(snapshot, parse)
        postings = load_postings(snapshot / WORDS, snapshot / POSTINGS, blocks.get(POSTINGS))
        read_files = partial(parse, parse_files, (snapshot / STATES).read_bytes())
    except UNREADABLE as problem:
        reason = next(iter(str(problem).splitlines()), type(problem).__name__)
        raise damage_error(snapshot.parent, reason) from None
    vectors = chunk_vectors, sentence_vectors
    read_columns = partial(load_folder_columns, snapshot, postings)
    return Index(card, documents, (chunks, sentences), vectors, survey, postings, read_files, read_columns)


def load_folder_columns(snapshot: Path, postings: Postings) -> tuple[Columns, Postings]:
    """`load_columns` of a snapshot whose files are as they were written.  Raises IndexDamaged."""
    load = partial(np.load, mmap_mode="r", allow_pickle=False)
    try:
        return load_columns(
            lambda name: load(snapshot / name), lambda name: (snapshot / name).read_bytes(), postings
        )
    except UNREADABLE as problem:
        raise damage_error(snapshot.parent, describe_problem(problem)) from None


def _parse_later(root: Path, parse: Callable[[bytes], Parsed], raw: bytes) -> Parsed:
    """What `raw` holds, which is as it was written.  Raises IndexDamaged if it was written wrong."""
    try:
        return parse(raw)
    except UNREADABLE as problem:
        raise damage_error(root, describe_problem(problem)) from None


def open_blocks(snapshot: Path, card: IndexCard) -> dict[str, Blocks]:
    """The files of a snapshot that are compared block by block, by their names.

    Raises IndexDamaged, or one of `UNREADABLE`.
    """
    if SUMS not in card.files:
        return {}
    explain = partial(damage_error, snapshot.parent)
    sums = parse_sums(check_file(snapshot, card, SUMS).read_bytes())
    return {name: Blocks(snapshot / name, *sums[name], explain) for name in sorted(sums.keys() & BY_BLOCK)}


def load_documents(snapshot: Path, card: IndexCard, blocks: Mapping[str, Blocks]) -> Documents:
    """The documents of a snapshot: of a file of blocks each is compared whenever it is read, and another is
    kept, so that nobody quotes what was altered since.

    Raises IndexDamaged, or one of `UNREADABLE`.
    """
    catalogue = (snapshot / CATALOGUE).read_bytes()
    if own := blocks.get(DOCUMENTS):
        return open_documents(own.read, own.size, catalogue, card.files[DOCUMENTS])
    raw = (snapshot / DOCUMENTS).read_bytes()
    if hashlib.sha256(raw).hexdigest() != card.files[DOCUMENTS]:
        raise damage_error(snapshot.parent, f"{DOCUMENTS} was altered as it was opened")
    return open_documents(lambda begin, end: raw[begin:end], len(raw), catalogue, card.files[DOCUMENTS])


def load_spans(snapshot: Path, spans: str, ids: Sequence[str]) -> Spans:
    """The chunks or the sentences of a snapshot, whose documents have these `ids`: `spans` is `CHUNKS` or
    `SENTENCES`.

    Raises ValueError if the file holds none, or spans of other documents.
    """
    return Spans(ids, np.load(snapshot / f"{spans}.npy", allow_pickle=False))


def load_vectors(snapshot: Path, spans: str, blocks: Mapping[str, Blocks], card: IndexCard) -> FaissVectors:
    """Their vectors, row by row; those of a large file stay on the disk until they are used.

    Raises ValueError if the file holds none, IndexDamaged.
    """
    own = blocks.get(VECTORS[spans])
    if own:
        own.check([0], [HEADER])
    vectors = np.load(snapshot / VECTORS[spans], mmap_mode="r" if own else None, allow_pickle=False)
    expected = (card.chunks if spans == CHUNKS else card.sentences, card.dim)
    if vectors.dtype != np.float32 or vectors.shape != expected or not vectors.flags.c_contiguous:
        raise ValueError(f"{vectors.shape} of {vectors.dtype}, expected vectors {expected}")
    lists = None
    if spans == CHUNKS and card.approximate:
        lists = open_lists(snapshot / LISTS, len(vectors), card.dim, card.approximate, blocks.get(LISTS))
    return FaissVectors(vectors, lists, own, HEADER)


def parse_files(raw: bytes) -> tuple[FileState, ...]:
    """The files in the lines `raw`; any of the errors `UNREADABLE` if they are none."""
    fields = map(json.loads, raw.splitlines())
    return tuple(FileState(**f | {"stamp": f["stamp"] and tuple(f["stamp"])}) for f in fields)


def load_files(path: Path) -> tuple[FileState, ...]:
    """The files in the file `STATES` of a snapshot."""
    return parse_files(path.read_bytes())
