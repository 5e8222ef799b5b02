"""An index in PostgreSQL is that of a folder, shared: written in one step, read by many."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from colours import ColourEmbedder
from small import ROOT, SMALL, build

import rag
from rag.collection import Collection
from rag.documents.corpus import Corpus
from rag.documents.folder.folders import Folders
from rag.index.card import CHUNKS, SENTENCES
from rag.index.duplicates import SENTENCE
from rag.index.parts.editions import label_document
from rag.index.parts.spans import Spans, tabulate
from rag.index.parts.twins import Twins
from rag.index.places import find_place, open_index, read_card
from rag.index.postgres import vectors
from rag.index.postgres.vectors import StoredVectors
from rag.index.postgres.writer import WriterLock
from rag.index.postings import collect_postings
from rag.index.renewal.columns import CHUNK, Columns
from rag.index.snapshots import Draft
from rag.postgres.store import Store

QUESTIONS = (
    "Who ordered the review?",
    "How many ICSs are there in England?",
    "What is the capital of Australia?",
    "When was the Hewitt Review published?",
)
FILTERS = (None, rag.Where(since=date(2022, 12, 1)), rag.Where(publishers=("MiP",)))
# As when the server starts anew.
BREAK = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
FLOAT = 1e-6  # both compare in float32, but add the products up in another order


def count(postgres, store, table):
    return postgres.run(f"SELECT count(*) FROM {table}", store)[0][0]


def numbers(postgres, store):
    return {number for (number,) in postgres.run("SELECT id FROM index_documents", store)}


def wait_until_unread(postgres, store):
    """Until the server knows that who read a generation is gone: what closes a connection does not wait."""
    gc.collect()
    for _ in range(200):
        if not postgres.run("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'", store):
            return
        time.sleep(0.05)
    raise AssertionError("somebody reads a generation after 10 s")


# The same answers


def same(one, other):
    """Both answers in full, their passages by where they are and, nearly, by their scores."""
    assert replace(one, passages=(), confidence=0) == replace(other, passages=(), confidence=0)
    assert one.confidence == pytest.approx(other.confidence, abs=FLOAT)
    places = [[(p.document.id, p.start, p.end, p.matched) for p in a.passages] for a in (one, other)]
    assert places[0] == places[1]
    for passage, again in zip(one.passages, other.passages, strict=True):
        assert passage.score == pytest.approx(again.score, abs=FLOAT)
        assert [s.stage for s in passage.stages] == [s.stage for s in again.stages]
        assert [s.score for s in passage.stages] == pytest.approx([s.score for s in again.stages], abs=FLOAT)


def test_answers_are_those_of_a_folder_with_filters_and_without(
    chatbot, unread_chatbot, corpus, embedder, reader, store
):
    card = rag.build_index(corpus, store, embedder)
    shared = rag.Chatbot(open_index(store), embedder, reader=reader)
    assert (card.documents, card.chunks, card.indexed.keys()) == (
        chatbot.index.card.documents,
        chatbot.index.card.chunks,
        chatbot.index.card.indexed.keys(),
    )
    for attribute in ("documents", "chunks", "sentences", "twins", "files"):
        assert getattr(shared.index, attribute) == getattr(chatbot.index, attribute)
    same(chatbot.ask(QUESTIONS[0]), shared.ask(QUESTIONS[0]))
    shared = rag.Chatbot(shared.index, embedder)  # without the reader, which takes most of the time
    for where in FILTERS:
        for question in QUESTIONS:
            same(unread_chatbot.ask(question, where=where), shared.ask(question, where=where))
    same(
        unread_chatbot.ask("What is this about?"), shared.ask("What is this about?")
    )  # of the vectors themselves


def test_command_line_indexes_asks_and_tells_without_the_password(run, documents, store, embedder):
    url = store.replace("postgres:@", "postgres:secret@")
    code, out, err = run("index", documents, "--store", url)
    assert code == 0 and "wrote postgresql://postgres@/test" in err and "secret" not in out + err
    code, out, err = run("index", documents, "--store", url)
    assert code == 0 and "is up to date with" in err
    code, out, _ = run("info", "--store", url)
    assert code == 0 and out.startswith("postgresql://postgres@/test") and "3 documents, 3 chunks" in out
    code, out, _ = run("ask", "What does the whale do at night?", "--store", url)
    assert code == 0 and "It sings at night" in out
    for command in ("verify", "backup", "restore"):
        code, _, err = run(command, *([] if command == "verify" else ["file"]), "--store", url)
        assert code == 1 and f"`rag {command}` is for an index in a folder" in err and "secret" not in err
    assert run("info", "--store", url, "--index", "index")[0] == 2
    code, _, err = run("info", "--store", "mysql://me:secret@host/name")
    assert code == 2 and "expected postgresql://USER@HOST/DATABASE" in err and "secret" not in err


ADDRESS = "Postgres://me:the-secret@host/x"


@pytest.mark.parametrize(
    "arguments",
    [
        ("index", "seeds", "--index", ADDRESS),
        ("ask", "Who?", "--index", ADDRESS.lower()),
        ("verify", "--index", ADDRESS),
        ("index", ADDRESS),
        ("serve", ADDRESS),
        ("restore", "file", ADDRESS),
        ("bench", "seeds", "--cache", ADDRESS),
    ],
)
def test_address_where_a_folder_is_expected_names_none(run, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert code == 2 and "got the address of a store: give it by --store" in err
    assert "secret" not in out + err and not [*tmp_path.iterdir()]


# What is written


def test_adding_a_document_writes_its_rows_alone_and_removing_it_takes_them(documents, store, postgres):
    build(documents, store)
    before = numbers(postgres, store)
    assert count(postgres, store, "index_chunks") == 3 and count(postgres, store, "index_sentences") == 6
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    build(documents, store)
    assert len(numbers(postgres, store) - before) == 1 and before < numbers(postgres, store)
    assert count(postgres, store, "index_chunks") == 4 and count(postgres, store, "index_sentences") == 7
    index = open_index(store)
    assert [document.id for document in index.documents] == ["blue.txt", "cup.txt", "green.txt", "red.txt"]
    red = ColourEmbedder().embed_query("red")
    assert index.search(red, 2) == [(1, 1.0), (3, 1.0)]  # ties by row, though the cup came later
    assert index.search(red, 1) == [(1, 1.0)]
    del index
    wait_until_unread(postgres, store)
    (documents / "cup.txt").unlink()
    build(documents, store)
    assert numbers(postgres, store) == before and count(postgres, store, "index_generations") == 1
    assert count(postgres, store, "index_chunks") == 3 and count(postgres, store, "index_sentences") == 6


def test_reader_keeps_its_generation_while_others_write(documents, store, postgres):
    build(documents, store)
    reader = open_index(store)
    (documents / "red.txt").unlink()
    build(documents, store)
    assert read_card(store).documents == 2 and count(postgres, store, "index_documents") == 3
    query = ColourEmbedder().embed_query("red")
    assert reader.search(query, 1) == [(2, 1.0)] and len(reader.sentence_cosines(query, range(6))) == 6
    del reader  # and with it its connections
    wait_until_unread(postgres, store)
    build(documents, store)
    assert count(postgres, store, "index_documents") == 2


def test_reader_whose_generation_was_taken_away_is_told(documents, store, postgres):
    build(documents, store)
    reader = open_index(store)
    postgres.run(BREAK, store)
    assert reader.search(ColourEmbedder().embed_query("red"), 1) == [(2, 1.0)]  # and it is held again
    postgres.run(BREAK, store)
    (documents / "red.txt").unlink()
    build(documents, store)
    with pytest.raises(
        rag.IndexStale, match=r"generation-000001-\w{8} is not there any more: open the index again"
    ):
        reader.search(ColourEmbedder().embed_query("red"), 1)


KILLED = """
import sys
sys.path.insert(0, "tests")
from pathlib import Path
from small import build
from rag.index.postgres import rows
def stop(connection, generation):
    print("all is written but the pointer", flush=True)
    sys.stdin.read()
