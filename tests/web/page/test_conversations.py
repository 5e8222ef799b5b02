"""Conversations in the web chat: kept, listed, changed, judged, exported, forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from browsing import (
    EXAMPLE,
    LONG,
    OFF_TOPIC,
    PHONE,
    Fixed,
    ask,
    box,
    idle,
    marker,
    serving,
    submit,
)
from playwright.sync_api import expect

COSTS = "By how much must ICSs reduce their running costs?"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "kept.sqlite3"


@pytest.fixture(scope="module")
def address(chatbot, kept) -> Iterator[str]:
    with serving(Fixed(chatbot), kept) as address:
        yield address


def said_in(kept, words: str) -> bool:
    """Whether the file of the archive, or its log, holds these words."""
    return any(words.encode() in file.read_bytes() for file in kept.parent.glob(f"{kept.name}*"))


def talks(page):
    return page.locator("#talks .open")


def test_conversation_and_its_citations_survive_a_reload(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, COSTS)
    said = page.locator("#talk > ol").inner_text()
    page.reload()
    expect(page.locator("#talk > ol > li")).to_have_count(2, timeout=LONG)
    assert page.locator("#talk > ol").inner_text() == said
    marker(page, 2, 1).click()
    expect(page.locator("#cited")).to_contain_text("30%")
    ask(page, "Does MiP support this?")
    expect(page.locator("#answer-3")).to_contain_text(f"(after: {COSTS})")


def test_conversation_survives_a_restart(visit, chatbot, tmp_path):
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        page = visit(address)
        ask(page, EXAMPLE)
        query = page.url.partition("?")[2]
        cookies = page.context.cookies()
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        page = visit(address)
        expect(talks(page)).to_have_count(0)  # another visitor
        page.context.add_cookies(cookies)
        page.goto(f"{address}/?{query}")
        marker(page, 1, 1).click(timeout=LONG)
        expect(page.locator("#cited")).to_be_in_viewport()


def test_several_conversations_with_titles_the_newest_first(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    first = page.url
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#chips button")).to_have_count(6)
    assert "conversation=" not in page.url
    ask(page, COSTS)
    expect(talks(page)).to_have_text([COSTS, EXAMPLE])
    expect(page.locator("#talks [aria-current]")).to_have_text(COSTS)
    talks(page).nth(1).click()
    expect(page.locator("#turn-1 h2")).to_contain_text(EXAMPLE)
    expect(page.locator("#source-1-1 mark")).to_be_visible()
    assert page.url == first


def test_visitors_see_their_own_conversations_alone(visit, address):
    page, stranger = visit(address, PHONE), visit(address)
    ask(page, EXAMPLE)
    stranger.goto(page.url)
    expect(stranger.locator("#talk .notice")).to_contain_text("This conversation is not here", timeout=LONG)
    expect(talks(stranger)).to_have_count(0)
    expect(stranger.locator("#talk > ol")).to_have_count(0)
    file = page.locator("#talks a[download]").first.get_attribute("href")
    assert stranger.request.get(address + file).status == 404
    assert page.request.get(address + file).status == 200


def test_two_windows_of_one_visitor_share_their_conversations(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    other = visit(page.url, beside=page)
    expect(other.locator("#answer-1 a.marker").first).to_be_visible(timeout=LONG)
    ask(other, COSTS)
    submit(page, OFF_TOPIC)
    expect(page.locator("#turn-2 h2")).to_contain_text(COSTS)
    expect(page.locator("#turn-3 h2")).to_contain_text(OFF_TOPIC)


# Asking again


def test_edited_question_takes_the_place_of_what_followed(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, "And what about prevention?")
    page.get_by_role("button", name="Edit question 1 and ask again").click()
    expect(box(page)).to_have_value(EXAMPLE)
    expect(box(page)).to_be_focused()
    expect(page.locator("#told")).to_contain_text("Question 1 anew")
    submit(page, COSTS)
    expect(page.locator("#answer-1")).to_contain_text("30%", timeout=LONG)
    idle(page)
    expect(page.locator("#talk > ol > li")).to_have_count(1)
    page.reload()
    expect(page.locator("#turn-1 h2")).to_contain_text(COSTS, timeout=LONG)
    expect(page.locator("#talk > ol > li")).to_have_count(1)


def test_edit_that_cannot_be_asked_or_is_cancelled_changes_nothing(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, COSTS)
    edit = page.get_by_role("button", name="Edit question 1 and ask again")
    edit.click()
    page.get_by_role("button", name="Cancel").click()
    expect(box(page)).to_have_value("")
    edit.click()
    submit(page, "   ")
    expect(page.locator("#talk .notice")).to_be_visible(timeout=LONG)
    expect(page.locator("#talk > ol > li")).to_have_count(2)
    expect(page.locator("#told")).to_contain_text("Question 1 anew")  # and can be tried again
    page.reload()
    expect(page.locator("#talk > ol > li")).to_have_count(2, timeout=LONG)


def test_edit_ends_with_its_conversation(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, COSTS)
    page.get_by_role("button", name="Edit question 1 and ask again").click()
    talks(page).nth(1).click()
    expect(page.locator("#turn-1 h2")).to_contain_text(EXAMPLE)
    expect(box(page)).to_have_value("")
    expect(page.locator("#told")).to_be_hidden()
    ask(page, OFF_TOPIC)
    expect(page.locator("#turn-1 h2")).to_contain_text(EXAMPLE)


def test_two_windows_that_ask_at_once_keep_both_questions(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    other = visit(page.url, beside=page)
    expect(other.locator("#answer-1 a.marker").first).to_be_visible(timeout=LONG)
    submit(page, COSTS)
    submit(other, OFF_TOPIC)
    idle(page)
    idle(other)
    page.reload()
    expect(page.locator("#talk > ol > li")).to_have_count(3, timeout=LONG)


def test_same_question_asked_again_is_answered_in_its_place(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    page.locator("#turn-1").get_by_role("button", name="Ask again", exact=True).click()
    expect(page.locator("#answer-1 .working")).to_have_count(0, timeout=LONG)
    idle(page)
    expect(page.locator("#talk > ol > li")).to_have_count(1)
    expect(page.locator("#answer-1 a.marker").first).to_be_visible()


# Judging


def test_thumb_and_comment_are_kept_with_the_answer(visit, address):
    page = visit(address)
    ask(page, "How many ICSs are there in England?")
    good = page.get_by_role("button", name="Good answer")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    page.get_by_role("textbox", name="What was good? (optional)").fill("The 42 <b>is</b> right.")
    page.get_by_role("button", name="Keep comment").click()
    page.reload()
    expect(good).to_have_attribute("aria-pressed", "true", timeout=LONG)
    expect(page.get_by_role("textbox", name="What was good?")).to_have_value("The 42 <b>is</b> right.")
    page.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_role("textbox", name="What was wrong?")).to_be_visible()
    page.get_by_role("button", name="Bad answer").click()
    expect(page.locator("[data-comment]")).to_have_count(0)
    expect(good).to_have_attribute("aria-pressed", "false")


# Export and the end


def test_conversation_is_exported(visit, address):
    page = visit(address)
    ask(page, COSTS)
    with page.expect_download() as begun:
        page.get_by_role("link", name="Markdown").click()
    text = begun.value.path().read_text(encoding="utf-8")
    assert COSTS.rstrip("?") in text
    assert "30%" in text
    with page.expect_download() as begun:
        page.get_by_role("link", name="JSON").click()
    whole = json.loads(begun.value.path().read_text(encoding="utf-8"))
    assert "30%" in json.dumps(whole, ensure_ascii=False)


def test_one_is_deleted_after_a_second_press_and_the_rest_stay(visit, address, kept):
    page = visit(address)
    ask(page, "What does MiP think of the cuts to costs of running ICSs?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, EXAMPLE)
    assert said_in(kept, "What does MiP think of the cuts")
    bin_ = page.get_by_role("button", name="Delete “What does MiP")
    bin_.click()
    expect(page.locator("#live")).to_contain_text("Press again")
    expect(talks(page)).to_have_count(2)
    bin_.click()
    expect(talks(page)).to_have_text([EXAMPLE])
    expect(page.locator("#turn-1 h2")).to_contain_text(EXAMPLE)
    assert not said_in(kept, "What does MiP think of the cuts")


def test_all_are_deleted(visit, address):
    page = visit(address)
    for question in (EXAMPLE, COSTS):
        ask(page, question)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".welcome")).to_be_visible()
    talks(page).first.click()
    expect(page.locator("#turn-1")).to_be_visible()
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Really delete all?").click()
    expect(talks(page)).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()
    expect(talks(page)).to_have_count(0)
