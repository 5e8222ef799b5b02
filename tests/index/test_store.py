"""The index gives back what was put in, and a crash while it is built loses nothing."""

from __future__ import annotations

import resource
import shutil
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import numpy as np
import pytest
from colours import AXES, ColourEmbedder
from hypothesis import given, strategies as st
from small import SMALL, build, current

import rag
from rag.datatypes import Chunk, Document
from rag.documents.folder.folders import Folders
from rag.index import build as building
from rag.index.card import FILES, FORMAT, corpus_folders
from rag.index.freshness import is_current
from rag.index.parts.documents import Documents
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.survey import Survey
from rag.index.parts.twins import Twins
from rag.index.parts.vectors import FaissVectors
from rag.index.places import open_index, read_card
from rag.index.postings import collect_postings
from rag.index.store import Index


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# What is in it


def test_rows_are_the_texts_in_order(small_index):
    index = open_index(small_index)
    texts = {document.id: document.text for document in index.documents}
    assert texts == SMALL
    assert [texts[c.document_id][c.start : c.end] for c in index.chunks] == list(SMALL.values())
    assert [texts[s.document_id][s.start : s.end] for s in index.sentences] == [
        f"{sentence.strip('.')}." for text in SMALL.values() for sentence in text.split(". ")
    ]
    blue, green, red, none = np.eye(4)[[2, 1, 0, 3]]
    np.testing.assert_array_equal(index.chunk_vectors.fetch(range(3)), [blue, green, red])
    np.testing.assert_array_equal(
        index.sentence_vectors.fetch(range(6)), [blue, none, green, none, red, none]
    )


def test_card_says_how_it_was_made(small_index, documents):
    card = read_card(small_index)
    assert (card.format, card.embedder, card.weights_sha256, card.dim) == (FORMAT, "colours", "c" * 64, 4)
    assert (card.documents, card.chunks, card.sentences, card.skipped) == (3, 3, 6, ())
    assert card.corpus_sha256 == rag.read_documents(documents).sha256
    assert 0 <= card.overlap < card.window <= ColourEmbedder().window
    assert set(card.files) == FILES and card.corpus == "../documents"
    assert corpus_folders(card, small_index).paths[0].resolve() == documents


def test_card_has_the_questions_of_the_corpus_and_no_word_of_them_without_any(small_index, documents):
    assert read_card(small_index).questions == ()
    assert "questions" not in (current(small_index) / "card.json").read_text(encoding="utf-8")
    (documents / "sources.toml").write_text('questions = ["Who sleeps?"]', encoding="utf-8")
    assert build(documents, small_index) == read_card(small_index)
    assert read_card(small_index).questions == ("Who sleeps?",)


def test_saved_and_loaded_documents_are_the_same(corpus, chatbot):
    assert chatbot.index.documents == corpus.documents


def test_any_text_and_source_survives(write, tmp_path):
    source = '["a.txt"]\ntitle = "“A”\\u2028"\npublished = 1999-12-31\nurl = "x"\n'
    folder = write({"a.txt": "\ufeffOne.\r\nTwo\u2028three \u0085 🙂.\r\n", "sources.toml": source})
    build(folder, tmp_path / "index")
    assert open_index(tmp_path / "index").documents == rag.read_documents(folder).documents


# Searching it


def brute_force(vectors, query, n, allowed=None):
    scores = vectors @ query
    rows = [row for row in range(len(scores)) if allowed is None or allowed[row]]
    return [(row, float(scores[row])) for row in sorted(rows, key=lambda r: (-scores[r], r))[:n]]


whole = st.integers(-3, 3)
matrices = st.lists(st.lists(whole, min_size=3, max_size=3), min_size=1, max_size=300)


def index_of(vectors):
    return index_over([Chunk("a", row, row + 1) for row in range(len(vectors))], FaissVectors(vectors))


def index_over(chunks, vectors=None):
    """An index whose chunks are its sentences, too."""
    documents = Documents.of([Document(id, id, "…") for id in ("a", "b")])
    spans = Spans(documents.ids, tabulate(chunks, documents.ids))
    survey = Survey(Twins.of({}), np.empty((0, 2), np.int32), np.empty(0, np.int32), dict)
    return Index(None, documents, (spans, spans), (vectors, vectors), survey, collect_postings([]))


