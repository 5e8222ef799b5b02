"""The sources of an answer: the document opened at the very words, copied, searched; and hostile ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import (
    DESKTOP,
    EXAMPLE,
    PHONE,
    ROOT,
    Fixed,
    ask,
    fits,
    marker,
    serving,
)
from playwright.sync_api import expect

import rag

BOTH = "Who ordered the review?"  # two documents say it
HOSTILE = (
    "The warden of Hollow Bridge keeps <script>alert(1)</script> a lamp "
    "<img src=x onerror=alert(2)> with ![oil](http://outside.invalid/oil) and "
    "[a letter](javascript:alert(3)) and ${alert(4)} {{value}} *in* _the_ `tower` "
    "<b>until</b> $$dawn$$ &amp; after."
)
TOWN = (
    "# Eastham\n\nA *town* on the coast. Its officers are two:\n\n1. Ann Brook, mayor of Eastham\n"
    "   - deputy: Carl Hale\n   - clerk: Dora Lane\n2. Bob Stone, treasurer\n\n## Depots\n\n"
    "| Depot | Manager | Trucks | Remarks |\n|---|---|---:|---|\n"
    "| Leeds | A. Brook | 12 | It is **open** on Sundays, but for the weighbridge |\n"
    "| York | B. Stone | 7 | `closed` |\n"
)
STORY = "The warden of the bridge lit a lamp at dusk. Nobody crossed the water until it was morning. 😀"


@pytest.fixture(scope="module")
def address(chatbot, tmp_path_factory) -> Iterator[str]:
    with serving(Fixed(chatbot), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield address


@pytest.fixture
def over(tmp_path, embedder):
    """Give the address of a chat over other files, name -> text."""
    with contextmanagers() as entered:

        def chat(files: dict[str, str]) -> str:
            folder = tmp_path / "documents"
            folder.mkdir()
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
            rag.build_index(rag.read_documents(folder), tmp_path / "index", embedder)
            chatbot = rag.open_chatbot(tmp_path / "index", embedder=embedder)
            return entered(serving(Fixed(chatbot), tmp_path / "kept.sqlite3"))

        yield chat


def contextmanagers():
    """An exit stack that gives its `enter_context`."""
    from contextlib import ExitStack, contextmanager

    @contextmanager
    def stacked():
        with ExitStack() as stack:
            yield stack.enter_context

    return stacked()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_marker_opens_the_document_at_the_exact_words_and_leads_back(visit, address, size):
    page = visit(address, size)
    ask(page, EXAMPLE)
    marker(page, 1, 1).click()
    cited = page.locator("#cited")
    expect(cited).to_be_focused()
    expect(cited).to_be_in_viewport(ratio=1)
    words = cited.evaluate("mark => mark.textContent")
    expect(page.locator("#talk .statement").first).to_have_text(f"{words} [1]")
    named = page.locator("#reader .facts").first.inner_text()
    (text,) = [
        path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt") if path.name in named
    ]
    assert words in text
    whole = page.locator("#reader .page").evaluate("page => page.textContent")
    assert whole.split() == text.split()  # unaltered but for its empty lines
    assert fits(page)
    page.get_by_role("button", name="Back to the answer").click()
    expect(marker(page, 1, 1)).to_be_focused()
    expect(marker(page, 1, 1)).to_be_in_viewport()


def test_back_closes_the_document_and_stays_on_the_page(visit, address):
    page = visit(address, PHONE)
    ask(page, EXAMPLE)
    before = page.url
    for _ in range(2):
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_be_focused()
        page.go_back()
        expect(page.locator("#reader")).to_be_hidden()
        expect(marker(page, 1, 1)).to_be_focused()
        assert page.url == before
    marker(page, 1, 1).click()
    page.get_by_role("button", name="Back to the answer").click()
    expect(page.locator("#reader")).to_be_hidden()
    assert page.evaluate("history.state?.reader") is None


def test_every_stated_source_is_listed_and_its_citation_followed_by_the_next(visit, address):
    page = visit(address)
    ask(page, BOTH)
    expect(page.locator("#sources article")).to_have_count(2)
    expect(page.locator("#source-1-1")).to_contain_text(
        "MiP, the union for health and care managers · 19 Dec"
    )
    expect(page.locator("#source-1-2")).to_contain_text("4 April 2023")
    marker(page, 1, 1).click()
    expect(page.locator("#reader .steps")).to_contain_text("1 of 2")
    expect(page.get_by_role("button", name="Previous citation")).to_be_disabled()
    first = page.locator("#reader h2").inner_text()
    page.get_by_role("button", name="Next citation").click()
    expect(page.locator("#reader .steps")).to_contain_text("2 of 2")
    expect(page.locator("#cited")).to_be_in_viewport()
    assert page.locator("#reader h2").inner_text() != first
    expect(page.get_by_role("button", name="Next citation")).to_be_disabled()
    page.get_by_role("button", name="Previous citation").click()
    expect(page.locator("#reader h2")).to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    marker(page, 1, 1).click()  # the same again
    expect(page.locator("#cited")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.locator("#source-1-2").get_by_role("button", name="Open at this place").click()
    expect(page.locator("#reader .steps")).to_contain_text("2 of 2")


def test_source_says_why_it_was_found_and_its_quote_is_copied_with_its_reference(visit, address):
    page = visit(address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, EXAMPLE)
    why = page.locator("#source-1-1 details.why")
    expect(why.get_by_text("bm25: rank")).to_be_hidden()
    why.get_by_text("Why this passage").click()
    for told in ("dense: rank", "bm25: rank", "sentence: rank", "matched: ", "priorities"):
        expect(why.get_by_text(told).first).to_be_visible()
    quote = page.locator("#source-1-1 mark").evaluate("mark => mark.textContent")
    for form, begins in (("Text", f"“{quote}"), ("Markdown", "> "), ("BibTeX", "@misc{")):
        page.locator("#live").evaluate("told => { told.textContent = ''; }")
        page.get_by_role("button", name=f"Copy quote [1] with reference as {form}").click()
        expect(page.locator("#live")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(begins) and "2023" in copied


def test_words_are_found_inside_the_document(visit, over):
    page = visit(over({"story.txt": f"😀 İstanbul. {STORY} " * 3}))
    ask(page, "What did the warden of the bridge light?")
    marker(page, 1, 1).click()
    inside = page.get_by_role("searchbox", name="Search in this document")
    inside.fill("THE  water")
    told = page.locator("#inside [role=status]")
    expect(told).to_have_text("1 of 3")
    page.locator("#inside").get_by_role("button", name="Next").click()
    expect(told).to_have_text("2 of 3")
    marked = "[...CSS.highlights.get('found')].map(range => range.toString())"
    assert page.evaluate(marked) == ["the water"] * 3
    inside.fill("submarine (")
    expect(told).to_have_text("not found")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_table_and_list_are_shown_as_such_with_the_quote_in_them(visit, over, size, scheme):
    page = visit(over({"town.md": TOWN}), size, scheme)
    ask(page, "Who is the manager of the depot in Leeds?")
    expect(page.locator("#source-1-1 blockquote mark")).to_contain_text("Depot: Leeds · Manager: A. Brook")
    expect(page.locator("#source-1-1 .section")).to_contain_text("Depots")
    expect(marker(page, 1, 1)).to_have_attribute("title", re.compile("› Depots$"))
    marker(page, 1, 1).click()
    expect(page.locator("#reader td mark").first).to_have_text("Leeds")
    expect(page.locator("#cited")).to_be_focused()
    expect(page.locator("#cited")).to_be_in_viewport()
    assert page.locator("#reader .page").evaluate("page => page.scrollWidth <= page.clientWidth")
    assert fits(page)
    inside = page.get_by_role("searchbox", name="Search in this document")
    inside.fill("york b. stone")  # from one cell into the next
    expect(page.locator("#inside [role=status]")).to_have_text("1 of 1")
    inside.fill("two ann brook")  # from one block into the next
    expect(page.locator("#inside [role=status]")).to_have_text("1 of 1")


def test_copy_is_shown_once_and_names_the_other(visit, over):
    lamp = "The warden of the bridge lit a lamp at dusk."  # one sentence, so that nothing is told beside it
    page = visit(over({"first.txt": lamp, "second.txt": lamp}))
    ask(page, "What did the warden of the bridge light?")
    expect(page.locator("#sources article")).to_have_count(1)
    expect(page.locator("#source-1-1")).to_contain_text("Also in:")
    expect(page.locator("#source-1-1 .others")).to_contain_text("second.txt")


def test_hostile_document_is_shown_and_does_nothing(visit, over):
    page = visit(over({"warden.txt": HOSTILE, "<img src=x onerror=alert(5)>.txt": STORY}))
    ask(page, "What does the warden of Hollow Bridge keep <b>until</b> *dawn*?")
    marker(page, 1, 1).click()
    expect(page.locator("#cited")).to_have_text(HOSTILE)
    page.wait_for_timeout(1000)  # milliseconds, for whatever would call out
    expect(page.locator("#answer-1")).to_contain_text(HOSTILE)
    expect(page.locator("#turn-1 h2")).to_contain_text("<b>until</b> *dawn*")
    expect(page.locator("#sources h3")).to_contain_text("<b>until</b> *dawn*")
    page.get_by_role("button", name="Documents").click()
    expect(page.locator("#shelf")).to_contain_text("<img src=x onerror=alert(5)>.txt")
    inside = ":is(#talk, #sources, #reader, #shelf, #talks, #chips) :is(script, img, b, em)"
    expect(page.locator(inside)).to_have_count(0)
