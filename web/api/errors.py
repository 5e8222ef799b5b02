"""What goes wrong in a door: every error in one form, OpenAI's; and bodies that are too long."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

import rag
from web.api import chat_completions, schemas
from web.api.places import AGAIN, Overloaded

BODY = 512 * 1024  # bytes of a request; a long conversation has a tenth of that
CLOSED = "/gradio_api/upload"  # Gradio's own, which nothing here uses
UPLOADS = "/v1/documents"  # which has a limit of its own
FAILED = "something went wrong on the server; its log says what"


async def error_response(request: Request, problem: Exception) -> Response:
    """What went wrong as a response in the one form."""
    status, error = failure(problem)
    headers = problem.headers if isinstance(problem, HTTPException) else None
    if isinstance(problem, Overloaded):
        headers = {"retry-after": str(AGAIN)}
    return JSONResponse(error.model_dump(), status, headers)


def failure(problem: Exception) -> tuple[int, schemas.Failure]:
    """The status and the one form of a problem; of one that is not ours, nothing but that it was."""
    kind: schemas.ErrorType = "invalid_request_error"
    code: str | None = type(problem).__name__
    param: str | None = None
    if isinstance(problem, rag.QuestionError | rag.DraftError | rag.FilterError):
        status, message = 422, str(problem)
    elif isinstance(problem, rag.RagError):
        status, message, kind = 503, str(problem), "unavailable_error"
    elif isinstance(problem, RequestValidationError):
        # What was sent is not repeated: it may hold what cannot be sent back.
        wrong = problem.errors()[0]
        code = wrong["type"]
        place = ".".join(str(step) for step in wrong["loc"][1:]) if code != "json_invalid" else ""
        param = wrong.get("ctx", {}).get("param") or place or None
        status = 400 if code == chat_completions.UNSUPPORTED else 422
        message = f"{param or 'the body'}: {wrong['msg']}"
    elif isinstance(problem, HTTPException):
        status, message, code = problem.status_code, problem.detail, None
    else:
        status, message, kind, code = 500, FAILED, "server_error", None
    return status, schemas.Failure(error=schemas.Problem(message=message, type=kind, param=param, code=code))


class Limited:
    """Refuses a body longer than BODY before anybody reads it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == UPLOADS:
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(CLOSED):
            elsewhere = HTTPException(404, f"files go to {UPLOADS}")
            await (await error_response(Request(scope), elsewhere))(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        body, more = b"", True
        if length.isdigit() and int(length) <= BODY:
            while more and len(body) <= BODY:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body += message.get("body", b"")
                more = message.get("more_body", False)
        if more or len(body) > BODY:
            too_long = HTTPException(413, f"the body has more than {BODY:,} bytes: send less")
            await (await error_response(Request(scope), too_long))(scope, receive, send)
            return
        read = False

        async def again() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)
