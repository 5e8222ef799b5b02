"""What the tests of the web chat share: the real page over real HTTP, in a real browser.

The fixtures are imported by conftest.py; each module has a browser of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

import rag
from rag.conversations.archive import Archive

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
FLAGS += " --disable-background-networking --disable-component-update"
READY = "Footnote is ready: "
DESKTOP = {"width": 1280, "height": 800}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 390, "height": 844}
EXAMPLE = "How many national priorities does Hewitt recommend?"
OFF_TOPIC = "What is the boiling point of tungsten?"
LONG = 30_000  # milliseconds: other tests run beside this one

Visit = Callable[..., Page]


@dataclass
class Fixed:
    """Documents that do not change, over a chatbot of this process, real or not."""

    chatbot: Any
    skipped: tuple[rag.Skipped, ...] = ()
    indexed: dict[str, datetime] = field(default_factory=dict)
    folder: Path = Path("documents")
    suffixes: tuple[str, ...] = (".txt", ".md", ".html")
    answerer: rag.OpenAIAnswerer | None = None

    @property
    def documents(self) -> tuple[rag.Document, ...]:
        return self.chatbot.documents


@contextmanager
def serving(collection: Any, file: Path, *, secret: str = "") -> Iterator[str]:
    """Yield the address of a site over the collection, whose conversations are kept in `file`."""
    from web.api.metrics import Meter
    from web.api.service import Asking
    from web.page.layout import build_page
    from web.server import address, listen, site

    asking, listener = Asking(collection, Meter()), listen("127.0.0.1", 0)
    with closing(Archive(file)) as archive:
        drawn = site(build_page(asking, archive), asking, archive, secret=secret)
        server = uvicorn.Server(uvicorn.Config(drawn, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield address(listener)
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
            listener.close()


@contextmanager
def start(*arguments: str | Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Yield the chat as a process of its own, and end it afterwards."""
    command = [sys.executable, "app.py", *map(str, arguments)]
    environ = os.environ | environment
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=environ) as chat:
        try:
            yield chat
        finally:
            chat.kill()


def ready(chat: subprocess.Popen[str]) -> str:
    """The address, once the chat says that it is ready."""
    said = []
    for line in chat.stderr:
        said.append(line)
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    raise AssertionError("the chat did not start:\n" + "".join(said))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("the chat needs a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


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


def box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Your question")


def submit(page: Page, question: str) -> None:
    """Type the question and press Enter."""
    box(page).fill(question)
    box(page).press("Enter")


def ask(page: Page, question: str) -> None:
    """Ask, and wait until it is answered."""
    turns = page.locator("#talk > ol > li").count()
    submit(page, question)
    expect(page.locator("#talk > ol > li")).to_have_count(turns + 1, timeout=LONG)
    idle(page)


def idle(page: Page) -> None:
    """Wait until nothing is being answered."""
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible(timeout=LONG)


def marker(page: Page, turn: int, number: int) -> Any:
    return page.locator(f"#talk a.marker[data-turn='{turn}'][data-citation='{number}']").first


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
