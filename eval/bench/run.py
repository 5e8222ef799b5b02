"""Run a public test set through the chatbot's own retrieval and reduce it to figures.

A document is found at the rank of the first passage that is of it or names it as another place of
the same words.  The single stages are the same chatbot with all the weight on one, so that what
differs is what is compared; copies, preferences and the merging of passages are alike in all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from eval.bench.datasets import PublicSet, SetQuestion
from eval.figures.metrics import coverage, ndcg, paired_bootstrap, recall, reciprocal_rank
from rag import (
    Chatbot,
    Embedder,
    IndexDamaged,
    IndexMissing,
    Passage,
    RagError,
    Reranker,
    build_index,
)
from rag.datatypes import Vectors
from rag.documents import chunking
from rag.index.card import FORMAT
from rag.index.places import open_index
from rag.index.store import Index
from rag.questions.standalone.followups import resolve_followup
from rag.questions.validation import validate
from rag.retrieval.retriever import WEIGHTS

CONFIGURATIONS = {"hybrid": WEIGHTS, "dense": {"dense": 1.0}, "bm25": {"bm25": 1.0}}
RERANKED = "reranked"
PASSAGES = 50  # judged for a question, so that ten documents are among them where there are ten
DEPTH = 10  # how many documents the figures look at
SPAN_PASSAGES = 5  # how many passages the span figures look at
RESAMPLES = 10_000
CONFIDENCE = 0.95
BATCH = 512  # how many texts are embedded between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class Run:
    """What one configuration did: each figure's values and each query's seconds, by question."""

    quality: dict[str, list[float]]
    seconds: list[float]


def bench(
    test_set: PublicSet,
    embedder: Embedder,
    *,
    reranker: Reranker | None = None,
    compare: tuple[str, str] = ("hybrid", "bm25"),
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """The figures of every configuration, and of how the two of `compare` differ.

    With `reranker` there is one more, `RERANKED`: the hybrid with it as the last stage.  With `cache`,
    the index is kept in that folder and used again while it fits.

    Raises RagError if `compare` names no configuration, or the index cannot be made.
    """
    names = [*CONFIGURATIONS, *([RERANKED] if reranker else [])]
    if not set(compare) <= set(names):
        hint = "" if reranker else f" ({RERANKED} needs --reranker)"
        raise RagError(f"cannot compare {' and '.join(compare)}: expected two of {', '.join(names)}{hint}")
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as temporary:
        index, seconds = open_or_build(test_set, embedder, folder=cache or Path(temporary), progress=progress)
    chatbots = {name: Chatbot(index, embedder, weights=weights) for name, weights in CONFIGURATIONS.items()}
    if reranker:
        chatbots[RERANKED] = Chatbot(index, embedder, reranker=reranker)
    progress(f"asking {len(test_set.questions)} questions of {test_set.name}")
    runs, embedding = measure(chatbots, test_set.questions, embedder)
    embed_p50, query_p50 = np.median(embedding), np.median(runs["hybrid"].seconds)
    return {
        "set": test_set.name,
        "documents": len(index.documents),
        "chunks": len(index.chunks),
        "questions": len(test_set.questions),
        "questions_with_spans": sum(bool(question.places) for question in test_set.questions),
        "configurations": {name: reduce(run) for name, run in runs.items()},
        "index_s": round(seconds, 1),
        "embed_p50_ms": round(1000 * float(embed_p50), 2),
        "query_over_embed": round(float(query_p50 / embed_p50), 3),
        "comparison": compare_runs(runs, *compare),
    }


def open_or_build(
    test_set: PublicSet, embedder: Embedder, *, folder: Path, progress: Callable[[str], None]
) -> tuple[Index, float]:
    """The index of the test set, made below `folder` unless it is there whole, and how long that took.

    In seconds of the run that made it.
    """
    index_folder = name_index(test_set, embedder, folder)
    seconds_file = index_folder / "seconds"
    with contextlib.suppress(IndexMissing, IndexDamaged, OSError, ValueError):
        return open_index(index_folder), float(seconds_file.read_text(encoding="utf-8"))
    start = time.perf_counter()
    build_index(test_set.corpus, index_folder, ProgressEmbedder(embedder), progress=progress)
    seconds = time.perf_counter() - start
    seconds_file.write_text(str(seconds), encoding="utf-8")
    return open_index(index_folder), seconds


def name_index(test_set: PublicSet, embedder: Embedder, folder: Path) -> Path:
    """Where below `folder` the index of the test set lies, by all that it depends on."""
    settings = [FORMAT, chunking.WINDOW, chunking.OVERLAP, embedder.name, embedder.weights_sha256]
    key = hashlib.sha256(json.dumps([test_set.corpus.sha256, *settings]).encode()).hexdigest()[:16]
    return folder / f"{test_set.name}-{key}"


def measure(
    chatbots: Mapping[str, Chatbot], questions: Sequence[SetQuestion], embedder: Embedder
) -> tuple[dict[str, Run], list[float]]:
    """What each chatbot did with the questions, and the seconds that embedding each alone took.

    They take turns at every question, so that a machine busy for a while slows all alike.
    """
    runs = {name: Run({}, []) for name in chatbots}
    embedding: list[float] = []
    for chatbot in chatbots.values():  # the first call of anything is slow
        chatbot.retrieve(questions[0].question)
    for question in tqdm(questions, desc="asking", unit=" questions", disable=None):
        text = resolve_followup(validate(question.question), question.history).standalone
        start = time.perf_counter()
        embedder.embed_query(text)
        embedding.append(time.perf_counter() - start)
        for name, chatbot in chatbots.items():
            start = time.perf_counter()
            chatbot.retrieve(question.question, history=question.history)
            runs[name].seconds.append(time.perf_counter() - start)
            passages = chatbot.retrieve(question.question, PASSAGES, history=question.history)
            for figure, value in judge(question, passages).items():
                runs[name].quality.setdefault(figure, []).append(value)
    return runs, embedding


def judge(question: SetQuestion, passages: Sequence[Passage]) -> dict[str, float]:
    """How well `passages`, best first, hold the gold documents and, if known, the gold spans."""
    with_copies = (document for passage in passages for document in (passage.document, *passage.also_in))
    order = list(dict.fromkeys(document.id for document in with_copies))[:DEPTH]
    ranks = [[order.index(name) + 1] if name in order else [] for name in sorted(question.gold)]
    figures = {f"recall@{k}": recall(ranks, k) for k in (1, 5, DEPTH)}
    figures |= {f"mrr@{DEPTH}": reciprocal_rank(ranks), f"ndcg@{DEPTH}": ndcg(ranks, DEPTH)}
    if question.places:
        read = [(p.document.id, p.start, p.end) for p in passages[:SPAN_PASSAGES]]
        figures[f"span_recall@{SPAN_PASSAGES}"] = coverage(question.places, by=read)
        figures[f"span_precision@{SPAN_PASSAGES}"] = coverage(read, by=question.places)
    return figures


def reduce(run: Run) -> dict[str, float]:
    """The mean of each figure, and the median and 95th percentile of a query in milliseconds."""
    p50, p95 = np.percentile(run.seconds, (50, 95))
    return {
        **{figure: round(float(np.mean(values)), 4) for figure, values in run.quality.items()},
        "p50_ms": round(1000 * float(p50), 2),
        "p95_ms": round(1000 * float(p95), 2),
    }


def compare_runs(runs: Mapping[str, Run], ours: str, theirs: str) -> dict[str, Any]:
    """The mean difference of each figure with its interval; real if that leaves out 0."""
    differences = {}
    for figure, values in runs[ours].quality.items():
        others = runs[theirs].quality[figure]
        low, high = paired_bootstrap(values, others, resamples=RESAMPLES, confidence=CONFIDENCE)
        differences[figure] = {
            "difference": round(float(np.mean(values) - np.mean(others)), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "real": low < high and (low > 0 or high < 0),  # of one question nothing is known
        }
    return {
        "configurations": [ours, theirs],
        "confidence": CONFIDENCE,
        "resamples": RESAMPLES,
        "differences": differences,
    }


class ProgressEmbedder:
    """An embedder that shows how far it has come with the documents."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.weights_sha256 = embedder.weights_sha256
        self.dim = embedder.dim
        self.window = embedder.window
        self.count_tokens = embedder.count_tokens
        self.embed_query = embedder.embed_query

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        starts: Iterable[int] = tqdm(range(0, len(texts), BATCH), desc="embedding", disable=None)
        return np.concatenate([self._embedder.embed_documents(texts[at : at + BATCH]) for at in starts])
