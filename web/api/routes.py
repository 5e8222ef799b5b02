"""The doors for programs: JSON, OpenAI's chat completions, health and figures.

Each asks the chatbot that the collection has at the moment.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

import rag
from rag.formats.schema import Answer, Passages
from rag.formats.serialisation import answer_json, passages_json
from web.api import chat_completions, schemas
from web.api.checks import add_check
from web.api.documents import documents
from web.api.errors import BODY, Limited, error_response, failure
from web.api.mcp_server import tools
from web.api.metrics import server_timing
from web.api.pages import pages
from web.api.reference import page
from web.api.service import Asking, last_answer

GONE = 499  # what nginx says of a client that left before the answer; nobody reads it
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
DESCRIPTION = (
    "Answers from a folder of documents. Every sentence is proved by a citation, whose `quote` is what "
    "stands in the document from `start` to `end`, to the letter. What the documents do not say is refused: "
    "`refused` is true, `reason` says why."
)
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": schemas.Failure, "description": "The body cannot be read, or asks what is not supported"},
    413: {"model": schemas.Failure, "description": f"The body is longer than {BODY:,} bytes"},
    422: {"model": schemas.Failure, "description": "It cannot be asked like this"},
    503: {"model": schemas.Failure, "description": "Nothing can be asked now"},
}

_log = logging.getLogger(__name__)


def programs(asking: Asking, *, root_path: str = "") -> FastAPI:
    """The application with every door for programs, on which a page can be mounted.

    `root_path` is what stands before the paths of its description.
    """
    served = tools(asking)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with served.running():
            yield

    app = FastAPI(
        title="Footnote",
        version=rag.__version__,
        description=DESCRIPTION,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        servers=[{"url": root_path}] if root_path else None,
        lifespan=lifespan,
    )
    for problem in (rag.RagError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(problem, error_response)
    app.add_middleware(Limited)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))

    app.include_router(documents(asking.collection))
    app.include_router(pages(asking.collection))
    app.include_router(doors(asking))
    app.router.routes.append(served.route)
    return app


def doors(asking: Asking) -> APIRouter:
    """The routes of the doors but for that of the tools."""
    router = APIRouter()

    @router.post(
        "/v1/ask",
        tags=["Questions"],
        summary="Ask a question",
        response_model=Answer,
        responses=ERRORS,
    )
    async def ask(asked: schemas.Question, request: Request, response: Response) -> Response | Answer:
        """Give what the documents say, every statement with its citations, or a refusal."""
        query = asked.query()
        answer = await last_answer(asking.stream_async("ask", query), request.is_disconnected)
        response.headers["server-timing"] = server_timing(query.timings)
        return Response(status_code=GONE) if answer is None else answer_json(answer)

    @router.post(
        "/v1/retrieve",
        tags=["Questions"],
        summary="Search the documents",
        response_model=Passages,
        responses=ERRORS,
    )
    async def retrieve(asked: schemas.Search, response: Response) -> Passages:
        """Give the passages nearest to a question, best first; none overlaps another."""
        query = asked.query()
        found = await asking.search_async("retrieve", query, asked.k)
        response.headers["server-timing"] = server_timing(query.timings)
        return passages_json(found)

    add_check(router, asking, ERRORS)
    _add_completions(router, asking)
    _add_health(router, asking)

    @router.api_route("/v1/{path:path}", methods=METHODS, include_in_schema=False)
    async def refuse_unknown_path(request: Request) -> None:
        """Say what is wrong, before a page that is mounted at / takes what no door does."""
        asked = request.url.path.removeprefix(request.scope.get("root_path", ""))
        described = request.app.openapi()["paths"].items()
        # What varies may have a slash in it, as the id of a document has.
        patterns = ((compile_path(path.replace("}", ":path}"))[0], methods) for path, methods in described)
        here = (methods for pattern, methods in patterns if pattern.match(asked))
        allowed = sorted(method.upper() for methods in here for method in methods)
        if allowed:
            raise HTTPException(405, f"expected {' or '.join(allowed)}", {"Allow": ", ".join(allowed)})
        raise HTTPException(404, "there is no such door: /docs lists them")

    return router


def _add_completions(router: APIRouter, asking: Asking) -> None:
    """The two routes of an OpenAI-compatible model."""

    @router.post(
        "/v1/chat/completions",
        tags=["OpenAI-compatible"],
        summary="Ask as one asks a language model",
        responses={
            200: {
                "description": "OpenAI's completion or, with `stream`, its chunks; the whole answer stands "
                "in `choices[0].message.footnote` or in the `delta.footnote` of the last choice",
                "content": {"text/event-stream": {}},
            },
            404: {"model": schemas.Failure, "description": f"The model is not `{chat_completions.MODEL}`"},
            **ERRORS,
        },
    )
    async def complete(asked: chat_completions.Completion, request: Request) -> Response:
        """Give the answer as a message: markers in the text, the sources below it.

        A refusal is an ordinary answer.  Tools, images, `n` above 1 and the like are refused.
        """
        if asked.model != chat_completions.MODEL:
            raise HTTPException(
                404, f"there is no model {asked.model[:80]!r}, expected {chat_completions.MODEL!r}"
            )
        question = asked.question(asking.collection.documents)
        answers, text = asking.stream_async("completions", question.query()), question.question
        if not asked.stream:
            answer = await last_answer(answers, request.is_disconnected)
            whole = chat_completions.completion(answer, text) if answer else None
            return JSONResponse(whole) if whole else Response(status_code=GONE)
        usage = asked.stream_options is not None and asked.stream_options.include_usage
        begun = await anext(answers)  # what cannot be asked is refused before the stream begins
        return _Stream(_events(begun, answers, text, usage=usage))

    @router.get("/v1/models", tags=["OpenAI-compatible"], summary="Name the one model")
    async def listed() -> dict[str, Any]:
        return chat_completions.model_list()


def _add_health(router: APIRouter, asking: Asking) -> None:
    """The two routes for who runs the server."""

    @router.get(
        "/healthz",
        tags=["Running it"],
        summary="Say whether questions can be asked",
        responses={503: {"model": schemas.Health, "description": "None can be asked"}},
    )
    async def health(response: Response) -> schemas.Health:
        known: dict[str, Any] = {"version": rag.__version__, "documents": len(asking.collection.documents)}
        try:
            asking.collection.chatbot  # noqa: B018  # it raises where there is none
        except rag.RagError:
            response.status_code = 503
            return schemas.Health(status="unavailable", **known)
        return schemas.Health(status="ok", **known)

    @router.get(
        "/metrics",
        tags=["Running it"],
        summary="Give the figures for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text form"}},
    )
    async def metrics() -> Response:
        figures = asking.meter.figures(len(asking.collection.documents))
        return Response(figures, media_type=CONTENT_TYPE_LATEST)


# How an answer goes out


class _Stream(StreamingResponse):
    """A stream of events whose source is closed as soon as the client leaves."""

    def __init__(self, events: AsyncGenerator[str, None]) -> None:
        super().__init__(events, media_type="text/event-stream")
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._events):
            await super().__call__(scope, receive, send)


async def _events(
    begun: rag.Answer, answers: AsyncGenerator[rag.Answer, None], asked: str, *, usage: bool
) -> AsyncGenerator[str, None]:
    """The events of an answer of which the beginning is there; an error on the way is the last of them."""

    async def all_answers() -> AsyncIterator[rag.Answer]:
        yield begun
        async for answer in answers:
            yield answer

    async with aclosing(answers):
        try:
            async for event in chat_completions.chunks(all_answers(), asked, usage=usage):
                yield event
        except Exception as problem:
            status, error = failure(problem)
            if status == 500:
                _log.exception("a question failed amid its answer")
            yield chat_completions.error_events(error)
