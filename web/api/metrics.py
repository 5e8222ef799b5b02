"""What is counted: the questions of every door, how they end and how long they take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

import rag

SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)  # without a model below 1, with one above


@dataclass(slots=True)
class Count:
    """One question that is being counted; unless something else is said, who asked it left."""

    outcome: str = "left"

    def end(self, *, refused: bool = False) -> None:
        """Say that its answer is whole."""
        self.outcome = "refused" if refused else "answered"


class Meter:
    """Counts the questions of one site; safe to share between threads.

    A question ends `answered`, `refused` (the documents do not say), `invalid` (it cannot be asked),
    `left` (who asked went away) or in an `error`.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "footnote_questions", "Questions asked.", ("door", "outcome"), registry=self._registry
        )
        self._seconds = Histogram(
            "footnote_question_seconds",
            "Seconds from a question to the end of its answer.",
            ("door",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._documents = Gauge("footnote_documents", "Documents that are searched.", registry=self._registry)

    @contextmanager
    def count(self, door: str) -> Iterator[Count]:
        """Count one question that ends with the block, as what was said then or what is raised."""
        begun, count = time.perf_counter(), Count()
        try:
            yield count
        except (rag.QuestionError, rag.DraftError, rag.FilterError):
            count.outcome = "invalid"
            raise
        except Exception:
            count.outcome = "error"
            raise
        finally:
            self._questions.labels(door, count.outcome).inc()
            self._seconds.labels(door).observe(time.perf_counter() - begun)

    def figures(self, documents: int) -> bytes:
        """All that was counted, in the text form of Prometheus, and how many documents there are."""
        self._documents.set(documents)
        return generate_latest(self._registry)
