"""Asking in the web chat: real browser, real HTTP, the real documents.

A few tests replace the chatbot by a fake one, to stop an answer half-way or to let it fail.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from browsing import (
    EXAMPLE,
    LONG,
    OFF_TOPIC,
    PHONE,
    Fixed,
    Unsearched,
    ask,
    box,
    fits,
    idle,
    marker,
    serving,
    submit,
)
from playwright.sync_api import expect
from quoting import quote

import rag
from rag.datatypes import REFUSAL, Difference


@pytest.fixture(scope="module")
def address(chatbot, tmp_path_factory) -> Iterator[str]:
    with serving(Fixed(chatbot), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield address


# The first minute


def test_page_says_what_it_is_and_will_not_do_calls_nobody_and_answers_its_example(visit, address):
    page = visit(address)
    page.wait_for_timeout(1000)  # milliseconds, for whatever would call out
    expect(page.locator("#top")).to_contain_text("Answers from 5 documents")
    expect(page.locator(".welcome .titles li")).to_have_count(5)
    expect(page.locator(".welcome")).to_contain_text("from 19 December 2022 to 5 April 2023")
    expect(page.locator(".welcome")).to_contain_text("What the documents do not say, it does not answer")
    expect(page.locator("#chips button")).to_have_count(6)
    assert fits(page)
    page.locator("#chips button").last.click()
    expect(page.locator("#talk a.marker").first).to_be_visible(timeout=LONG)


# Asking


def test_follow_up_is_understood_and_older_markers_still_lead(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, "And what about prevention?")
    expect(page.locator("#answer-2")).to_contain_text("Understood as: And what about prevention? ")
    for turn in (2, 1):
        marker(page, turn, 1).click()
        expect(page.locator(f"#reader[data-back='{turn}-1'] #cited")).to_be_in_viewport()
        page.get_by_role("button", name="Back to the answer").click()


def test_question_about_the_answer_before_names_its_source(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, "which document says so?")
    expect(page.locator("#answer-2 .label")).to_contain_text("2023")
    expect(page.locator("#source-2-1 mark")).to_be_visible()
    expect(page.locator("#source-2 details.why")).to_have_count(0)  # nothing was searched


def test_documents_the_question_asks_for_come_first_until_that_is_taken_back(visit, address):
    page = visit(address, PHONE)
    alike = page.get_by_role("button", name="Look in all documents alike")
    ask(page, "How many ICSs are there in England?")
    expect(alike).to_be_hidden()
    ask(page, "What did the union say about the review in 2022?")
    said = "Looked first in: MiP, the union for health and care managers, from 1 January 2022"
    expect(page.locator("#answer-2")).to_contain_text(said)
    expect(page.locator("#source-2-1")).to_contain_text("000_f81187c414ed6d90.txt")
    assert fits(page)
    box(page).fill("half a question")
    alike.click()
    expect(page.locator("#answer-2")).not_to_contain_text("Looked first in", timeout=LONG)
    idle(page)
    expect(page.locator("#talk > ol > li")).to_have_count(2)
    expect(page.locator("#source-2-1 mark")).to_be_visible()
    expect(box(page)).to_have_value("half a question")


def test_refusal_shows_what_was_looked_at(visit, address):
    page = visit(address)
    ask(page, OFF_TOPIC)
    expect(page.locator("#talk")).to_contain_text(REFUSAL)
    expect(page.locator("#talk a.marker")).to_have_count(0)
    expect(page.locator("#sources")).to_contain_text("Nearest passages")
    expect(page.locator("#sources article").first).to_be_visible()
    expect(page.locator("#sources mark")).to_have_count(0)
    page.get_by_text("Why no answer").click()
    expect(page.locator("#sources .why").first).to_contain_text(
        "likelihood that the nearest sentence answers: "
    )
    page.get_by_role("link", name="See the nearest passages").click()
    expect(page.locator("#source-1")).to_be_focused()


def test_suggestions_stand_alone_and_are_answered(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    chips = page.locator("#chips[data-for$='/1'] button")
    # Suggestions are made for one visitor at a time: those of the pages before this one come first.
    expect(chips.first).to_be_visible(timeout=4 * LONG)
    suggested = chips.first.inner_text()
    chips.first.click()
    expect(page.locator("#turn-2 h2")).to_contain_text(suggested, timeout=LONG)
    expect(page.locator("#answer-2 a.marker").first).to_be_visible(timeout=LONG)
    expect(page.locator("#answer-2")).not_to_contain_text("Understood as")


def test_impossible_question_is_explained_and_costs_nothing(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    for turns, question in enumerate(["", "   ", "autonomy " * 7000], start=1):
        submit(page, question)
        expect(page.locator("#talk .notice")).to_contain_text("question", timeout=LONG)
        idle(page)
        expect(box(page)).to_have_value(question)
        expect(page.locator("#talk > ol > li")).to_have_count(turns)
        ask(page, OFF_TOPIC)
        expect(page.locator("#talk .notice")).to_have_count(0)


# What an answer carries


class Telling:
    """A chatbot that gives its one answer to whatever is asked, statement by statement."""

    documents = ()
    index = Unsearched()

    def __init__(self, answer: rag.Answer) -> None:
        self.answer = answer
        self.histories: list[tuple[rag.Turn, ...]] = []

    def stream(
        self, question: str, *, history: tuple[rag.Turn, ...] = (), where: rag.Where | None = None
    ) -> Iterator[rag.Answer]:
        self.histories.append(history)
        for shown in range(1, len(self.answer.statements) + 1):
            yield replace(self.answer, question=question, statements=self.answer.statements[:shown])


NOON = rag.Document("noon.txt", "Noon", "The <b>bridge</b> opened in 1987. It has *three* arches.")
DUSK = rag.Document("dusk.txt", "Dusk", "The bridge opened on 4 May 1990.")
OPENED, ARCHES, LATER = quote([(NOON, 0, 33), (NOON, 34, 56), (DUSK, 0, 32)])
MARKED = (
    replace(OPENED, fact=(28, 32), attribution="Noon <i>, date unknown"),
    replace(ARCHES, fact=(7, 14), attribution="Noon <i>, date unknown", unsupported=("42", "<Leeds>")),
    replace(LATER, attribution="Dusk, date unknown"),
)
DIFFERENCES = (
    Difference("differ", (1, 3), ("1987", "4 May 1990")),
    Difference("refine", (1, 2), ("<u>", "three")),
)
READ = (rag.Passage(NOON, 0, 56, 1, 0.5),)
TOLD = rag.Answer("", MARKED, READ, refused=False, confidence=0.914, differences=DIFFERENCES)


@pytest.fixture(scope="module")
def telling(tmp_path_factory) -> Iterator[tuple[Telling, str]]:
    chatbot = Telling(TOLD)
    with serving(Fixed(chatbot), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield chatbot, address


def test_fact_is_marked_its_likelihood_told_and_the_history_stays_plain(visit, telling):
    chatbot, address = telling
    page = visit(address)
    ask(page, "When did it open?")
    expect(page.locator("#talk mark")).to_have_text(["1987", "*three*"])
    likelihood = page.get_by_text("likelihood that the first sentence is right: 91%")
    expect(likelihood).to_be_hidden()
    page.get_by_text("Why this answer").click()
    expect(likelihood).to_be_visible()
    ask(page, "And then?")
    quotes = tuple(citation.quote for citation in TOLD.citations)
    assert chatbot.histories[-1] == (rag.Turn("When did it open?", TOLD.text, quotes),)


def test_statements_say_whose_words_they_are_and_what_their_source_lacks(visit, telling):
    page = visit(telling[1])
    ask(page, "When did it open?")
    expect(page.locator("#talk .statement")).to_have_text(
        [
            "Noon <i>, date unknown: The <b>bridge</b> opened in 1987. [1]",
            "It has *three* arches. [2] not in the source: 42, <Leeds>",
            "Dusk, date unknown: The bridge opened on 4 May 1990. [3]",
        ]
    )
    expect(page.locator("#talk .label")).to_have_count(2)  # once for two statements of one source
    expect(page.locator(":is(#talk, #sources) :is(b, i, u, em)")).to_have_count(0)


def test_the_last_answer_is_not_hidden_by_what_comes_below_it(visit, address):
    page = visit(address)
    for question in (EXAMPLE, "Who ordered the review?", OFF_TOPIC):
        ask(page, question)
    expect(page.locator("#chips[data-for$='/3'] button").first).to_be_visible(timeout=4 * LONG)
    hidden = page.evaluate(
        """() => {
            const last = document.querySelector("#answer-3 > p").getBoundingClientRect();
            return last.bottom > document.querySelector("#chips").getBoundingClientRect().top;
        }"""
    )
    assert not hidden
    expect(page.locator("#turn-3 h2")).to_be_in_viewport(ratio=1)


def test_answer_is_shown_from_its_question_on_and_differences_lead_to_their_sources(visit, telling):
    page = visit(telling[1], PHONE)
    ask(page, "And then?")
    ask(page, "When did it open?")
    expect(page.locator("#turn-2 h2")).to_be_in_viewport(ratio=1)
    expect(page.locator("#answer-2 .label").first).to_be_in_viewport(ratio=1)
    differ, refine = page.locator("#answer-2 .difference").all()
    expect(differ).to_have_text(
        "The sources differ: Noon, date unknown, says “1987” [1]; Dusk, date unknown, says “4 May 1990” [3]."
    )
    expect(refine).to_contain_text("[2] is more exact than [1]: Noon, date unknown, says “<u>” [1]; ")
    differ.get_by_role("link", name="[3]").click()
    expect(page.locator("#cited")).to_have_text("The bridge opened on 4 May 1990.")
    expect(page.locator("#cited")).to_be_in_viewport()
    assert fits(page)


# Answers that do not come to their end


SLOW = """const fetched = window.fetch;
window.fetch = async (...given) => {
  await new Promise((go) => setTimeout(go, 1500));
  return fetched(...given);
};"""


class Halting:
    """A chatbot that gives one statement, again and again until `go`, and then ends as it is told."""

    documents = ()
    index = Unsearched()

    def __init__(self) -> None:
        self.note = rag.Document("note.txt", "A note", "One thing is said here. Another is said there.")
        self.go = threading.Event()
        self.silent = False
        self.stuck = False
        self.left = threading.Event()
        self.histories: list[tuple[rag.Turn, ...]] = []
        self.failure: Exception | None = None

    def stream(
        self, question: str, *, history: tuple[rag.Turn, ...] = (), where: rag.Where | None = None
    ) -> Iterator[rag.Answer]:
        self.histories.append(history)
        statements = quote([(self.note, 0, 23), (self.note, 24, 46)])
        if self.stuck:
            self.go.wait(60)
        try:
            while not self.go.wait(0.1):
                yield rag.Answer(question, () if self.silent else statements[:1], (), refused=False)
        except GeneratorExit:
            self.left.set()
            raise
        if self.failure:
            raise self.failure
        yield rag.Answer(question, statements, (), refused=False)


@pytest.fixture
def halting(tmp_path) -> Iterator[tuple[Halting, str]]:
    """A halting chatbot and the address of a page over it."""
    chatbot = Halting()
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        yield chatbot, address
        chatbot.go.set()


def test_stop_keeps_what_was_said(visit, halting):
    chatbot, address = halting
    page = visit(address)
    submit(page, "What is said?")
    expect(page.locator("#talk a.marker")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    idle(page)
    assert chatbot.left.wait(30)
    chatbot.go.set()
    page.reload()
    expect(page.locator("#talk a.marker")).to_have_count(1, timeout=LONG)
    ask(page, "And then?")
    expect(page.locator("#talk a.marker")).to_have_count(3)
    turn = rag.Turn("What is said?", "One thing is said here. [1]", ("One thing is said here.",))
    assert chatbot.histories == [(), (turn,)]


def test_stop_before_anything_was_said_gives_the_question_back(visit, halting):
    chatbot, address = halting
    chatbot.silent = True
    page = visit(address)
    submit(page, "What is said?")
    expect(page.get_by_text("Reading the documents …")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Stop").click()
    idle(page)
    expect(box(page)).to_have_value("What is said?")
    expect(page.locator("#talk > ol")).to_have_count(0)
    assert "conversation=" not in page.url


def test_visitor_who_leaves_ends_the_answer(visit, halting):
    chatbot, address = halting
    page = visit(address)
    submit(page, "What is said?")
    expect(page.locator("#talk a.marker")).to_have_count(1)
    page.close()
    assert chatbot.left.wait(30)


def test_new_conversation_ends_the_answer_and_forgets_the_old(visit, halting):
    chatbot, address = halting
    page = visit(address)
    submit(page, "What is said?")
    expect(page.locator("#talk a.marker")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#talk > ol")).to_have_count(0, timeout=LONG)
    expect(page.locator("#sources article")).to_have_count(0)
    assert chatbot.left.wait(30)
    chatbot.go.set()
    ask(page, "And then?")
    assert chatbot.histories == [(), ()]


def test_enter_twice_loses_nothing(visit, halting):
    chatbot, address = halting
    page = visit(address)
    submit(page, "What is said?")
    box(page).press("Enter")
    expect(page.locator("#talk a.marker")).to_have_count(1)
    submit(page, "And then?")  # it waits in the box
    page.wait_for_timeout(500)  # milliseconds, in which the first would end
    assert not chatbot.left.is_set()
    chatbot.go.set()
    idle(page)
    expect(page.locator("#talk a.marker")).to_have_count(2)
    expect(page.locator("#talk > ol > li")).to_have_count(1)
    expect(box(page)).to_have_value("And then?")


def test_second_enter_on_a_page_that_is_not_read_yet_asks_nothing(visit, halting):
    chatbot, address = halting
    page = visit(address)
    page.add_init_script(SLOW)
    page.reload()
    submit(page, "What is said?")
    box(page).press("Enter")
    chatbot.go.set()
    expect(page.locator("#talk a.marker")).to_have_count(2, timeout=LONG)
    idle(page)
    expect(page.locator("#talk > ol > li")).to_have_count(1)
    assert len(chatbot.histories) == 1


def test_question_to_a_server_that_is_gone_is_back_in_the_box(visit, chatbot, tmp_path):
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        page = visit(address)
        expect(page.locator("#talk[data-run='']")).to_be_visible(timeout=LONG)
    submit(page, EXAMPLE)
    expect(page.locator("#told")).to_contain_text("The server does not answer", timeout=LONG)
    expect(box(page)).to_have_value(EXAMPLE)
    idle(page)


def test_older_answer_is_judged_without_ending_the_newer(visit, halting):
    chatbot, address = halting
    chatbot.go.set()
    page = visit(address)
    ask(page, "What is said?")
    chatbot.go.clear()
    submit(page, "And then?")
    expect(page.locator("#answer-2 a.marker")).to_have_count(1)
    page.locator("#turn-1").get_by_role("button", name="Good answer").click()
    page.wait_for_timeout(500)  # milliseconds, in which it would end
    assert not chatbot.left.is_set()
    chatbot.go.set()
    idle(page)
    expect(page.locator("#answer-2 a.marker")).to_have_count(2)
    good = page.locator("#turn-1").get_by_role("button", name="Good answer")
    expect(good).to_have_attribute("aria-pressed", "true")


def test_answer_that_does_not_stop_is_given_up_for_good(visit, halting):
    chatbot, address = halting
    chatbot.stuck = True
    page = visit(address)
    submit(page, "What is said?")
    expect(page.get_by_text("Reading the documents …")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible(timeout=LONG)
    chatbot.go.set()
    page.wait_for_timeout(1000)
    expect(page.locator(".welcome")).to_be_visible()
    idle(page)


def test_conversations_that_cannot_be_kept_are_an_excuse_and_no_dead_end(visit, halting, tmp_path):
    chatbot, address = halting
    chatbot.go.set()
    page = visit(address)
    with closing(sqlite3.connect(tmp_path / "kept.sqlite3")) as file:
        file.executescript("PRAGMA foreign_keys = OFF; DROP TABLE exchanges;")
    submit(page, "What is said?")
    expect(page.locator("#talk .notice")).to_contain_text("Cannot keep conversations", timeout=LONG)
    idle(page)
    expect(box(page)).to_have_value("What is said?")
    page.reload()
    expect(page.locator("#talk[data-run='']")).to_be_visible(timeout=LONG)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (rag.RagError("the model is gone: fetch it"), "The model is gone: fetch it"),
        (RuntimeError("secret"), "Something went wrong"),
    ],
    ids=["known", "unknown"],
)
def test_failure_keeps_the_question(visit, halting, failure, said, capsys):
    chatbot, address = halting
    page = visit(address)
    chatbot.failure = failure
    chatbot.silent = True
    chatbot.go.set()
    submit(page, "What is said?")
    expect(page.locator("#talk .notice")).to_contain_text(said)
    idle(page)
    expect(page.locator("body")).not_to_contain_text("secret")
    expect(box(page)).to_have_value("What is said?")
