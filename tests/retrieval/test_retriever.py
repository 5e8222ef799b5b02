"""Stages are what brute force says, fusion is the published formula, passages never show a word twice."""

from __future__ import annotations

from itertools import combinations

import bm25s
import numpy as np
import pytest
from colours import ColourEmbedder
from hypothesis import given, strategies as st
from small import build

import rag
from rag.datatypes import Chunk, Document, StageRank
from rag.index.bm25 import Lexicon
from rag.index.build import embedded_texts
from rag.index.parts.documents import Documents
from rag.index.postings import collect_postings
from rag.language.words import stems
from rag.retrieval.fusion import WITHIN, Hit, fuse, take_turns
from rag.retrieval.passages import WIDEST, merge_hits
from rag.retrieval.retriever import CANDIDATES, MOVED, WEIGHTS

WHO = "Who ordered the review?"

# Fusion


def scaled(ranking, least):
    """Min-max scaling in numpy; equal scores are all as good as the best."""
    scores = np.array([score for _, score in ranking])
    if not len(scores):
        return {}
    shares = (scores - least) / (scores.max() - least) if scores.max() > least else np.ones(len(scores))
    return dict(zip((row for row, _ in ranking), shares, strict=True))


def fused_by_hand(rankings, weights):
    """Bruch, Gai & Ingber, ACM TOIS 2023: a convex combination; BM25 begins at 0, a cosine at the least."""
    shares = {
        stage: scaled(ranking, 0 if stage == "bm25" else min((s for _, s in ranking), default=0))
        for stage, ranking in rankings.items()
    }
    rows = {row for held in shares.values() for row in held}
    return {row: sum(weights[stage] * held.get(row, 0) for stage, held in shares.items()) for row in rows}


def test_fusion_by_hand():
    rankings = {
        "dense": [(4, 0.9), (1, 0.7), (2, 0.1)],
        "bm25": [(2, 8.0), (4, 2.0), (6, 1.0)],
        "sentence": [(1, 0.8), (6, 0.6), (4, 0.4)],
    }
    hits = fuse(rankings, {"dense": 0.3, "bm25": 0.5, "sentence": 0.2})
    assert [(hit.row, hit.score) for hit in hits] == [
        (2, pytest.approx(0.5)),  # 0.3 * 0 + 0.5 * 1
        (1, pytest.approx(0.425)),  # 0.3 * 0.75 + 0.2 * 1, and as good as row 4, so by row
        (4, pytest.approx(0.425)),  # 0.3 * 1 + 0.5 * 0.25 + 0.2 * 0
        (6, pytest.approx(0.1625)),  # 0.5 * 0.125 + 0.2 * 0.5
    ]
    assert {hit.row: hit.stages for hit in hits} == {
        4: (StageRank("dense", 1, 0.9), StageRank("bm25", 2, 2.0), StageRank("sentence", 3, 0.4)),
        1: (StageRank("dense", 2, 0.7), StageRank("sentence", 1, 0.8)),
        2: (StageRank("dense", 3, 0.1), StageRank("bm25", 1, 8.0)),
        6: (StageRank("bm25", 3, 1.0), StageRank("sentence", 2, 0.6)),
    }


def ranking(least: float):
    """Up to eight rows with scores from `least` to 1, best first."""
    scores = st.dictionaries(st.integers(0, 7), st.floats(least, 1).map(lambda score: round(score, 3)))
    return scores.map(lambda found: sorted(found.items(), key=lambda hit: (-hit[1], hit[0])))


shares = st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any)


@given(ranking(-1), ranking(0.001), ranking(-1), shares)
def test_fusion_is_a_convex_combination_of_scaled_scores(dense, lexical, sentence, shares):
    rankings = {"dense": dense, "bm25": lexical, "sentence": sentence}
    weights = dict(zip(rankings, np.array(shares) / sum(shares), strict=True))
    hits = fuse(rankings, weights)
    by_hand = fused_by_hand(rankings, weights)
    assert {hit.row: hit.score for hit in hits} == pytest.approx(by_hand, abs=1e-8)
    assert [(hit.score, hit.row) for hit in hits] == sorted(
        ((hit.score, hit.row) for hit in hits), key=lambda pair: (-pair[0], pair[1])
    )
    assert all(0 <= hit.score <= 1 for hit in hits)
    for hit in hits:
        assert hit.stages == tuple(
            StageRank(stage, rank, score)
            for stage, ranked in rankings.items()
            for rank, (row, score) in enumerate(ranked, 1)
            if row == hit.row
        )


