"""What requests and questions took, as spans that a collector of OpenTelemetry gets.

The packages for that are an extra.  What is asked is not in them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol, cast

from starlette.types import ASGIApp, Scope

import rag

SERVICE = "footnote"
EVERY = 1_000  # milliseconds from one batch of spans to the next

Moment = float  # as `time.perf_counter` tells it


class Tracer(Protocol):
    """What takes the spans."""

    def trace_requests(self, app: ASGIApp) -> ASGIApp:
        """The same application, each request a span: a part of that which its header `traceparent` names."""
        ...

    def trace_question(
        self, begun: Moment, ended: Moment, timings: rag.Timings, attributes: dict[str, str]
    ) -> None:
        """A question that has ended is a span of the request that runs, and each of its stages one of it."""
        ...


class NoTracer:
    """Takes none."""

    def trace_requests(self, app: ASGIApp) -> ASGIApp:
        return app

    def trace_question(
        self, begun: Moment, ended: Moment, timings: rag.Timings, attributes: dict[str, str]
    ) -> None:
        pass


NO_TRACER = NoTracer()


class CollectorTracer:
    """Sends them to the collector at `url`, such as ``http://127.0.0.1:4318``, a batch a second.

    Headers and the rest are set as OpenTelemetry has it, by ``OTEL_…`` in the environment.

    Raises RagError if the packages are not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import SERVICE_NAME, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise rag.RagError(
                f"to send spans to {url} OpenTelemetry is needed: run `pip install 'footnote[telemetry]'`"
            ) from None
        exporter = OTLPSpanExporter(f"{url.rstrip('/')}/v1/traces")
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=EVERY))
        self._tracer = self._provider.get_tracer(SERVICE, rag.__version__)

    def trace_requests(self, app: ASGIApp) -> ASGIApp:
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        def hide_words(span: Any, scope: Scope) -> None:
            """Leave what stands behind "?" out of the span: it may be words of a document or question."""
            for name, value in dict(span.attributes or {}).items():
                if scope.get("query_string") and isinstance(value, str) and "?" in value:
                    span.set_attribute(name, value.partition("?")[0])
            span.set_attribute("url.query", "")

        wrap = cast("Callable[..., ASGIApp]", OpenTelemetryMiddleware)
        return wrap(
            app,
            tracer_provider=self._provider,
            exclude_spans=["receive", "send"],
            server_request_hook=hide_words,
        )

    def trace_question(
        self, begun: Moment, ended: Moment, timings: rag.Timings, attributes: dict[str, str]
    ) -> None:
        from opentelemetry import trace

        since = time.time() - time.perf_counter()

        def at(moment: Moment) -> int:
            return int((since + moment) * 1e9)  # nanoseconds since 1970

        span = self._tracer.start_span("question", start_time=at(begun), attributes=attributes)
        within = trace.set_span_in_context(span)
        for name, first, last in [*timings.ended]:  # of one that was left a stage may still end
            self._tracer.start_span(name, within, start_time=at(first)).end(at(last))
        span.end(at(ended))
