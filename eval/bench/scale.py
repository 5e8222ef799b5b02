"""What an index of many chunks costs in a folder: ``python -m eval.bench.scale [--chunks N] [--json FILE]``.

Documents and vectors are generated (`eval.bench.large_index`), and nothing is embedded.  What is written is
opened in a process of its own, whose files are in the page cache.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.bench.generated import scatter
from eval.bench.large_index import (
    CHUNKS_EACH,
    PIECE,
    SEED,
    Scattered,
    draw_ranks,
    make_documents,
    make_draft,
    topics,
)
from rag import Chatbot, Document, build_index
from rag.datatypes import Vectors, Where
from rag.durable import replace_file
from rag.index.places import find_place, open_index

QUERIES, ASKED, ANSWERED = 200, 60, 30
NEAREST, FOUND = 10, 50  # how many are compared with those of an exact search; how many a question takes
SHARES = (0.3, 0.01)  # of the documents that a filter admits


def main() -> int:
    """Print the figures; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--chunks", type=int, default=100_000, help="how many (%(default)s)")
    parser.add_argument("--folder", type=Path, help="write the index here, and leave it")
    parser.add_argument(
        "--add",
        type=int,
        nargs="+",
        metavar="N",
        help="measure adding a document to N of them instead, for each N",
    )
    parser.add_argument("--opened", type=Path, help="measure an index that is there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    asked = parser.parse_args()
    if asked.opened:
        print(json.dumps(measure_opened(asked.opened)))
        return 0
    with tempfile.TemporaryDirectory() as place:
        if asked.add:
            print("| documents | one more: s of a core | s | removed again: s of a core | s | index, MB |")
            print("|---|---|---|---|---|---|")
            for documents in asked.add:
                row = measure_adding(Path(place, str(documents)), documents)
                print(f"| {documents:,} | {' | '.join(f'{value:,.1f}' for value in row)} |", flush=True)
            return 0
        folder = asked.folder or Path(place, "index")
        figures = write(folder, Path(place), asked.chunks)
        for _ in range(2):  # the first run brings the files into the page cache
            begun = time.time()
            command = [sys.executable, "-m", "eval.bench.scale", "--opened", str(folder)]
            opened = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        figures |= {"process start to first retrieval, s": opened.pop("retrieved at") - begun} | opened
    rounded = {name: round(value, 4) for name, value in figures.items()}
    print("\n".join(f"| {name} | {value:,} |" for name, value in rounded.items()))
    if asked.json:
        replace_file(asked.json, (json.dumps(rounded, indent=1) + "\n").encode())
    return 0


def write(folder: Path, scratch: Path, chunks: int) -> dict[str, float]:
    """Write an index of so many chunks into `folder`; how long that took, and how large its files are."""
    draft = make_draft(chunks // CHUNKS_EACH, scratch)
    place = find_place(folder)
    begun = time.perf_counter()
    with place.hold_lock(lambda line: None):
        card = place.write(draft)
    figures = {
        "chunks": float(card.chunks),
        "sentences": float(card.sentences),
        "write, s": time.perf_counter() - begun,
    }
    if how := card.approximate:
        figures |= {
            "lists": how.lists,
            "lists looked into": how.probes,
            "recall@10 by the card": how.recall_at_10,
        }
    sizes = {path.name: path.stat().st_size / 1e6 for path in sorted(folder.glob("generation-*/*"))}
    return figures | {f"{name}, MB": size for name, size in sizes.items()}


def measure_adding(folder: Path, documents: int) -> list[float]:
    """What it takes to index a document more beside so many, and then those alone again: seconds of a core,
    and of the clock.  At last how many MB the index has.

    As with `rag index`, those that are there are at hand as the index has them; their files are not looked
    at.
    """
    folder.mkdir()
    write(folder / "index", folder, documents * CHUNKS_EACH)
    corpus, _ = make_documents(draw_ranks(1, np.random.default_rng(SEED + 3)))
    new = replace(corpus.documents[0], id=f"{documents // 2:07d}b.txt")
    taken: list[float] = []
    for added in ([new], []):
        there = [d for d in find_place(folder / "index").find().load_documents() if d.id != new.id]
        both = tuple(sorted([*there, *added], key=lambda document: document.id))
        begun, computed = time.perf_counter(), time.process_time()
        build_index(replace(corpus, documents=both), folder / "index", Scattered())
        taken += [time.process_time() - computed, time.perf_counter() - begun]
    size = sum(path.stat().st_size for path in folder.glob("index/generation-*/*"))
    shutil.rmtree(folder)
    return [*taken, size / 1e6]


def measure_opened(folder: Path) -> dict[str, float]:
    """What it takes to open the index in `folder` and to search it, in this process."""
    before, begun, computed = _memory(), time.perf_counter(), time.process_time()
    embedder = Scattered()
    embedder.count_tokens("")
    loaded = time.perf_counter()
    index = open_index(folder)
    opened = time.perf_counter()
    chatbot = Chatbot(index, embedder)
    ready = time.perf_counter()
    questions = [*_questions(index.documents, ASKED)]
    chatbot.retrieve(questions[0])
    figures = {
        "retrieved at": time.time(),
        "load the tokenizer, s": loaded - begun,
        "open the index, s": opened - loaded,
        "make the chatbot, s": ready - opened,
        "first retrieval, s": time.perf_counter() - ready,
        "all of these, s of a core": time.process_time() - computed,
    }
    queries = scatter(topics(), QUERIES, np.random.default_rng(SEED + 1))
    for query in queries:
        index.search(query, FOUND)
    figures |= _quantiles("search", lambda query: index.search(query, FOUND), queries)
    figures |= _quantiles("retrieve, new question", chatbot.retrieve, questions[1:])
    figures |= _quantiles("retrieve, again", chatbot.retrieve, questions[1:])
    publisher = Where(publishers=("Publisher 3",))
    figures |= _quantiles(
        "retrieve of one publisher", lambda question: chatbot.retrieve(question, where=publisher), questions
    )
    figures |= _quantiles("ask without a reader", chatbot.ask, questions[1:ANSWERED])
    after = _memory()
    figures |= {f"{name}, MB": after[name] - before[name] for name in after}
    figures["recall@10"] = _recall(index, queries, None)
    random = np.random.default_rng(SEED + 2)
    for share in SHARES:
        allowed = np.repeat(random.random(len(index.documents)) < share, CHUNKS_EACH)
        name = f"search among {share:.0%}"
        figures |= _quantiles(name, lambda query, only=allowed: index.search(query, FOUND, only), queries)  # type: ignore[misc]
        figures[f"recall@10 among {share:.0%}"] = _recall(index, queries, allowed)
    return figures


def _questions(documents: Sequence[Document], count: int) -> Iterator[str]:
    """Questions of some words that stand near one another, of documents at even distances."""
    for number in range(count):
        words = documents[number * len(documents) // count].text.split()
        yield f"What is {' '.join(words[number : number + 5]).lower().replace('.', '')}?"


def _recall(index: Any, queries: Vectors, allowed: npt.NDArray[np.bool_] | None) -> float:
    """The share of the nearest that a search finds, among those that comparing each would."""
    rows = np.arange(len(index.chunks)) if allowed is None else np.flatnonzero(allowed)
    best, places = np.full((len(queries), NEAREST), -2.0, np.float32), np.zeros((len(queries), NEAREST), int)
    for first in range(0, len(rows), PIECE):
        own = rows[first : first + PIECE]
        scores = np.concatenate([best, queries @ index.chunk_vectors.fetch(own).T], axis=1)
        candidates = np.concatenate([places, np.tile(own, (len(queries), 1))], axis=1)
        nearest = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
        best, places = (np.take_along_axis(each, nearest, axis=1) for each in (scores, candidates))
    shared = 0
    for query, near in zip(queries, places, strict=True):
        shared += len({row for row, _ in index.search(query, FOUND, allowed)[:NEAREST]} & {*near.tolist()})
    return shared / places.size


def _quantiles(name: str, run: Callable[[Any], object], values: Iterable[Any]) -> dict[str, float]:
    """The median and the 95th percentile of how long each takes, in ms."""
    taken = []
    for value in values:
        begun = time.perf_counter()
        run(value)
        taken.append(1000 * (time.perf_counter() - begun))
    middle, late = np.quantile(taken, (0.5, 0.95))
    return {f"{name} p50, ms": float(middle), f"{name} p95, ms": float(late)}


def _memory() -> dict[str, float]:
    """The memory of this process: all that is resident, and that of it which is no file's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    names = {"memory, resident": "VmRSS", "memory, private": "RssAnon"}
    return {name: int(fields[field].split()[0]) / 1e3 for name, field in names.items()}


if __name__ == "__main__":
    sys.exit(main())
