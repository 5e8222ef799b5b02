"""The doors for language models and notebooks: MCP tools, and endpoints for gradio_client."""

# Without `from __future__ import annotations`: Gradio reads the types of an endpoint as they are.

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import api
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import TypeAdapter, ValidationError
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

import rag
from rag.formats.schema import Answer, Passages
from rag.formats.serialisation import answer_json, passage_json, passages_json
from rag.formats.terminal import passage_lines
from web.api import chat_completions, schemas
from web.api.errors import BODY, FAILED
from web.api.service import THREADS, Asking

PATH = "/mcp"
INSTRUCTIONS = (
    "Footnote answers from a fixed folder of documents. Every sentence that `ask` gives is proved by a "
    "citation whose quote stands in the document to the letter: keep the markers [n] and the quotes as they "
    "are when you pass an answer on. A refusal means that the documents do not say; do not fill it in."
)
ASK = (
    "Ask the documents a question. Gives the answer as sentences with markers [n] and, for each marker, the "
    "exact quote with its document, publisher, date and place. Quotes are exact: "
    "document.text[start:end] == quote. If the documents do not answer, `refused` is true and `reason` says "
    "why. A follow-up may leave out what `history` holds."
)
RETRIEVE = (
    "Search the documents. Gives the passages nearest to the question, best first, each with its exact "
    "words, document, publisher, date and place. They are what was found, not an answer: use `ask` for that."
)
READING = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
OFFERED = (
    Tool(
        name="ask",
        title="Ask the documents",
        description=ASK,
        input_schema=schemas.Question.model_json_schema(),
        output_schema=TypeAdapter(Answer).json_schema(),
        annotations=READING,
    ),
    Tool(
        name="retrieve",
        title="Search the documents",
        description=RETRIEVE,
        input_schema=schemas.Search.model_json_schema(),
        output_schema=TypeAdapter(Passages).json_schema(),
        annotations=READING,
    ),
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Served:
    """The MCP server as a route, and what must run while it is served."""

    route: Route
    running: Callable[[], AbstractAsyncContextManager[None]]


class _Endpoint:
    """The sessions as an application; a function Starlette would take for one of a request."""

    def __init__(self, sessions: StreamableHTTPSessionManager) -> None:
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._sessions.handle_request(scope, receive, send)


def tools(asking: Asking) -> Served:
    """The tools `ask` and `retrieve` over streamable HTTP; nothing is kept between two calls."""

    async def list_tools(_: ServerRequestContext, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=list(OFFERED))

    async def call_tool(_: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
        try:
            return await _run_tool(asking, params.name, params.arguments or {})
        except (rag.RagError, ValidationError) as problem:
            return _error_result(_in_words(problem))
        except MCPError:
            raise
        except Exception:
            _log.exception("a tool failed")
            return _error_result(FAILED)

    server: Server = Server(
        "footnote",
        title="Footnote",
        version=rag.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    # Not with json_response: then a client who leaves is not noticed, and a language model goes on.
    sessions = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=BODY)
    return Served(Route(PATH, _Endpoint(sessions), include_in_schema=False), sessions.run)


async def _run_tool(asking: Asking, name: str, arguments: dict[str, Any]) -> CallToolResult:
    """What a tool gives: for programs as JSON, for readers as text."""
    if name == "ask":
        answers = asking.stream_async("mcp", schemas.Question.model_validate(arguments).query())
        async with aclosing(answers):
            answer = [answer async for answer in answers][-1]
        return _result(chat_completions.content(answer), answer_json(answer))
    if name == "retrieve":
        search = schemas.Search.model_validate(arguments)
        passages = await asking.search_async("mcp", search.query(), search.k)
        text = "\n\n".join(passage_lines(passage) for passage in passages) or "no document meets the filter"
        return _result(text, passages_json(passages))
    raise MCPError(code=INVALID_PARAMS, message=f"there is no tool {name[:80]!r}, expected ask or retrieve")


def endpoints(asking: Asking) -> None:
    """Add /ask and /retrieve to the page that is being built, for gradio_client."""

    def ask(
        question: str, history: list[dict[str, str]] | None = None, where: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """What the documents say to a question: the object that `rag ask --json` prints."""
        with _tell_errors():
            sent = {"question": question, "history": history or [], "where": where}
            *_, answer = asking.stream("gradio", schemas.Question.model_validate(sent).query())
            return dict(answer_json(answer))

    def retrieve(
        question: str,
        k: int = 5,
        history: list[dict[str, str]] | None = None,
        where: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """The passages nearest to a question, best first."""
        with _tell_errors():
            sent = {"question": question, "k": k, "history": history or [], "where": where}
            search = schemas.Search.model_validate(sent)
            passages = asking.search("gradio", search.query(), search.k)
            return [dict(passage_json(passage)) for passage in passages]

    for endpoint in (ask, retrieve):
        api(endpoint, concurrency_limit=THREADS)


@contextmanager
def _tell_errors() -> Iterator[None]:
    """Tell who asked what is wrong with the question; all else stays on the server."""
    try:
        yield
    except (rag.RagError, ValidationError) as problem:
        raise gr.Error(_in_words(problem), print_exception=False) from None


def _in_words(problem: rag.RagError | ValidationError) -> str:
    """What is wrong, in one line that does not repeat what was sent."""
    if isinstance(problem, rag.RagError):
        return str(problem)
    wrong = problem.errors()[0]
    return f"{'.'.join(map(str, wrong['loc'])) or 'the arguments'}: {wrong['msg']}"


def _result(text: str, content: Mapping[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=dict(content))


def _error_result(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)