def test_nothing_in_nothing_out():
    assert fuse({"dense": [], "bm25": []}, WEIGHTS) == []
    assert take_turns([], [], []) == merge_hits([], [], {}, 5, fresh=all_of_it) == []


def test_weights_of_the_stages_add_up_to_one():
    assert set(WEIGHTS) == {"dense", "bm25", "sentence"} and sum(WEIGHTS.values()) == pytest.approx(1)


# The stages of the real seeds against brute force


class BruteForce:
    """The hits for a question, with every score computed over every chunk."""

    def __init__(self, chatbot, embedder):
        index = chatbot.index
        titles = {document.id: document.title for document in index.documents}
        chunks = embedded_texts(index.outlines, index.chunks)
        held = [f"{titles[c.document_id]}\n{text}" for c, text in zip(index.chunks, chunks, strict=True)]
        self.embedder, self.chunks = embedder, index.chunks
        self.words = Lexicon(collect_postings(held))
        tokens = [self.words.words(text) for text in held]
        self.bm25 = bm25s.BM25()
        self.bm25.index(tokens, show_progress=False)
        self.vocabulary = {word for held in tokens for word in held}
        self.vectors = embedder.embed_documents(chunks)
        self.said = embedder.embed_documents(embedded_texts(index.outlines, index.sentences))
        self.furniture = {
            row
            for row, c in enumerate(index.chunks)
            if index.outlines[c.document_id].kind_at(c.start) == "furniture"
        }
        self.says = [
            [
                row
                for row, s in enumerate(index.sentences)
                if s.document_id == c.document_id and s.start < c.end and c.start < s.end
            ]
            for c in index.chunks
        ]

    def rankings(self, question):
        query = self.embedder.embed_query(question)
        known = [word for word in self.words.terms(question) if word in self.vocabulary]
        dense = self.ranked(self.vectors @ query)[:CANDIDATES]
        scores = self.bm25.get_scores(known) if known else np.zeros(len(self.chunks))
        lexical = [(row, score) for row, score in self.ranked(scores) if score > 0][:CANDIDATES]
        rows = sorted({row for row, _ in dense + lexical})
        cosines = self.said @ query
        best = self.ranked(np.array([cosines[self.says[row]].max() for row in rows]))
        return {
            "dense": dense,
            "bm25": lexical,
            "sentence": [(rows[place], score) for place, score in best],
        }

    @staticmethod
    def ranked(scores):
        return [(int(row), float(scores[row])) for row in np.argsort(-scores, kind="stable")]

    def scores(self, question):
        rankings = self.rankings(question)
        fused = fused_by_hand(rankings, WEIGHTS)
        moved = {row: fused[row] + MOVED["furniture"] for row in self.furniture & fused.keys()}
        return rankings, fused | moved


@pytest.fixture(scope="module")
def brute_force(chatbot, embedder):
    return BruteForce(chatbot, embedder)


