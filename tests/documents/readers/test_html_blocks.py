"""The blocks of a web page are what a person sees there, with their places in its text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from rag.documents.readers.html import read_html


def blocks(page):
    contents = read_html(page.encode())
    return [(block.kind, contents.text[block.start : block.end]) for block in contents.blocks]


def rows(page):
    contents = read_html(page.encode())
    found = [block for block in contents.blocks if block.kind == "row"]
    return [(row.header, [contents.text[start:end] for start, end in row.cells]) for row in found]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<h1>Fox</h1><p>It <b>sleeps</b>\nby day.", ["heading Fox", "paragraph It sleeps by day."]),
        ("Loose<div>in a box</div>and not", ["paragraph Loose", "paragraph in a box", "paragraph and not"]),
        ("<dl><dt>Fox<dd>Wild.<dd><p>Red.</dl>", ["term Fox", "definition Wild.", "definition Red."]),
        ("<pre><b>a</b>\n  b</pre>", ["code a\n  b"]),
        ("<blockquote><p>It sleeps.<p>So.</blockquote>", ["quotation It sleeps.", "quotation So."]),
        ("<figure><img><figcaption>A den</figcaption></figure>", ["caption A den"]),
        ("<p>a<br>b<q>c</q>", ["paragraph a\nb“c”"]),
        ("a<sup>1</sup><div role=doc-endnotes><ol><li>b</ol>", ["paragraph a¹", "footnote 1. b"]),
        ("<p>So.<ol class=footnotes><li>By day.</ol>", ["paragraph So.", "footnote 1. By day."]),
        ("<p role=heading aria-level=3>Fox</p>x", ["heading Fox", "paragraph x"]),
        ("<details><summary>Red?</summary>It is.</details>", ["question Red?", "paragraph It is."]),
        ("<details><summary>More</summary>It is.</details>", ["heading More", "paragraph It is."]),
        ("<p><b>Is it red?</b></p><p>It is.", ["question Is it red?", "paragraph It is."]),
        ("<p><b>The den</b></p><p>It is deep.", ["heading The den", "paragraph It is deep."]),
        ("<p><b>Keep</b> out</p><p>It is deep.", ["paragraph Keep out", "paragraph It is deep."]),
        ("<p>Q: Is it red?<p>A: It is.", ["question Q: Is it red?", "paragraph A: It is."]),
        ("<p>&#xF0000;a&amp;#xF0001;", ["paragraph \U000f0000a\U000f0001"]),
        ("<p>\xad</p><p>a\xadb", ["paragraph ab"]),
    ],
)  # fmt: skip
def test_blocks_are_what_a_person_sees(page, found):
    assert [f"{kind} {words}" for kind, words in blocks(page)] == found


def test_items_know_their_depth_and_whether_they_are_counted():
    page = (
        "<ol><li>One<ul><li>Two<ol><li>Three</ol></ul><li><p>Four</p><p>and so</p><li><ol><li>Five</ol></ol>"
    )
    contents = read_html(page.encode())
    items = [
        (contents.text[block.start : block.end], block.level, block.ordered)
        for block in contents.blocks
        if block.kind == "item"
    ]
    assert items == [
        ("1. One", 0, True),
        ("* Two", 1, False),
        ("1. Three", 2, True),
        ("2. Four", 0, True),
        ("and so", 0, True),
        ("3.", 0, True),
        ("1. Five", 1, True),
    ]


# Tables


def test_cells_stand_in_each_of_their_columns_and_rows():
    page = """<table><caption>Foxes</caption><thead><tr><th rowspan=2>Name<th colspan=2>Size
        <tr><th>cm<th>kg</thead><tr><td>Red<td rowspan=2>90<td><tr><td><i>White</i><td>5 &amp; more</table>"""
    assert blocks(page)[0] == ("caption", "Foxes")
    assert rows(page) == [
        (True, ["Name", "Size", "Size"]),
        (True, ["Name", "cm", "kg"]),
        (False, ["Red", "90", ""]),
        (False, ["White", "90", "5 & more"]),
    ]


def test_title_of_rows_is_a_row_and_names_at_their_sides_are_no_header():
    page = "<table><tr><th colspan=2>Red foxes<tr><th>Age<td>5<tr><th>Food<td>mice</table>"
    assert rows(page) == [(True, ["Red foxes"] * 2), (False, ["Age", "5"]), (False, ["Food", "mice"])]


def test_long_row_under_a_header_is_a_row():
    long = "It sleeps in its den. " * 20
    page = f"<table><tr><th>Name<th>Habits<tr><td>Red<td><p>{long}<ul><li>Eats</ul><tr><td>x<td></table>"
    assert rows(page)[1][1] == ["Red", f"{long.strip()}\n\n* Eats"]
    assert rows(page)[2] == (False, ["x", ""])


def test_table_that_lays_out_a_page_gives_the_blocks_in_it():
    page = "<table><tr><td><h2>Menu</h2><td><p>Sleep.</p><ul><li><table><tr><td>a<td>1</table></ul></table>"
    assert [kind for kind, _ in blocks(page)] == ["heading", "paragraph", "row"]


# Furniture


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("<nav><ul><li>Home</ul></nav>", "furniture"),
        ("<div role=navigation>Home</div>", "furniture"),
        ("<header>Home</header>", "furniture"),
        ("<footer><p>Home</footer>", "furniture"),
        ("<aside>Home</aside>", "furniture"),
        ("<form>Home</form>", "furniture"),
        ("<div role=dialog>Home</div>", "furniture"),
        ("<section aria-label='Cookie notice'>Home</section>", "furniture"),
        ("<article><header>Home</header></article>", "paragraph"),
        ("<main><aside>Home</aside></main>", "paragraph"),
        ("<header><h1>Home</h1></header>", "heading"),
        ("<p>Our cookies: Home", "paragraph"),
        ("<aside role=doc-footnote>Home</aside>", "footnote"),
    ],
)
def test_furniture_is_told_by_markup_and_place(part, kind):
    found = blocks(f"{part}<p>The fox sleeps in its den all day long, and nobody wakes it before dusk.")
    assert found[0][0] == kind and "Home" in found[0][1]


def test_form_around_a_page_is_no_furniture():
    assert blocks("<form><p>The fox sleeps.</form><p>So.")[0][0] == "paragraph"


# Any page

PIECES = (
    "fox", " ", "\n", "1", "&amp;", "<p>", "</p>", "<div>", "</div>", "<ul>", "<ol>", "</ol>", "<li>",
    "<table>", "</table>", "<tr>", "<td>", "<th>", "<td colspan=3>", "<td rowspan=2>", "<b>", "</b>",
    "<pre>", "</pre>", "<br>", "<dl>", "<dt>", "<dd>", "<nav>", "</nav>", "<h2>", "</h2>", "<q>", "</q>",
    "<sup>2</sup>", "<span hidden>", "<caption>", "<details>", "<summary>", "?", "&shy;", "<thead>", "\t",
    "<aside>", "<form>", "</li>",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_letter_is_in_a_block(page):
    contents = read_html(page.encode())
    covered = set()
    for block in contents.blocks:
        assert 0 <= block.start < block.end <= len(contents.text)
        assert all(0 <= start <= end <= len(contents.text) for start, end in block.cells)
        covered.update(range(block.start, block.end))
    letters = (at for at, character in enumerate(contents.text) if character.isalnum())
    assert not [at for at in letters if at not in covered]
    assert all(one.end <= other.start for one, other in pairwise(contents.blocks))
    assert not any("\U000f0000" <= character <= "\U000ffffd" for character in contents.text)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><th>a<th>b" + "<tr><td>x<td>y" * 5_000,
        "<table>" + "<tr><td rowspan=65534 colspan=1000>x<td>y" * 2_000,
        "<h2>a</h2>" * 5_000,
        "<table><tr><td><ul><li>" * 12 + "<table><tr><td>a<td>b</table>",
        "word " * 140_000,
    ],
    ids=["rows", "spans", "headings", "depth", "line"],
)
def test_long_and_nested_pages_are_laid_out(page):
    assert read_html(page.encode()).blocks
