"""What the tests of the web chat share: the real page over real HTTP, in a real browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from served import listening
from small import ROOT
from starlette.types import ASGIApp

import rag
from rag.conversations.archive import Archive
from rag.documents.folder.changes import Changes
from rag.documents.folder.folders import Folders
from rag.postgres.store import Store

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


class Unsearched:
    """The index of a chatbot that is none: it holds nothing of which a question could be made."""

    card = SimpleNamespace(questions=())
    sentences = ()

    def sentence_rows(self, *_: object) -> tuple[()]:
        return ()


@dataclass
class Fixed:
    """Documents that do not change, over a chatbot of this process, real or not."""

    chatbot: Any
    skipped: tuple[rag.Skipped, ...] = ()
    indexing_times: dict[str, datetime] = field(default_factory=dict)
    folders: Folders = field(default_factory=lambda: Folders.of("documents"))
    folder: Path = Path("documents")
    suffixes: tuple[str, ...] = (".txt", ".md", ".html")
    llm: rag.OpenAIModel | None = None

    @property
    def documents(self) -> tuple[rag.Document, ...]:
        return self.chatbot.documents

    def changes(self) -> Changes:
        return Changes()


@contextmanager
def serving(
    collection: Any,
    kept: Path | Store,
    *,
    access: Any = None,
    root_path: str = "",
    through: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> Iterator[str]:
    """Yield the address of a site over the collection, whose conversations are `kept` there.

    `through` is what stands before it, such as a proxy.
    """
    from web.api.metrics import Meter
    from web.api.service import Asking
    from web.auth import Access
    from web.page.layout import build_page
    from web.server import site

    asking = Asking(collection, Meter())
    with closing(Archive(kept)) as archive:

        async def draw() -> ASGIApp:  # where no loop runs, Gradio makes some and leaves them open
            page = build_page(asking, archive)
            return through(site(page, asking, archive, access=access or Access(), root_path=root_path))

        with ThreadPoolExecutor(1) as drawing:  # Playwright's own loop runs in this thread
            app = drawing.submit(asyncio.run, draw()).result()
        with listening(app) as address:
            yield address


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


@contextmanager
def launched() -> Iterator[Browser]:
    """Yield a browser; without one, skip the test."""
    if CHROMIUM is None:
        pytest.skip("the chat needs a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


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


def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical (WCAG A and AA, contrast too), and whatever sticks out."""
    found = [
        f"{rule['id']}: {rule['nodes'][0]['html'][:120]}"
        for rule in Axe().run(page).response["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
    return found + ([] if fits(page) else ["it scrolls sideways"])
