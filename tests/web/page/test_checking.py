"""Checking a text in the web chat: real browser, real HTTP, real documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import DESKTOP, LONG, PHONE, Fixed, barriers, serving
from playwright.sync_api import Page, expect

DRAFT = "Dogs travel free.\n\nBicycles cost £9 each way.\n\nWhat else?\n\nA cinema <b>opens</b> soon."
MARKUP = "A cinema opens soon."


@pytest.fixture(scope="module")
def address(ferries, tmp_path_factory) -> Iterator[str]:
    with serving(Fixed(ferries), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield address


def check(page: Page, text: str) -> None:
    """Open the view, check the text by keyboard, and wait for the verdicts."""
    page.get_by_role("button", name="Check a text").click()
    page.get_by_label("A draft, a press release").fill(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#checked h3")).to_be_focused(timeout=LONG)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_sentences_have_verdicts_and_open_their_sources_at_the_quote(visit, address, size, scheme):
    page = visit(address, size, scheme, bypass_csp=True)  # axe-core is a script of its own
    check(page, DRAFT)
    expect(page.locator("#checked h3")).to_have_text(
        "4 sentences: 1 borne out, 1 contradicted, 1 not said, 1 nothing to check"
    )
    expect(page.locator("#checked .verdict")).to_have_text(
        ["✓ borne out", "✗ contradicted", "– nothing to check", "? not said"]
    )
    expect(page.locator("#checked .not_said .claim")).to_contain_text(MARKUP)
    assert barriers(page) == []
    page.get_by_label("Only what is not borne out").press("Space")
    expect(page.locator("#checked li:visible")).to_have_count(2)
    link = page.locator("#checked .contradicted .claim a").first
    link.press("Enter")
    expect(page.locator("#reader #cited")).to_be_in_viewport(timeout=LONG)
    expect(page.locator("#reader #cited")).to_have_text("Bicycles cost £4 each way.")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_only_the_documents_that_are_ticked_are_held_against_it(visit, address):
    page = visit(address)
    check(page, "Dogs travel free.")
    expect(page.locator("#checked .borne_out")).to_have_count(1)
    page.locator("#top").get_by_role("button", name="Documents").click()
    page.locator("#shelf [data-only='staff-news-april.txt']").check()
    check(page, "Dogs travel free.")
    expect(page.locator("#checked .not_said")).to_have_count(1)


def test_text_without_words_is_refused_and_another_is_checked(visit, address):
    page = visit(address)
    check(page, "?!")
    expect(page.locator("#checked .notice")).to_contain_text("holds no word")
    page.get_by_label("A draft, a press release").fill("Dogs travel free.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#checked .borne_out")).to_have_count(1, timeout=LONG)


def test_quote_that_has_gone_from_its_document_is_not_marked(visit, address):
    page = visit(address)
    check(page, "Dogs travel free.")
    link = page.locator("#checked .borne_out .claim a").first
    link.evaluate("link => { link.dataset.quote = 'Cats travel free.'; }")
    link.click()
    expect(page.locator("#reader .notice")).to_contain_text("has changed", timeout=LONG)
    expect(page.locator("#cited")).to_have_count(0)
