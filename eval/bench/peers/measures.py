"""What the processes of one tool measured -> the figures of its row."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.bench.datasets import PublicSet
from eval.bench.peers.texts import document_of
from eval.figures.metrics import ndcg

DEPTH = 10


def reduce(runs: Sequence[dict[str, Any]], test_set: PublicSet) -> dict[str, Any]:
    """The figures of a tool: `runs` is its index first, then its rounds (`eval.bench.peers.worker`).

    Starts are medians of the rounds, memory is the most of them, queries are taken together.  MiB, CPU-
    and wall seconds, milliseconds as the names end.  `errors` counts queries that failed.
    """
    index, *rounds = runs
    row = {
        "index_cpu_s": index["index_cpu_s"],
        "index_wall_s": index["index_wall_s"],
        "index_peak_mib": index["index_peak_mib"],
        "disk_mib": index["disk_mib"],
        "first_cpu_s": statistics.median(run["first_cpu_s"] for run in rounds),
        "first_wall_s": statistics.median(run["first_wall_s"] for run in rounds),
        "rest_mib": statistics.median(run["rest_mib"] for run in rounds),
        "peak_mib": max(run["peak_mib"] for run in rounds),
        f"ndcg@{DEPTH}": mean_ndcg(rounds, test_set),
    }
    for users in rounds[0]["queries"]:
        some = [run["queries"][users] for run in rounds]
        seconds = [taken for queries in some for taken in queries["seconds"]]
        errors = sum(len(queries["errors"]) for queries in some)
        p50, p95 = np.percentile(seconds, (50, 95)) if seconds else (np.nan, np.nan)
        row |= {
            f"query_p50_ms_{users}": 1000 * float(p50),
            f"query_p95_ms_{users}": 1000 * float(p95),
            f"query_cpu_ms_{users}": 1000 * sum(q["cpu_s"] for q in some) / (len(seconds) + errors),
            f"errors_{users}": errors,
        }
    return {name: round(float(value), 4) for name, value in row.items()}


def mean_ndcg(rounds: Sequence[dict[str, Any]], test_set: PublicSet) -> float:
    """nDCG of the documents found, each at the rank of its first text; the rounds share the questions."""
    values = []
    for number, run in enumerate(rounds):
        for question, found in zip(test_set.questions[number :: len(rounds)], run["hits"], strict=True):
            order = list(dict.fromkeys(map(document_of, found)))
            ranks = [[order.index(name) + 1] if name in order else [] for name in sorted(question.gold)]
            values.append(ndcg(ranks, DEPTH))
    return statistics.mean(values)
