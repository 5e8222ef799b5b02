"""The documents view: what is there, reading it, choosing what to ask, adding and removing."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import (
    EXAMPLE,
    LONG,
    PHONE,
    TABLET,
    Fixed,
    ask,
    box,
    fits,
    idle,
    marker,
    serving,
    submit,
)
from playwright.sync_api import Page, expect

from rag.collection import Collection
from web.auth import Access

STORIES = {
    "lamp.txt": "The warden of the bridge lit a lamp at dusk. Nobody crossed the water until morning.",
    "mill.md": "# The mill\n\nThe miller of Aldham ground rye on Tuesdays. His wife kept bees.",
}


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


@pytest.fixture
def library(folder, tmp_path, embedder):
    """Give the address of a chat over `STORIES`, whose folder may change, and its collection."""
    for name, text in STORIES.items():
        (folder / name).write_text(text, encoding="utf-8")
    collection = Collection(tmp_path / "index", folder, embedder=embedder)
    with serving(collection, tmp_path / "kept.sqlite3") as address:
        yield address, collection


def documents(page: Page):
    """The list of documents, once it is open."""
    page.locator("#top").get_by_role("button", name="Documents").click()
    expect(page.locator("#shelf-title")).to_be_visible()
    return page.locator("#shelf .rows li")


def give(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_label("Add documents").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": raw} for name, raw in files]
    )


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_list_says_what_is_known_of_each_and_opens_it_whole(visit, chatbot, tmp_path, size):
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        page = visit(address, size)
        rows = documents(page)
        expect(rows).to_have_count(5)
        for fact in (
            "MiP responds to the Hewitt Review",
            "MiP, the union for",
            "4 April 2023",
            "1,096 words",
        ):
            expect(rows.nth(1)).to_contain_text(fact)
        assert fits(page)
        page.get_by_role("searchbox", name="Find a document by title or publisher").fill("wa comm")
        expect(rows).to_have_count(1)
        opened = rows.first.get_by_role("button").first
        opened.click()
        expect(page.locator("#reader h2")).to_have_text(opened.inner_text())
        expect(page.locator("#reader h2")).to_be_focused()
        whole = chatbot.documents[2].text
        shown = page.locator("#reader .page").evaluate("page => page.textContent")
        assert shown.split() == whole.split()
        assert fits(page)
        page.get_by_role("button", name="Close").click()
        expect(opened).to_be_focused()


def test_only_the_chosen_documents_are_asked_and_that_is_kept(visit, chatbot, tmp_path):
    with serving(Fixed(chatbot), tmp_path / "kept.sqlite3") as address:
        page = visit(address)
        documents(page).nth(3).get_by_role("checkbox").check()
        page.locator("#top").get_by_role("button", name="Chat").click()
        expect(page.locator("#told")).to_have_text("Asking only 1 document. Ask all")
        ask(page, "Who leads the review?")
        expect(page.locator("#answer-1")).to_contain_text("Asked of 1 document you chose")
        facts = page.locator("#sources article .facts:not(.others .facts)")
        expect(facts.first).to_be_visible()
        for told in facts.all_inner_texts():
            assert "003_d812065ad58ab3fb.txt" in told or told == "Also in:"
        page.reload()
        expect(page.locator("#told")).to_contain_text("Asking only 1 document", timeout=LONG)
        page.get_by_role("button", name="Ask all").click()
        expect(page.locator("#told")).to_be_hidden()
        expect(page.locator("[data-only]:checked")).to_have_count(0)
        ask(page, EXAMPLE)
        expect(page.locator("#answer-2")).not_to_contain_text("you chose")


def test_added_file_is_answered_from_and_refused_ones_say_why(visit, library, folder):
    address, collection = library
    page = visit(address)
    rows = documents(page)
    expect(rows.first).to_contain_text(f"{collection.indexing_times['lamp.txt']:%H:%M} UTC")
    story = b"<title>The ferry</title><body><p>The ferryman of Wick sold eels.</p></body>"
    give(
        page, ("ferry.html", story), ("photo.png", b"\x89PNG"), ("blank.txt", b"  \n"), ("mill.md", b"Other.")
    )
    added = page.locator("#added li")
    expect(added.filter(has_text="ferry.html")).to_have_class("added", timeout=LONG)
    for name, reason in (
        ("photo.png", ".png"),
        ("blank.txt", "empty"),
        ("mill.md", "another file of that name"),
    ):
        expect(added.filter(has_text=name)).to_contain_text(reason)
        expect(added.filter(has_text=name)).to_have_class("refused")
    expect(rows).to_have_count(3, timeout=LONG)
    assert (folder / "ferry.html").read_bytes() == story
    expect(page.locator("#top")).to_contain_text("Answers from 3 documents")
    page.locator("#top").get_by_role("button", name="Chat").click()
    ask(page, "What did the ferryman of Wick sell?")
    expect(page.locator("#answer-1")).to_contain_text("eels")
    marker(page, 1, 1).click()
    expect(page.locator("#reader h2")).to_have_text("The ferry")


def test_changes_in_the_folder_are_seen_when_the_view_is_opened_and_taken_in(visit, library, folder):
    address, _ = library
    page = visit(address)
    rows = documents(page)
    expect(rows).to_have_count(2)
    changes = page.get_by_label("Changes in the folder")
    expect(changes).to_have_count(0)
    (folder / "<b>ferry.txt").write_text("The ferryman of Wick sold eels.", encoding="utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "lamp.txt").rename(folder / "light.txt")
    (folder / "twin.md").write_text(STORIES["mill.md"], encoding="utf-8")
    page.locator("#top").get_by_role("button", name="Chat").click()
    documents(page)
    expect(changes).to_contain_text("3 new, 1 moved", timeout=LONG)
    expect(page.locator("#shelf-title")).to_be_focused()
    changes.get_by_text("Which files").click()
    expect(changes.locator("li")).to_have_text(
        ["new: <b>ferry.txt", "new: photo.png", "new: twin.md", "moved: lamp.txt → light.txt"]
    )
    changes.get_by_role("button", name="Take the changes in").click()
    expect(rows).to_have_count(3, timeout=LONG)
    expect(changes).to_have_count(0, timeout=LONG)
    expect(page.locator("#added .refused")).to_contain_text("photo.png: a picture (.png)")
    expect(rows.filter(has_text="The mill")).to_contain_text("also at twin.md")
    expect(page.locator("#top [aria-current]")).to_contain_text("Documents")
    page.locator("#top").get_by_role("button", name="Chat").click()
    ask(page, "What did the ferryman of Wick sell?")
    expect(page.locator("#answer-1")).to_contain_text("eels")


def test_folder_that_is_gone_is_said_and_the_documents_answer(visit, library, folder):
    address, _ = library
    page = visit(address)
    folder.rename(folder.parent / "elsewhere")
    expect(documents(page)).to_have_count(2)
    expect(page.locator("#documents .notice")).to_contain_text("expected a folder of documents", timeout=LONG)


def test_file_is_dropped_on_the_page(visit, library):
    address, _ = library
    page = visit(address)
    transfer = page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["The ferryman of Wick sold eels."], "ferry.txt"));
          return transfer;
        }"""
    )
    for event in ("dragover", "drop"):
        page.locator("#talk").dispatch_event(event, {"dataTransfer": transfer})
    expect(page.locator("#added li").first).to_have_class("added", timeout=LONG)
    expect(page.locator("#shelf .rows li")).to_have_count(3, timeout=LONG)


