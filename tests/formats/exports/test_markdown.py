"""Markdown: footnotes that its parsers know, and nothing of a document is markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from exported import BARE, FOX, HOSTILE, asked, cited, conversation, hostile, lines_of
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from rag.conversations.export import export_conversation
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Citation, Difference, Document, Passage, Statement, Turn, Where
from rag.formats.exports.exports import REFERENCES, export_quotes
from rag.language.cleaning import strip_invisible

reference = REFERENCES["markdown"]


def conversation_markdown(conversation):
    return export_conversation(conversation, "markdown").decode()


def test_markdown_of_real_answers(chatbot):
    first = "Who ordered the review?"
    answer = chatbot.ask(first)
    history = [Turn(first, answer.text, tuple(c.quote for c in answer.citations))]
    then, outside = "How long was he health secretary?", "What is the capital of Australia?"
    followed, refused = chatbot.ask(then, history=history), chatbot.ask(outside)
    told = conversation(Exchange(first, answer), Exchange(then, followed), Exchange(outside, refused))
    page = conversation_markdown(told)
    assert page.startswith("# A title\n\n## Who ordered the review?\n\nThe review, ordered by ")
    assert "Understood as: How long was Jeremy Hunt health secretary?\n" in page
    assert (
        f"The documents do not answer this question. \\({refused.reason}\\)" in page or refused.reason in page
    )
    for citation in (*answer.citations, *followed.citations):
        place = f"{citation.document.id}:{citation.start}-{citation.end}".replace("_", "\\_")
        assert place in page and f"[^{citation.number}]: " in page
    text = shown(page)
    for citation in (*answer.citations, *followed.citations):
        assert strip_invisible(citation.quote) in text and citation.document.publisher in text
    assert text.count("Understood as") == 1


def test_markdown_says_all_there_is_to_say():
    numbers = (cited(), cited(BARE, 2))
    statements = (
        Statement("It sleeps.", numbers[:1], 1.0, ("42",), attribution="A publisher"),
        Statement("It sings.", numbers[1:], 1.0),
    )
    differing = (Difference("differ", (1, 2), ("sleeps", "sings")), Difference("differ", (1, 9), ("a", "b")))
    answer = Answer(
        "What of it?",
        statements,
        (Passage(BARE, 0, 8, 1, 0.5),),
        refused=False,
        reason="half of it",
        prefers=Where(("bare.txt",)),
        differences=differing,
        author="a-model",
        notice="it broke off",
    )
    page = conversation_markdown(conversation(Exchange("And it?", answer, Where(since=date(2022, 12, 1)))))
    assert page == (
        "# A title\n\n## And it?\n\nUnderstood as: What of it?\n\n"
        "Looked only in: from 1 December 2022\n\nLooked first in: Bare\n\n"
        "**A publisher:** It sleeps.[^1] \\(not in the source: 42\\)\n\nIt sings.[^2]\n\n"
        "**The sources differ:** A publisher, 19 December 2022, says “sleeps”[^1]; "
        "Bare, date unknown, says “sings”[^2].\n\n"
        "Written by a-model, each sentence checked against what it cites.\n\nIt broke off.\n\n"
        "Not answered: half of it\n\n"
        "[^1]: Foxes, A publisher, 19 December 2022, red.txt:0-19, <https://x.org/a?b=1>\n\n"
        "    > The red fox sleeps.\n\n"
        "[^2]: Bare, publisher unknown, date unknown, bare.txt:0-15\n\n"
        "    > The frog\\\n    > sings.\n"
    )


def test_markdown_of_what_was_stopped_or_looked_for_everywhere():
    stopped = Exchange("Who?", Answer("Who?", (), (), refused=False, author="a-model"), Where())
    told = "# A title\n\n## Who?\n\nLooked in all documents alike\n\nNo answer was written.\n"
    assert conversation_markdown(conversation(stopped)) == told
    assert conversation_markdown(conversation()) == "# A title\n"


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
PLAIN = {"text", "softbreak", "hardbreak", "text_special"}
OURS = {"heading", "paragraph", "blockquote", "inline", "strong"}
OURS |= {"footnote_ref", "footnote_block", "footnote", "footnote_anchor"}


def tokens(page):
    for token in PARSER.parse(page):
        yield token
        yield from token.children or ()


def shown(page):
    """The words that a reader of the page sees."""
    return " ".join("".join(_words(token) for token in tokens(page)).split())


def _words(token):
    return " " if token.type in ("softbreak", "hardbreak") else token.content if token.type in PLAIN else ""


def only_ours(page):
    """Whether the page has no markup but that which `markdown` makes."""
    kinds = {re.sub("_(open|close)$", "", token.type) for token in tokens(page)}
    return kinds <= PLAIN | OURS


def blockquote(page):
    """What stands in the blockquote of the footnote."""
    found = list(PARSER.parse(page))
    kinds = [token.type for token in found]
    return found[kinds.index("blockquote_open") : kinds.index("blockquote_close")]


def lines(children):
    """The lines of a paragraph, to the letter."""
    return "".join("\n" if t.type == "hardbreak" else t.content for t in children).split("\n")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_markdown(text):
    page = conversation_markdown(conversation(hostile(text), title=text))
    assert only_ours(page), page
    assert [t.meta["id"] for t in tokens(page) if t.type == "footnote_ref"] == [0]
    assert shown(page).count(strip_invisible(text)) >= 12
    assert "://" not in page and "www." not in page and not re.search(r"\w@", page)
    page.encode()


@given(st.text(st.characters(), min_size=1))
@example("a\\")
@example("1.\n\n    code")
def test_any_text_stays_text_in_markdown(text):
    document = Document(text, text, text, text, url=text)
    page = conversation_markdown(conversation(asked(text, document), title=text))
    assert only_ours(page), page
    assert strip_invisible(text).replace("\ufffd", "") in shown(page).replace("\ufffd", "")
    assert only_ours(reference(cited(document)))
    quoted = [token.children or [] for token in blockquote(page) if token.type == "inline"]
    shown_lines = [line for part in quoted for line in lines(part)]
    assert shown_lines == list(filter(None, lines_of(text)))


def test_list_keeps_its_lines_in_markdown():
    statement = Statement("The officers are:\n1. Ann\n- *Bob*", (cited(),), 1.0)
    page = conversation_markdown(
        conversation(Exchange("Who?", Answer("Who?", (statement,), (), refused=False)))
    )
    assert "\n\nThe officers are:\\\n&#49;. Ann\\\n&#45; \\*Bob\\*[^1]\n\n" in page
    assert [t.type for t in tokens(page)].count("hardbreak") == 2


def test_an_address_of_the_web_is_a_link_and_another_is_not():
    def links(url):
        page = conversation_markdown(conversation(asked("x", replace(FOX, url=url))))
        return [token.attrs["href"] for token in tokens(page) if token.type == "link_open"]

    assert links("https://x.org/a?b=(1)#c~d") == ["https://x.org/a?b=(1)#c~d"]
    assert links("https://x.org/> <b>") == ["https://x.org/%3E%20%3Cb%3E"]
    for url in ("javascript:alert(1)", " //x.org", "file:///etc/passwd", "", None):
        assert links(url) == []
    assert "file&#58;///etc/passwd" in conversation_markdown(
        conversation(asked("x", replace(FOX, url="file:///etc/passwd")))
    )


def test_footnotes_are_numbered_through_and_each_stands_once():
    both = (
        Statement("It sleeps.", (cited(BARE, 7), cited(FOX, 2)), 1.0),
        Statement("It.", (cited(BARE, 7),), 1.0),
    )
    answer = Answer("Who?", both, (), refused=False, differences=(Difference("refine", (2, 7), ("a", "b")),))
    page = conversation_markdown(conversation(*[Exchange("Who?", answer)] * 2))
    assert "It sleeps.[^1][^2]\n\nIt.[^1]\n\n**&#91;1&#93;" in page.replace("\\[", "&#91;").replace(
        "\\]", "&#93;"
    )
    assert "It sleeps.[^3][^4]\n\nIt.[^3]\n" in page
    assert re.findall(r"^\[\^(\d)\]: (\w+)", page, re.MULTILINE) == [
        ("1", "Bare"), ("2", "Foxes"), ("3", "Bare"), ("4", "Foxes"),
    ]  # fmt: skip


def test_quotes_alone():
    page = export_quotes([cited(BARE, 3), cited(FOX, 1), cited(BARE, 1)], "markdown").decode()
    assert page.startswith(
        "# Quotes\n\n“The frog\\\nsings.”[^1]\n\n“The red fox sleeps.”[^2]\n\n[^1]: Bare, "
    )
    assert page.count("[^") == 4


def test_page_and_section_of_a_citation():
    paged = Document("a.pdf", "A", "One. Two.", pages=(0, 5))
    there = Citation(1, paged, 5, 9, "Two.", "Eastham › *Officers*")
    told = conversation(
        Exchange("Who?", Answer("Who?", (Statement("It.", (there,), 1.0),), (), refused=False))
    )
    assert "unknown, Eastham › \\*Officers\\*, p. 2, a.pdf:5-9\n" in conversation_markdown(told)
