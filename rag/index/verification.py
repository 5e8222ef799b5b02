"""Whether an index is whole: each file as its card has it, and what is in them fits together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.datatypes import Chunk, Document, Fault, IndexCard
from rag.documents.folder.files import digest
from rag.errors import IndexDamaged
from rag.index.card import (
    CHUNKS,
    CURRENT,
    DOCUMENTS,
    FILES,
    POSTINGS,
    SENTENCES,
    STATES,
    TWINS,
    UNREADABLE,
    WORDS,
    file_sha256,
    find_snapshot,
)
from rag.index.postings import Postings, load_postings
from rag.index.store import load_documents, load_files, load_spans, load_vectors

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
    if name not in FILES:  # and never read: a card from elsewhere may name any file of the disk
        return "is no file of a snapshot"
    try:
        actual = file_sha256(snapshot / name)
    except FileNotFoundError:
        return "is missing"
    except OSError as problem:
        return f"cannot be read: {problem.strerror or problem}"
    return "" if actual == expected else f"has sha256 {actual[:12]}…, expected {expected[:12]}…"


def _check_content(snapshot: Path, card: IndexCard) -> Iterator[Fault]:
    documents = {document.id: document for document in load_documents(snapshot / DOCUMENTS)}
    if len(documents) != card.documents:  # what else there is, is by their numbers
        yield from _compare_count(DOCUMENTS, "documents", len(documents), card.documents)
        return
    if documents.keys() != card.indexed.keys():
        yield Fault(DOCUMENTS, "other documents than the card names")
    if digest(load_files(snapshot / STATES)) != card.corpus_sha256:
        yield Fault(STATES, "other files than those of the card")
    for name, count in ((CHUNKS, card.chunks), (SENTENCES, card.sentences)):
        spans = load_spans(snapshot, name, [*documents.values()])
        yield from _compare_count(f"{name}.npy", name, len(spans), count)
        outside = sum(not _is_inside(span, documents) for span in spans)
        if outside:
            yield Fault(f"{name}.npy", f"{outside} of {len(spans)} stand in no document of the snapshot")
        yield from _check_vectors(f"{name}.faiss", load_vectors(snapshot, name), len(spans), card.dim)
    yield from _check_postings(load_postings(snapshot / WORDS, snapshot / POSTINGS), card.chunks)
    for later, earlier in json.loads((snapshot / TWINS).read_text(encoding="utf-8")):
        if not 0 <= earlier < later < card.sentences:
            yield Fault(TWINS, f"sentence {later} repeats {earlier}, expected an earlier of {card.sentences}")


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


def _is_inside(span: Chunk, documents: dict[str, Document]) -> bool:
    document = documents.get(span.document_id)
    return document is not None and 0 <= span.start < span.end <= len(document.text)


def _check_vectors(name: str, index: Any, count: int, dim: int) -> Iterator[Fault]:
    yield from _compare_count(name, "vectors", index.ntotal, count)
    if index.d != dim:
        yield Fault(name, f"vectors of {index.d} dimensions, expected {dim}")
    lengths = np.linalg.norm(index.reconstruct_n(0, index.ntotal), axis=1)
    odd = int((~(np.abs(lengths - 1) <= NEAR_ONE)).sum())  # what is no number is not near 1 either
    if odd:
        yield Fault(name, f"{odd} of {index.ntotal} vectors are not of length 1")


def _compare_count(name: str, what: str, found: int, expected: int) -> Iterator[Fault]:
    if found != expected:
        yield Fault(name, f"{found} {what}, expected {expected}")