@given(matrices, st.lists(whole, min_size=3, max_size=3), st.integers(1, 400))
def test_search_is_brute_force_with_ties_by_row(rows, query, n):
    vectors, query = np.array(rows, dtype=np.float32), np.array(query, dtype=np.float32)
    assert index_of(vectors).search(query, n) == brute_force(vectors, query, n)


@given(matrices, st.lists(whole, min_size=3, max_size=3), st.integers(1, 400), st.randoms())
def test_search_of_some_rows_is_brute_force_over_those(rows, query, n, random):
    vectors, query = np.array(rows, dtype=np.float32), np.array(query, dtype=np.float32)
    share = random.random()
    allowed = np.array([random.random() < share for _ in rows])
    assert index_of(vectors).search(query, n, allowed) == brute_force(vectors, query, n, allowed)


def test_search_of_no_row_finds_nothing():
    vectors = np.eye(2, dtype=np.float32)
    assert index_of(vectors).search(vectors[0], 5, np.array([False, False])) == []


def test_search_with_many_ties_at_the_cut():
    vectors = np.tile(np.eye(2, dtype=np.float32), (200, 1))
    for n in (1, 50, 100, 150, 199, 200, 300):
        assert index_of(vectors).search(vectors[0], n) == brute_force(vectors, vectors[0], n)


def test_search_of_the_seeds_is_brute_force(chatbot, embedder, eval_questions):
    index = chatbot.index
    vectors = index.chunk_vectors.fetch(range(len(index.chunks)))
    for question in eval_questions[::10]:
        query = embedder.embed_query(question.question)
        found, expected = index.search(query, 50), brute_force(vectors, query, 50)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-6)


def test_sentence_cosines_are_in_the_order_asked(small_index):
    index = open_index(small_index)
    red = ColourEmbedder().embed_query("red")
    assert index.sentence_cosines(red, [4, 0, 4, 5]).tolist() == [1, 0, 1, 0]


def test_sentence_rows_are_those_that_stand_in_the_span(chatbot):
    """Whole or in part: a sentence that only begins or ends there is among them."""
    index = chatbot.index
    spans = [(c.document_id, c.start, c.end) for c in (*index.chunks[::3], *index.sentences[::5])]
    spans += [(name, start + 9, end + 40) for name, start, end in spans]
    spans += [(spans[0][0], 0, 1), (spans[0][0], 5, 5), (spans[-1][0], 0, 10**9), ("zzz", 0, 99)]
    for name, start, end in spans:
        inside = [
            row
            for row, s in enumerate(index.sentences)
            if s.document_id == name and s.start < end and start < s.end
        ]
        assert list(index.sentence_rows(name, start, end)) == inside


def test_sentences_that_touch_are_not_each_others():
    """As in Japanese, where no space parts them."""
    spans = (Chunk("a", 0, 5), Chunk("a", 5, 9), Chunk("b", 0, 9))
    index = index_over(spans)
    assert list(index.sentence_rows("a", 5, 9)) == [1] and list(index.sentence_rows("a", 0, 5)) == [0]
    assert list(index.sentence_rows("a", 4, 6)) == [0, 1] and list(index.sentence_rows("b", 0, 1)) == [2]


# Building again


def test_second_build_leaves_one_generation_and_what_is_not_ours(small_index, documents):
    (small_index / "README.md").write_text("Mine.", encoding="utf-8")
    (small_index / "mine").mkdir()
    first = current(small_index).name
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    build(documents, small_index)
    second = current(small_index).name
    assert first != second and names(small_index) == sorted([".lock", "CURRENT", "README.md", "mine", second])
    assert open_index(small_index).documents[2].text == "The red fox wakes."


def test_half_written_snapshot_is_ignored_and_removed_with_the_next(small_index, documents):
    (small_index / "building-k3x_90ab").mkdir()
    (small_index / "building-k3x_90ab/documents.jsonl").touch()
    (small_index / "generation-000007").mkdir()
    (small_index / "generation-000007/card.json").write_text(
        '{"files": {"vectors.npy": ""}}'
    )  # an earlier format
    (small_index / "generation-000007/vectors.npy").touch()
    (small_index / f".writing-{'0a' * 16}").touch()
    before = open_index(small_index).documents
    assert before
    build(documents, small_index)
    assert open_index(small_index).documents == before
    assert names(small_index) == [".lock", "CURRENT", "generation-000008"]


