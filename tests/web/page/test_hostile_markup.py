"""Markup in documents, names, titles, answers, questions and drafts: text on the page, and nothing else.

A parser of HTML judges whatever is drawn; a browser, one page with every payload at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browsing import Fixed, Unsearched, ask, marker, serving
from exported import HOSTILE, hostile
from hypothesis import given, strategies as st
from lxml import html
from playwright.sync_api import expect

import rag
from rag.conversations.records import Heading
from rag.documents.folder.changes import Changes
from web.page.checking.result import refused_html
from web.page.conversation import Shown, conversation_html
from web.page.conversation_list import conversation_list_html
from web.page.documents import documents_html, folder_html, header_html, notice_html, welcome_html
from web.page.sources import citation_html, document_html, sources_html
from web.page.suggestions import chips_html

PAYLOADS = [
    *HOSTILE,
    "<svg/onload=alert(1)><animate onbegin=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<form action=//outside.invalid><input name=p type=password><button>Sign in",
    "<meta http-equiv=refresh content='0;url=//outside.invalid'><base href=//outside.invalid>",
    "<div style='position:fixed;inset:0'>over all</div><style>*{display:none}</style>",
    "<link rel=stylesheet href=//outside.invalid><object data=//outside.invalid>",
    "<embed src=//outside.invalid><video src=//outside.invalid autoplay>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</textarea></title></style></template></noscript><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} <%= 1 %>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//outside.invalid/x",
]
SIGNS = [*"<>\"'&=/` \n", "<a", "href=", "on", "script"]
TEXTS = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(max_size=30),
    st.lists(st.sampled_from([*PAYLOADS, *SIGNS]), max_size=6).map("".join),
).filter(lambda text: any(map(str.isalnum, text)))  # a document without a word is none
NEVER = set(
    "script iframe object embed applet link meta base style svg math img audio video source frame".split()
)
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href")


def judge(page: str) -> None:
    """Nothing on a page runs, loads, sends or lies over the rest; only a document's own address leads out."""
    for element in html.fragments_fromstring(page.replace("\x00", "")):
        assert not isinstance(element, str) or "\x00" not in element
        for one in element.iter() if not isinstance(element, str) else ():
            assert one.tag not in NEVER
            for name, value in one.attrib.items():
                assert not name.startswith("on") and name not in ("style", "srcdoc", "ping", "http-equiv")
                if name in ADDRESSES:
                    assert (one.tag, name) == ("a", "href")
                    assert value.startswith(("#", "conversations/", "https://", "http://"))
                    assert not value.startswith("http") or one.get("rel") == "noopener noreferrer"


def draw(text: str) -> Iterator[str]:
    """Every part of the page, with a text wherever words of others may stand."""
    exchange = hostile(text)
    document = exchange.answer.citations[0].document
    yield conversation_html(Shown(text, (exchange,), text, notice=text, question=text), "")
    yield sources_html((exchange,), text)
    yield citation_html(1, 1, exchange, key=text, now=(document,))
    yield document_html(document, 0, text, key=text)
    yield conversation_list_html((Heading(text, text, datetime(2026, 1, 1, tzinfo=UTC)),), text, text)
    yield chips_html((text,), text, Shown(text))
    yield refused_html(text, key=text)
    yield notice_html(text)
    yield folder_html(Changes(new=(text,), moved=((text, text),)))
    shelf = Fixed(Saying(text), skipped=(rag.Skipped(f"{text}.pdf", text),))
    yield documents_html(shelf)
    yield documents_html(shelf, may_change=False)
    yield welcome_html(shelf)
    yield header_html(shelf.documents, rag.OpenAIModel(base_url="http://127.0.0.1/v1", model=f"m {text}"))


class Saying:
    """A chatbot that answers with a text wherever a language model or a document has words."""

    index = Unsearched()

    def __init__(self, text: str) -> None:
        self.answer = hostile(text).answer
        self.documents = tuple(citation.document for citation in self.answer.citations)

    def stream(self, question: str, **_: object) -> Iterator[rag.Answer]:
        yield self.answer


@given(TEXTS)
def test_nothing_runs_loads_sends_or_covers(text):
    for page in draw(text):
        judge(page)


@pytest.mark.parametrize(
    "page", ["<script>x</script>", "<p onclick=x>", "<a href='javascript:x'>", "<img src=x>"]
)
def test_judge_finds_what_it_looks_for(page):
    with pytest.raises(AssertionError):
        judge(page)


def test_browser_does_nothing_with_every_payload_at_once(visit, tmp_path):
    """The browser of `visit` fails the test for each dialog, error and request to elsewhere."""
    everything = " ".join(PAYLOADS).encode("utf-8", "replace").decode()  # as a document that was read has it
    shelf = Fixed(Saying(everything), skipped=(rag.Skipped(everything, "?"),))
    with serving(shelf, tmp_path / "kept") as address:
        page = visit(address)
        ask(page, everything[:900])
        marker(page, 1, 1).click()
        expect(page.locator("#cited")).to_be_visible()
        page.locator("#top").get_by_role("button", name="Documents").click()
        expect(page.locator("#shelf")).to_contain_text("over all")
        page.wait_for_timeout(500)  # milliseconds, for whatever would call out
        everywhere = ":is(#talk, #sources, #reader, #shelf, #talks, #chips)"
        inside = (
            f"{everywhere} :is({', '.join(NEVER)}, [style], [onclick], [onload], [onerror], form[action])"
        )
        expect(page.locator(inside)).to_have_count(0)


def test_browser_runs_no_script_that_the_site_did_not_make(visit, tmp_path):
    """Were one to get onto the page, the policy would stop it."""
    with serving(Fixed(Saying("harmless")), tmp_path / "kept") as address:
        page = visit(address)
        told = page.evaluate(
            """async () => {
              const stopped = [];
              const note = (event) => stopped.push(event.effectiveDirective);
              document.addEventListener("securitypolicyviolation", note);
              const script = document.createElement("script");
              script.textContent = "window.ran = true";
              document.body.append(script);
              const image = "<img src='data:,x' onerror='window.ran = true'>";
              const frame = "<iframe src='https://outside.invalid'></iframe>";
              document.body.insertAdjacentHTML("beforeend", image + frame);
              await new Promise((wait) => setTimeout(wait, 500));
              return [window.ran ?? false, [...new Set(stopped)].sort()];
            }"""
        )
        assert told == [False, ["frame-src", "script-src-attr", "script-src-elem"]]
