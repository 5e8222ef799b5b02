"""Conversations in the web chat: kept, listed, changed, judged, exported, forgotten."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import docx
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
    assert stranger.request.get(f"{address}/{file}").status == 404
    assert page.request.get(f"{address}/{file}").status == 200


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


def download(page, within, name):
    """The name and the content of the file behind a link."""
    with page.expect_download() as begun:
        within.get_by_role("link", name=name, exact=True).click()
    return begun.value.suggested_filename, begun.value.path().read_bytes()


def test_conversation_is_exported(visit, address):
    page = visit(address)
    ask(page, COSTS)
    ask(page, EXAMPLE)
    menu = page.locator("#talks .download")
    menu.locator("summary").click()
    name, content = download(page, menu, "Word")
    assert name == "conversation.docx"
    body = [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]
    assert body[:2] == [COSTS, COSTS] and EXAMPLE in body and "30%" in " ".join(body)
    names = {"Markdown": ".md", "Web page": ".html", "Text": ".txt", "BibTeX": ".bib", "RIS": ".ris"}
    for label, suffix in names.items():
        name, content = download(page, menu, label)
        assert name == f"conversation{suffix}" and "MiP" in content.decode()
    for label, suffix in {"CSL-JSON": ".csl.json", "JSON": ".json"}.items():
        name, content = download(page, menu, label)
        assert name == f"conversation{suffix}" and json.loads(content)


def test_answer_is_copied_and_downloaded_with_its_footnotes(visit, address):
    page = visit(address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, EXAMPLE)
    ask(page, COSTS)
    page.get_by_role("button", name="Copy answer 2 with its footnotes as Text").click()
    expect(page.locator("#live")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{COSTS}\n\n") and "[1] “" in copied and EXAMPLE not in copied
    page.locator("#live").evaluate("live => live.textContent = ''")
    page.get_by_role("button", name="Copy answer 2 with its footnotes as Markdown").click()
    expect(page.locator("#live")).to_have_text("Copied")
    assert "\n[^1]: " in page.evaluate("navigator.clipboard.readText()")
    menu = page.locator("#turn-2 .download")
    menu.locator("summary").click()
    name, content = download(page, menu, "Text")
    assert name == "answer.txt" and content.decode() == copied
    quotes = page.locator("#source-2 .download")
    quotes.locator("summary").click()
    name, content = download(page, quotes, "Markdown")
    assert name == "quotes.md" and "[^1]: " in content.decode() and COSTS in content.decode()


def test_files_are_their_visitors_alone(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    link = page.locator("#turn-1 .download a").first.get_attribute("href")
    path, _, _ = link.partition("?")
    mine, theirs = page.request, visit(address).request
    assert mine.get(f"{address}/{link}").ok and theirs.get(f"{address}/{link}").status == 404
    assert theirs.get(f"{address}/{path.partition('/answers')[0]}?format=json").status == 404
    assert mine.get(f"{address}/{path}?format=pdf").status == 404
    assert mine.get(f"{address}/{path.replace('/1', '/2')}?format=text").status == 404
    shown = mine.get(f"{address}/{path}?format=html")
    assert "script-src" in shown.headers["content-security-policy"]
    assert shown.headers["content-disposition"] == 'attachment; filename="answer.html"'


# Names and search


def test_conversation_is_renamed(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    page.get_by_text("Rename", exact=True).click()
    page.get_by_role("textbox", name="Name of this conversation").fill("Prior <b>ities</b>")
    page.get_by_role("button", name="Save").click()
    expect(talks(page)).to_have_text(["Prior <b>ities</b>"])
    ask(page, COSTS)
    page.reload()
    expect(talks(page)).to_have_text(["Prior <b>ities</b>"], timeout=LONG)
    page.get_by_text("Rename", exact=True).click()
    page.get_by_role("textbox", name="Name of this conversation").fill("")
    page.keyboard.press("Enter")
    expect(talks(page)).to_have_text([EXAMPLE])


def test_conversations_are_searched(visit, address):
    page = visit(address)
    search = page.get_by_role("searchbox", name="Search your conversations")
    expect(search).to_be_hidden()
    ask(page, "Hello!")
    ask(page, COSTS)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, EXAMPLE)
    expect(talks(page)).to_have_text([EXAMPLE, COSTS])  # not "Hello!"
    search.fill("30% BEFORE")  # of an answer
    expect(talks(page)).to_have_text([COSTS])
    talks(page).click()
    expect(page.locator("#turn-2 h2")).to_contain_text(COSTS)
    expect(talks(page)).to_have_text([COSTS])
    search.fill("quagga")
    expect(page.locator("#talks")).to_contain_text("No conversation has these words.")
    expect(search).to_be_visible()
    search.fill("")
    expect(talks(page)).to_have_text([EXAMPLE, COSTS])


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


def test_address_is_that_of_the_conversation_that_is_shown_after_a_step_back(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    first = page.url
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#talk > ol > li")).to_have_count(0, timeout=LONG)
    ask(page, OFF_TOPIC)
    second = page.url
    assert second != first
    page.get_by_role("button", name=EXAMPLE, exact=True).first.click()
    expect(page).to_have_url(first)
    page.locator("#talk a.marker").first.click()
    expect(page.locator("#cited")).to_be_focused()
    page.get_by_role("button", name=OFF_TOPIC, exact=True).first.click()
    expect(page).to_have_url(second)
    expect(page.locator("#reader")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(second)
