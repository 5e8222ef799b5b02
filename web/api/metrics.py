"""What is counted: the questions of every door, how they end and how long they take."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

import rag

SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)  # without a model below 1, with one above


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

    def watched(
        self, door: str, answers: Generator[rag.Answer, None, None]
    ) -> Generator[rag.Answer, None, None]:
        """`answers` as they come, counted when they end; closing these closes those."""
        with self._counted(door) as outcome, closing(answers):
            for answer in answers:
                outcome[:] = ["left"]
                yield answer
                outcome[:] = ["refused" if answer.refused else "answered"]

    @contextmanager
    def searched(self, door: str) -> Iterator[None]:
        """Count one search, which ends with the block."""
        with self._counted(door):
            yield

    def figures(self, documents: int) -> bytes:
        """All that was counted, in the text form of Prometheus, and how many documents there are."""
        self._documents.set(documents)
        return generate_latest(self._registry)

    @contextmanager
    def _counted(self, door: str) -> Iterator[list[str]]:
        """Count one question that ends with the block, as what the list holds then or what is raised."""
        begun = time.perf_counter()
        outcome = ["answered"]
        try:
            yield outcome
        except (rag.QuestionError, rag.FilterError):
            outcome[:] = ["invalid"]
            raise
        except Exception:
            outcome[:] = ["error"]
            raise
        finally:
            self._questions.labels(door, outcome[0]).inc()
            self._seconds.labels(door).observe(time.perf_counter() - begun)
