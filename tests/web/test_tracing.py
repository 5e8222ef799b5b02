"""What a collector of OpenTelemetry gets: a span a request, in it one a question, in that the stages."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from served import Documents, listening

from rag.errors import RagError
from web.api.metrics import Meter
from web.api.routes import programs
from web.api.service import Asking
from web.tracing import CollectorTracer

QUESTION = "How many ICSs are there in England?"
TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PATIENCE = 30  # seconds for a batch to come


@contextmanager
def collecting() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a collector, and what it got."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def read_spans(bodies):
    found = []
    for body in bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            assert any(a.value.string_value == "footnote" for a in resource.resource.attributes)
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def test_collector_gets_requests_questions_and_stages_without_words(chatbot):
    with collecting() as (url, bodies):
        tracer = CollectorTracer(url)
        app = programs(Asking(Documents(chatbot), Meter(tracer=tracer)))
        with listening(tracer.trace_requests(app)) as address:
            headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
            httpx.get(f"{address}/v1/documents?about=ICSs", headers=headers, timeout=60)
            httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, headers=headers, timeout=60)
        end = time.monotonic() + PATIENCE
        while not any(span.name == "question" for span in read_spans(bodies)) and time.monotonic() < end:
            time.sleep(0.1)
        spans = {span.name: span for span in read_spans(bodies)}
    request, question = spans["POST /v1/ask"], spans["question"]
    assert {span.trace_id.hex() for span in spans.values()} == {TRACE}
    assert request.parent_span_id.hex() == CALLER
    assert question.parent_span_id == request.span_id
    told = {a.key: a.value.string_value for a in question.attributes}
    assert (told["door"], told["outcome"]) == ("ask", "answered")
    for name in ("understand", "embed", "read"):
        assert spans[name].parent_span_id == question.span_id
        assert (
            question.start_time_unix_nano
            <= spans[name].start_time_unix_nano
            <= spans[name].end_time_unix_nano
            <= question.end_time_unix_nano
        )
    assert not any(b"ICSs" in body for body in bodies)


def test_without_the_packages_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(RagError, match=r"pip install 'footnote\[telemetry\]'"):
        CollectorTracer("http://127.0.0.1:4318")
