"""Exports: what came of a conversation, in which nothing of a document is markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.conversations.export import conversation_json, conversation_markdown, reference
from rag.conversations.records import Conversation, Exchange
from rag.datatypes import Answer, Citation, Difference, Document, Passage, Statement, Turn, Where
from rag.formats.schema import answer_json
from rag.language.cleaning import strip_invisible

FOX = Document(
    "red.txt", "Foxes", "The red fox sleeps.", "A publisher", date(2022, 12, 19), url="https://x.org/a?b=1"
)
BARE = Document("bare.txt", "Bare", "The frog\nsings.")
BEGUN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.org/x.png) [y](javascript:alert(1))",
    "# Heading\n\n- list\n1. list\n> quote\n***\n===",
    "~~~\ncode\n~~~\n```x```",
    "    indented",
    "www.evil.org http://evil.org a@evil.org <http://evil.org>",
    "a | b\n--|--\n1 | 2",
    "&lt;b&gt; &copy; \\",
    "[a]: http://evil.org",
    "$x$ ~~gone~~ ^up^",
    "+ plus",
    "999999999) nine",
    "- ",
    "\u202egnp.exe \0 \ud83d",
]


def cited(document=FOX, number=1):
    return Citation(number, document, 0, len(document.text), document.text)


def conversation(*exchanges, title="A title"):
    return Conversation("id", title, BEGUN, BEGUN, exchanges)


def asked(text, document=FOX):
    """An exchange in which `text` stands wherever words of others may."""
    statement = Statement(text, (cited(document),), 1.0, (text,), attribution=text)
    answer = Answer(
        f"{text}?", (statement,), (), False, text, Where((text,)), 0.5, (), author=text, notice=text
    )
    return Exchange(text, answer, Where(publishers=(text,)), comment=text)


# Markdown


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
        assert place in page and f"\\[{citation.number}\\] " in page
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
        "**A publisher:** It sleeps. \\[1\\] (not in the source: 42)\n\nIt sings. \\[2\\]\n\n"
        "The sources differ: A publisher, 19 December 2022, says “sleeps” \\[1\\]; "
        "Bare, date unknown, says “sings” \\[2\\].\n\n"
        "Written by a-model, each sentence checked against what it cites.\n\nIt broke off.\n\n"
        "Not answered: half of it\n\n"
        "\\[1\\] Foxes, A publisher, 19 December 2022, red.txt:0-19, <https://x.org/a?b=1>\n\n"
        "> The red fox sleeps.\n\n"
        "\\[2\\] Bare, publisher unknown, date unknown, bare.txt:0-15\n\n> The frog\\\n> sings.\n"
    )


def test_markdown_of_what_was_stopped_or_looked_for_everywhere():
    stopped = Exchange("Who?", Answer("Who?", (), (), refused=False, author="a-model"), Where())
    told = "# A title\n\n## Who?\n\nLooked in all documents alike\n\nNo answer was written.\n"
    assert conversation_markdown(conversation(stopped)) == told
    assert conversation_markdown(conversation()) == "# A title\n"


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = {"text", "softbreak", "hardbreak", "text_special"}
OURS = {"heading", "paragraph", "blockquote", "inline", "strong"}


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


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_markdown(text):
    exchange = asked(text, Document(f"{text}.txt", text, text, text, date_note=text, url=text))
    page = conversation_markdown(conversation(exchange, title=text))
    assert only_ours(page), page
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
    assert only_ours(reference(cited(document), "markdown"))


def test_list_keeps_its_lines_in_markdown():
    statement = Statement("The officers are:\n1. Ann\n- *Bob*", (cited(),), 1.0)
    page = conversation_markdown(
        conversation(Exchange("Who?", Answer("Who?", (statement,), (), refused=False)))
    )
    assert "\n\nThe officers are:\\\n&#49;. Ann\\\n&#45; \\*Bob\\* \\[1\\]\n\n" in page
    assert [t.type for t in tokens(page)].count("hardbreak") == 2


def test_an_address_of_the_web_is_a_link_and_another_is_not():
    def links(url):
        page = conversation_markdown(conversation(asked("x", replace(FOX, url=url))))
        return [token.attrs["href"] for token in tokens(page) if token.type == "link_open"]

    assert links("https://x.org/a?b=(1)#c~d") == ["https://x.org/a?b=(1)#c~d"]
    for url in ("javascript:alert(1)", "https://x.org/> <b>", "https://x y", "file:///etc/passwd", "", None):
        assert links(url) == []


# JSON


def test_json_has_each_answer_as_the_command_line_has_it():
    where = Exchange("Who?", asked("x").answer, Where(("red.txt",)), "up", "Good.")
    exported = conversation_json(conversation(where, asked("y")))
    assert json.loads(json.dumps(exported)) == exported
    assert exported["title"] == "A title" and exported["begun"] == "2026-11-23T12:00:00+00:00"
    first, second = exported["exchanges"]
    assert first["answer"] == answer_json(where.answer) and first["where"]["documents"] == ["red.txt"]
    assert (first["question"], first["thumb"], first["comment"]) == ("Who?", "up", "Good.")
    assert second["question"] == "y"


# References


def test_references_of_a_quote():
    assert reference(cited(), "plain") == (
        "“The red fox sleeps.” — Foxes, A publisher, 19 December 2022, red.txt:0-19, https://x.org/a?b=1"
    )
    assert reference(cited(BARE), "plain") == (
        "“The frog\nsings.” — Bare, publisher unknown, date unknown, bare.txt:0-15"
    )
    assert reference(cited(replace(FOX, date_note="as far as is known", url=None)), "plain").endswith(
        "19 December 2022 (as far as is known), red.txt:0-19"
    )
    assert reference(cited(), "markdown") == (
        "> The red fox sleeps.\n>\n> — Foxes, A publisher, 19 December 2022, red.txt:0-19, <https://x.org/a?b=1>"
    )
    assert reference(cited(), "bibtex") == (
        "@misc{red-txt-0,\n  title = {Foxes},\n  publisher = {A publisher},\n  year = {2022},\n"
        "  url = {https://x.org/a?b=1},\n  note = {“The red fox sleeps.” (red.txt:0-19)},\n}\n"
    )
    with pytest.raises(ValueError, match="form is 'ris', expected 'plain', 'markdown' or 'bibtex'"):
        reference(cited(), "ris")


def test_references_tell_the_section():
    fox = replace(cited(), section="Eastham › *Officers*")
    assert reference(fox, "plain").startswith(
        "“The red fox sleeps.” — Foxes, A publisher, 19 December 2022, Eastham › *Officers*, red.txt:0-19,"
    )
    assert "2022, Eastham › \\*Officers\\*, red.txt:0-19, <" in reference(fox, "markdown")
    note = fields(reference(fox, "bibtex"))["note"]
    assert note == "“The red fox sleeps.” (Eastham › *Officers*, red.txt:0-19)"
    told = conversation(Exchange("Who?", Answer("Who?", (Statement("It.", (fox,), 1.0),), (), refused=False)))
    assert "2022, Eastham › \\*Officers\\*, red.txt:0-19" in conversation_markdown(told)


def test_bibtex_leaves_out_what_is_unknown():
    assert set(fields(reference(cited(BARE), "bibtex"))) == {"title", "note"}


def fields(entry):
    """The fields of one BibTeX entry, read strictly: each in braces that balance, and nothing else."""
    head = re.match(r"@misc\{([A-Za-z0-9-]+),\n", entry)
    assert head, entry
    rest, found = entry[head.end() :], {}
    while rest != "}\n":
        name = re.match(r"  ([a-z]+) = \{", rest)
        assert name, rest
        depth, end = 1, name.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        found[name[1]] = rest[name.end() : end - 1]
        assert rest[end : end + 2] == ",\n", rest
        rest = rest[end + 2 :]
    return found


TEX = {"textbackslash{}": "\\", "textbraceleft{}": "{", "textbraceright{}": "}"}
TEX |= {"textasciitilde{}": "~", "textasciicircum{}": "^"} | {sign: sign for sign in "&%$#_"}


def typeset(text):
    """What TeX makes of a field; a sign that means something to it must be escaped."""
    commands = "|".join(map(re.escape, TEX))
    bare = re.sub(rf"\\(?:{commands})", "", text)
    assert not re.search(r"[\\{}~^&%$#_]", bare), bare
    return re.sub(rf"\\({commands})", lambda command: TEX[command[1]], text)


@given(st.text(st.characters(), min_size=1))
@example("}, author = {Evil")
@example("{{{")
@example("\\} \\input{x} 100% A&B $1 #1 a_b ~ ^")
@example('"@misc{x,}')
def test_any_text_parses_in_bibtex(text):
    document = Document(text, text, text, text, date(2020, 2, 29), url=text)
    read = fields(reference(cited(document), "bibtex"))
    assert set(read) == {"title", "publisher", "year", "url", "note"} and read["year"] == "2020"
    assert typeset(read["title"]) == typeset(read["publisher"]) == strip_invisible(text)
    assert typeset(read["note"]).startswith(f"“{strip_invisible(text)}” (")
    assert not re.search(r"[\s{}\\\"]", read["url"])
