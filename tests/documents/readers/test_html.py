"""A web page gives the text that it shows, and only what it says itself of its source."""

from __future__ import annotations

import codecs
from datetime import date

import pytest
from hypothesis import example, given, strategies as st

import rag
from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.documents.readers.html import MOST_ELEMENTS, read_html


def text(page):
    return read_html(page.encode() if isinstance(page, str) else page).text


def said(page):
    contents = read_html(page.encode() if isinstance(page, str) else page)
    outline = Outline(Document("a.html", "", contents.text, blocks=contents.blocks))
    return [contents.text[start:end] for start, end in outline.pieces]


# What it shows


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            "<h1>Foxes</h1><p>A fox\n sleeps.</p><div>It wakes.</div>At noon.",
            "Foxes\n\nA fox sleeps.\n\nIt wakes.\nAt noon.",
        ),
        ("<p>See <a href='https://a.example/x'>the page</a>, <b>b</b>old.", "See the page, bold."),
        (
            "<ul><li>One.<li><p>Two.</p><ul><li>Three.</ul></ul><ol><li>A.<li>B.</ol>",
            "* One.\n\n* Two.\n\n* Three.\n1. A.\n2. B.",
        ),
        ("one<br>two<section>three</section><section>four</section>", "one\ntwo\nthree\nfour"),
        ("<dl><dt>Fox<dd>An animal.</dl>", "Fox\nAn animal."),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<pre><code>a\n  b</code>\n<b>c\nd</b></pre>", "a\n  b\nc\nd"),
        ("plain &amp; simple &eacute; &#x1F98A; &copy;", "plain & simple é 🦊 ©"),
        ("hy&shy;phen", "hyphen"),
        ("<details><summary>More</summary>Told.</details>", "More\nTold."),
        (
            "<p>42<sup>3</sup> in H<sub>2</sub>O, 1<sup>st</sup>, m<sup><a href=x>2</a></sup>",
            "42³ in H₂O, 1st, m²",
        ),
        ("\ufeff<?xml version='1.0'?><!DOCTYPE html><html><body><p>x</p></body></html>", "x"),
        ("", ""),
        ("<!-- nothing -->", ""),
    ],
)
def test_text_is_what_the_page_shows(page, shown):
    assert text(page) == shown


def test_table_is_told_row_by_row():
    page = """<table><caption>Sizes</caption><thead><tr><th>Country<th>Popu<br>lation</thead>
        <tr><td>France<td>68 <b>mil</b>lion<tr><td>Germany<td><p>84</p><p>million</p></table><p>After."""
    rows = ["| Country | Popu lation |", "| France | 68 million |", "| Germany | 84 million |"]
    assert text(page).split("\n")[:4] == ["Sizes", *rows]
    assert said(page)[:4] == ["Sizes", *rows]


def test_table_that_lays_out_a_page_is_no_row():
    page = "<table><tr><td><h2>Menu</h2><td><p>The fox sleeps.</p><table><tr><td>a<td>1</table></table>"
    assert text(page) == "Menu\n\nThe fox sleeps.\n\n| a | 1 |"
    long = "The fox sleeps in its den. " * 20
    assert text(f"<table><tr><td>x<td>{long}</table>") == f"x\n{long.strip()}"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>SECRET</script>",
        "<style>SECRET</style>",
        "<noscript><p>SECRET</noscript>",
        "<template><p>SECRET</p></template>",
        "<!-- SECRET -->",
        "<!--[if IE]>SECRET<![endif]-->",
        "<?php SECRET ?>",
        "<p hidden>SECRET</p>",
        "<div hidden=until-found><p>SECRET</p></div>",
        "<p style='color: red; DISPLAY : None !important'>SECRET</p>",
        "<p style='visibility:/* really */hidden'>SECRET</p>",
        "<span style=opacity:0>SECRET</span>",
        "<span style='font-size:0px'>SECRET</span>",
        "<div style=display:none><div style=display:block>SECRET</div></div>",
        "<textarea>SECRET</textarea>",
        "<select><option>SECRET</select>",
        "<button>SECRET</button>",
        "<input value=SECRET>",
        "<img alt=SECRET title=SECRET src=x>",
        "<dialog>SECRET</dialog>",
        "<iframe>SECRET</iframe>",
        "<object>SECRET</object>",
        "<svg><title>SECRET</title><text>SECRET</text></svg>",
        "<table><tr hidden><td>SECRET<td>2</table>",
        "<table><tr><td>x<td><b hidden>SECRET</b>2</table>",
        "<p title=SECRET data-x=SECRET aria-label=SECRET></p>",
    ],
)
def test_what_does_not_show_is_no_text(hidden):
    shown = text(f"<title>SECRET</title><p>Before.</p>{hidden} behind it<p>After.</p>")
    assert "SECRET" not in shown
    assert shown.startswith("Before.") and "behind it" in shown and shown.endswith("After.")