QUESTIONS = [
    WHO,
    "How many national priorities does Hewitt recommend?",
    "autonomy",
    "What does the letter of January say about work streams?",
    "WHO CHAIRS THE NORFOLK BOARD?",
    "What is a HARP for?",
    "zebra",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_stages_of_a_passage_are_those_of_brute_force(chatbot, brute_force, question):
    rankings, fused = brute_force.scores(question)
    places = {stage: {row: rank for rank, (row, _) in enumerate(r, 1)} for stage, r in rankings.items()}
    values = {stage: dict(r) for stage, r in rankings.items()}
    found = chatbot.retrieve(question, 12)
    assert len(found) == 12
    for passage in found:
        fitting = [
            row
            for row, c in enumerate(brute_force.chunks)
            if c.document_id == passage.document.id
            and c.start < passage.end
            and passage.start < c.end
            and row in fused
            and {s.stage: s.rank for s in passage.stages if s.stage in places}
            == {stage: held[row] for stage, held in places.items() if row in held}
        ]
        assert len(fitting) == 1, "no chunk at this place has these ranks"
        for stage in passage.stages:
            value = values[stage.stage][fitting[0]] if stage.stage in values else MOVED[stage.stage]
            assert stage.score == pytest.approx(value, abs=1e-5)
        assert (fitting[0] in brute_force.furniture) == (passage.stages[-1].stage == "furniture")
        chunk = brute_force.chunks[fitting[0]]
        share = min(1, (passage.end - passage.start) / (chunk.end - chunk.start))
        assert passage.score == pytest.approx(share * fused[fitting[0]], abs=1e-5)
    assert found[0].score == pytest.approx(max(fused.values()), abs=1e-5)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_best_passage_shows_the_best_chunk(chatbot, brute_force, eval_questions):
    for question in (q.question for q in eval_questions[::12] if not q.history):
        understood = chatbot.understand(question)
        if understood.prefers is None and not understood.across_sources:
            _, fused = brute_force.scores(question)
            best = brute_force.chunks[min(fused, key=lambda row: (-round(fused[row], 6), row))]
            first = chatbot.retrieve(question, 1)[0]
            assert first.document.id == best.document_id
            assert first.start <= best.start and best.end <= first.end


@pytest.mark.parametrize("stage", ["dense", "bm25", "sentence"])
def test_weight_on_one_stage_gives_its_order(chatbot, embedder, brute_force, stage):
    weights = {"dense": 1e-9, "sentence": 1} if stage == "sentence" else {stage: 1.0}
    bot = rag.Chatbot(chatbot.index, embedder, weights=weights)
    found = bot.retrieve("How many national priorities does Hewitt recommend?", 8)
    ranks = [s.rank for p in found for s in p.stages if s.stage == stage]
    assert len(ranks) == len(found) > 3 and ranks == sorted(ranks) and ranks[0] == 1
    assert {s.stage for p in found for s in p.stages} == set(weights)


def test_more_passages_than_candidates_come_where_they_are_asked_for(chatbot):
    everything = chatbot.retrieve("review", 10**4)
    index = chatbot.index
    shown = {row for p in everything for row in index.sentence_rows(p.document.id, p.start, p.end)}
    first = {row: index.twins.get(row, row) for row in range(len(index.sentences))}
    assert {first[row] for row in shown} == set(first.values())


# The words that matched


@pytest.mark.parametrize(
    ("question", "matched"),
    [
        ("Who ORDERED the review?", ("ORDERED", "review")),  # as typed
        ("the orders of the reviewers", ("orders", "reviewers")),  # in another form
        ("What is an integrated care system?", ("integrated care system",)),  # the passages say ICS
        ("ICSs", ("ICSs",)),
        ("autonmy and zebras", ("autonmy",)),  # a typing error; no document has the other
        ("what is it", ()),
        ("zebra", ()),
    ],
)
def test_words_that_matched_are_those_of_the_question_as_typed(chatbot, question, matched):
    assert chatbot.retrieve(question, 1)[0].matched == matched


def test_word_of_the_title_alone_matches(chatbot):
    found = chatbot.retrieve("Managers suspicious of motives", 30)
    titled = [p for p in found if p.document.title.startswith("Managers suspicious of motives")]
    assert any("motives" not in p.text for p in titled)
    assert all({"Managers", "suspicious", "motives"} <= set(p.matched) for p in titled)


def test_words_that_matched_are_in_the_order_of_the_question(chatbot):
    for question in ("accountability and autonomy of the review", "review of autonomy and accountability"):
        for passage in chatbot.retrieve(question, 20):
            assert list(passage.matched) == sorted(passage.matched, key=question.index)


def test_every_word_that_a_passage_or_its_title_holds_matched(chatbot, eval_questions):
    """Plain words: those that are no part of a long form, and spelt as in the documents."""
    for question in (q.question for q in eval_questions[::8] if not q.history):
        if "care" in question.lower():  # of "integrated care system", which is one word
            continue
        for passage in chatbot.retrieve(question, 10):
            held = set(stems(f"{passage.document.title}\n{passage.text}"))
            for word in question.replace("?", " ").split():
                if len(stems(word)) == 1 and stems(word)[0] in held:
                    assert any(word.startswith(m) or m in word for m in passage.matched), word


# Several sources


def hits_of(scores):
    return [Hit(row, score, ()) for row, score in enumerate(sorted(scores, reverse=True))]


def all_of_it(document, span, windows):
    """Without copies all of a span is new."""
    return span


ranked = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=15)


