"""The door that checks a text, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from served import doors

from rag.checking.drafts import LONGEST
from rag.formats.check_schema import check_json

DRAFT = "Bicycles cost £4 each way.\n\nBicycles cost £9 each way."


@pytest.fixture(scope="module")
def http(ferries) -> Iterator[httpx.Client]:
    with doors(ferries) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_check_is_what_the_library_gives(http, ferries):
    response = http.post("/v1/check", json={"text": DRAFT})
    assert response.status_code == 200 and response.json() == check_json(ferries.check(DRAFT))
    assert response.json()["contradicted"] == 1


def test_filter_says_where_to_look(http):
    asked = {"text": DRAFT, "where": {"documents": ["winter-timetable.md"]}}
    assert http.post("/v1/check", json=asked).json()["not_said"] == 2


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"text": "?!"}, "DraftError"),
        ({"text": "a " * LONGEST}, "DraftError"),
        ({"text": DRAFT, "where": {"documents": ["none.md"]}}, "FilterError"),
        ({"text": DRAFT, "k": 1}, "extra_forbidden"),
        ({}, "missing"),
    ],
)
def test_what_cannot_be_checked_is_an_error_of_the_sender(http, sent, code):
    response = http.post("/v1/check", json=sent)
    assert (response.status_code, response.json()["error"]["code"]) == (422, code)


def test_door_is_described_counted_and_only_posted_to(http):
    assert "Check" in http.get("/openapi.json").json()["components"]["schemas"]
    http.post("/v1/check", json={"text": "Dogs travel free."})
    assert 'door="check",outcome="answered"' in http.get("/metrics").text
    assert http.get("/v1/check").status_code == 405
