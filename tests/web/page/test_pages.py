"""A click on a citation of a PDF shows its page as it looks, with the quoted words in boxes."""

from __future__ import annotations

import re

import pytest
from browsing import DESKTOP, LONG, PHONE, ask, barriers, fits, marker, serving
from pages import MAST, write_pdf
from playwright.sync_api import expect

from rag.collection import Collection

NAME = 'boat "<img src=x onerror=alert(1)>" 100%.pdf'


@pytest.fixture
def library(tmp_path, embedder):
    """Give the address of a chat over a PDF of three pages, and its file."""
    folder = tmp_path / "documents"
    folder.mkdir()
    low = [*[""] * 26, MAST]  # the line is below what is seen at first
    boat = write_pdf(["Boat manual", "The anchor weighs 12 kilos."], low, "The sail is red.")
    (folder / NAME).write_bytes(boat)
    (folder / "cook.txt").write_text("The cook is called Ann.", encoding="utf-8")
    collection = Collection(tmp_path / "index", folder, embedder=embedder)
    with serving(collection, tmp_path / "kept.sqlite3") as address:
        yield address, folder / NAME


def opened(page):
    """The page of the PDF, once it is drawn."""
    sheet = page.locator("#sheet")
    expect(sheet.locator("img")).to_have_js_property("complete", True, timeout=LONG)
    expect(sheet.locator("img")).not_to_have_js_property("naturalWidth", 0, timeout=LONG)
    return sheet


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_citation_opens_the_page_with_its_words_in_a_box(library, visit, size):
    page = visit(library[0], size)
    ask(page, "How high is the mast?")
    marker(page, 1, 1).click()
    sheet = opened(page)
    expect(sheet).to_contain_text("Page 2 of 3")
    expect(sheet.locator("rect")).to_have_count(1)
    expect(page.locator("#cited")).to_have_text(MAST)  # in the text, as before
    assert sheet.locator("rect").evaluate(
        """box => {
          const line = box.getBoundingClientRect();
          const view = document.querySelector("#sheet .desk").getBoundingClientRect();
          return line.width > 20 && line.top >= view.top && line.bottom <= view.bottom;
        }"""
    )
    assert fits(page)


def test_other_pages_and_a_larger_view(library, visit):
    page = visit(library[0])
    ask(page, "How high is the mast?")
    marker(page, 1, 1).click()
    sheet = opened(page)
    small = sheet.locator("img").evaluate("image => [image.clientWidth, image.naturalWidth]")
    sheet.get_by_role("button", name="Larger").click()
    expect(sheet.locator("img")).to_have_attribute("src", re.compile("scale=3"))
    opened(page)
    large = sheet.locator("img").evaluate("image => [image.clientWidth, image.naturalWidth]")
    assert large[0] > 1.4 * small[0] and large[1] > 1.9 * small[1]
    sheet.get_by_role("button", name="Next page").click()
    expect(sheet).to_contain_text("Page 3 of 3")
    expect(sheet.locator("rect")).to_have_count(0)
    expect(sheet.get_by_role("button", name="Next page")).to_be_disabled()
    expect(sheet.locator("[role=status]")).to_be_empty()
    for _ in range(2):
        sheet.get_by_role("button", name="Previous page").click()
    expect(sheet).to_contain_text("Page 1 of 3")
    expect(sheet.get_by_role("button", name="Previous page")).to_be_disabled()
    expect(sheet.locator("img")).to_have_attribute("src", re.compile("page=1&"))


def test_document_is_read_from_its_first_page(library, visit):
    page = visit(library[0])
    page.get_by_role("button", name='boat "<img').first.click()
    expect(opened(page)).to_contain_text("Page 1 of 3")
    expect(page.locator("#sheet rect")).to_have_count(0)


def test_file_that_changed_shows_its_text_and_why(library, visit):
    address, file = library
    page = visit(address)
    ask(page, "How high is the mast?")
    file.write_bytes(write_pdf("Another page."))
    marker(page, 1, 1).click()
    expect(page.locator("#sheet [role=status]")).to_contain_text(
        "has changed since it was indexed", timeout=LONG
    )
    expect(page.locator("#sheet .desk")).to_be_hidden()
    expect(page.locator("#cited")).to_have_text(MAST)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_nothing_bars_the_way_to_a_page(library, visit, size, scheme):
    page = visit(library[0], size, scheme, bypass_csp=True)  # axe-core is a script of its own
    ask(page, "How high is the mast?")
    marker(page, 1, 1).click()
    opened(page)
    assert barriers(page) == []


def test_document_without_pages_is_shown_as_before(library, visit):
    page = visit(library[0])
    ask(page, "What is the cook called?")
    marker(page, 1, 1).click()
    expect(page.locator("#cited")).to_be_visible(timeout=LONG)
    expect(page.locator("#sheet")).to_have_count(0)