def test_removed_document_is_not_asked_any_more_but_old_answers_keep_it(visit, library, folder):
    address, _ = library
    page = visit(address)
    ask(page, "What did the miller of Aldham grind?")
    rows = documents(page)
    remove = rows.nth(1).get_by_role("button", name="Remove")
    remove.click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Remove “").nth(1).click()
    expect(rows).to_have_count(1, timeout=LONG)
    expect(page.locator("#added li")).to_contain_text(".removed")
    assert not (folder / "mill.md").exists()
    assert (folder / ".removed" / "mill.md").read_text(encoding="utf-8") == STORIES["mill.md"]
    page.reload()
    marker(page, 1, 1).click(timeout=LONG)
    expect(page.locator("#cited")).to_contain_text("ground rye")
    expect(page.locator("#reader .notice")).to_contain_text("has changed or gone since")
    page.get_by_role("button", name="Back to the answer").click()
    ask(page, "What did the miller of Aldham grind?")
    expect(page.locator("#answer-2")).to_contain_text("The documents do not answer")


def test_chosen_document_that_went_is_told(visit, library):
    address, _ = library
    page = visit(address)
    documents(page).first.get_by_role("checkbox").check()
    page.locator("#top").get_by_role("button", name="Chat").click()
    ask(page, "What did the warden of the bridge light?")
    assert page.request.delete(f"{address}/v1/documents/lamp.txt").ok
    page.get_by_role("button", name="Ask again", exact=True).click()
    expect(page.locator("#talk .notice")).to_contain_text("not there any more", timeout=LONG)
    idle(page)
    expect(page.locator("#answer-1")).to_contain_text("lit a lamp")  # the old answer stands


