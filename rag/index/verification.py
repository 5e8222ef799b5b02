"""Whether an index is whole: each file as its card has it, and what is in them fits together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.datatypes import Fault, IndexCard
from rag.documents.folder.files import digest
from rag.errors import IndexDamaged
from rag.index.card import (
    CATALOGUE,
    CHUNKS,
    COPIED,
    CURRENT,
    DOCUMENTS,
    EDITIONS,
    FILES,
    FURNITURE,
    LISTS,
    POSSIBLE,
    POSTINGS,
    SENTENCES,
    STATES,
    SUMS,
    TWINS,
    UNREADABLE,
    VECTORS,
    WORDS,
    file_sha256,
    find_snapshot,
)
from rag.index.parts.blocks import BLOCK, hash_blocks, parse_sums
from rag.index.parts.documents import Documents
from rag.index.parts.lazy_documents import LazyDocument
from rag.index.parts.nearest import PIECE, open_lists
from rag.index.parts.spans import Spans
from rag.index.parts.survey import Survey, load_survey
from rag.index.postings import Postings, load_postings
from rag.index.store import load_documents, load_files, load_spans

NEAR_ONE = 1e-3  # how far the length of a vector may be from 1: float32 errs by less than 1e-6 a dimension


def verify_index(root: Path) -> tuple[IndexCard | None, list[Fault]]:
    """The card of the current snapshot, None if that cannot be read, and all that is wrong with it.

    Raises IndexMissing.
    """
    while True:
        try:
            snapshot, card = find_snapshot(root)
        except IndexDamaged as damage:
            return None, [Fault(CURRENT, str(damage))]
        faults = verify_snapshot(snapshot, card)
        if not faults or find_snapshot(root)[0] == snapshot:  # otherwise it was replaced meanwhile
            return card, faults


def verify_snapshot(snapshot: Path, card: IndexCard) -> list[Fault]:
    """All that is wrong with a snapshot: with its files, or, if these are as written, with what they hold."""
    faults = [Fault(name, "its card has no sha256 of it") for name in sorted(FILES - card.files.keys())]
    for name, expected in sorted(card.files.items()):
        if what := _compare_file(snapshot, name, expected):
            faults.append(Fault(name, what))
    if faults:
        return faults
    try:
        return list(_check_content(snapshot, card))
    except UNREADABLE as problem:
        return [Fault(snapshot.name, f"cannot be understood: {type(problem).__name__}")]


def _compare_file(snapshot: Path, name: str, expected: str) -> str:
    """What is wrong with a file, "" if nothing is."""
    if name not in POSSIBLE:  # and never read: a card from elsewhere may name any file of the disk
        return "is no file of a snapshot"
    try:
        actual = file_sha256(snapshot / name)
    except FileNotFoundError:
        return "is missing"
    except OSError as problem:
        return f"cannot be read: {problem.strerror or problem}"
    return "" if actual == expected else f"has sha256 {actual[:12]}…, expected {expected[:12]}…"


def _check_content(snapshot: Path, card: IndexCard) -> Iterator[Fault]:
    documents = load_documents(snapshot, card, {})
    if len(documents) != card.documents:  # what else there is, is by their numbers
        yield from _compare_count(DOCUMENTS, "documents", len(documents), card.documents)
        return
    if documents.every != card.indexed.keys():
        yield Fault(CATALOGUE, "other documents than the card names")
    yield from _check_catalogue(documents)
    if digest(load_files(snapshot / STATES)) != card.corpus_sha256:
        yield Fault(STATES, "other files than those of the card")
    lengths = np.array([len(document.text) for document in documents], np.int64)
    for name, count in ((CHUNKS, card.chunks), (SENTENCES, card.sentences)):
        spans = load_spans(snapshot, name, documents.ids)
        yield from _compare_count(f"{name}.npy", name, len(spans), count)
        yield from _check_spans(f"{name}.npy", spans, lengths)
        yield from _check_vectors(snapshot, name, len(spans), card)
    yield from _check_postings(load_postings(snapshot / WORDS, snapshot / POSTINGS), card.chunks)
    yield from _check_survey(load_survey(snapshot, lambda parse, raw: parse(raw)), card, documents)
    yield from _check_sums(snapshot, card)


def _check_catalogue(documents: Documents) -> Iterator[Fault]:
    odd = sum(not document.is_as_written for document in documents if isinstance(document, LazyDocument))
    if odd:
        yield Fault(CATALOGUE, f"{odd} of {len(documents)} documents are not as {DOCUMENTS} has them")


def _check_spans(name: str, spans: Spans, lengths: npt.NDArray[np.int64]) -> Iterator[Fault]:
    inside = (spans.starts >= 0) & (spans.starts < spans.ends) & (spans.ends <= lengths[spans.documents])
    if outside := int((~inside).sum()):
        yield Fault(name, f"{outside} of {len(spans)} stand in no document of the snapshot")
    if (np.diff(spans.documents) < 0).any():
        yield Fault(name, "not in the order of the documents")


def _check_survey(survey: Survey, card: IndexCard, documents: Documents) -> Iterator[Fault]:
    for later, earlier in survey.twins.items():
        if not 0 <= earlier < later < card.sentences:
            yield Fault(TWINS, f"sentence {later} repeats {earlier}, expected an earlier of {card.sentences}")
    limits = np.array([card.chunks, card.documents])
    if not ((survey.copied >= 0) & (survey.copied < limits)).all():
        yield Fault(COPIED, f"others than {card.chunks} chunks and {card.documents} documents")
    if not ((survey.furniture >= 0) & (survey.furniture < card.chunks)).all():
        yield Fault(FURNITURE, f"others than {card.chunks} chunks")
    if survey.editions.keys() - documents.every:
        yield Fault(EDITIONS, "other documents than the card names")


def _check_sums(snapshot: Path, card: IndexCard) -> Iterator[Fault]:
    """The blocks of the files whose sums were written: opening compares these, and not the files."""
    if SUMS not in card.files:
        return
    for name, (sums, size) in parse_sums((snapshot / SUMS).read_bytes()).items():
        own, own_size = hash_blocks(snapshot / name) if name in POSSIBLE else (sums[:0], 0)
        if own_size != size or not np.array_equal(own, sums):
            yield Fault(SUMS, f"other blocks of {BLOCK:,} bytes than those of {name}")


def _check_postings(postings: Postings, chunks: int) -> Iterator[Fault]:
    yield from _compare_count(WORDS, "texts", postings.texts, chunks)
    rows, weights = postings.entries["row"], postings.entries["weight"]
    odd = int((~((rows >= 0) & (rows < chunks) & (weights > 0) & np.isfinite(weights))).sum())
    if odd:
        yield Fault(POSTINGS, f"{odd} of {len(rows)} entries are of no chunk, or weigh nothing")
    steps = np.diff(rows.astype(np.int64), prepend=-1)
    within = np.delete(steps, np.cumsum([0, *postings.counts[:-1]], dtype=np.int64)) if len(rows) else steps
    if unordered := int((within <= 0).sum()):
        yield Fault(POSTINGS, f"{unordered} of {len(rows)} entries are not in order")


def _check_vectors(snapshot: Path, name: str, count: int, card: IndexCard) -> Iterator[Fault]:
    file = VECTORS[name]
    vectors = np.load(snapshot / file, mmap_mode="r", allow_pickle=False)
    yield from _compare_count(file, "vectors", len(vectors), count)
    if vectors.shape[1] != card.dim:
        yield Fault(file, f"vectors of {vectors.shape[1]} dimensions, expected {card.dim}")
    if name == CHUNKS and card.approximate:
        open_lists(snapshot / LISTS, len(vectors), card.dim, card.approximate, None)
    odd = 0
    for first in range(0, len(vectors), PIECE):
        lengths = np.linalg.norm(vectors[first : first + PIECE], axis=1)
        odd += int((~(np.abs(lengths - 1) <= NEAR_ONE)).sum())  # what is no number is not near 1 either
    if odd:
        yield Fault(file, f"{odd} of {len(vectors)} vectors are not of length 1")


def _compare_count(name: str, what: str, found: int, expected: int) -> Iterator[Fault]:
    if found != expected:
        yield Fault(name, f"{found} {what}, expected {expected}")