@given(ranked)
def test_turns_lose_no_hit_and_keep_the_order_within_a_document(found):
    hits = hits_of([score / 20 for _, score in found])
    names = [name for name, _ in found]
    turned = take_turns(hits, [Chunk(name, 0, 1) for name in names], "abc")
    assert sorted(hit.row for hit in turned) == [hit.row for hit in hits]
    for name in "abc":
        rows = [hit.row for hit in turned if names[hit.row] == name]
        assert rows == sorted(rows)


@given(ranked)
def test_first_come_the_best_of_each_document_that_is_near_the_best(found):
    hits = hits_of([score / 20 for _, score in found])
    names = [name for name, _ in found]
    turned = take_turns(hits, [Chunk(name, 0, 1) for name in names], "abc")
    near = {names[hit.row] for hit in hits if hit.score >= WITHIN * hits[0].score}
    first = [names[hit.row] for hit in turned[: len(near)]]
    assert set(first) == near and turned[:1] == hits[:1]


def test_far_behind_comes_last_even_of_a_new_document():
    def order(*scores: float, asked: str = "ab") -> list[int]:
        hits = [Hit(row, score, ()) for row, score in enumerate(scores)]
        return [hit.row for hit in take_turns(hits, [Chunk(name, 0, 1) for name in "aaab"], asked)]

    assert order(1.0, 0.9, 0.8, 0.1) == [0, 1, 2, 3]
    assert order(1.0, 0.9, 0.8, 0.7) == [0, 3, 1, 2]
    assert order(1.0, 0.9, 0.8, 0.7, asked="a") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "question",
    [
        "What do the different sources say about prevention?",
        "Do the documents agree on national targets?",
        "Compare what the articles say about funding",
        "How did the coverage change between December and April?",
        "What do MiP and WA Communications say about accountability?",
        "Who commissioned the review, and what does each source say of it?",
    ],
)
def test_question_about_several_sources_gets_several(chatbot, question):
    documents = [passage.document.id for passage in chatbot.retrieve(question, 5)]
    assert len(set(documents)) >= 2 and documents[0] != documents[1]


def test_question_about_two_publishers_gets_both(chatbot):
    found = chatbot.retrieve("What do MiP and WA Communications say about accountability?", 5)
    assert {"MiP", "WA "} <= {(p.document.publisher or "")[:3] for p in found}


def test_question_about_one_thing_is_not_turned(chatbot):
    """It gets what is nearest, even if that is all of one document."""
    found = chatbot.retrieve("six principles of the letter: collaboration, shared priorities, freedom", 2)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


# Passages

steps = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3)), max_size=8)


def chunks_of(document: Document, steps, size: int) -> list[Chunk]:
    """Runs of its sentences of `size` characters, each beginning and ending later than the one before."""
    chunks, first, last = [], -1, 0
    for advance, grow in steps:
        first += advance
        last = max(first, last) + grow
        chunks.append(Chunk(document.id, size * first, size * last - 1))
    return chunks


@given(
    st.lists(steps, min_size=1, max_size=3),
    st.sampled_from([5, 150, 350, WIDEST]),
    st.randoms(),
)
def test_passages_never_overlap_and_show_every_chunk(steps, size, random):
    sentence = f"{'a' * (size - 2)}. "
    documents = {str(i): Document(str(i), "", sentence * 40) for i in range(len(steps))}
    chunks = [
        c for document, s in zip(documents.values(), steps, strict=True) for c in chunks_of(document, s, size)
    ]
    rows = random.sample(range(len(chunks)), len(chunks))
    hits = [Hit(row, 1 / rank, ()) for rank, row in enumerate(rows, 1)]
    found = merge_hits(hits, chunks, Documents.of([*documents.values()]), 1000, fresh=all_of_it)
    scores = [window.score for window in found]
    assert scores == sorted(scores, reverse=True)
    for window in found:
        text = window.document.text[window.start : window.end]
        assert text == text.strip() != "" and window.end <= len(window.document.text)
        longest = max(chunks[hit.row].end - chunks[hit.row].start for hit in window.hits)
        assert len(text) <= max(WIDEST, longest)
        assert {chunks[hit.row].document_id for hit in window.hits} == {window.document.id}
        assert all(chunks[h.row].start < window.end and window.start < chunks[h.row].end for h in window.hits)
    for one, two in combinations(found, 2):
        assert one.document is not two.document or one.end <= two.start or two.end <= one.start
    if found:  # and together they show all there is
        shown = {(w.document.id, at) for w in found for at in range(w.start, w.end)}
        for c in chunks:
            text = documents[c.document_id].text
            assert all((c.document_id, at) in shown or text[at].isspace() for at in range(c.start, c.end))


