"""How fast the chat is for one reader: ``python -m eval.speed [--index DIR]``, with Chromium and Playwright.

It serves the index on a free port and opens the page in a real browser: once to warm up, then a few times for
the figures, each the median.  First paint is the browser's own; the first token is the time from Enter until
the first statement stands on the page.  For many readers at once see eval/load.py.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUESTIONS = (
    "How many ICSs are there in England?",
    "Who ordered the review?",
    "How many national priorities does Hewitt recommend?",
    "By how much must ICSs reduce their running costs?",
    "What does MiP think of the review?",
    "When were integrated care systems formally established?",
    "What will the Hewitt review examine?",
    "Who would get earned autonomy?",
)
VISITS = 7
# In the page: Playwright itself looks at it too seldom.
WATCH = """() => {
  addEventListener("keydown", () => { window.entered = performance.now(); window.first = 0; }, true);
  const statements = () => document.querySelectorAll("#talk > ol > li:last-child .statement").length;
  new MutationObserver(() => {
    if (!window.first && document.querySelector("#talk").dataset.busy === "true" && statements())
      window.first = performance.now();
  }).observe(document, { subtree: true, childList: true });
}"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> int:
    """Print the figures; the exit status."""
    from playwright.sync_api import sync_playwright  # of the extra [test]

    parser = argparse.ArgumentParser(prog="python -m eval.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--index", type=Path, default=Path("index"), help="the index (%(default)s)")
    index = parser.parse_args().index
    with serve(index) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page()
        paints, tokens = [], []
        for _ in range(VISITS + 1):
            page.goto(address)
            page.locator("body[data-view]").wait_for()
            paints.append(float(page.evaluate(PAINT)))
        box = page.get_by_role("textbox", name="Your question")
        page.evaluate(WATCH)
        for turn, question in enumerate(QUESTIONS, 1):
            box.fill(question)
            box.press("Enter")
            page.locator(f"#answer-{turn} .statement").first.wait_for()
            tokens.append(float(page.evaluate("window.first - window.entered")))
            page.wait_for_timeout(4000)  # milliseconds: the suggestions are being checked
        browser.close()
    print(f"first paint  {statistics.median(paints[1:]):6.0f} ms, at most {max(paints[1:]):.0f}")
    print(f"first token  {statistics.median(tokens[1:]):6.0f} ms, at most {max(tokens[1:]):.0f}")
    return 0


@contextmanager
def serve(index: Path) -> Iterator[str]:
    """Yield the address of a chat over the index, in a process of its own."""
    command = [sys.executable, "app.py", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as chat:
        try:
            for line in chat.stderr or ():
                if line.startswith("Footnote is ready: "):
                    yield line.split()[-1]
                    return
            raise SystemExit(f"the chat did not start over {index}/: build it with `make index`")
        finally:
            chat.kill()


if __name__ == "__main__":
    sys.exit(main())
