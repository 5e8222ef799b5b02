"""The web chat with a language model behind it: real browser, real HTTP on both sides."""

from __future__ import annotations

import threading

import pytest
from browsing import LONG, PHONE, Fixed, box, idle, marker, serving as chat_over, submit
from playwright.sync_api import expect
from scripted import good, hanging, serving

import rag

SYSTEMS = "How many ICSs are there in England?"


def with_model(chatbot, embedder, endpoint) -> Fixed:
    model = rag.OpenAIModel(base_url=endpoint.base_url, model="a-model", api_key="sk-secret")
    return Fixed(rag.Chatbot(chatbot.index, embedder, llm=model), llm=model)


def test_model_is_named_and_its_sentence_cites_the_documents(visit, chatbot, embedder, tmp_path):
    written = "There are 42 ICSs in England [9]. <img src=x onerror=alert(1)> They are led by Elvis Presley."
    with (
        serving(good(written)) as endpoint,
        chat_over(with_model(chatbot, embedder, endpoint), tmp_path / "kept.sqlite3") as address,
    ):
        page = visit(address, PHONE)
        expect(page.locator("#top")).to_contain_text("written by a-model")
        submit(page, SYSTEMS)
        expect(page.locator("#talk").get_by_text("each sentence checked against")).to_be_visible(timeout=LONG)
        answer = page.locator("#answer-1")
        expect(answer).to_contain_text("There are 42 ICSs in England.")
        expect(answer).to_contain_text("1 sentence of a-model left out")
        assert "Elvis" not in answer.inner_text() and "[9]" not in answer.inner_text()
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_contain_text("England’s 42 ICSs")
        assert "sk-secret" not in page.content()


def test_stop_stops_the_model(visit, chatbot, embedder, tmp_path):
    with (
        serving(hanging) as endpoint,
        chat_over(with_model(chatbot, embedder, endpoint), tmp_path / "kept.sqlite3") as address,
    ):
        page = visit(address)
        submit(page, SYSTEMS)
        expect(page.get_by_text("a-model is writing")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="Stop").click()
        idle(page)
        assert endpoint.hung_up.wait(30)
        expect(page.get_by_text("a-model is writing")).to_have_count(0)
        expect(box(page)).to_have_value(SYSTEMS)


def test_visitor_who_leaves_stops_the_model(visit, chatbot, embedder, tmp_path):
    with (
        serving(hanging) as endpoint,
        chat_over(with_model(chatbot, embedder, endpoint), tmp_path / "kept.sqlite3") as address,
    ):
        page = visit(address)
        submit(page, SYSTEMS)
        expect(page.get_by_text("a-model is writing")).to_be_visible(timeout=LONG)
        page.close()
        assert endpoint.hung_up.wait(30)


def test_one_silent_model_does_not_hold_up_another_visitor(visit, chatbot, embedder, tmp_path):
    begun = threading.Event()

    def first_only(system: str, prompt: str):
        if begun.is_set():
            return ["There are 42 ICSs in England."]
        begun.set()
        return hanging(system, prompt)

    with (
        serving(first_only) as endpoint,
        chat_over(with_model(chatbot, embedder, endpoint), tmp_path / "kept.sqlite3") as address,
    ):
        waiting, other = visit(address), visit(address)
        submit(waiting, SYSTEMS)
        expect(waiting.get_by_text("a-model is writing")).to_be_visible(timeout=LONG)
        submit(other, SYSTEMS)
        written = other.locator("#talk").get_by_text("each sentence checked against")
        expect(written).to_be_visible(timeout=LONG)


@pytest.mark.parametrize("size", [PHONE])
def test_model_that_is_not_there_is_said_to_be(visit, chatbot, embedder, tmp_path, size):
    model = rag.OpenAIModel(base_url="http://127.0.0.1:9/v1", model="gone", api_key="sk-secret")
    asked = Fixed(rag.Chatbot(chatbot.index, embedder, llm=model), llm=model)
    with chat_over(asked, tmp_path / "kept.sqlite3") as address:
        page = visit(address, size)
        submit(page, SYSTEMS)
        expect(page.locator("#talk").get_by_text("cannot be reached")).to_be_visible(timeout=LONG)
        expect(page.locator("#answer-1")).to_contain_text("England’s 42 ICSs")
        assert "sk-secret" not in page.content()
