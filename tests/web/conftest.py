"""A browser for a module of tests, and pages in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import DESKTOP, LONG, Visit, box, launched
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address in a page that must never call out, show a dialog or log an error.

    A page given as `beside` has the cookies of that one, so it is the same visitor.
    """
    contexts, alarms = [], []

    def open_page(
        address: str,
        size: dict[str, int] = DESKTOP,
        scheme: str = "light",
        beside: Page | None = None,
        **options: Any,
    ) -> Page:
        if beside is None:
            context = browser.new_context(
                viewport=size, color_scheme=scheme, reduced_motion="reduce", **options
            )
            contexts.append(context)
        else:
            context = beside.context
        page = context.new_page()
        page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: alarms.append(str(error)))
        page.on("request", lambda request: alarms.append(request.url) if outside(request.url) else None)

        def outside(url: str) -> bool:
            return not url.startswith((address.partition("?")[0].rstrip("/"), "data:", "blob:"))

        page.goto(address)
        expect(box(page)).to_be_visible(timeout=LONG)
        page.locator("body[data-view]").wait_for(timeout=LONG)  # the page listens
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert alarms == []
