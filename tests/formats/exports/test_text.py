"""Plain text: what is copied of an answer, and of a quote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from exported import BARE, FOX, HOSTILE, cited, hostile

import rag
from rag.conversations.export import export_exchange
from rag.datatypes import Document
from rag.formats.exports.exports import FORMATS, REFERENCES

reference = REFERENCES["text"]


def test_quote_with_its_reference():
    assert reference(cited()) == (
        "“The red fox sleeps.”\n— Foxes, A publisher, 19 December 2022, red.txt:0-19, https://x.org/a?b=1"
    )
    assert (
        reference(cited(BARE)) == "“The frog\nsings.”\n— Bare, publisher unknown, date unknown, bare.txt:0-15"
    )
    assert reference(cited(replace(FOX, date_note="as far as is known", url=None))).endswith(
        "19 December 2022 (as far as is known), red.txt:0-19"
    )
    assert (
        reference(replace(cited(), section="Eastham › *Officers*"))
        .splitlines()[1]
        .startswith("— Foxes, A publisher, 19 December 2022, Eastham › *Officers*, red.txt:0-19,")
    )


def test_answer_with_its_footnotes(chatbot):
    answer = chatbot.ask("Who ordered the review?")
    text = rag.export_answer(answer, "text").decode()
    assert text.startswith("Who ordered the review?\n\nThe review, ordered by ")
    for statement in answer.statements:
        markers = "".join(f"[{citation.number}]" for citation in statement.citations)
        assert f"\n{statement.text} {markers}\n" in text
    for citation in answer.citations:
        assert f"\n[{citation.number}] “{citation.quote}”\n— {citation.document.title}, " in text
        assert f", {citation.document.id}:{citation.start}-{citation.end}\n" in text


def test_refusal_says_why(chatbot):
    refused = chatbot.ask("What is the capital of Australia?")
    text = rag.export_answer(refused, "text").decode()
    assert text == f"{refused.question}\n\n{refused.text} ({refused.reason})\n"


def test_what_no_file_holds_is_said_to_be_left_out():
    odd = Document("odd.txt", "Odd", "A\0b\ud83d.")
    assert reference(cited(odd)) == (
        "“A�b�.”\n— Odd, publisher unknown, date unknown, odd.txt:0-5, "
        "2 characters of the quote cannot be written: read �"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_speaks_to_a_terminal_or_turns_the_line_of_others(text):
    told = export_exchange(hostile(text), "text").decode()
    assert not [sign for sign in told if (ord(sign) < 32 and sign not in "\n\t") or 127 <= ord(sign) < 160]
    turned = [line for line in told.splitlines() if "\u202e" in line]
    assert all(line.partition("\u202e")[0] in ("[1] “", "“") for line in turned)


def test_format_that_is_none_is_refused():
    with pytest.raises(
        ValueError, match=r"format is 'pdf', expected one of text, markdown, html, docx, bibtex"
    ):
        rag.export_quotes([cited()], "pdf")
    assert list(FORMATS) == ["text", "markdown", "html", "docx", "bibtex", "ris", "csl"]