@pytest.mark.parametrize("style", ["opacity:0.5", "font-size:0.9em", "--display:none-ish", "display:block"])
def test_what_only_looks_hidden_is_text(style):
    assert text(f"<p style='{style}'>Shown.</p>") == "Shown."


def test_page_that_a_script_would_uncover_is_text():
    assert text("<html hidden><body style='display:none'><p>Shown.") == "Shown."


# What it says of its source


def test_source_is_what_the_page_says():
    page = """<head><title>The title - Site</title><meta property="og:title" content="The  title">
        <meta property="og:site_name" content="The Site"><meta name="publisher" content="Other">
        <meta property="article:published_time" content="2023-04-05T23:30:00+02:00">
        <link rel="canonical" href="https://site.example/page?a=1"></head><p>Text."""
    assert read_html(page.encode()).metadata == {
        "title": "The title",
        "publisher": "The Site",
        "published": date(2023, 4, 5),
        "url": "https://site.example/page?a=1",
    }


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("", {}),
        ("<title> A\n &amp; B </title>", {"title": "A & B"}),
        ("<title></title><meta name=title content=''>", {}),
        ("<meta name=publisher content=MiP>", {"publisher": "MiP"}),
        ("<meta name=publisher content='https://facebook.example/x'>", {}),
        ("<meta name=author content='A. Person'><meta name=generator content=Word>", {}),
        ("<meta name=DC.date content=2023-04-05>", {"published": date(2023, 4, 5)}),
        ("<meta name=citation_publication_date content=2023/04/05>", {"published": date(2023, 4, 5)}),
        ("<meta name=date content=2023-04>", {}),
        ("<meta name=date content=2023>", {}),
        ("<meta name=date content=2023-02-30>", {}),
        ("<meta name=date content='5 April 2023'>", {}),
        ("<meta name=date content=04/05/2023>", {}),
        ("<meta name=date content=1970-01-01T00:00:00Z>", {}),
        ("<meta name=date content=0001-01-01>", {}),
        ("<meta property=article:modified_time content=2023-04-05>", {}),
        (
            "<meta name=date content=soon><meta name=dc.date content=2023-04-05>",
            {"published": date(2023, 4, 5)},
        ),
        ("<link rel=canonical href='javascript:alert(1)'>", {}),
        ("<link rel=canonical href='data:text/html,x'>", {}),
        ("<link rel=canonical href=/page>", {}),
        ("<link rel=canonical href='//site.example/page'>", {}),
        ("<link rel=canonical href='http://[oops'>", {}),
        ("<link rel=canonical href='https://'>", {}),
        ("<link rel=alternate href='https://site.example'>", {}),
        ("<link rel='Canonical' href=' http://site.example '>", {"url": "http://site.example"}),
    ],
)
def test_nothing_of_the_source_is_guessed(head, fields):
    assert (
        read_html(f"<head>{head}</head><p>Published 5 April 2023 by The Times.".encode()).metadata == fields
    )


# How it is encoded


@pytest.mark.parametrize(
    "page",
    [
        "<p>café “q”".encode(),
        codecs.BOM_UTF8 + "<meta charset=latin-1><p>café “q”".encode(),
        "<p>café “q”".encode("utf-16"),
        "<meta charset='windows-1252'><p>café “q”".encode("cp1252"),
        "<META http-equiv=Content-Type content='text/html; charset=ISO-8859-1'><p>café “q”".encode("cp1252"),
        "<meta charset=utf-16><p>café “q”".encode(),
        "<meta charset=koi8-r><p>caf&eacute; &#8220;q&rdquo;".encode("koi8-r"),
        "<p>café “q”".encode("cp1252"),
        "<meta charset=utf-8><p>café “q”".encode("cp1252"),
        "<meta charset=unicode_escape><p>café “q”".encode(),
        "<meta charset=rot13><p>café “q”".encode("cp1252"),
        "<p>café “q”".encode("utf-16-le"),
    ],
)
def test_encoding_is_the_one_named_else_what_the_bytes_look_like(page):
    assert text(page) == "café “q”"


