"""The log of a server, one JSON object a line: of a process of its own, and what is in it and is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from browsing import ROOT, ready
from served import listening
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from web.request_log import with_request_id

SECRET = "open sesame now"
QUESTION = "How many ICSs are there in England?"


@pytest.mark.parametrize("brought", ["a1-b2.c3_d4", "two words", "x" * 65, "é", ""])
def test_request_keeps_an_id_that_is_one_and_is_given_another(brought):
    async def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.headers["x-request-id"])

    with listening(with_request_id(Starlette(routes=[Route("/", tell)]))) as address:
        told = httpx.get(address, headers={"X-Request-ID": brought.encode()})
    assert told.headers["x-request-id"] == told.text
    assert (told.text == brought) == (brought == "a1-b2.c3_d4")
    assert 8 <= len(told.text) <= 64 and told.text.isascii()


def test_log_has_requests_and_stages_but_no_question_and_no_secret(seeds_index, tmp_path):
    """A process starts without the words, is killed amid an answer, and starts again with them."""
    for words in ((), ("--log-questions",)):
        log = tmp_path / "log.jsonl"
        command = [sys.executable, "app.py", "--index", str(seeds_index), "--port", "0", "--log-json", *words]
        environ = os.environ | {"FOOTNOTE_PASSWORD": SECRET}
        with (
            log.open("w") as out,
            subprocess.Popen(
                command, cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True, env=environ
            ) as chat,
            httpx.Client(
                base_url=ready(chat), headers={"Authorization": f"Bearer {SECRET}"}, timeout=60
            ) as http,
        ):
            http.post("/v1/ask", json={"question": QUESTION}, headers={"X-Request-ID": "first"})
            asked = {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
            with http.stream("POST", "/v1/chat/completions", json=asked) as answer:
                next(answer.iter_raw())
                chat.send_signal(signal.SIGKILL)  # the next start must not mind
        check(log, words=bool(words))


def check(log: Path, *, words: bool) -> None:
    text = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    question = next(line for line in lines if line["message"] == "question" and line["request"] == "first")
    request = next(line for line in lines if line["message"] == "request" and line["request"] == "first")
    assert (question["door"], question["outcome"]) == ("ask", "answered")
    assert question["stages"]["read"] > 0 and question["seconds"] >= question["stages"]["read"]
    assert (request["method"], request["path"], request["status"]) == ("POST", "/v1/ask", 200)
    assert question.get("question") == (QUESTION if words else None)
    assert (QUESTION in text) == words
    assert SECRET not in text
