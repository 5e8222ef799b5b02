"""What the next index of some documents takes over from the one before, and what that makes of the new
ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from rag.datatypes import Chunk, Document, Vectors
from rag.documents.chunking import Cut, cut_at, embedded_text
from rag.index.duplicates import find_duplicates, hash_each
from rag.index.parts.documents import Documents, Outlines
from rag.index.parts.rows import Kept
from rag.index.parts.sketches import find_related
from rag.index.parts.spans import SPAN, LazySequence, Spans, Table
from rag.index.parts.twins import Twins
from rag.index.parts.vectors import JoinedVectors, SpanVectors
from rag.index.postings import Postings, collect_nothing, renew_postings
from rag.index.renewal.columns import NO_COLUMNS, Columns

NO_SPANS = Spans([], np.empty(0, SPAN))


class Before(Protocol):
    """An index, as far as the next one takes it over (`rag.index.store.Index`)."""

    documents: Documents
    outlines: Outlines
    chunks: Spans
    sentences: Spans
    chunk_vectors: SpanVectors
    sentence_vectors: SpanVectors

    @property
    def twins(self) -> Twins: ...

    @property
    def columns(self) -> tuple[Columns, Postings]: ...


class SpanTexts(LazySequence[str]):
    """What is embedded for each of `spans`, read when it is asked for."""

    def __init__(self, outlines: Outlines, spans: Spans) -> None:
        self._outlines, self._spans = outlines, spans

    def __len__(self) -> int:
        return len(self._spans)

    def make(self, number: int) -> str:
        span = self._spans[number]
        return embedded_text(self._outlines[span.document_id], (span.start, span.end))


class SearchedTexts(SpanTexts):
    """What is searched by words for each: that below the title of its document."""

    def make(self, number: int) -> str:
        title = self._outlines[self._spans[number].document_id].document.title
        return f"{title}\n{super().make(number)}"


class Renewal:
    """`documents`, of which those that are the same in the index `before` are not looked into; the others are
    `new`.

    Raises IndexDamaged if it cannot be read.
    """

    def __init__(self, documents: Sequence[Document], before: Before | None) -> None:
        old = before.documents if before else Documents.of([])
        found = (old.find(document) for document in documents)
        numbers = np.array([-1 if number is None else number for number in found], np.int64)
        self._old_documents = old
        self.documents, self._all = Kept(numbers, len(old)), Documents.of(documents)
        self.new = [documents[number] for number in self.documents.new.tolist()]
        self._outlines = Outlines(self._all)
        self._old_spans = (before.chunks, before.sentences) if before else (NO_SPANS, NO_SPANS)
        self._old_vectors: tuple[SpanVectors | None, SpanVectors | None]
        self._old_vectors = (before.chunk_vectors, before.sentence_vectors) if before else (None, None)
        self._old_columns, self._old_postings = before.columns if before else (NO_COLUMNS, collect_nothing())
        self._old_twins = before.twins if before else Twins.of({})
        self._old_outlines = before.outlines if before else self._outlines

    def find_cuts(self) -> dict[str, Cut]:
        """How those of the new documents are cut that stood elsewhere, or of which something else was said,
        by their ids."""
        gone = (self._old_documents[number] for number in self.documents.gone.tolist())
        before = {_layout(document): document.id for document in gone} if self.new else {}
        cuts: dict[str, Cut] = {}
        for document in self.new:
            if id := before.get(_layout(document)):
                number = self._old_documents.number(id)
                assert number is not None, "it was there"
                own = (
                    [
                        Chunk(document.id, span.start, span.end)
                        for span in map(spans.make, spans.of_document(number))
                    ]
                    for spans in self._old_spans
                )
                cuts[document.id] = cut_at(self._outlines[document.id], *own)
        return cuts

    def find_vectors(self, texts: Iterable[str]) -> dict[str, Vectors]:
        """The vectors that those of `texts` have that were embedded before.

        Raises IndexDamaged if one is missing.
        """
        keys = dict(zip(hash_each(texts).tolist(), texts, strict=True))
        asked = np.array(sorted(keys), np.uint64)
        known: dict[str, Vectors] = {}
        for vectors, facts in zip(
            self._old_vectors, (self._old_columns.chunks, self._old_columns.sentences), strict=True
        ):
            if vectors is not None and len(asked):
                places = np.minimum(np.searchsorted(asked, facts["key"]), len(asked) - 1)
                rows = np.flatnonzero(asked[places] == facts["key"])
                found = facts["key"][rows].tolist()
                known |= zip((keys[key] for key in found), vectors.fetch(rows.tolist()), strict=True)
        return known

    def join(self, cuts: Sequence[Cut]) -> None:
        """Take the new documents, in their order, as they are cut."""
        added = [[span for cut in cuts for span in cut.chunks], [s for cut in cuts for s in cut.sentences]]
        sizes = [len(cut.chunks) for cut in cuts], [len(cut.sentences) for cut in cuts]
        kept = [
            Kept.of_documents(self.documents.before, spans.counts.tolist(), own)
            for spans, own in zip(self._old_spans, sizes, strict=True)
        ]
        self.kept = kept[0], kept[1]
        spans = [self._join_spans(*each) for each in zip(self._old_spans, kept, added, sizes, strict=True)]
        self.chunks, self.sentences = spans
        columns = Columns.of([self._outlines[document.id] for document in self.new], cuts)
        self.columns = self._old_columns.join(columns, *self.kept, self.documents)
        self._new_texts = [text for cut in cuts for text in cut.chunk_texts]

    def _join_spans(self, old: Spans, kept: Kept, new: Sequence[Chunk], sizes: Sequence[int]) -> Spans:
        table: Table = np.empty(len(kept), SPAN)
        counts = np.empty(len(self._all), np.int64)
        is_new = self.documents.before < 0
        counts[is_new], counts[~is_new] = sizes, old.counts[self.documents.before[~is_new]]
        table["document"] = np.repeat(np.arange(len(self._all)), counts)
        table["start"] = kept.join(old.starts, np.array([span.start for span in new], np.int32))
        table["end"] = kept.join(old.ends, np.array([span.end for span in new], np.int32))
        return Spans(self._all.ids, table)

    def count_texts(self) -> int:
        """How many different texts are embedded for all of them."""
        return len(np.unique(np.concatenate([self.columns.chunks["key"], self.columns.sentences["key"]])))

    def join_vectors(self, new: Sequence[Vectors]) -> tuple[JoinedVectors, JoinedVectors]:
        """Those of chunks and of sentences; `new` are those of the new ones."""
        joined = [
            JoinedVectors(kept, old, own)
            for kept, old, own in zip(self.kept, self._old_vectors, new, strict=True)
        ]
        return joined[0], joined[1]

    def find_twins(self, vectors: JoinedVectors) -> Twins:
        """The sentences that say what an earlier one says; `vectors` are those of the sentences."""
        kept, facts = self.kept[1], self.columns.sentences
        gone = self._old_columns.sentences["bands"][kept.gone]
        rows = find_related(facts["bands"], kept.new, gone)
        pairs = kept.after[self._old_twins.pairs]
        is_other = np.ones(len(kept) + 1, dtype=bool)  # the last stands for what is gone
        is_other[rows] = is_other[-1] = False
        others = dict(pairs[is_other[pairs[:, 0]]].tolist())
        return Twins.of(
            others | find_duplicates(SpanTexts(self._outlines, self.sentences), vectors, facts, rows)
        )

    def join_postings(self) -> Postings:
        """The words of the chunks."""
        new = self.kept[0].new.tolist()
        titles = (self._all.named(self.chunks[row].document_id).title for row in new)
        texts = [f"{title}\n{text}" for title, text in zip(titles, self._new_texts, strict=True)]
        before = SearchedTexts(self._old_outlines, self._old_spans[0])
        gone = (before[row] for row in self.kept[0].gone.tolist())
        every = SearchedTexts(self._outlines, self.chunks)
        languages = np.repeat(self.columns.languages, self.chunks.counts).tolist()
        return renew_postings(self._old_postings, self.kept[0], texts, gone, every, languages)


def _layout(document: Document) -> tuple[object, ...]:
    """All of a document that says how it is cut."""
    return document.text, document.blocks, document.marks
