"""An endpoint that means harm: whatever it sends ends in bounded bytes and time, with one clear error."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from itertools import chain, repeat

import pytest
from scripted import Piece, Raw, Refusal, Script, event, serving

from rag.errors import LanguageModelError
from rag.models import bounded_response
from rag.models.llm import OpenAIModel

BOUND = 200_000  # bytes in these tests
MUCH = 65_536
LINE = r"^the model fake at 127\.0\.0\.1:\d+ [^\n]{1,300}$"


@pytest.fixture(autouse=True)
def bound(monkeypatch):
    monkeypatch.setattr(bounded_response, "MOST_BYTES", BOUND)


def complaint(script: Script | Refusal, timeout: float = 60.0) -> str:
    """What is said of an endpoint that does this."""
    with serving([script]) as endpoint:
        model = OpenAIModel(base_url=endpoint.base_url, model="fake", timeout=timeout)
        with pytest.raises(LanguageModelError, match=LINE) as told:
            list(model.generate("Be brief.", "How many?"))
        assert all(asked.path == "/v1/chat/completions" for asked in endpoint.asked)
    return str(told.value)


def endless(piece: Piece, begin: bytes = b"") -> Script:
    return lambda system, prompt: chain([Raw(begin)], repeat(piece))


@pytest.mark.parametrize(
    "script",
    [
        endless(Raw(b"x" * MUCH), b"data: "),
        endless(Raw(b"x" * MUCH)),
        endless(Raw(b": " + b"x" * MUCH + b"\n\n")),
        endless(Raw(b"data: " + b"[" * MUCH + b"\n")),
        endless(event({"reasoning_content": "hm" * MUCH})),
        endless(Raw(b"\xff\xfe" * MUCH)),
    ],
    ids=["line", "no event", "comments", "nested lines", "thoughts", "no text"],
)
def test_gigabytes_are_cut_off(script):
    assert f"more than {BOUND:,} bytes" in complaint(script)  # and the script ended, since nobody listened


def test_gigabytes_of_an_error_are_cut_off():
    assert f"more than {BOUND:,} bytes" in complaint(Refusal(400, "no" * BOUND))


def test_packed_response_is_not_unpacked():
    bomb = gzip.compress(b"x" * 50_000_000)
    assert len(bomb) < BOUND
    refusal = Refusal(400, "no", headers={"Content-Encoding": "gzip"})
    assert "content-encoding is 'gzip', expected none" in complaint(refusal)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(status):
    with serving([Refusal(200, "what must not be asked")]) as inside:
        there = Refusal(status, "elsewhere", headers={"Location": inside.base_url})
        assert f"answered {status}" in complaint(there)
        assert inside.asked == []


def test_drip_without_an_event_ends_in_time():
    def drip(system: str, prompt: str) -> Iterator[Piece]:
        for _ in range(2_000):
            yield Raw(b"x")
            yield 0.01

    assert "said nothing for 0.5 s" in complaint(drip, timeout=0.5)


def one(value: object) -> Script:
    return lambda system, prompt: [Raw(f"data: {json.dumps(value)}\n\n".encode())]


@pytest.mark.parametrize(
    "script",
    [
        one([]),
        one("text"),
        one({"choices": 42}),
        one({"choices": [42]}),
        one({"choices": [{"delta": {"content": {"a": "b"}}}]}),
        one({"choices": [{"delta": [1, 2]}]}),
        lambda system, prompt: [Raw(b"data: " + b"[" * 90_000 + b"\n\n")],
        lambda system, prompt: [Raw('data: {"choices": []}\n\n'.encode("utf-16"))],
        lambda system, prompt: [Raw(b'data: {"choices": [{"delta": {"content": "\xe9"}}]}\n\n')],
        lambda system, prompt: [Raw(b"data: " + b"9" * 10_000 + b"\n\n")],
    ],
    ids="list text number choice object deltas nested utf-16 latin-1 digits".split(),
)
def test_what_is_no_answer_is_one_clear_error_or_nothing(script):
    with serving([script]) as endpoint:
        model = OpenAIModel(base_url=endpoint.base_url, model="fake", timeout=60.0)
        said = told = ""
        try:
            said = "".join(model.generate("Be brief.", "How many?"))
        except LanguageModelError as problem:
            told = str(problem)
    assert said == "" and re.fullmatch(r"(the model fake at \S+ broke off \([^\n]{1,300}\))?", told)
