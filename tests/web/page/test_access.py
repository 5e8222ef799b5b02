"""The web chat for everybody: by keyboard, by screen reader, in any width, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import (
    DESKTOP,
    EXAMPLE,
    LONG,
    OFF_TOPIC,
    PHONE,
    TABLET,
    Fixed,
    ask,
    barriers,
    box,
    marker,
    serving,
)
from playwright.sync_api import Page, expect

SIZES = {"desktop": DESKTOP, "tablet": TABLET, "phone": PHONE}
LOOKS = [("desktop", "light"), ("desktop", "dark"), ("tablet", "dark"), ("phone", "light")]


@pytest.fixture(scope="module")
def address(chatbot, tmp_path_factory) -> Iterator[str]:
    with serving(Fixed(chatbot), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield address


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_nothing_bars_the_way(visit, address, size, scheme):
    page = visit(address, SIZES[size], scheme, bypass_csp=True)  # axe-core is a script of its own
    expect(page.locator("#chips button")).to_have_count(6)
    assert barriers(page) == [], "first screen"
    ask(page, "What does the union say about targets?")
    ask(page, OFF_TOPIC)
    page.locator("#turn-1").get_by_role("button", name="Bad answer").click()
    expect(page.locator("[data-comment]")).to_be_visible()
    page.get_by_text("Why this passage").first.click()
    for menu in ("#turn-1 .download", "#source-1 .download", "#talks .download", "#talks details:has(form)"):
        page.locator(f"{menu} > summary").click()
    assert barriers(page) == [], "an answer and a refusal"
    marker(page, 1, 1).click()
    expect(page.locator("#cited")).to_be_in_viewport()
    assert barriers(page) == [], "a document"
    page.get_by_role("button", name="Back to the answer").click()
    page.locator("#top").get_by_role("button", name="Documents").click()
    expect(page.locator("#shelf .rows li")).to_have_count(5)
    assert barriers(page) == [], "the documents"


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the element of that accessible name, or beginning of it, has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const it = document.activeElement;
              const label = it.labels?.[0]?.textContent;
              return it.getAttribute("aria-label") || label || it.textContent.trim();
            }"""
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"no way to {name!r} by Tab")


def test_keyboard_is_enough_from_start_to_end(visit, address):
    page = visit(address)
    page.keyboard.type(EXAMPLE)  # the box has the focus
    page.keyboard.press("Enter")
    expect(marker(page, 1, 1)).to_be_visible(timeout=LONG)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    tab_to(page, "[1]")
    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_focused()
    page.keyboard.press("Escape")
    expect(marker(page, 1, 1)).to_be_focused()
    tab_to(page, "Good answer")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(marker(page, 1, 1)).to_be_visible(timeout=LONG)
    box(page).blur()
    tab_to(page, "Documents")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf-title")).to_be_focused()
    tab_to(page, "Ask only")
    page.keyboard.press("Space")
    expect(page.locator("[data-only]:checked")).to_have_count(1)


def test_focus_is_seen(visit, address):
    page = visit(address)
    expect(page.locator("#chips button")).to_have_count(6)
    box(page).blur()
    for name in ("Chat", "New conversation", "What will the Hewitt review"):
        tab_to(page, name)
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid", name


def test_answer_is_announced(visit, address):
    page = visit(address)
    ask(page, "How many ICSs are there in England?")
    live = page.locator("#live[role=status][aria-live=polite]")
    expect(live).to_contain_text("England’s 42 ICSs")
    expect(box(page)).to_be_focused()  # and the next question can be typed at once


def test_document_on_a_phone_lies_over_the_rest_which_is_out_of_reach(visit, address):
    page = visit(address, PHONE)
    ask(page, EXAMPLE)
    marker(page, 1, 1).click()
    expect(page.locator("#cited")).to_be_focused()
    assert page.locator("#middle").evaluate("part => part.inert")
    page.keyboard.press("Escape")
    assert not page.locator("#middle").evaluate("part => part.inert")
    expect(marker(page, 1, 1)).to_be_focused()
