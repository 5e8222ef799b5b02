"""The web chat with a language model behind it: real browser, real HTTP on both sides."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect
from scripted import good, hanging, serving
from test_app import PHONE, browser, visit  # noqa: F401
from test_app import serving as chat_over

import rag

SYSTEMS = "How many ICSs are there in England?"


def with_model(chatbot, embedder, endpoint) -> rag.Chatbot:
    model = rag.OpenAIAnswerer(base_url=endpoint.base_url, model="a-model", api_key="sk-secret")
    return rag.Chatbot(chatbot.index, embedder, answerer=model)


def ask(page, question: str) -> None:
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")


def test_model_is_named_and_its_sentence_cites_the_documents(visit, chatbot, embedder):  # noqa: F811
    written = "There are 42 ICSs in England [9]. <img src=x onerror=alert(1)> They are led by Elvis Presley."
    with serving(good(written)) as endpoint, chat_over(with_model(chatbot, embedder, endpoint)) as address:
        page = visit(address, PHONE)
        expect(page.locator("#opening")).to_contain_text("written by a-model")
        ask(page, SYSTEMS)
        expect(page.get_by_text("each sentence checked against")).to_be_visible(timeout=30_000)
        answer = page.locator("#chat .bot").last
        expect(answer).to_contain_text("There are 42 ICSs in England.")
        expect(answer).to_contain_text("1 sentence of a-model left out")
        assert "Elvis" not in answer.inner_text() and "[9]" not in answer.inner_text()
        page.locator("#chat a.marker").first.click()
        expect(page.locator("#source-1-1 mark")).to_contain_text("England’s 42 ICSs")
        assert "sk-secret" not in page.content()


def test_stop_stops_the_model(visit, chatbot, embedder):  # noqa: F811
    with serving(hanging) as endpoint, chat_over(with_model(chatbot, embedder, endpoint)) as address:
        page = visit(address)
        ask(page, SYSTEMS)
        expect(page.get_by_text("a-model is writing")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="Ask")).to_be_visible(timeout=30_000)
        assert endpoint.hung_up.wait(30)
        expect(page.get_by_text("a-model is writing")).to_have_count(0)
        expect(page.get_by_role("textbox", name="Your question")).to_have_value(SYSTEMS)


def test_visitor_who_leaves_stops_the_model(visit, chatbot, embedder):  # noqa: F811
    with serving(hanging) as endpoint, chat_over(with_model(chatbot, embedder, endpoint)) as address:
        page = visit(address)
        ask(page, SYSTEMS)
        expect(page.get_by_text("a-model is writing")).to_be_visible(timeout=30_000)
        page.close()
        assert endpoint.hung_up.wait(30)


def test_one_silent_model_does_not_hold_up_another_visitor(visit, chatbot, embedder):  # noqa: F811
    begun = threading.Event()

    def first_only(system: str, prompt: str):
        if begun.is_set():
            return ["There are 42 ICSs in England."]
        begun.set()
        return hanging(system, prompt)

    with serving(first_only) as endpoint, chat_over(with_model(chatbot, embedder, endpoint)) as address:
        waiting, other = visit(address), visit(address)
        ask(waiting, SYSTEMS)
        expect(waiting.get_by_text("a-model is writing")).to_be_visible(timeout=30_000)
        ask(other, SYSTEMS)
        expect(other.get_by_text("each sentence checked against")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("size", [PHONE])
def test_model_that_is_not_there_is_said_to_be(visit, chatbot, embedder, size):  # noqa: F811
    model = rag.OpenAIAnswerer(base_url="http://127.0.0.1:9/v1", model="gone", api_key="sk-secret")
    with chat_over(rag.Chatbot(chatbot.index, embedder, answerer=model)) as address:
        page = visit(address, size)
        ask(page, SYSTEMS)
        expect(page.get_by_text("cannot be reached")).to_be_visible(timeout=30_000)
        expect(page.locator("#chat .bot").last).to_contain_text("England’s 42 ICSs")
        assert "sk-secret" not in page.content()
