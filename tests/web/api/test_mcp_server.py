"""The doors for language models and notebooks: the MCP client and gradio_client over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest
from gradio_client import Client as Notebook
from gradio_client.exceptions import AppError
from mcp import Client, MCPError
from scripted import hanging, serving
from served import doors, doors_with_page

import rag
from rag.datatypes import REFUSAL
from rag.formats.serialisation import answer_json, passage_json
from tests.web.api.test_routes import OFF_TOPIC, ORDERED, SYSTEMS, UNION, Failing, with_model
from web.api.chat_completions import content

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
MODES = ("auto", "legacy")  # the protocol of 2026, and the one before, with a handshake


@pytest.fixture(scope="module")
def address(chatbot: rag.Chatbot) -> Iterator[str]:
    with doors_with_page(chatbot) as address:
        yield address


def call(address: str, tool: str, arguments: dict[str, Any], mode: str = "auto") -> Any:
    """What a tool gives to a client, an error of the protocol too."""

    async def called() -> Any:
        async with Client(f"{address}/mcp", mode=mode) as client:
            try:
                return await client.call_tool(tool, arguments)
            except MCPError as error:
                return error

    return anyio.run(called)


# MCP


@pytest.mark.parametrize("mode", MODES)
def test_tools_say_what_they_take_and_give(address, mode):
    async def listed() -> Any:
        async with Client(f"{address}/mcp", mode=mode) as client:
            return await client.list_tools()

    ask, retrieve = anyio.run(listed).tools
    assert (ask.name, retrieve.name) == ("ask", "retrieve")
    assert "Quotes are exact" in ask.description and "not an answer" in retrieve.description
    assert ask.input_schema["required"] == ["question"]
    assert set(retrieve.input_schema["properties"]) == {"question", "history", "where", "k"}
    assert "citations" in ask.output_schema["required"]
    assert ask.annotations.read_only_hint


@pytest.mark.parametrize("mode", MODES)
def test_answer_comes_as_an_object_and_as_text(address, chatbot, mode):
    told = call(address, "ask", {"question": ORDERED}, mode)
    answer = chatbot.ask(ORDERED)
    assert told.structured_content == answer_json(answer)
    assert [part.text for part in told.content] == [content(answer)]
    assert answer.citations[0].quote in told.content[0].text
    assert not told.is_error


def test_filter_and_history_are_heeded(address, chatbot):
    turn = {"question": ORDERED, "answer": chatbot.ask(ORDERED).text}
    asked = {"question": "How long was he health secretary?", "history": [turn], "where": {}}
    assert call(address, "ask", asked).structured_content["question"].startswith("How long was Jeremy Hunt")
    assert call(address, "ask", {"question": UNION, "where": {}}).structured_content["prefers"] is None


def test_refusal_is_no_error(address):
    told = call(address, "ask", {"question": OFF_TOPIC})
    assert told.structured_content["refused"] and not told.is_error
    assert told.content[0].text.startswith(REFUSAL)


def test_passages_come_as_an_object_and_as_text(address, chatbot):
    told = call(address, "retrieve", {"question": "targets", "k": 2})
    found = chatbot.retrieve("targets", 2)
    assert told.structured_content == {"passages": [passage_json(passage) for passage in found]}
    assert f"1. {found[0].document.title}" in told.content[0].text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "question: Field required"),
        ({"question": ""}, "holds no word"),
        ({"question": "\0"}, "holds no word"),
        ({"question": "Who?", "where": {"documents": ["no.txt"]}}, "expected one of"),
        ({"question": "Who?", "loud": True}, "loud: "),
    ],
)
def test_what_cannot_be_asked_is_told_to_the_model(address, arguments, said):
    told = call(address, "ask", arguments)
    assert told.is_error and said in told.content[0].text


def test_other_tool_is_an_error_of_the_protocol(address):
    error = call(address, "erase", {})
    assert isinstance(error, MCPError) and "expected ask or retrieve" in str(error)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 600_000, 413),
        (json.dumps(CALL | {"params": {"name": "ask", "arguments": {"question": "\ud800"}}}).encode(), 400),
    ],
    ids=["broken", "long", "surrogate"],
)
def test_broken_call_breaks_nothing(address, body, status):
    response = httpx.post(f"{address}/mcp", content=body, headers=HEADERS, timeout=60)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_own_failure_tells_nothing_of_it(caplog):
    with doors(Failing(1)) as address:
        told = call(address, "ask", {"question": "Who?"})
    assert told.is_error and "its log says what" in told.content[0].text
    assert "sesame" not in told.content[0].text and "sesame" in caplog.text


def test_without_documents_the_tool_says_so():
    with doors(None) as address:
        assert call(address, "ask", {"question": "Who?"}).content[0].text == "there are no documents: add one"


def test_client_who_leaves_stops_the_model(chatbot, embedder):
    async def leave(address: str) -> None:
        with anyio.move_on_after(5):
            async with Client(f"{address}/mcp") as client:
                await client.call_tool("ask", {"question": SYSTEMS})

    with serving(hanging) as endpoint, doors(with_model(chatbot, embedder, endpoint)) as address:
        anyio.run(leave, address)
        assert endpoint.hung_up.wait(30)


# gradio_client


@pytest.fixture(scope="module")
def notebook(address: str) -> Iterator[Notebook]:
    client = Notebook(address, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def test_notebook_gets_the_answer(notebook, chatbot):
    assert notebook.predict(ORDERED, api_name="/ask") == answer_json(chatbot.ask(ORDERED))


def test_notebook_may_give_history_and_filter(notebook, chatbot):
    turn = {"question": ORDERED, "answer": chatbot.ask(ORDERED).text}
    follow_up = "How long was he health secretary?"
    told = notebook.predict(follow_up, history=[turn], where={}, api_name="/ask")
    assert told["question"].startswith("How long was Jeremy Hunt")
    assert told["prefers"] is None


def test_notebook_gets_passages(notebook, chatbot):
    found = notebook.predict("targets", k=2, api_name="/retrieve")
    assert found == [passage_json(passage) for passage in chatbot.retrieve("targets", 2)]


@pytest.mark.parametrize(
    ("question", "said"), [("", "holds no word"), ("why " * 9_000, "36,000 characters"), (5, "valid string")]
)
def test_notebook_is_told_what_cannot_be_asked(notebook, question, said):
    with pytest.raises(AppError, match=said):
        notebook.predict(question, api_name="/ask")


def test_endpoints_are_described_and_counted(address, notebook):
    described = notebook.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(described) == {"/ask", "/retrieve"}
    names = [parameter["parameter_name"] for parameter in described["/retrieve"]["parameters"]]
    assert names == ["question", "k", "history", "where"]
    notebook.predict(OFF_TOPIC, api_name="/ask")
    assert 'footnote_questions_total{door="gradio",outcome="refused"}' in httpx.get(f"{address}/metrics").text


def test_page_stands_beside_the_doors(address):
    assert "gradio" in httpx.get(address).text
    assert httpx.delete(f"{address}/v1/ask").status_code == 405