rows.point_to = stop
build(Path(sys.argv[1]), sys.argv[2])
"""


def test_killed_writer_leaves_the_generation_before_and_no_lock(documents, store, postgres):
    build(documents, store)
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    command = [sys.executable, "-c", KILLED, documents, store]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "all is written but the pointer\n"
        assert read_card(store).documents == 3 and count(postgres, store, "index_documents") == 3
        writer.send_signal(signal.SIGKILL)
    build(documents, store)
    assert read_card(store).documents == 4 and count(postgres, store, "index_chunks") == 4


def test_second_writer_waits_or_is_told_who_writes(documents, store):
    build(documents, store)
    first, second = WriterLock(Store(store)), WriterLock(Store(store))
    told, begun, waits = [], threading.Event(), threading.Event()

    def write():
        with first.hold(told.append):
            begun.set()
            waits.wait()

    writing = threading.Thread(target=write)
    writing.start()
    begun.wait()
    busy = pytest.raises(rag.IndexBusy, match=r"is being changed by process \d+ on \S+, expected none within")
    with busy, second.hold(told.append, patience=0.01):
        raise AssertionError
    assert len(told) == 1 and told[0].startswith("waiting for process")
    with second.hold(lambda line: waits.set()):
        pass
    writing.join()


@pytest.mark.parametrize("name", ["footnote", "footnote%201", "psql", ""])
def test_writer_who_is_not_named_as_we_name_ours_is_another_process(store, name):
    first, second = WriterLock(Store(f"{store}&application_name={name}")), WriterLock(Store(store))
    another = pytest.raises(rag.IndexBusy, match="is being changed by another process, expected none")
    with first.hold(lambda line: None), another:
        enter(second)


def enter(lock):
    with lock.hold(lambda line: None, patience=0.01):
        raise AssertionError


def test_writers_in_other_databases_are_not_named(store, postgres):
    others = [WriterLock(Store(postgres.make_database())) for _ in range(3)]
    ours = WriterLock(Store(f"{store}&application_name=psql"))
    with ExitStack() as held:
        for lock in (*others[:2], ours, others[2]):
            held.enter_context(lock.hold(lambda line: None))
        with pytest.raises(rag.IndexBusy, match="is being changed by another process, expected none"):
            enter(WriterLock(Store(store)))


def test_who_waited_writes_without_a_limit_for_locks(store):
    first, second = WriterLock(Store(store)), WriterLock(Store(store))
    with ExitStack() as held:
        held.enter_context(first.hold(lambda line: None))
        with second.hold(lambda line: held.close()):  # as it begins to wait
            assert second.connection.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_vectors_of_an_interrupted_run_are_taken_up(documents, store, monkeypatch):
    texts = []

    class Tired(ColourEmbedder):
        def embed_documents(self, given):
            texts.extend(given)
            if len(texts) > 5:
                raise KeyboardInterrupt
            return super().embed_documents(given)

    monkeypatch.setattr("rag.index.build.BATCH", 4)
    with pytest.raises(KeyboardInterrupt):
        build(documents, store, Tired())
    with pytest.raises(rag.IndexMissing):
        open_index(store)
    first = texts[:4]
    texts.clear()
    build(documents, store, Counting(texts))
    assert texts and not {*texts} & {*first} and len(open_index(store).chunks) == 3


class Counting(ColourEmbedder):
    def __init__(self, texts):
        super().__init__()
        self.texts = texts

    def embed_documents(self, given):
        self.texts.extend(given)
        return super().embed_documents(given)


def test_other_model_shares_nothing(documents, store):
    build(documents, store)
    other = ColourEmbedder()
    other.weights_sha256 = "d" * 64
    texts = []
    build(documents, store, counting := Counting(texts))
    assert texts == [] and counting.weights_sha256 != other.weights_sha256
    build(documents, store, other)
    with pytest.raises(rag.IndexStale, match=r"not colours .*`rag index \S+ --store \S+ --model"):
        rag.open_chatbot(store, embedder=ColourEmbedder())
    assert rag.open_chatbot(store, embedder=other).documents


# Replicas


def test_replica_takes_in_what_others_index_and_refuses_to_change_it(documents, store):
    writer = Collection(store, documents, embedder=ColourEmbedder())
    replica = Collection(store, embedder=ColourEmbedder())
    before = replica.chatbot
    assert [event.kind for event in replica.sync()] == ["ready"] and replica.chatbot is before
    assert [event.kind for event in writer.add([("cup.txt", b"The red cup.")])][-1] == "ready"
    assert [(event.kind, event.name) for event in replica.sync()] == [("added", "cup.txt"), ("ready", "")]
    assert len(replica.documents) == 4 and len(before.documents) == 3
    assert replica.documents[0] is before.documents[0]  # what is the same was not read again
    documents.rename(documents.parent / "gone")
    assert not replica.changes() and len(Collection(store, embedder=ColourEmbedder()).documents) == 4
    for change in (
        lambda: list(replica.add([("new.txt", b"The red hat.")])),
        lambda: replica.remove("red.txt"),
    ):
        with pytest.raises(
            rag.RagError, match=r"are changed where they are: `rag index FOLDER --store postgresql"
        ):
            change()
    assert len(replica.documents) == 4


def test_replica_takes_in_at_the_next_time_what_could_not_be_opened(documents, store, postgres):
    build(documents, store)
    replica = Collection(store, embedder=ColourEmbedder())
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    build(documents, store)
    postgres.run("ALTER TABLE index_parts RENAME TO elsewhere", store)
    with pytest.raises(rag.RagError, match="index_parts"):
        list(replica.sync())
    assert len(replica.documents) == 3
    postgres.run("ALTER TABLE elsewhere RENAME TO index_parts", store)
    assert [event.name for event in replica.sync()] == ["cup.txt", ""] and len(replica.documents) == 4


def test_replica_refuses_an_index_of_another_model_and_answers_from_the_one_before(documents, store):
    build(documents, store)
    replica = Collection(store, embedder=ColourEmbedder())
    before, other = replica.chatbot, ColourEmbedder()
    other.weights_sha256 = "d" * 64
    build(documents, store, other)
    for _ in range(2):
        with pytest.raises(rag.IndexStale, match=r"was made with colours \(d{12}…\), not colours"):
            list(replica.sync())
        assert replica.chatbot is before
    build(documents, store)
    assert [event.kind for event in replica.sync()] == ["ready"] and replica.chatbot is not before


def test_replica_takes_over_nothing_of_a_store_that_was_made_anew(documents, store, postgres):
    build(documents, store)
    replica = Collection(store, embedder=ColourEmbedder())
    before = replica.chatbot
    postgres.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", store)
    with pytest.raises(rag.IndexMissing):
        list(replica.sync())
    (documents / "blue.txt").write_text("The blue cup. It is the cup of the red fox.", encoding="utf-8")
    build(documents, store)
    assert numbers(postgres, store) == {1, 2, 3} and count(postgres, store, "index_generations") == 1
    with pytest.raises(rag.IndexStale, match="open the index again"):
        before.index.chunk_vectors.fetch([0])  # by the connections that it had
    postgres.run(BREAK, store)
    with pytest.raises(rag.IndexStale, match="open the index again"):
        before.index.chunk_vectors.fetch([0])
    assert [(event.kind, event.name) for event in replica.sync()] == [("changed", "blue.txt"), ("ready", "")]
    assert replica.documents[0].text.startswith("The blue cup.")
    assert replica.documents[2] is before.documents[2]
    for number, text in enumerate(("The blue cup.", "The green frog sings.")):
        vector = ColourEmbedder().embed_documents([text])[0]
        np.testing.assert_allclose(replica.chatbot.index.sentence_vectors.fetch([2 * number])[0], vector)


def test_store_of_an_earlier_form_is_brought_up_to_date(documents, store, postgres):
    build(documents, store)
    postgres.run("ALTER TABLE index_generations DROP COLUMN key", store)
    postgres.run("UPDATE alembic_version SET version_num = '0001'", store)
    with pytest.raises(rag.IndexDamaged, match=r"is of form 0001, .* up to date with `rag index FOLDER"):
        open_index(store)
    rows = postgres.run("SELECT id FROM index_chunks", store)
    build(documents, store)
    assert len(open_index(store).documents) == 3
    assert postgres.run("SELECT id FROM index_chunks", store) == rows


# Many vectors


@pytest.fixture
def crowd(store, monkeypatch):
    """A store of 60 documents of 10 chunks whose vectors lie anywhere, with the graph from 100 on."""
    monkeypatch.setattr(vectors, "EXACT", 100)
    random = np.random.default_rng(7)
    anywhere = random.normal(size=(600, 4)).astype(np.float32)
    anywhere /= np.linalg.norm(anywhere, axis=1, keepdims=True)
    texts = [f"{number:03d}" for number in range(60)]
    made = tuple(rag.Document(f"{text}.txt", text, "0123456789") for text in texts)
    spans = [rag.Chunk(document.id, start, start + 1) for document in made for start in range(10)]
    corpus = Corpus(Folders.of(ROOT), made, (), "")
    indexed = dict.fromkeys((document.id for document in made), "2026-01-01T00:00:00+00:00")
    ids = [document.id for document in made]
    own = Spans(ids, tabulate(spans, ids)), anywhere
    labels = [label_document(document) for document in made]
    columns = Columns(np.zeros(600, CHUNK), np.zeros(600, SENTENCE), labels, ["en"] * len(labels))
    both, postings = {CHUNKS: own, SENTENCES: own}, collect_postings(texts * 10)
    place = find_place(store)
    with place.hold_lock(lambda line: None):
        place.write(Draft(corpus, ColourEmbedder(), both, Twins.of({}), postings, indexed, columns))
    return open_index(store), anywhere


def test_search_along_the_graph_finds_enough_whatever_is_allowed(crowd, postgres, store, monkeypatch):
    index, anywhere = crowd
    graph = postgres.run("SELECT indexdef FROM pg_indexes WHERE indexname = 'index_chunks_hnsw_4'", store)
    assert "USING hnsw" in graph[0][0]
    query = ColourEmbedder().embed_query("red and blue")
    far = np.argsort(-(anywhere @ query), kind="stable")[400:]  # which no other search sees
    allowed = np.zeros(600, dtype=bool)
    allowed[far] = True

    def refuse(*_):
        raise AssertionError("each was compared")

    with monkeypatch.context() as patch:
        patch.setattr(StoredVectors, "_search_exactly", refuse)
        for mask in (None, allowed):
            hits = index.search(query, 50, mask)
            of = np.arange(600) if mask is None else far
            right = of[np.argsort(-(anywhere[of] @ query), kind="stable")[:50]].tolist()
            assert len(hits) == 50 and {row for row, _ in hits} <= {*of.tolist()}
            assert len({row for row, _ in hits} & {*right}) >= 48
            assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
            assert hits[0][1] == pytest.approx(float(anywhere[hits[0][0]] @ query), abs=FLOAT)


def test_few_rows_are_compared_each_and_all_are_found(crowd):
    index, anywhere = crowd
    query = ColourEmbedder().embed_query("green")
    allowed = np.zeros(600, dtype=bool)
    allowed[::7] = True
    right = sorted(np.flatnonzero(allowed), key=lambda row: (-float(anywhere[row] @ query), row))
    assert [row for row, _ in index.search(query, 200, allowed)] == right
    assert index.search(query, 10, np.zeros(600, dtype=bool)) == []
    np.testing.assert_array_equal(index.chunk_vectors.fetch([599, 0, 0]), anywhere[[599, 0, 0]])
    np.testing.assert_allclose(
        index.sentence_cosines(query, [5, 1, 5]), anywhere[[5, 1, 5]] @ query, atol=FLOAT
    )


def test_as_many_rows_as_are_asked_for_are_found_though_the_graph_gives_up(crowd, monkeypatch):
    index, anywhere = crowd
    query = ColourEmbedder().embed_query("blue")
    monkeypatch.setattr(StoredVectors, "_search_graph", lambda *_: [])
    right = np.argsort(-(anywhere @ query), kind="stable")[:20].tolist()
    assert [row for row, _ in index.search(query, 20)] == right


# Damage


def test_altered_part_is_damage_and_indexing_mends_it(documents, store, postgres):
    build(documents, store)
    postgres.run("UPDATE index_parts SET content = 'x' WHERE name = 'words.json'", store)
    with pytest.raises(rag.IndexDamaged, match=r"words.json is missing or altered\): build it with"):
        open_index(store)
    with pytest.raises(rag.IndexDamaged, match="its parts are not those of its card"):
        find_place(store).find().check()
    build(documents, store)
    assert len(open_index(store).documents) == len(SMALL)


def test_altered_document_is_damage_and_indexing_mends_it(documents, store, postgres):
    build(documents, store)
    postgres.run("UPDATE index_documents SET content = content || ' ' WHERE id = 2", store)
    with pytest.raises(rag.IndexDamaged, match="1 documents are missing or altered"):
        open_index(store)
    with pytest.raises(rag.IndexDamaged, match="1 documents are missing or altered"):
        find_place(store).find().check()
    build(documents, store)
    find_place(store).find().check()
    assert len(open_index(store).documents) == 3 and numbers(postgres, store) == {1, 3, 4}


def test_document_that_is_altered_twice_while_it_is_read_is_mended_twice(documents, store, postgres):
    build(documents, store)
    readers = []
    for id in (1, 4):
        readers.append(open_index(store))  # so that the row stays
        postgres.run(f"UPDATE index_documents SET content = content || ' ' WHERE id = {id}", store)
        build(documents, store)
    assert len(open_index(store).documents) == 3 and numbers(postgres, store) == {1, 2, 3, 4, 5}
    find_place(store).find().check()


@pytest.mark.parametrize(
    "lost", ["index_sentences", "index_chunks WHERE id = (SELECT max(id) FROM index_chunks)"]
)
def test_lost_vectors_are_damage_and_indexing_mends_it(documents, store, postgres, lost):
    build(documents, store)
    reader, query = open_index(store), ColourEmbedder().embed_query("red")
    postgres.run(f"DELETE FROM {lost}", store)
    told = pytest.raises(rag.IndexDamaged, match=r"vectors are missing\): build it with `rag index \S+ --st")
    with told:
        _ = reader.search(query, 3), reader.sentence_cosines(query, range(6))
    with pytest.raises(rag.IndexDamaged, match=r"\d documents are missing or altered"):
        find_place(store).find().check()
    assert len(Collection(store, documents, embedder=ColourEmbedder()).documents) == 3
    find_place(store).find().check()
    again = open_index(store)
    assert again.search(query, 1) == [(2, 1.0)] and len(again.sentence_cosines(query, range(6))) == 6


def test_card_of_another_format_is_told(documents, store, postgres):
    build(documents, store)
    postgres.run("""UPDATE index_generations SET card = '{"format": 99, "corpus": "x"}'""", store)
    with pytest.raises(rag.IndexDamaged, match=r"its format is 99, expected .* made by a newer version"):
        open_index(store)
