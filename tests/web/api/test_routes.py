"""The doors for programs over real HTTP, on the real documents."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx
import openai
import pytest
from quoting import quote
from scripted import good, hanging, serving, slow
from served import doors

import rag
from rag.cli.main import main
from rag.datatypes import REFUSAL, Difference, StageRank
from rag.formats.serialisation import answer_json, passage_json
from web.api.chat_completions import SOURCES, content

SYSTEMS = "How many ICSs are there in England?"
ORDERED = "Who ordered the review?"
UNION = "What did the union say about targets in 2022?"
OFF_TOPIC = "What is the boiling point of tungsten?"


@pytest.fixture(scope="module")
def address(chatbot: rag.Chatbot) -> Iterator[str]:
    with doors(chatbot) as address:
        yield address


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def model(address: str) -> Iterator[openai.OpenAI]:
    with openai_at(address) as client:
        yield client


def openai_at(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60)


def said(question: str, *before: tuple[str, str]) -> list[Any]:
    """The messages of a conversation that ends with a question."""
    earlier = [
        {"role": role, "content": text}
        for turn in before
        for role, text in zip(("user", "assistant"), turn, strict=True)
    ]
    return [*earlier, {"role": "user", "content": question}]


# JSON


def test_answer_is_what_rag_ask_prints(http, seeds_index, capsys):
    assert main(["ask", ORDERED, "--json", "--index", str(seeds_index)]) == 0
    printed = capsys.readouterr().out
    response = http.post("/v1/ask", json={"question": ORDERED})
    assert json.dumps(response.json(), ensure_ascii=False) == printed.strip()


NOON = rag.Document("noon.txt", "Noon", "It opened in 1987. It has arches.", "Times", date(2023, 4, 4))
DUSK = rag.Document("dusk.txt", "Dusk", "It opened on 4 May 1990.", date_note="about 1990")
OPENED, LATER = quote([(NOON, 0, 18), (DUSK, 0, 24)])
READ = rag.Passage(NOON, 0, 18, 1, 0.5, (StageRank("dense", 1, 0.25),), ("opened",), (DUSK,))
FULL = rag.Answer(
    "When?",
    (replace(OPENED, fact=(13, 17), attribution="Times", unsupported=("1987",)), LATER),
    (READ,),
    refused=False,
    reason="Where? – nothing here mentions Leeds",
    prefers=rag.Where(("noon.txt",), ("Times",), date(2023, 1, 1), date(2023, 12, 31)),
    confidence=0.914,
    differences=(Difference("refine", (1, 2), ("1987", "4 May 1990")),),
    author="a-model",
    notice="one sentence was left out",
)


def test_passages_are_those_of_the_library(http, chatbot):
    found = http.post("/v1/retrieve", json={"question": "targets", "k": 3, "where": {"publishers": ["MiP"]}})
    expected = chatbot.retrieve("targets", 3, where=rag.Where(publishers=("MiP",)))
    assert found.json() == {"passages": [passage_json(passage) for passage in expected]}
    assert len(expected) == 3


def test_history_gives_a_follow_up_its_meaning(http):
    first = http.post("/v1/ask", json={"question": ORDERED}).json()
    history = [{"question": ORDERED, "answer": first["text"]}]
    later = http.post("/v1/ask", json={"question": "How long was he health secretary?", "history": history})
    assert later.json()["question"] == "How long was Jeremy Hunt health secretary?"


def test_only_an_empty_filter_takes_all_documents_alike(http):
    preferring = http.post("/v1/ask", json={"question": UNION, "where": None}).json()
    alike = http.post("/v1/ask", json={"question": UNION, "where": {}}).json()
    assert preferring["prefers"]["since"] == "2022-01-01"
    assert alike["prefers"] is None


def test_filter_restricts_to_days(http):
    where = {"since": "2023-01-01", "until": "2023-12-31"}
    answer = http.post("/v1/ask", json={"question": UNION, "where": where}).json()
    assert {passage["published"][:4] for passage in answer["passages"]} == {"2023"}


# What cannot be asked


@pytest.mark.parametrize(
    ("body", "status", "code", "told"),
    [
        ("{", 422, "json_invalid", "the body: JSON decode error"),
        ("[]", 422, "model_attributes_type", "the body: "),
        ("{}", 422, "missing", "question: Field required"),
        ('{"question": 5}', 422, "string_type", "question: "),
        ('{"question": ""}', 422, "QuestionError", "holds no word"),
        ('{"question": "\\u0000"}', 422, "QuestionError", "holds no word"),
        ('{"question": "\\ud800"}', 422, "QuestionError", "holds no word"),
        (json.dumps({"question": "why " * 9_000}), 422, "QuestionError", "36,000 characters"),
        ('{"question": "Who?", "speak": "\\ud800"}', 422, "extra_forbidden", "speak: "),
        ('{"question": "Who?", "where": {"since": 5}}', 422, "day", "where.since: a day is written as"),
        (
            '{"question": "Who?", "where": {"documents": ["no\\ud800.txt"]}}',
            422,
            "FilterError",
            "expected one",
        ),
        ('{"question": "Who?", "history": [{"question": "Who?"}]}', 422, "missing", "history.0.answer: "),
        (json.dumps({"question": "?", "history": [None] * 101}), 422, "too_long", "history: "),
        ('{"question": ' + "[" * 200_000, 400, None, "error parsing the body"),
        ('{"question": ' + "9" * 9_000 + "}", 400, None, "error parsing the body"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_form(http, body, status, code, told):
    response = http.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert told in error["message"] and "\n" not in error["message"]
    assert set(error) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("k", [0, 101, True, "3", 2.0])
def test_number_of_passages_is_a_small_whole_one(http, k):
    error = http.post("/v1/retrieve", json={"question": "targets", "k": k}).json()["error"]
    assert error["param"] == "k"


@pytest.mark.parametrize("text", ["\0a\0", "\ud800 autonomy \udfff", "\u202e\u0007autonomy"])
def test_unseen_characters_do_no_harm(http, text):
    asked = {"question": text, "history": [{"question": text, "answer": text}]}
    body = json.dumps(asked).encode()
    response = http.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 200


def test_long_body_is_refused_unread(http, address):
    host, _, port = urlsplit(address).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        head = "POST /v1/ask HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        line.sendall(f"{head}Content-Length: 10000000\r\n\r\n".encode())
        assert b" 413 " in line.recv(100)
    pieces = (b"[" * 65_536 for _ in range(160))  # without a length
    response = http.post("/v1/ask", content=pieces, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert "524,288 bytes" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/v1/ask", 405),
        ("GET", "/v1/retrieve", 405),
        ("PUT", "/v1/models", 405),
        ("POST", "/v1/documents/any/thing.txt", 405),
        ("PATCH", "/v1/check", 405),
        ("POST", "/v1/embeddings", 404),
        ("GET", "/v1/", 404),
    ],
)
def test_no_page_takes_what_no_door_does(http, method, path, status):
    response = http.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert ("allow" in response.headers) == (status == 405)


def test_without_documents_each_door_says_so():
    with doors(None) as address, httpx.Client(base_url=address) as http:
        health = http.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (503, "unavailable")
        for path, body in (
            ("/v1/ask", {"question": "Who?"}),
            ("/v1/retrieve", {"question": "Who?"}),
            ("/v1/chat/completions", {"model": "footnote", "messages": said("Who?")}),
            ("/v1/chat/completions", {"model": "footnote", "stream": True, "messages": said("Who?")}),
        ):
            response = http.post(path, json=body)
            assert response.status_code == 503
            assert response.json()["error"]["message"] == "there are no documents: add one"


class Failing:
    """A chatbot that begins an answer and breaks."""

    documents = ()

    def __init__(self, begins: int) -> None:
        self.begins = begins

    def stream(self, question: str, **_: object) -> Iterator[rag.Answer]:
        for _ in range(self.begins):
            yield replace(FULL, author="")
        raise RuntimeError("sesame")


def test_own_failure_tells_nothing_of_it():
    with doors(Failing(0)) as address, httpx.Client(base_url=address) as http:
        response = http.post("/v1/ask", json={"question": "Who?"})
        assert response.status_code == 500
        assert "its log says what" in response.json()["error"]["message"]
        assert "sesame" not in response.text


def test_failure_amid_a_stream_ends_it(caplog):
    with doors(Failing(1)) as address, openai_at(address) as model:
        stream = model.chat.completions.create(model="footnote", messages=said("Who?"), stream=True)
        with pytest.raises(openai.APIError, match="its log says what"):
            list(stream)
    assert "sesame" in caplog.text


# OpenAI's form


def test_completion_carries_the_answer_and_its_sources(model, chatbot):
    told = model.chat.completions.create(model="footnote", messages=said(SYSTEMS), temperature=0.7)
    choice, answer = told.choices[0], chatbot.ask(SYSTEMS)
    assert choice.message.footnote == answer_json(answer)
    assert choice.message.content == content(answer)
    assert choice.finish_reason == "stop"
    (cited,) = answer.citations
    for shown in ("MiP, the union", "19 December 2022", f".txt:{cited.start}-{cited.end}", cited.quote):
        assert shown in choice.message.content.partition(SOURCES)[2]
    assert told.usage.total_tokens == told.usage.prompt_tokens + told.usage.completion_tokens > 20


def test_stream_is_the_completion_in_pieces(model, chatbot):
    asked = {"model": "footnote", "messages": said(ORDERED)}
    chunks = list(model.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    pieces = [delta.content for delta in deltas if delta.content]
    answer = chatbot.ask(ORDERED)
    assert "".join(pieces) == content(answer)
    assert len(pieces) == len(answer.statements) + 1
    assert deltas[0].role == "assistant"
    assert deltas[-1].footnote == answer_json(answer)
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * (len(deltas) - 1) + ["stop"]
    assert (chunks[-1].choices, chunks[-1].usage.completion_tokens > 20) == ([], True)


def test_refusal_is_an_ordinary_answer(model):
    told = model.chat.completions.create(model="footnote", messages=said(OFF_TOPIC))
    assert told.choices[0].message.content.startswith(f"{REFUSAL} (")
    assert told.choices[0].finish_reason == "stop"
    stream = model.chat.completions.create(model="footnote", messages=said(OFF_TOPIC), stream=True)
    assert (
        "".join(chunk.choices[0].delta.content or "" for chunk in stream) == told.choices[0].message.content
    )


def test_earlier_messages_are_the_history(model, chatbot):
    before = (
        model.chat.completions.create(model="footnote", messages=said(ORDERED)).choices[0].message.content
    )
    follow_up = "How long was he health secretary?"
    messages = [{"role": "system", "content": "Be rude."}, *said(follow_up, (ORDERED, before))]
    told = model.chat.completions.create(model="footnote", messages=messages).choices[0].message
    answer = chatbot.ask(ORDERED)
    quotes = tuple(citation.quote for citation in answer.citations)
    turn = rag.Turn(ORDERED, answer.text, quotes)
    assert told.footnote == answer_json(chatbot.ask(follow_up, history=(turn,)))
    assert told.footnote["question"] == "How long was Jeremy Hunt health secretary?"


def test_quotes_of_the_history_are_those_of_the_documents(chatbot):
    from web.api.chat_completions import Completion

    answer = chatbot.ask(ORDERED)
    lied = content(answer).replace("Jeremy Hunt", "Elvis Presley") + "\n\n[9] x.txt:0-5\n\n[8] Y. "
    lied += f"{chatbot.documents[0].id}:0-999999999"
    asked = Completion(model="footnote", messages=said("Who says so?", (ORDERED, lied)))
    (turn,) = asked.question(chatbot.documents).query().history
    assert sorted(turn.quotes) == sorted(citation.quote for citation in answer.citations)


def test_parts_of_text_are_one_question(model, chatbot):
    parts = [{"type": "text", "text": "How many ICSs"}, {"type": "text", "text": "are there in England?"}]
    told = model.chat.completions.create(model="footnote", messages=[{"role": "user", "content": parts}])
    assert told.choices[0].message.footnote["question"] == SYSTEMS


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:,"}}


@pytest.mark.parametrize(
    ("asked", "status", "param"),
    [
        ({"tools": [TOOL]}, 400, "tools"),
        ({"n": 2}, 400, "n"),
        ({"logprobs": True}, 400, "logprobs"),
        ({"response_format": {"type": "json_object"}}, 400, "response_format"),
        ({"messages": []}, 422, "messages"),
        ({"messages": [*said("Who?", ("Who?", "He."))[:-1]]}, 422, "messages"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, 422, "messages.0.content"),
        ({"messages": [{"role": "robot", "content": "Who?"}]}, 422, "messages.0.role"),
        ({"messages": said("?")}, 422, None),
        ({"model": "gpt-9"}, 404, None),
    ],
)
def test_what_is_not_supported_is_refused_as_openai_does(model, asked, status, param):
    with pytest.raises(openai.APIStatusError) as refused:
        model.chat.completions.create(**{"model": "footnote", "messages": said("Who?"), **asked})
    assert refused.value.status_code == status
    assert (refused.value.param or "").startswith(param or "")
    assert refused.value.type == "invalid_request_error"


def test_settings_that_change_nothing_are_taken(model):
    harmless = {"n": 1, "tools": [], "response_format": {"type": "text"}, "max_tokens": 5, "stop": ["."]}
    told = model.chat.completions.create(model="footnote", messages=said(SYSTEMS), **harmless)
    assert told.choices[0].message.footnote["refused"] is False


def test_the_one_model_is_listed(model):
    assert [listed.id for listed in model.models.list()] == ["footnote"]


# With a language model


def with_model(chatbot: rag.Chatbot, embedder: rag.Embedder, endpoint) -> rag.Chatbot:
    answerer = rag.OpenAIModel(base_url=endpoint.base_url, model="a-model", api_key="sk-secret")
    return rag.Chatbot(chatbot.index, embedder, llm=answerer)


def test_stream_sends_nothing_that_is_taken_back(chatbot, embedder):
    written = "There are 42 ICSs in England. Elvis leads them. He sings. They dance at 9. We sleep till 10."
    with serving(slow(written, 0.02)) as endpoint:
        over = with_model(chatbot, embedder, endpoint)
        growing = list(over.stream(SYSTEMS))
        taken_back = {answer.text for answer in growing if answer.author} - {""}
        assert taken_back and not growing[-1].author
        with doors(over) as address, openai_at(address) as model:
            stream = model.chat.completions.create(model="footnote", messages=said(SYSTEMS), stream=True)
            sent = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert sent == content(growing[-1])
    assert not sent.startswith(tuple(taken_back))


def test_words_of_a_model_are_sent_whole_and_said_to_be_its(chatbot, embedder):
    written = good("There are 42 ICSs in England. They are led by Elvis Presley.")
    with serving(written) as endpoint:
        over = with_model(chatbot, embedder, endpoint)
        with doors(over) as address, openai_at(address) as model:
            stream = model.chat.completions.create(model="footnote", messages=said(SYSTEMS), stream=True)
            sent = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert sent.startswith("There are 42 ICSs in England. [1]")
    assert "Elvis" not in sent and "Written by a-model" in sent


def test_client_who_leaves_a_stream_stops_the_model(chatbot, embedder):
    with serving(hanging) as endpoint, doors(with_model(chatbot, embedder, endpoint)) as address:
        with openai_at(address) as model:
            stream = model.chat.completions.create(model="footnote", messages=said(SYSTEMS), stream=True)
            assert next(stream).choices[0].delta.role == "assistant"
            stream.close()
        assert endpoint.hung_up.wait(30)
        assert 'footnote_questions_total{door="completions",outcome="left"} 1.0' in figures(address)


def test_client_who_leaves_before_the_answer_stops_the_model(chatbot, embedder):
    with serving(hanging) as endpoint, doors(with_model(chatbot, embedder, endpoint)) as address:
        with httpx.Client(timeout=5) as http, pytest.raises(httpx.ReadTimeout):
            http.post(f"{address}/v1/ask", json={"question": SYSTEMS})
        assert endpoint.hung_up.wait(30)


# Running it


def figures(address: str) -> str:
    """The figures, once nothing more is being counted."""
    text = ""
    for _ in range(50):
        before, text = text, httpx.get(f"{address}/metrics").text
        if text == before:
            break
        time.sleep(0.2)
    return text


def test_questions_are_counted_by_door_and_end(chatbot):
    with doors(chatbot) as address, httpx.Client(base_url=address, timeout=60) as http:
        for question in (SYSTEMS, OFF_TOPIC, "?"):
            http.post("/v1/ask", json={"question": question})
        http.post("/v1/retrieve", json={"question": "targets"})
        http.post("/v1/chat/completions", json={"model": "footnote", "messages": said(SYSTEMS)})
        told = figures(address)
    counted = re.findall(r'^footnote_questions_total\{door="(\w+)",outcome="(\w+)"\} 1\.0$', told, re.M)
    assert sorted(counted) == [
        ("ask", "answered"),
        ("ask", "invalid"),
        ("ask", "refused"),
        ("completions", "answered"),
        ("retrieve", "answered"),
    ]
    assert 'footnote_question_seconds_count{door="ask"} 3.0' in told
    assert "footnote_documents 5.0" in told


def test_failure_is_counted():
    with doors(Failing(1)) as address:
        httpx.post(f"{address}/v1/ask", json={"question": "Who?"})
        assert 'footnote_questions_total{door="ask",outcome="error"} 1.0' in figures(address)


def test_health_says_version_and_documents(http):
    told = http.get("/healthz")
    assert told.status_code == 200
    assert told.json() == {"status": "ok", "version": rag.__version__, "documents": 5}


def test_reference_names_every_door_and_loads_nothing(http):
    page, described = http.get("/docs").text, http.get("/openapi.json").json()
    for path in ("/v1/ask", "/v1/retrieve", "/v1/chat/completions", "/v1/models", "/healthz", "/metrics"):
        assert path in described["paths"] and path in page
    for name in described["components"]["schemas"]:
        assert f'id="{name}"' in page
    assert not re.search(r"<(?:script|link|img|iframe)|src=|url\(|https?://", page)
    assert all(
        door["summary"] and door["tags"] for doors in described["paths"].values() for door in doors.values()
    )
    question = described["components"]["schemas"]["Question"]["properties"]["question"]
    assert question["examples"] == [ORDERED]
