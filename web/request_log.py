"""The log of the server, one JSON object a line: each request with an id, each question with its stages.

What is asked is not in it unless that is asked for.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ID_HEADER = "x-request-id"
REQUEST: ContextVar[str] = ContextVar("request", default="")  # the id of the request that is answered

_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time (UTC), level, logger, message, and what it has as `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": REQUEST.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told)


def log_as_json() -> None:
    """Write the log of this process to stdout from now on, our own from `info` and of others what warns."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("web").setLevel(logging.INFO)


def with_request_id(app: ASGIApp) -> ASGIApp:
    """The same application; each request has an id, in its log and in the header `x-request-id`.

    It is that which the request brings, from a proxy, if it is up to 64 letters, digits, "_", "." and "-".
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        name = ID_HEADER.encode()
        brought = dict(scope["headers"]).get(name, b"").decode("latin-1")
        request = brought if _ID.fullmatch(brought) else secrets.token_hex(8)
        others = [(key, value) for key, value in scope["headers"] if key != name]
        scope = {**scope, "headers": [*others, (name, request.encode())]}
        REQUEST.set(request)
        begun, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = request
            await send(message)

        try:
            await app(scope, receive, send_with_id)
        finally:
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "seconds": round(time.perf_counter() - begun, 4),
            }
            _log.info("request", extra={"fields": fields})

    return call
