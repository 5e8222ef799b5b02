"""Rankings are fused by the published formula, and passages never show a word twice."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.datatypes import Chunk, Document, StageRank
from rag.retrieval import LEXICAL, fuse, passages


def test_fusion_by_hand():
    fused = fuse([(4, 0.9), (1, 0.7), (2, 0.1)], [(2, 8.0), (4, 2.0), (6, 1.0)])
    dense = {4: 1, 1: 0.75, 2: 0}  # from the least cosine to the greatest
    lexical = {2: 1, 4: 0.25, 6: 0.125}  # from 0 to the greatest
    by_hand = {r: (1 - LEXICAL) * dense.get(r, 0) + LEXICAL * lexical.get(r, 0) for r in (1, 2, 4, 6)}
    assert {row: score for row, score, _ in fused} == pytest.approx(by_hand)
    assert {row: stages for row, _, stages in fused} == {
        4: (StageRank("dense", 1, 0.9), StageRank("bm25", 2, 2.0)),
        1: (StageRank("dense", 2, 0.7),),
        2: (StageRank("dense", 3, 0.1), StageRank("bm25", 1, 8.0)),
        6: (StageRank("bm25", 3, 1.0),),
    }


def ranking(least: float):
    """Up to eight rows with scores from `least` to 1, best first."""
    scores = st.dictionaries(st.integers(0, 7), st.floats(least, 1).map(lambda score: round(score, 3)))
    return scores.map(lambda found: sorted(found.items(), key=lambda hit: (-hit[1], hit[0])))


def scaled(ranking, least):
    """Min-max scaling; equal scores are all as good as the best."""
    return {row: (s - least) / (ranking[0][1] - least) if ranking[0][1] > least else 1 for row, s in ranking}


@given(ranking(-1), ranking(0.001))
def test_fusion_is_a_convex_combination_of_scaled_scores(dense, lexical):
    """Bruch, Gai & Ingber, ACM TOIS 2023."""
    d, b = scaled(dense, dense[-1][1] if dense else 0), scaled(lexical, 0)
    fused = fuse(dense, lexical)
    assert {row: score for row, score, _ in fused} == pytest.approx(
        {row: (1 - LEXICAL) * d.get(row, 0) + LEXICAL * b.get(row, 0) for row in d.keys() | b.keys()},
        abs=1e-8,
    )
    assert fused == sorted(fused, key=lambda hit: (-hit[1], hit[0]))
    assert all(0 <= score <= 1 for _, score, _ in fused)
    for row, _, stages in fused:
        seen = [(stage.stage, row, stage.score) for stage in stages]
        assert seen == [
            (name, r, s) for name, hits in (("dense", dense), ("bm25", lexical)) for r, s in hits if r == row
        ]


def test_nothing_in_nothing_out():
    assert fuse([], []) == passages([], [], {}, 5) == []


# Passages

steps = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3)), max_size=8)


def chunks_of(document: Document, steps) -> list[Chunk]:
    """Runs of its sentences of five characters, each beginning and ending later than the one before."""
    chunks, first, last = [], -1, 0
    for advance, grow in steps:
        first += advance
        last = max(first, last) + grow
        chunks.append(Chunk(document.id, 5 * first, 5 * last - 1))
    return chunks


@settings(max_examples=300)
@given(st.lists(steps, min_size=1, max_size=2), st.integers(1, 20), st.randoms())
def test_passages_never_overlap(steps, k, random):
    documents = {str(i): Document(str(i), "", "One. Two. " * 40) for i in range(len(steps))}
    chunks = [
        c for document, s in zip(documents.values(), steps, strict=True) for c in chunks_of(document, s)
    ]
    rows = random.sample(range(len(chunks)), len(chunks))
    found = passages([(row, 1 / rank, ()) for rank, row in enumerate(rows, 1)], chunks, documents, k)
    assert len(found) <= k and [p.rank for p in found] == list(range(1, len(found) + 1))
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    for p in found:
        assert p.text == p.document.text[p.start : p.end] == p.text.strip() != ""
    for one, two in combinations(found, 2):
        assert one.document is not two.document or one.end <= two.start or two.end <= one.start
    if k >= len(chunks):  # and together they show all there is
        shown = {(p.document.id, at) for p in found for at in range(p.start, p.end)}
        for c in chunks:
            text = documents[c.document_id].text
            assert all((c.document_id, at) in shown or text[at].isspace() for at in range(c.start, c.end))


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([(5, 16), (0, 9), (10, 22)], ["Two. Three.", "One.", "Four."]),  # cut to what is new
        ([(0, 9), (10, 16), (5, 16)], ["One. Two.", "Three."]),  # left out, as nothing is
        ([(0, 16), (5, 22), (10, 28)], ["One. Two. Three.", "Four.", "Five."]),  # all three share "Three."
        ([(0, 28), (5, 9)], ["One. Two. Three. Four. Five."]),
    ],
)
def test_what_a_better_passage_shows_is_not_shown_again(spans, shown):
    document = Document("a", "A", "One. Two. Three. Four. Five.")
    stages = (StageRank("dense", 1, 0.5),)
    found = passages(
        [(row, 1.0, stages) for row in range(len(spans))],
        [Chunk("a", *span) for span in spans],
        {"a": document},
        5,
    )
    assert [(p.rank, p.text, p.stages) for p in found] == [(i, t, stages) for i, t in enumerate(shown, 1)]
