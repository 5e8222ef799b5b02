"""The web chat in a real browser, over real HTTP, on the real documents.

A few tests replace the chatbot by a fake one, to stop an answer half-way or to let it fail.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

import rag
from rag.citing import quote
from rag.datatypes import REFUSAL, Difference
from web.serving import address as address_of
from web.serving import listen, site

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("the chat needs a browser: apt-get install chromium", allow_module_level=True)

FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
FLAGS += " --disable-background-networking --disable-component-update"
READY = "Footnote is ready: "
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
EXAMPLE = "How many national priorities does Hewitt recommend?"
OFF_TOPIC = "What is the boiling point of tungsten?"
HOSTILE = (
    "The warden of Hollow Bridge keeps <script>alert(1)</script> a lamp "
    "<img src=x onerror=alert(2)> with ![oil](http://outside.invalid/oil) and "
    "[a letter](javascript:alert(3)) and ${alert(4)} {{value}} *in* _the_ `tower` "
    "<b>until</b> $$dawn$$ &amp; after."
)


# The server


def index_of(documents: Path, index: Path) -> Path:
    """The index of the documents, built the way a user builds it."""
    command = [sys.executable, "-m", "rag", "index", documents, "--index", index]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return index


@contextmanager
def start(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Yield the chat as a process of its own, and end it afterwards."""
    command = [sys.executable, "app.py", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as chat:
        try:
            yield chat
        finally:
            chat.kill()


def serve(index: Path) -> Iterator[str]:
    """Yield the address of a chat over the index."""
    with start("--index", index, "--port", "0") as chat:
        yield ready(chat)


def ready(chat: subprocess.Popen[str]) -> str:
    """The address, once the chat says that it is ready."""
    said = []
    for line in chat.stderr:
        said.append(line)
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    raise AssertionError("the chat did not start:\n" + "".join(said))


@contextmanager
def serving(chatbot) -> Iterator[str]:
    """Yield the address of a page over a chatbot of this process."""
    import app

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(site(app.build(chatbot)), log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_of(ROOT / "seeds", tmp_path_factory.mktemp("seeds") / "index")


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    yield from serve(index)


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "documents").mkdir()
    (folder / "documents" / "warden.txt").write_text(HOSTILE, encoding="utf-8")
    yield from serve(index_of(folder / "documents", folder / "index"))


@pytest.fixture(scope="module")
def copied_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("copied")
    (folder / "documents").mkdir()
    story = "The warden of the bridge lit a lamp at dusk. Nobody crossed the water until it was morning."
    for name in ("first", "second"):
        (folder / "documents" / f"{name}.txt").write_text(story, encoding="utf-8")
    yield from serve(index_of(folder / "documents", folder / "index"))


# The browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator:
    """Open an address in a page that must never call out, show a dialog or log an error."""
    contexts, alarms = [], []

    def open_page(address: str, size: dict[str, int] = DESKTOP, scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: alarms.append(str(error)))
        page.on(
            "request",
            lambda request: (
                alarms.append(request.url)
                if not request.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )
        page.goto(address)
        expect(page.get_by_role("textbox", name="Your question")).to_be_visible(timeout=30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert alarms == []


def ask(page: Page, question: str) -> None:
    """Type the question, press Enter, and wait until it is answered."""
    turns = page.locator("#sources section").count()
    page.get_by_role("textbox", name="Your question").fill(question)
    page.get_by_role("textbox", name="Your question").press("Enter")
    expect(page.locator("#sources section")).to_have_count(turns + 1, timeout=30_000)
    expect(page.get_by_role("button", name="Ask")).to_be_visible(timeout=30_000)


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def seeds_say(words: str) -> bool:
    """Whether a shipped document holds these very words."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt")]
    return any(words in text for text in texts)


# Asking


def test_page_says_what_it_is_and_calls_nobody(visit, address):
    page = visit(address)
    page.wait_for_timeout(1000)  # milliseconds, for whatever would call out
    page.get_by_text("The 5 documents").click()
    expect(page.locator("#opening li")).to_have_count(5)
    expect(page.locator("#opening")).to_contain_text("000_f81187c414ed6d90.txt")
    expect(page.locator("#opening")).to_contain_text("it does not answer")
    assert fits(page)


def test_marker_leads_to_the_exact_words_and_back(visit, address):
    page = visit(address)
    page.get_by_role("button", name=EXAMPLE).click()
    marker = page.locator("#chat a.marker", has_text="[1]")
    marker.click(timeout=30_000)
    source = page.locator("#source-1-1")
    expect(source).to_be_focused()
    expect(source.locator("mark")).to_be_in_viewport()
    quote = source.locator("mark").evaluate("mark => mark.textContent")
    assert seeds_say(quote)
    expect(page.locator("#chat [data-testid=bot] p").first).to_have_text(f"{quote} [1]")
    source.get_by_text("Back to the answer").click()
    expect(marker).to_be_focused()
    expect(marker).to_be_in_viewport()


@pytest.mark.parametrize("example", range(6))
def test_every_example_is_answered(visit, address, example):
    page = visit(address)
    page.locator("#chat button", has_text="?").nth(example).click()
    expect(page.locator("#chat a.marker").first).to_be_visible(timeout=30_000)


def test_follow_up_is_understood_and_older_markers_still_lead(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, "And what about prevention?")
    expect(page.locator("#chat")).to_contain_text("Understood as: And what about prevention? ")
    page.locator("#chat a.marker[href='#source-2-1']").first.click()
    expect(page.locator("#source-2-1")).to_be_focused()
    page.locator("#chat a.marker[href='#source-1-1']").first.click()
    expect(page.locator("#source-1-1")).to_be_focused()
    expect(page.locator("#source-1-1 mark")).to_be_in_viewport()


def test_documents_the_question_asks_for_come_first_until_that_is_taken_back(visit, address):
    page = visit(address, PHONE)
    alike = page.get_by_role("button", name="Look in all documents alike")
    ask(page, "How many ICSs are there in England?")
    expect(alike).to_be_hidden()
    ask(page, "What did the union say about targets in 2022?")
    said = "Looked first in: MiP, the union for health and care managers, from 1 January 2022"
    expect(page.locator("#chat")).to_contain_text(said)
    expect(page.locator("#source-2-1")).to_contain_text("000_f81187c414ed6d90.txt")
    assert fits(page)
    alike.click()
    expect(page.locator("#chat")).not_to_contain_text("Looked first in", timeout=30_000)
    expect(page.locator("#sources section")).to_have_count(2)
    expect(page.locator("#source-2-1 mark")).to_be_visible()
    expect(alike).to_be_hidden()


def test_source_says_why_it_was_found(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    why = page.locator("#source-1-1 details.why")
    expect(why.get_by_text("bm25: rank")).to_be_hidden()
    why.get_by_text("Why this passage").click()
    for told in ("dense: rank", "bm25: rank", "sentence: rank", "matched: ", "priorities"):
        expect(why.get_by_text(told).first).to_be_visible()


def test_copy_is_shown_once_and_names_the_other(visit, copied_address):
    page = visit(copied_address)
    ask(page, "What did the warden of the bridge light?")
    expect(page.locator("#sources article")).to_have_count(1)
    expect(page.locator("#source-1-1")).to_contain_text("Also in:")
    expect(page.locator("#source-1-1 .others")).to_contain_text("second.txt")


def test_refusal_shows_what_was_looked_at(visit, address):
    page = visit(address)
    ask(page, OFF_TOPIC)
    expect(page.locator("#chat")).to_contain_text(REFUSAL)
    expect(page.locator("#chat a.marker")).to_have_count(0)
    expect(page.locator("#sources")).to_contain_text("Nearest passages")
    expect(page.locator("#sources article").first).to_be_visible()
    expect(page.locator("#sources mark")).to_have_count(0)
    page.get_by_text("Why no answer").click()
    expect(page.locator("#sources .why").first).to_contain_text("likelihood that the documents answer: ")
    page.get_by_role("link", name="See the nearest passages").click()
    expect(page.locator("#source-1")).to_be_focused()


def test_phone_is_wide_enough(visit, address):
    page = visit(address, PHONE)
    assert fits(page)
    ask(page, EXAMPLE)
    assert fits(page)
    page.locator("#chat a.marker").first.click()
    expect(page.locator("#source-1-1 mark")).to_be_in_viewport()


def test_keyboard_is_enough(visit, address):
    page = visit(address)
    page.locator("body").press("Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(EXAMPLE)
    page.keyboard.press("Enter")
    marker = page.locator("#chat a.marker").first
    expect(marker).to_be_visible(timeout=30_000)
    for _ in range(20):
        if page.evaluate("document.activeElement.className") == "marker":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#sources article:focus mark")).to_be_in_viewport()


# Questions that cannot be asked


@pytest.mark.parametrize("question", ["", "   ", "autonomy " * 7000], ids=["empty", "blank", "long"])
def test_impossible_question_is_explained_and_costs_nothing(visit, address, question):
    page = visit(address)
    ask(page, EXAMPLE)
    box = page.get_by_role("textbox", name="Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator("#chat .aside")).to_contain_text("question", timeout=30_000)
    expect(box).to_have_value(question)
    expect(page.locator("#chat [data-testid=user]")).to_have_count(1)
    ask(page, OFF_TOPIC)
    expect(page.locator("#chat [data-testid=user]")).to_have_count(2)


def test_hostile_document_is_shown_and_does_nothing(visit, hostile_address):
    page = visit(hostile_address)
    expect(page.locator("#chat button", has_text="?")).to_have_count(0)  # no examples from seeds
    ask(page, "What does the warden of Hollow Bridge keep <b>until</b> *dawn*?")
    page.wait_for_timeout(1000)  # milliseconds, for whatever would call out
    expect(page.locator("#chat [data-testid=bot]")).to_contain_text(HOSTILE)
    expect(page.locator("#chat [data-testid=user]")).to_contain_text("<b>until</b> *dawn*")
    expect(page.locator("#sources h3")).to_contain_text("<b>until</b> *dawn*")
    expect(page.locator("#sources mark")).to_have_text(HOSTILE)
    expect(page.locator(":is(#chat, #sources) :is(script, img, b, em, code)")).to_have_count(0)


# What an answer carries


class Telling:
    """A chatbot that gives its one answer to whatever is asked, statement by statement."""

    def __init__(self, answer: rag.Answer) -> None:
        self.answer = answer
        self.documents = tuple({c.document.id: c.document for c in answer.citations}.values())
        self.answerer = None
        self.histories: list[tuple[rag.Turn, ...]] = []

    def stream(
        self, question: str, *, history: tuple[rag.Turn, ...] = (), where: rag.Where | None = None
    ) -> Iterator[rag.Answer]:
        self.histories.append(history)
        for shown in range(1, len(self.answer.statements) + 1):
            yield replace(self.answer, question=question, statements=self.answer.statements[:shown])


NOON = rag.Document("noon.txt", "Noon", "The <b>bridge</b> opened in 1987. It has *three* arches.")
DUSK = rag.Document("dusk.txt", "Dusk", "The bridge opened on 4 May 1990.")
OPENED, ARCHES, LATER = quote([(NOON, 0, 33), (NOON, 34, 56), (DUSK, 0, 32)])
MARKED = (
    replace(OPENED, fact=(28, 32), attribution="Noon <i>, date unknown"),
    replace(ARCHES, fact=(7, 14), attribution="Noon <i>, date unknown", unsupported=("42", "<Leeds>")),
    replace(LATER, attribution="Dusk, date unknown"),
)
DIFFERENCES = (
    Difference("differ", (1, 3), ("1987", "4 May 1990")),
    Difference("refine", (1, 2), ("<u>", "three")),
)
READ = (rag.Passage(NOON, 0, 56, 1, 0.5),)
TOLD = rag.Answer("", MARKED, READ, refused=False, confidence=0.914, differences=DIFFERENCES)

CONTRAST = """element => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  let behind = element;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const lights = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
    .map(colour => light(numbers(colour)) + 0.05);
  return Math.max(...lights) / Math.min(...lights);
}"""


@pytest.fixture(scope="module")
def telling() -> Iterator[tuple[Telling, str]]:
    chatbot = Telling(TOLD)
    with serving(chatbot) as address:
        yield chatbot, address


def test_fact_is_marked_and_the_history_stays_plain(visit, telling):
    chatbot, address = telling
    page = visit(address)
    ask(page, "When did it open?")
    expect(page.locator("#chat mark")).to_have_text(["1987", "*three*"])
    ask(page, "And then?")
    quotes = tuple(citation.quote for citation in TOLD.citations)
    assert chatbot.histories[-1] == (rag.Turn("When did it open?", TOLD.text, quotes),)


def test_statements_say_whose_words_they_are_and_what_their_source_lacks(visit, telling):
    _, address = telling
    page = visit(address)
    ask(page, "When did it open?")
    expect(page.locator("#chat [data-testid=bot] p:not(.difference)")).to_have_text(
        [
            "Noon <i>, date unknown: The <b>bridge</b> opened in 1987. [1]",
            "It has *three* arches. [2] not in the source: 42, <Leeds>",
            "Dusk, date unknown: The bridge opened on 4 May 1990. [3]",
        ]
    )
    expect(page.locator("#chat .label")).to_have_count(2)  # once for two statements of one source
    expect(page.locator(":is(#chat, #sources) :is(b, i, u, em)")).to_have_count(0)


def test_differences_are_told_and_lead_to_their_sources(visit, telling):
    _, address = telling
    page = visit(address, PHONE)
    ask(page, "When did it open?")
    differ, refine = page.locator("#chat .difference").all()
    expect(differ).to_have_text(
        "The sources differ: Noon, date unknown, says “1987” [1]; Dusk, date unknown, says “4 May 1990” [3]."
    )
    expect(refine).to_contain_text("[2] is more exact than [1]: Noon, date unknown, says “<u>” [1]; ")
    differ.get_by_role("link", name="[3]").click()
    expect(page.locator("#source-1-3")).to_be_focused()
    expect(page.locator("#source-1-3 mark")).to_be_in_viewport()
    assert fits(page)


def test_answer_says_on_demand_how_likely_it_is(visit, telling):
    _, address = telling
    page = visit(address)
    ask(page, "When did it open?")
    likelihood = page.get_by_text("likelihood that the documents answer: 91%")
    expect(likelihood).to_be_hidden()
    page.get_by_text("Why this answer").click()
    expect(likelihood).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_told_can_be_read(visit, telling, scheme):
    _, address = telling
    page = visit(address, scheme=scheme)
    ask(page, "When did it open?")
    for told in ("#chat mark", "#chat .label", "#chat .unsupported", ".difference", "#sources mark"):
        assert page.locator(told).first.evaluate(CONTRAST) >= 4.5, told  # WCAG 2.2, AA


def test_answer_is_shown_from_its_question_on(visit, telling):
    _, address = telling
    page = visit(address, PHONE)
    ask(page, "When did it open?")
    ask(page, "And then?")
    expect(page.locator("#chat [data-testid=user]").last).to_be_in_viewport(ratio=1)
    expect(page.locator("#chat .label").nth(2)).to_be_in_viewport(ratio=1)


def test_question_about_the_answer_before_names_its_source(visit, address):
    page = visit(address)
    ask(page, EXAMPLE)
    ask(page, "which document says so?")
    expect(page.locator("#chat .label").last).to_contain_text("2023")
    page.locator("#chat a.marker[href='#source-2-1']").click()
    expect(page.locator("#source-2-1 mark")).to_be_in_viewport()
    expect(page.locator("#source-2 details.why")).to_have_count(0)  # nothing was searched


# Answers that do not come to their end


class Halting:
    """A chatbot that gives one statement, then waits for `go` and ends as it is told."""

    def __init__(self) -> None:
        text = "One thing is said here. Another is said there."
        self.documents = (rag.Document("note.txt", "A note", text),)
        self.answerer = None
        self.go = threading.Event()
        self.histories: list[tuple[rag.Turn, ...]] = []
        self.failure: Exception | None = None

    def stream(
        self, question: str, *, history: tuple[rag.Turn, ...] = (), where: rag.Where | None = None
    ) -> Iterator[rag.Answer]:
        self.histories.append(history)
        statements = []
        for number, (start, end) in enumerate(((0, 23), (24, 46)), 1):
            quote = self.documents[0].text[start:end]
            citation = rag.Citation(number, self.documents[0], start, end, quote)
            statements.append(rag.Statement(quote, (citation,), 1.0))
            yield rag.Answer(question, tuple(statements), (), refused=False)
            self.go.wait(30)
            if self.failure:
                raise self.failure


@pytest.fixture
def halting() -> Iterator[tuple[Halting, str]]:
    """A halting chatbot and the address of a page over it."""
    chatbot = Halting()
    with serving(chatbot) as address:
        yield chatbot, address
        chatbot.go.set()


def test_stop_keeps_what_was_said(visit, halting):
    chatbot, address = halting
    page = visit(address)
    page.get_by_role("textbox", name="Your question").fill("What is said?")
    page.get_by_role("textbox", name="Your question").press("Enter")
    expect(page.locator("#chat a.marker")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    page.wait_for_timeout(2000)  # milliseconds: on a busy machine the stop takes effect after it is shown
    chatbot.go.set()
    page.wait_for_timeout(1000)  # and Gradio takes no question before the old one ended
    ask(page, "And then?")
    expect(page.locator("#chat a.marker")).to_have_count(3)
    turn = rag.Turn("What is said?", "One thing is said here. [1]", ("One thing is said here.",))
    assert chatbot.histories == [(), (turn,)]


def test_new_conversation_forgets_the_old(visit, halting):
    chatbot, address = halting
    page = visit(address)
    chatbot.go.set()
    ask(page, "What is said?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat a.marker")).to_have_count(0)
    expect(page.locator("#sources article")).to_have_count(0)
    ask(page, "And then?")
    assert chatbot.histories == [(), ()]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (rag.RagError("the model is gone: fetch it"), "The model is gone: fetch it"),
        (RuntimeError("secret"), "Something went wrong"),
    ],
    ids=["known", "unknown"],
)
def test_failure_keeps_the_question(visit, halting, failure, said, capsys):
    chatbot, address = halting
    page = visit(address)
    chatbot.failure = failure
    chatbot.go.set()
    page.get_by_role("textbox", name="Your question").fill("What is said?")
    page.get_by_role("textbox", name="Your question").press("Enter")
    expect(page.locator("#chat .aside")).to_contain_text(said)
    expect(page.locator("#chat")).not_to_contain_text("secret")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("What is said?")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()


# The process


def test_responses_carry_the_policy_and_no_endpoint_is_public(visit, address):
    page = visit(address)
    response = page.request.get(address)
    assert "script-src-attr 'none'" in response.headers["content-security-policy"]
    assert page.request.get(f"{address}/gradio_api/info").json()["named_endpoints"] == {}


def test_taken_port_is_one_line(index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--index", index, "--port", port) as chat:
            said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 1
    assert said == f"app.py: port {port} is taken: choose another with --port\n"


def test_missing_index_is_one_line(tmp_path):
    with start("--index", tmp_path / "none", "--port", "0") as chat:
        said = chat.communicate(timeout=60)[1].splitlines()
    assert chat.returncode == 1
    assert said[-1].startswith("app.py: ") and len(said) == 2


def test_bad_port_is_a_usage_error():
    with start("--port", "70000") as chat:
        said = chat.communicate(timeout=60)[1]
    assert chat.returncode == 2
    assert "--port" in said and "Traceback" not in said


def test_listens_here_alone_and_ends_quietly(visit, index):
    with start("--index", index, "--port", "0") as chat:
        address = ready(chat)
        host, port = address.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        knock = f"import socket; socket.create_connection(('127.0.0.2', {port}), 5)"
        refused = subprocess.run([sys.executable, "-c", knock], capture_output=True, text=True)
        assert "ConnectionRefusedError" in refused.stderr
        visit(address)  # an open page must not delay the end
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=10) == 130
        assert chat.stderr.read() == ""


def test_interrupted_start_ends_quietly(index):
    with start("--index", index, "--port", "0") as chat:
        chat.stderr.readline()  # the first progress line: the model is about to load
        chat.send_signal(signal.SIGINT)
        assert chat.wait(timeout=20) == 130
        assert "Traceback" not in chat.stderr.read()