@pytest.mark.parametrize("page", [b"<p>\0\0", b"\xff\xfe<\0p\0>\0\0\0", bytes(range(256)) * 4])
def test_page_that_is_binary_is_refused(page):
    with pytest.raises(ValueError, match="binary"):
        read_html(page)


# Hostile pages


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<div>" * 100_000 + "x", "nested deeper than 255 elements"),
        ("<b>x" * 100_000, "nested deeper"),
        ("<ul><li>" * 100_000 + "x", "nested deeper"),
        ("<table><tr><td>" * 100_000 + "x", "nested deeper"),
        ("<br>" * (MOST_ELEMENTS + 1), f"elements, at most {MOST_ELEMENTS} can be read"),
        ("<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">x", "thousands of attributes"),
        ("<a " + " ".join(f'a{n}=">"' for n in range(300_000)) + ">x", "thousands of attributes"),
    ],
)
def test_page_that_cannot_be_read_is_refused(page, reason):
    with pytest.raises(ValueError, match=reason):
        read_html(page.encode())


@pytest.mark.parametrize(
    "page",
    [
        "<p>The fox sleeps. It dreams of hens.</p>" * 24_000,
        "<table>" + "<tr><td>a<td>b<td>c" * 14_000,
        "<table><tr>" + "<td>a" * 50_000,
        "<p>" + "a &amp; b " * 100_000,
        "<" * 1_000_000,
        "<!--" * 250_000,
        "<p>it's" * 20_000,
        "<p style='" + "/*" * 500_000 + "'>x",
        "<div style='padding:99999px'>" * 200 + "x<br>" * 40_000,
    ],
    ids=["prose", "rows", "cells", "text", "brackets", "comments", "quotes", "styles", "padding"],
)
def test_a_megabyte_is_read(page):
    assert len(text(page)) < 1_200_000


def test_entities_of_other_files_are_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    for kind in ("", "<?xml version='1.0'?>"):
        page = f"{kind}<!DOCTYPE html [<!ENTITY x SYSTEM 'file://{tmp_path}/secret.txt'>]><p>&x; stays."
        assert "SECRET" not in text(page) and "stays." in text(page)


@given(st.text(st.sampled_from("<>/&;='\"!-?# abphidtrul1\n\x01\ufeff\ud800é")))
@example("&#xD800;&#0;&#x110000;")
@example("<svg><p><table><tr hidden><td></svg>")
def test_any_page_is_read_or_refused(page):
    try:
        read = read_html(page.encode(errors="replace"))
    except ValueError:
        return
    read.text.encode()
    assert "\0" not in read.text


# In a folder


def test_citations_of_a_web_page_prove_their_quotes(write, tmp_path, embedder):
    page = """<html><head><title>Foxes</title><meta property=og:site_name content="The Den"></head><body>
        <nav><a href=/>Home</a></nav><p>The red fox <a href="/x">sleeps</a> in the old barn until noon.</p>
        <p style="display:none">The red fox sleeps in a palace.</p></body></html>"""
    corpus = rag.read_documents(write({"a.html": page, "b.HTM": "<p>The blue whale swims north."}))
    rag.build_index(corpus, tmp_path / "index", embedder)
    answer = rag.open_chatbot(tmp_path / "index", embedder=embedder).ask("Where does the red fox sleep?")
    assert [c.quote for c in answer.citations][:1] == ["The red fox sleeps in the old barn until noon."]
    for citation in answer.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote
    assert (answer.citations[0].document.title, answer.citations[0].document.publisher) == (
        "Foxes",
        "The Den",
    )


def test_linked_data_says_what_the_head_does_not():
    data = '{"headline": "The  fox", "datePublished": "2026-01-07T10:00", "publisher": {"name": "Den"}}'
    data = f'{{"@graph": [{data}]}}'
    page = f"<title>Den – The fox</title><script type='application/ld+json'>{data}</script><p>It sleeps."
    assert read_html(page.encode()).metadata == {
        "title": "The fox",
        "publisher": "Den",
        "published": date(2026, 1, 7),
    }
    for broken in ("{", "[1, null]", '{"headline": 7}', "[" * 5000):
        page = f"<title>A</title><script type='application/ld+json'>{broken}</script><p>It sleeps."
        assert read_html(page.encode()).metadata == {"title": "A"}
