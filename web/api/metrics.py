"""What is counted and logged: the questions of every door, how they end, and how long their stages take."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

import rag
from web.api.places import Overloaded
from web.tracing import NO_TRACER, Tracer

SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)  # without a model below 1, with one above
STAGE_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)

_log = logging.getLogger(__name__)


class Asked(Protocol):
    """What is known of a question: its words, the request that brought it, and the time of its stages."""

    @property
    def question(self) -> str: ...
    @property
    def request(self) -> str: ...
    @property
    def timings(self) -> rag.Timings: ...


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
    `left` (who asked went away), `overloaded` (there was no place, or no time) or in an `error`.

    With `log_questions`, the words of each are in the log; else all but them.  `tracer` gets each as a span.
    """

    def __init__(self, *, log_questions: bool = False, tracer: Tracer = NO_TRACER) -> None:
        self._log_questions = log_questions
        self._tracer = tracer
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, CPU and open files, where the system tells
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
        self._stages = Histogram(
            "footnote_stage_seconds",
            "Seconds that a stage of a question took.",
            ("stage",),
            buckets=STAGE_SECONDS,
            registry=self._registry,
        )
        self._documents = Gauge("footnote_documents", "Documents that are searched.", registry=self._registry)

    @contextmanager
    def count(self, door: str, asked: Asked) -> Iterator[Count]:
        """Count one question that ends with the block, as what was said then or what is raised."""
        begun, count = time.perf_counter(), Count()
        try:
            yield count
        except (rag.QuestionError, rag.DraftError, rag.FilterError):
            count.outcome = "invalid"
            raise
        except Overloaded:
            count.outcome = "overloaded"
            raise
        except Exception:
            count.outcome = "error"
            raise
        finally:
            ended = time.perf_counter()
            told = {"door": door, "outcome": count.outcome, "request": asked.request}
            self._note(door, count.outcome, ended - begun, asked)
            self._tracer.trace_question(begun, ended, asked.timings, told)

    def _note(self, door: str, outcome: str, seconds: float, asked: Asked) -> None:
        """Add a question that has ended to the figures and to the log."""
        stages = dict(asked.timings.seconds)  # one that was left may go on for a moment
        self._questions.labels(door, outcome).inc()
        self._seconds.labels(door).observe(seconds)
        for name, taken in stages.items():
            self._stages.labels(name).observe(taken)
        fields: dict[str, object] = {
            "request": asked.request,
            "door": door,
            "outcome": outcome,
            "seconds": round(seconds, 4),
            "stages": {name: round(taken, 4) for name, taken in stages.items()},
        }
        if self._log_questions:
            fields["question"] = asked.question
        _log.info("question", extra={"fields": fields})

    def figures(self, documents: int) -> bytes:
        """All that was counted, in the text form of Prometheus, and how many documents there are."""
        self._documents.set(documents)
        return generate_latest(self._registry)


def server_timing(timings: rag.Timings) -> str:
    """The stages in the form of the header Server-Timing, in milliseconds.

    >>> timings = rag.Timings()
    >>> timings.seconds["read"] = 0.25
    >>> server_timing(timings)
    'read;dur=250.0'
    """
    return ", ".join(f"{name};dur={1000 * seconds:.1f}" for name, seconds in timings.seconds.items())