def windows_of(text, spans):
    document = Document("a", "A", text)
    hits = [Hit(row, 1 - row / 10, (StageRank("dense", row + 1, 0.5),)) for row in range(len(spans))]
    return merge_hits(
        hits, [Chunk("a", *span) for span in spans], Documents.of([document]), 1000, fresh=all_of_it
    )


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([(0, 9), (5, 16)], ["One. Two. Three."]),  # two that overlap are one
        ([(5, 16), (0, 9), (10, 22)], ["One. Two. Three. Four."]),
        ([(0, 9), (10, 16)], ["One. Two.", "Three."]),  # side by side they are two
        ([(0, 9), (10, 16), (5, 16)], ["One. Two.", "Three."]),  # nothing is new in the last
        ([(0, 28), (5, 9)], ["One. Two. Three. Four. Five."]),
    ],
)
def test_what_a_better_passage_shows_is_not_shown_again(spans, shown):
    text = "One. Two. Three. Four. Five."
    assert [text[w.start : w.end] for w in windows_of(text, spans)] == shown


def test_passage_does_not_grow_beyond_the_widest():
    text = f"{'a' * (WIDEST // 2 - 1)} " * 4
    half = WIDEST // 2
    spans = [(0, WIDEST - 1), (half, half + WIDEST - 1)]  # together half as wide again
    assert [(w.start, w.end) for w in windows_of(text, spans)] == [
        (0, WIDEST - 1),
        (WIDEST, half + WIDEST - 1),
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_fewer_passages_are_the_first_of_more(chatbot, question):
    many = chatbot.retrieve(question, 50)
    for k in (1, 2, 5, 10):
        assert chatbot.retrieve(question, k) == many[:k]


def test_wider_passages_of_the_seeds_are_still_verbatim(chatbot, eval_questions):
    longest = max(c.end - c.start for c in chatbot.index.chunks)
    widths = []
    for question in eval_questions[::6]:
        for passage in chatbot.retrieve(question.question, 6, history=question.history):
            assert passage.text == passage.document.text[passage.start : passage.end] == passage.text.strip()
            widths.append(passage.end - passage.start)
    assert longest < max(widths) <= max(WIDEST, longest)  # some are of several chunks


# Only some documents


def test_search_in_some_documents_is_the_search_of_those_alone(write, tmp_path):
    """Dense ranks and cosines are those of an index without the others; BM25 keeps its statistics."""
    texts = {f"{c}.txt": f"The {c} animal sleeps. It dreams of {c} hens." for c in ("red", "blue", "green")}
    folder = write(texts)
    build(folder, tmp_path / "index")
    everything = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder())
    (folder / "green.txt").unlink()
    build(folder, tmp_path / "index")
    two = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder())
    where = rag.Where(documents=("blue.txt", "red.txt"))

    def dense(passages):
        return [(p.document.id, p.start, p.end, [s for s in p.stages if s.stage != "bm25"]) for p in passages]

    question = "red or green"
    assert dense(everything.retrieve(question, 9, where=where)) == dense(two.retrieve(question, 9))
    assert {p.document.id for p in everything.retrieve(question, 9)} == set(texts)


def test_word_that_matched_stands_in_the_passage_or_its_title(chatbot, eval_questions):
    for question in (q.question for q in eval_questions[::4] if not q.history):
        for p in chatbot.retrieve(question, 30):
            held = set(stems(f"{p.document.title}\n{p.text}".lower()))
            if "Hewitt" in p.matched:
                assert "hewitt" in held
