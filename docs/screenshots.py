"""Draw docs/chat.png and docs/chat-phone.png from the running chat: python docs/screenshots.py

It starts the chat on a free port over the index in index/, asks two questions in a real browser
(apt-get install chromium, pip install playwright), follows a marker and takes the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
READY = "Footnote is ready: "
# For each picture: the width and height in CSS pixels, the questions, the marker to follow.
PICTURES = {
    "chat.png": (
        (1280, 800),
        ("By how much must ICSs reduce their running costs?", "Does MiP support this?"),
        "#source-2-2",
    ),
    "chat-phone.png": ((390, 844), ("How many national priorities does Hewitt recommend?",), ""),
}


def main() -> int:
    """Write both pictures; the exit status: 1 if the chat did not start."""
    command = [sys.executable, "app.py", "--port", "0"]
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
                for name in PICTURES:
                    _draw(browser, address, name)
        finally:
            chat.terminate()
    return 0


def _draw(browser: Browser, address: str, name: str) -> None:
    """Ask the questions of one picture and write what the page then looks like."""
    (width, height), questions, marker = PICTURES[name]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    for number, question in enumerate(questions, 1):
        page.get_by_role("textbox", name="Your question").fill(question)
        page.keyboard.press("Enter")
        page.locator(f"#source-{number}").wait_for()
        page.get_by_role("button", name="Ask").wait_for()
    if marker:
        page.locator(f"#chat a[href='{marker}']").click()
    page.wait_for_timeout(2500)  # milliseconds, until the highlight has faded
    page.screenshot(path=HERE / name)
    print(f"Wrote docs/{name}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
