"""A corpus -> its index: chunks and sentences with their vectors, old vectors used again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np

from rag.datatypes import Chunk, Document, IndexCard, Vectors
from rag.documents import chunking
from rag.documents.corpus import Corpus, Count, count_nothing
from rag.documents.outline import Outline
from rag.errors import ClusterError, EmptyCorpus, IndexDamaged, IndexMissing
from rag.index.card import (
    CATALOGUE,
    CHUNKS,
    DOCUMENTS,
    SENTENCES,
    UNREADABLE,
    VECTORS,
    check_file,
    chunk_sizes,
    find_snapshot,
    write_error,
)
from rag.index.duplicates import find_duplicates
from rag.index.parts.documents import Outlines
from rag.index.places import Place, find_place
from rag.index.postings import collect_postings
from rag.index.scratch import Scratch
from rag.index.snapshots import Draft
from rag.index.store import Index, load_documents, load_spans
from rag.language.words import detect_language
from rag.models.embedder import Embedder, EmbedTexts
from rag.postgres.store import Store, locate
from rag.workers.work import HERE, Workers

BATCH = 512  # texts embedded between two lines of progress: some seconds on a laptop


def build_index(
    corpus: Corpus,
    folder: str | Path | Store,
    embedder: Embedder,
    *,
    now: datetime | None = None,
    progress: Callable[[str], None] = lambda line: None,
    count: Count = count_nothing,
    reuse: bool = True,
    workers: Workers = HERE,
) -> IndexCard:
    """Chunk and embed `corpus`, write a snapshot of it into `folder`, and make that the current one.

    `folder` is a folder, or the address of a store (``postgresql://…``), whose tables are made if need be.

    Documents that the current snapshot there has are not cut again, nor their texts embedded, if the same
    model made it; nor texts that a run embedded which was interrupted.  Without `reuse` nothing of that
    snapshot is taken over.  `workers` cut and embed the rest.
    `now` is what the card says of documents that are new or altered; without it, the time it is.
    `progress` is told one line a step, `count` how many texts of a job of several batches are embedded.

    Raises EmptyCorpus if no document holds a sentence, RagError if the folder cannot be written.
    """
    where = locate(folder)
    place = find_place(where)
    before = _open_whole(place) if reuse else None
    cut = _cut(corpus.documents, embedder, before, workers)
    chunks, sentences = cut.chunks, cut.sentences
    if not chunks:
        raise EmptyCorpus(f"no sentence in {corpus.folders}/: expected documents with text", corpus.skipped)
    with place.hold_lock(progress):  # before the embedding: it fails in no time
        try:
            needed = {*cut.chunk_texts, *cut.sentence_texts}
            known: dict[str, Vectors] = {}
            if before:
                with suppress(IndexDamaged):  # vectors in a store are not looked at before
                    known = reusable_vectors(before, embedder)
            elif reuse and isinstance(where, Path):
                known = salvage_vectors(where, embedder)
            progress(
                f"embedding {len(chunks)} chunks and {len(sentences)} sentences "
                f"of {len(corpus.documents)} documents with {embedder.name}: "
                f"{len(needed - known.keys())} of {len(needed)} texts are new"
            )
            scratch = place.open_scratch(embedder)
            vectors = known | embed_missing(needed, known, embedder, scratch, count, workers)
            sentence_vectors = np.stack([vectors[text] for text in cut.sentence_texts])
            spans = {
                CHUNKS: (chunks, np.stack([vectors[text] for text in cut.chunk_texts])),
                SENTENCES: (sentences, sentence_vectors),
            }
            twins = find_duplicates(cut.sentence_texts, sentence_vectors)
            titles = {document.id: document.title for document in corpus.documents}
            languages = {document.id: detect_language(document.text) for document in corpus.documents}
            postings = collect_postings(
                [f"{titles[c.document_id]}\n{text}" for c, text in zip(chunks, cut.chunk_texts, strict=True)],
                [languages[chunk.document_id] for chunk in chunks],
            )
            indexed = indexing_times(corpus.documents, before, (now or datetime.now(UTC)).astimezone(UTC))
            del before  # in a store it is not removed as long as it is open
            card = place.write(Draft(corpus, embedder, spans, twins, postings, indexed))
            scratch.clear()
        except OSError as problem:
            raise write_error(where, problem) from None
        progress(f"wrote {where}/{place.current()}")
    return card


def reusable_vectors(index: Index, embedder: Embedder) -> dict[str, Vectors]:
    """The vector of each text of `index`, none if another embedder or other weights made them.

    Raises IndexDamaged if one is missing.
    """
    if not _is_made_by(index.card, embedder):
        return {}
    known: dict[str, Vectors] = {}
    for spans, vectors in (
        (index.chunks, index.chunk_vectors),
        (index.sentences, index.sentence_vectors),
    ):
        known |= zip(embedded_texts(index.outlines, spans), vectors.fetch(range(len(spans))), strict=True)
    return known


def salvage_vectors(root: Path, embedder: Embedder) -> dict[str, Vectors]:
    """Of the damaged index in `root`, the vectors of texts whose files are whole, as `reusable_vectors`."""
    known: dict[str, Vectors] = {}
    try:
        snapshot, card = find_snapshot(root)
        if not _is_made_by(card, embedder):
            return {}
        for name in (DOCUMENTS, CATALOGUE):
            check_file(snapshot, card, name)
        documents = load_documents(snapshot, card, {})
    except (IndexMissing, IndexDamaged, *UNREADABLE):
        return {}
    for name in (CHUNKS, SENTENCES):
        with suppress(IndexDamaged, *UNREADABLE):
            for file in (f"{name}.npy", VECTORS[name]):
                check_file(snapshot, card, file)
            spans = load_spans(snapshot, name, documents.ids)
            vectors = np.load(snapshot / VECTORS[name], allow_pickle=False)
            known |= zip(embedded_texts(Outlines(documents), spans), vectors, strict=True)
    return known


def embedded_texts(outlines: Mapping[str, Outline], spans: Sequence[Chunk]) -> list[str]:
    """What is embedded for each span, in order; `outlines` by the ids of their documents."""
    return [chunking.embedded_text(outlines[span.document_id], (span.start, span.end)) for span in spans]


def embed_missing(
    texts: Iterable[str],
    known: Mapping[str, Vectors],
    embedder: Embedder,
    scratch: Scratch,
    count: Count,
    workers: Workers = HERE,
) -> dict[str, Vectors]:
    """The vector of each of `texts` that is not in `known`, each embedded once, those in `scratch` not again.

    A job of several batches keeps each in `scratch`, and tells `count` how far it is.

    Raises OSError if they cannot be kept, ClusterError if `workers` cannot embed them.
    """
    # The longest first, as a batch takes as long as its longest text for each.
    new = sorted({text for text in texts if text not in known}, key=lambda text: (-len(text), text))
    vectors = scratch.find(new)
    missing = [text for text in new if text not in vectors]
    if len(missing) > BATCH:
        count("texts embedded", len(vectors), len(new))
    # The same batches wherever they are embedded, as what is beside a text may change its last bits.
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    for number, found in workers.map(EmbedTexts(embedder), batches):
        if isinstance(found, ClusterError):
            raise ClusterError(f"{len(batches[number])} texts cannot be embedded: {found}")
        vectors |= zip(batches[number], found, strict=True)
        if len(missing) > BATCH:
            scratch.keep(batches[number], found)
            count("texts embedded", len(vectors), len(new))
    return vectors


def indexing_times(documents: Iterable[Document], before: Index | None, now: datetime) -> dict[str, str]:
    """When each document was first indexed with the text it has, by its id: `now`, or as `before` says."""
    texts = {document.id: document.text for document in before.documents} if before else {}
    times = before.card.indexed if before else {}
    this = now.isoformat(timespec="seconds")
    return {d.id: times[d.id] if texts.get(d.id) == d.text else this for d in documents}


def _cut(
    documents: Sequence[Document], embedder: Embedder, before: Index | None, workers: Workers
) -> chunking.Cut:
    """All documents cut, in their order; those of `before` as they are there, the others by `workers`."""
    same = before if before and _is_made_by(before.card, embedder) else None
    ids = {_layout(document): document.id for document in same.documents} if same else {}
    spans = [_spans_by_document(spans) for spans in (same.chunks, same.sentences)] if same else []
    new = [document for document in documents if _layout(document) not in ids]
    cuts: dict[str, chunking.Cut] = {}
    cutting = chunking.CutDocument(embedder.count_tokens, *chunk_sizes(embedder.window))
    for number, cut in workers.map(cutting, new):
        if isinstance(cut, ClusterError):
            raise ClusterError(f"{new[number].id} cannot be cut: {cut}")
        cuts[new[number].id] = cut
    whole = chunking.Cut([], [], [], [])
    for document in documents:
        if document.id not in cuts:
            known = (by_id.get(ids[_layout(document)], ()) for by_id in spans)
            own = (
                [Chunk(document.id, span.start, span.end) for span in known_spans] for known_spans in known
            )
            cuts[document.id] = chunking.cut_at(Outline(document), *own)
        for field in fields(whole):
            getattr(whole, field.name).extend(getattr(cuts[document.id], field.name))
    return whole


def _layout(document: Document) -> tuple[object, ...]:
    """All of a document that says how it is cut."""
    return document.text, document.blocks, document.marks


def _spans_by_document(spans: Iterable[Chunk]) -> dict[str, list[Chunk]]:
    return {id: list(own) for id, own in groupby(spans, key=attrgetter("document_id"))}


def _is_made_by(card: IndexCard, embedder: Embedder) -> bool:
    made_by = (card.embedder, card.weights_sha256, card.dim, card.embedder_window)
    return made_by == (embedder.name, embedder.weights_sha256, embedder.dim, embedder.window)


def _open_whole(place: Place) -> Index | None:
    """The index there, read whole, None if there is none or it is damaged."""
    try:
        place.find().check()
        return place.open()
    except (IndexMissing, IndexDamaged):
        return None