@pytest.mark.parametrize("name", ["building-plans", "building-projects", "generation-000003"])
def test_folder_of_another_is_not_taken_for_a_leftover(small_index, documents, name):
    for file in (f"{name}/plan.txt", f"{name}/drafts/plan.txt", ".writing-notes"):
        (small_index / file).parent.mkdir(parents=True, exist_ok=True)
        (small_index / file).write_text("Mine.")
    build(documents, small_index)
    build(documents, small_index)
    for file in (f"{name}/plan.txt", f"{name}/drafts/plan.txt", ".writing-notes"):
        assert (small_index / file).read_text() == "Mine."


class Crashing(ColourEmbedder):
    """Fails while it embeds, or only when the card is written, after the vectors."""

    def __init__(self, late, problem):
        super().__init__()
        self.late, self.problem, self.embedded = late, problem, False

    def embed_documents(self, texts):
        if not self.late:
            raise self.problem
        self.embedded = True
        return super().embed_documents(texts)

    @property
    def weights_sha256(self):
        if self.embedded:
            raise self.problem
        return "c" * 64


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("problem", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_crash_leaves_the_old_index_in_force(small_index, documents, late, problem):
    before, files = open_index(small_index).documents, names(small_index)
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    with pytest.raises(problem):
        build(documents, small_index, Crashing(late, problem))
    assert open_index(small_index).documents == before and names(small_index) == files


def test_reader_sees_the_old_index_or_the_new_one(small_index, documents):
    corpus = rag.read_documents(documents)

    def rebuild():
        for _ in range(40):
            rag.build_index(corpus, small_index, ColourEmbedder())

    writer = threading.Thread(target=rebuild)
    writer.start()
    while writer.is_alive():
        assert open_index(small_index).documents == corpus.documents
    writer.join()


def test_index_path_that_is_a_file(documents, tmp_path):
    (tmp_path / "file").write_text("Mine.", encoding="utf-8")
    with pytest.raises(rag.RagError, match=r"cannot write the index to \S+file/: File exists"):
        build(documents, tmp_path / "file")


def test_corpus_without_a_sentence(write, tmp_path):
    with pytest.raises(rag.CorpusError, match="no sentence in"):
        build(write({"a.txt": "…\n---\n"}), tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_progress_is_told_in_lines(documents, tmp_path):
    told = []
    rag.build_index(rag.read_documents(documents), tmp_path / "index", ColourEmbedder(), progress=told.append)
    assert told == [
        "embedding 3 chunks and 6 sentences of 3 documents with colours: 9 of 9 texts are new",
        f"wrote {tmp_path}/index/generation-000001",
    ]


def test_narrow_embedder_gets_narrow_chunks(documents, tmp_path):
    card = build(documents, tmp_path / "index", ColourEmbedder(window=4))
    assert (card.window, card.chunks) == (4, 6)


# Renewing it


class Counting(ColourEmbedder):
    """Remembers the texts that it embedded as documents."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def embed_documents(self, texts):
        self.texts += texts
        return super().embed_documents(texts)


def test_only_new_texts_are_embedded(small_index, documents):
    (documents / "red.txt").write_text("The red fox sleeps. It wakes at noon.", encoding="utf-8")
    (documents / "blue.txt").rename(documents / "whale.txt")
    counting, told = Counting(), []
    rag.build_index(rag.read_documents(documents), small_index, counting, progress=told.append)
    assert set(counting.texts) == {"The red fox sleeps. It wakes at noon.", "It wakes at noon."}
    assert told[0].endswith("3 documents with colours: 2 of 9 texts are new")


def test_text_that_stands_twice_is_embedded_once(write, tmp_path):
    counting = Counting()
    build(
        write({"a.txt": "The red fox sleeps.", "b.txt": "The red fox sleeps."}), tmp_path / "index", counting
    )
    assert counting.texts == ["The red fox sleeps."]


@pytest.mark.parametrize(
    ("damage", "new"),
    [("other weights", 9), ("other name", 9), ("altered vectors", 3), ("altered spans", 6), ("no texts", 9)],
)
def test_vectors_of_another_model_or_of_damaged_files_are_not_taken_over(small_index, documents, damage, new):
    counting = Counting()
    match damage:
        case "other weights":
            counting.weights_sha256 = "d" * 64
        case "other name":
            counting.name = "greys"
        case "altered vectors":
            path = current(small_index) / "chunks.vectors.npy"
            path.write_bytes(path.read_bytes()[:-1] + b"\1")
        case "altered spans":
            (current(small_index) / "sentences.npy").write_text("")
        case "no texts":
            (current(small_index) / "documents.jsonl").unlink()
    build(documents, small_index, counting)
    assert len(counting.texts) == new
    assert open_index(small_index).chunk_vectors.fetch([2]).tolist() == [[1, 0, 0, 0]]


def test_long_jobs_say_how_far_they_are(write, tmp_path, monkeypatch):
    monkeypatch.setattr(building, "BATCH", 4)
    corpus = rag.read_documents(write({"a.txt": "".join(f"The red fox has {n} hens.\n\n" for n in range(9))}))
    counted = []
    rag.build_index(corpus, tmp_path / "index", ColourEmbedder(), count=lambda *how: counted.append(how))
    assert counted == [("texts embedded", done, 10) for done in (0, 4, 8, 10)]


def test_unchanged_and_moved_documents_are_not_cut_again(small_index, documents):
    counting = Counting()
    counting.count_tokens = lambda text: counted.append(text) or len(text.split())
    counted = []
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    (documents / "blue.txt").rename(documents / "whale.txt")
    rag.build_index(rag.read_documents(documents), small_index, counting)
    assert counted and all("fox wakes" in text for text in counted if text)
    index = open_index(small_index)
    texts = {document.id: document.text for document in index.documents}
    assert [(c.document_id, texts[c.document_id][c.start : c.end]) for c in index.chunks] == [
        ("green.txt", SMALL["green.txt"]),
        ("red.txt", "The red fox wakes."),
        ("whale.txt", SMALL["blue.txt"]),
    ]


@pytest.fixture
def interrupted(write, tmp_path, monkeypatch):
    """A corpus whose indexing was interrupted in its third batch of four texts."""
    monkeypatch.setattr(building, "BATCH", 4)

    class Interrupted(ColourEmbedder):
        left = 2

        def embed_documents(self, texts):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            return super().embed_documents(texts)

    folder = write({"a.txt": "".join(f"The {c} fox has {n} hens.\n\n" for n in range(4) for c in AXES)})
    corpus = rag.read_documents(folder)
    with pytest.raises(KeyboardInterrupt):
        rag.build_index(corpus, tmp_path / "index", Interrupted())
    return corpus


def test_interrupted_run_goes_on_where_it_was(interrupted, tmp_path):
    counting, counted = Counting(), []
    rag.build_index(interrupted, tmp_path / "index", counting, count=lambda *how: counted.append(how[1]))
    rag.build_index(interrupted, tmp_path / "afresh", ColourEmbedder())
    assert len(counting.texts) == 6 and counted == [8, 12, 14]
    one, other = (open_index(tmp_path / name) for name in ("index", "afresh"))
    rows = range(len(one.sentences))
    np.testing.assert_array_equal(one.sentence_vectors.fetch(rows), other.sentence_vectors.fetch(rows))
    assert names(tmp_path / "index") == [".lock", "CURRENT", "generation-000001"]


@pytest.mark.parametrize("change", ["model", "damage", "cut off", "not ours"])
def test_vectors_of_an_interrupted_run_that_do_not_fit_are_made_again(interrupted, tmp_path, change):
    counting, kept = Counting(), sorted((tmp_path / "index/.embedded").iterdir())
    assert len(kept) == 2
    if change == "model":
        counting.weights_sha256 = "d" * 64
    for path in kept:
        match change:
            case "damage":
                path.write_bytes(path.read_bytes()[:-1] + b"\1")
            case "cut off":
                path.write_bytes(path.read_bytes()[:-9])
            case "not ours":
                path.write_bytes(b"no vectors")
                path.rename(path.with_name(sha256(b"no vectors").hexdigest()))
    rag.build_index(interrupted, tmp_path / "index", counting)
    assert len(counting.texts) == 14


def test_no_room_is_told_and_the_old_index_answers(small_index, documents, monkeypatch):
    """A limit on the size of files is the error that a full disk is, but for its words."""
    before = open_index(small_index).documents
    (documents / "red.txt").write_text("The red fox wakes. " * 2_000, encoding="utf-8")
    corpus = rag.read_documents(documents)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(rag.RagError, match=r"cannot write the index to \S+/index/: File too large"):
            rag.build_index(corpus, small_index, ColourEmbedder())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert open_index(small_index).documents == before and not list(small_index.glob("building-*"))


def test_renewed_index_searches_as_one_built_afresh(corpus, embedder, tmp_path, eval_questions):
    """After a document was taken away and another came."""
    first, last = (replace(corpus, documents=part) for part in (corpus.documents[:-1], corpus.documents[1:]))
    for before in (first, last):
        rag.build_index(before, tmp_path / "renewed", embedder)
    rag.build_index(last, tmp_path / "afresh", embedder)
    renewed, afresh = (open_index(tmp_path / name) for name in ("renewed", "afresh"))
    assert (renewed.documents, renewed.chunks, renewed.sentences) == (
        afresh.documents,
        afresh.chunks,
        afresh.sentences,
    )
    assert renewed.twins == afresh.twins
    for one, other, spans in (
        (renewed.chunk_vectors, afresh.chunk_vectors, afresh.chunks),
        (renewed.sentence_vectors, afresh.sentence_vectors, afresh.sentences),
    ):
        rows = range(len(spans))
        np.testing.assert_allclose(one.fetch(rows), other.fetch(rows), atol=1e-6)
    bots = [rag.Chatbot(index, embedder) for index in (renewed, afresh)]
    for question in eval_questions[::40]:
        one, other = (bot.ask(question.question) for bot in bots)
        assert (one.text, one.citations, one.refused) == (other.text, other.citations, other.refused)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-4)


def test_card_says_when_this_very_text_was_first_indexed(small_index, documents):
    noon, night = datetime(2026, 1, 2, 12, tzinfo=UTC), datetime(2026, 1, 2, 23, 30, tzinfo=UTC)
    before = rag.build_index(rag.read_documents(documents), small_index, ColourEmbedder(), now=noon)
    assert set(before.indexed) == set(SMALL) and "2026-01-02T12:00:00+00:00" not in before.indexed.values()
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    (documents / "new.txt").write_text("The red cup.", encoding="utf-8")
    (documents / "blue.txt").unlink()
    after = rag.build_index(rag.read_documents(documents), small_index, ColourEmbedder(), now=night)
    new = "2026-01-02T23:30:00+00:00"
    assert after.indexed == {"green.txt": before.indexed["green.txt"], "new.txt": new, "red.txt": new}
    assert read_card(small_index) == after


def test_times_are_utc_and_survive_another_model(documents, tmp_path):
    here = datetime(2026, 1, 2, 1, tzinfo=timezone(timedelta(hours=2)))
    corpus = rag.read_documents(documents)
    rag.build_index(corpus, tmp_path / "index", ColourEmbedder(), now=here)
    again = Counting()
    again.weights_sha256 = "d" * 64
    card = rag.build_index(corpus, tmp_path / "index", again)
    assert set(card.indexed.values()) == {"2026-01-01T23:00:00+00:00"}


def test_is_current_tells_an_index_that_need_not_be_made_again(small_index, documents, tmp_path):
    made = {"embedder": "colours", "weights": "c" * 64}
    assert is_current(small_index, Folders.of(documents), **made)
    assert not is_current(small_index, Folders.of(documents), **made | {"weights": "d" * 64})
    assert not is_current(tmp_path / "none", Folders.of(documents), **made)
    copy = shutil.copytree(documents, tmp_path / "copy")
    assert not is_current(small_index, Folders.of(copy), **made)
    (documents / "red.txt").unlink()
    assert not is_current(small_index, Folders.of(documents), **made)
