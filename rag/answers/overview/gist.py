"""Documents, or what was found on a topic -> the few of their sentences that together say most of it.

They are chosen so that every sentence has one near it among them: the greedy maximum of a facility location
function (Lin & Bilmes, "A Class of Submodular Functions for Document Summarization", ACL 2011), what opens a
section counting a little more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from rag.answers.sentences.candidates import needs_before
from rag.answers.statements import cite_spans
from rag.datatypes import Answer, Question, SearchResult, Vectors
from rag.documents.labels import attribution
from rag.index.store import Index

OF_ONE, OF_SEVERAL, EACH = 6, 10, 2  # sentences of one document, of several, and of each of those
WEIGHED = 1_500  # sentences that are compared
OPENS = 1.2  # how much more counts what opens a section
DANGLES = 0.5  # how much less what says nothing without the sentence before it
SHORTEST, LONGEST = 40, 400  # characters of a sentence that says something and no more
TOLD = ("paragraph", "item", "row", "definition", "quotation")  # kinds of block that are worth a sentence
NEAREST, NEAR = 40, 0.25  # sentences on a topic, and how near they must be (cosine)
SELECTED = "A selection of sentences that cover {what}, in their order there:"


def give_gist(question: Question, index: Index) -> Answer:
    """The gist of the documents in the scope of `question`."""
    names = [*index.outlines.among(question.scope)]
    rows = [row for name in names for row in _telling_rows(index, name)]
    rows = [rows[i * len(rows) // WEIGHED] for i in range(WEIGHED)] if len(rows) > WEIGHED else rows
    vectors = _vectors(index, rows)
    most = OF_ONE if len(names) == 1 else OF_SEVERAL
    chosen = _choose(vectors, _values(index, rows), most, [index.sentences[row].document_id for row in rows])
    title = index.documents.named(names[0]).title
    what = f"“{title}”" if len(names) == 1 else f"{len(names):,} documents"
    return _answer(question, index, sorted(rows[i] for i in chosen), what)


def give_topic_gist(result: SearchResult, index: Index) -> Answer | None:
    """The gist of what was found on a topic, None if nothing is near it."""
    passages = result.passages
    rows = sorted(
        {
            row
            for passage in passages
            for row in index.sentence_rows(passage.document.id, passage.start, passage.end)
            if _is_told(index, row)
        }
    )
    if result.vector is None or not rows:
        return None
    near = index.sentence_cosines(result.vector, rows)
    kept = [int(i) for i in np.argsort(-near, kind="stable")[:NEAREST] if near[i] >= NEAR]
    if not kept:
        return None
    rows, weights = [rows[i] for i in kept], near[kept]
    chosen = _choose(_vectors(index, rows), _values(index, rows) * weights, OF_ONE, [""] * len(rows))
    what = f"“{result.question.target}”"
    answer = _answer(result.question, index, sorted(rows[i] for i in chosen), what)
    return replace(answer, passages=passages)


def _telling_rows(index: Index, document_id: str) -> list[int]:
    """The sentences of a document that say something, short ones too if they are few; else all there is."""
    every = index.sentence_rows(document_id, 0, len(index.documents.named(document_id).text))
    told = [row for row in every if _is_told(index, row)]
    fit = [
        row for row in told if SHORTEST <= index.sentences[row].end - index.sentences[row].start <= LONGEST
    ]
    return fit if len(fit) >= OF_ONE else told or list(every)


def _is_told(index: Index, row: int) -> bool:
    """Whether a sentence stands in such a block, and is neither the title of its document nor the names of
    columns."""
    span = index.sentences[row]
    outline = index.outlines[span.document_id]
    is_title = outline.show(span.start, span.end).text.casefold() == outline.document.title.casefold()
    block = outline.blocks[outline.block_at(span.start)]
    return block.kind in TOLD and not block.header and not is_title


def _values(index: Index, rows: Sequence[int]) -> Vectors:
    """What each sentence counts by where it stands and how it begins, ``(n,)``."""
    values = []
    for row in rows:
        span = index.sentences[row]
        outline = index.outlines[span.document_id]
        before = index.sentences[row - 1] if row else span
        opens = before.document_id != span.document_id or outline.kind_at(before.start) == "heading"
        dangles = needs_before(outline.document.text[span.start : span.end])
        values.append((OPENS if opens else 1.0) * (DANGLES if dangles else 1.0))
    return np.array(values, dtype=np.float32)


def _choose(vectors: Vectors, values: Vectors, most: int, groups: Sequence[str]) -> list[int]:
    """At most `most` rows, each the one that brings all nearest to one chosen; of each group at most `EACH`,
    where there is more than one."""
    near = np.clip(vectors @ vectors.T, 0.0, 1.0) * values[None, :]
    covered = np.zeros(len(vectors), dtype=np.float32)
    chosen: list[int] = []
    open_to = np.ones(len(vectors), dtype=bool)
    several = len(set(groups)) > 1
    while len(chosen) < most and open_to.any():
        gains = np.maximum(near - covered[:, None], 0.0).sum(axis=0)
        best = int(np.where(open_to, gains, -1.0).argmax())
        chosen.append(best)
        covered = np.maximum(covered, near[:, best])
        open_to[best] = False
        if several and sum(groups[i] == groups[best] for i in chosen) >= EACH:
            open_to &= np.array([group != groups[best] for group in groups])
    return chosen


def _vectors(index: Index, rows: Collection[int]) -> Vectors:
    return index.sentence_vectors.fetch([*rows])


def _answer(question: Question, index: Index, rows: Sequence[int], what: str) -> Answer:
    spans = [index.sentences[row] for row in rows]
    places = [(index.documents.named(s.document_id), s.start, s.end) for s in spans]
    statements = cite_spans(places, index.outlines)
    if len({document.id for document, _, _ in places}) > 1:
        statements = tuple(replace(s, attribution=attribution(s.citations[0].document)) for s in statements)
    return Answer(
        question.text,
        statements,
        (),
        refused=False,
        confidence=1.0,
        reply=SELECTED.format(what=what),
        kind="summary",
    )
