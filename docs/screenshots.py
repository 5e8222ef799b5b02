"""Draw the pictures in docs/ from the running chat: make screenshots

It starts the chat on a free port over seeds/, asks in a real browser as a reader would, and takes the
pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
READY = "Footnote is ready: "
COSTS = "By how much must ICSs reduce their running costs?"


def main() -> int:
    """Write every picture; the exit status: 1 if the chat did not start."""
    with tempfile.TemporaryDirectory() as kept:  # conversations of its own, and not those in index/
        command = [sys.executable, "app.py", "seeds", "--index", kept, "--port", "0"]
        with subprocess.Popen(command, cwd=HERE.parent, stderr=subprocess.PIPE, text=True) as chat:
            try:
                lines = iter(chat.stderr.readline, "")
                address = next((line.removeprefix(READY).strip() for line in lines if READY in line), "")
                if not address:
                    return 1
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(
                        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
                        args=["--no-sandbox", "--disable-gpu"],
                    )
                    for name, (size, scheme, deed) in PICTURES.items():
                        _draw(browser, address, name, size, scheme, deed)
            finally:
                chat.terminate()
    return 0


def _first(page: Page) -> None:
    page.locator("#chips button").first.wait_for()


def _source(page: Page) -> None:
    """Two questions, and the document that the second answer rests on."""
    _ask(page, COSTS)
    _ask(page, "Does MiP support this?")
    page.locator("#chips[data-for$='/2']").wait_for(timeout=30_000)
    page.locator("#answer-2 a.marker").last.click()
    page.locator("#cited").wait_for()


def _answer(page: Page) -> None:
    _ask(page, "How many national priorities does Hewitt recommend?")


def _documents(page: Page) -> None:
    page.locator("#top").get_by_role("button", name="Documents").click()
    page.locator("#shelf .rows li").first.wait_for()


# For each picture: the width and height in CSS pixels, light or dark, and what is done first.
PICTURES: dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]] = {
    "chat.png": ((1280, 800), "light", _source),
    "chat-dark.png": ((1280, 800), "dark", _source),
    "chat-first.png": ((1280, 800), "light", _first),
    "chat-documents.png": ((768, 1024), "light", _documents),
    "chat-phone.png": ((390, 844), "light", _answer),
}


def _ask(page: Page, question: str) -> None:
    turns = page.locator("#talk > ol > li").count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"#answer-{turns + 1} .tools").wait_for(timeout=30_000)


def _draw(
    browser: Browser,
    address: str,
    name: str,
    size: tuple[int, int],
    scheme: str,
    deed: Callable[[Page], None],
) -> None:
    """Do what one picture shows and write what the page then looks like."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.locator("body[data-view]").wait_for()
    deed(page)
    page.wait_for_timeout(500)  # milliseconds, until all is drawn
    page.screenshot(path=HERE / name)
    context.close()
    print(f"Wrote docs/{name}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
