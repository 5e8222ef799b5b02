"""What is shown around a quote, and the lines of a statement, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from rag.conversations.records import Exchange
from rag.datatypes import Answer, Citation, Document, Passage, Statement
from rag.documents.readers.markdown import read_layout
from web.page.conversation import Shown, conversation_html
from web.page.excerpts import REACH, beginning_html, excerpt_html
from web.page.sources import sources_html

TOWN = (
    "---\ntitle: x\n---\n# Eastham\n\nA *town* & a [pier](https://x.org/a).\n\n"
    "| Depot | Manager |\n|---|---|\n| *Leeds* | <3 Brook |\n| York | B. Stone |\n\n- one\n- two\n"
)


def markdown(text):
    blocks, marks = read_layout(text)
    return Document("a.md", "Eastham", text, blocks=blocks, marks=marks)


def span(document, first, last):
    start = document.text.index(first)
    return start, document.text.index(last, start) + len(last)


def test_excerpt_is_clean_and_its_rows_have_the_names_of_their_columns():
    town = markdown(TOWN)
    shown = excerpt_html(town, span(town, "| *Leeds", "Brook |"))
    assert shown.splitlines() == [
        "… Eastham",
        "A town &amp; a pier.",
        "Depot · Manager",
        "<mark>Depot: Leeds · Manager: &lt;3 Brook</mark>",
        "Depot: York · Manager: B. Stone",
        "- one",
        "- two",
    ]
    assert "<mark>A town &amp; a pier.</mark>" in excerpt_html(town, span(town, "A *town", "a)."))


def test_quote_in_a_cell_is_marked_in_its_row():
    town = markdown(TOWN)
    assert "Depot: York · Manager: <mark>B. Stone</mark>" in excerpt_html(town, span(town, "B. St", "one"))


def test_excerpt_reaches_so_far_and_to_whole_words_and_rows():
    text = "word " * 200 + "\n\nThe quote.\n\n" + "other " * 200
    document = Document("a", "A", text)
    shown = excerpt_html(document, span(document, "The", "quote."))
    before, quote, behind = re.split("</?mark>", shown)
    assert quote == "The quote." and before.startswith("… word ") and behind.endswith(" other …")
    assert REACH - 20 < len(before) < REACH + 10 and REACH - 20 < len(behind) < REACH + 10
    rows = "| Depot | Manager |\n|---|---|\n" + "".join(f"| town{n} | clerk{n} |\n" for n in range(90))
    table = markdown(rows)
    lines = (
        re.sub("</?mark>", "", excerpt_html(table, span(table, "town40", "town40"))).strip("… ").split("\n")
    )
    assert (
        all(re.fullmatch(r"Depot: town(\d+) · Manager: clerk\1", line) for line in lines) and len(lines) > 9
    )


def test_beginning_of_a_passage():
    town = markdown(TOWN)
    passage = Passage(town, *span(town, "| *Leeds", "Stone |"), 1, 1.0)
    assert (
        unescape(beginning_html(passage))
        == "Depot: Leeds · Manager: <3 Brook\nDepot: York · Manager: B. Stone"
    )
    long = Document("a", "A", "word " * 200)
    assert beginning_html(Passage(long, 0, 900, 1, 1.0)).endswith("word …")


# Sections and lines


def answered(text, fact=None):
    document = markdown("# T\n\n- one\n- two <b>\n")
    quote = span(document, "- one", "<b>")
    cited = Citation(1, document, *quote, document.text[slice(*quote)], "Eastham › <Officers>")
    return Answer("Who?", (Statement(text, (cited,), 1.0, fact=fact),), (), refused=False)


def test_section_stands_with_the_source_and_in_the_marker():
    exchange = Exchange("Who?", answered("- one"))
    assert "</span>Eastham › &lt;Officers&gt;</p>" in sources_html([exchange])
    assert 'title="Eastham › Eastham › &lt;Officers&gt;"' in conversation_html(Shown("x", (exchange,)), "")
    passage = Passage(exchange.answer.citations[0].document, 0, 3, 1, 1.0, section="Below <b>")
    refused = replace(exchange.answer, statements=(), passages=(passage,), refused=True)
    assert "</span>Below &lt;b&gt;</p>" in sources_html([Exchange("Who?", refused)])


def test_list_is_shown_line_by_line_with_what_answers_marked():
    text = "They are:\n1. Ann\n2. <b> Bob"
    shown = conversation_html(Shown("x", (Exchange("Who?", answered(text, (13, 20))),)), "")
    assert (
        '<span class="line">They are:</span>\n<span class="line item">1. <mark>Ann</mark></span>\n'
        '<span class="line item"><mark>2. </mark>&lt;b&gt; Bob&nbsp;<a class="marker"' in shown
    )
    one = conversation_html(Shown("x", (Exchange("Who?", answered("It is.", (0, 2))),)), "")
    assert '<p class="statement"><mark>It</mark> is.&nbsp;' in one