def test_others_ask_while_documents_are_added(visit, library):
    address, _ = library
    page, other = visit(address), visit(address)
    documents(page)
    bees = "".join(f"Hive {number} of Aldham gave {number + 3} pots of honey. " for number in range(400))
    give(page, ("bees.txt", bees.encode()))
    for turn in range(1, 4):
        ask(other, "What did the warden of the bridge light?")
        expect(other.locator(f"#answer-{turn}")).to_contain_text("lit a lamp")
    expect(page.locator("#added li").first).to_have_class("added", timeout=LONG)


def test_empty_folder_says_how_to_add_and_then_answers(visit, folder, tmp_path, embedder):
    collection = Collection(tmp_path / "index", folder, embedder=embedder)
    with serving(collection, tmp_path / "kept.sqlite3") as address:
        page = visit(address)
        expect(page.locator(".welcome")).to_contain_text("There are no documents yet")
        expect(page.locator(".welcome")).to_contain_text(".txt")
        submit(page, "What is there?")
        expect(page.locator("#talk .notice")).to_contain_text("No document in", timeout=LONG)
        idle(page)
        expect(box(page)).to_have_value("What is there?")
        page.get_by_role("button", name="Add documents").click()
        give(page, ("lamp.txt", STORIES["lamp.txt"].encode()))
        expect(page.locator("#shelf .rows li")).to_have_count(1, timeout=LONG)
        page.locator("#top").get_by_role("button", name="Chat").click()
        expect(page.locator(".welcome")).to_contain_text("Ask the documents")
        ask(page, "What did the warden of the bridge light?")
        expect(page.locator("#answer-1")).to_contain_text("lit a lamp")


def test_who_may_only_read_is_not_told_to_add(visit, folder, tmp_path, embedder):
    collection = Collection(tmp_path / "index", folder, embedder=embedder)
    with serving(collection, tmp_path / "kept.sqlite3", access=Access(read_only=True)) as address:
        page = visit(address)
        expect(page.locator(".welcome")).to_contain_text("There are no documents yet")
        expect(page.locator(".welcome .adding")).to_be_hidden(timeout=LONG)


def test_who_may_only_read_is_shown_nothing_that_changes_documents(browser, library, folder, tmp_path):
    _, collection = library
    (folder / "new.txt").write_text("A new file lies here.", encoding="utf-8")
    access = Access("to change all", "to read alone")
    with serving(collection, tmp_path / "read.sqlite3", access=access) as address:
        for password, may_change in (("to change all", True), ("to read alone", False)):
            context = browser.new_context(http_credentials={"username": "x", "password": password})
            page = context.new_page()
            page.goto(address)
            page.locator("body[data-view]").wait_for(timeout=LONG)
            expect(documents(page)).to_have_count(2)
            expect(page.locator("[data-sync]")).to_have_count(int(may_change), timeout=LONG)
            expect(page.locator("[data-remove]")).to_have_count(2 * may_change)
            assert page.locator("#drop").is_visible() == may_change
            context.close()
