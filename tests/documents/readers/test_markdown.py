"""A Markdown file keeps its text, and is laid out as a reader sees it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, strategies as st

from rag.documents.readers.markdown import read_markdown


def kinds(text):
    """Each block's kind, and what is seen of it."""
    contents = read_markdown(text.encode())
    return [(block.kind, shown(contents, block.start, block.end)) for block in contents.blocks]


def shown(contents, start, end):
    pieces = []
    for mark in contents.marks:
        if start <= mark.start and mark.end <= end:
            pieces += [contents.text[start : mark.start], mark.shown]
            start = mark.end
    return "".join([*pieces, contents.text[start:end]])


def rows(text):
    contents = read_markdown(text.encode())
    rows = [block for block in contents.blocks if block.kind == "row"]
    return [(row.header, [shown(contents, *cell) for cell in row.cells]) for row in rows]


def levels(text):
    return [(block.kind, block.level, block.ordered) for block in read_markdown(text.encode()).blocks]


# Blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# The *fox* #\n\nIt\nsleeps.\n", [("heading", "The fox"), ("paragraph", "It\nsleeps.")]),
        ("The fox\n=======\nSleeps.", [("heading", "The fox"), ("paragraph", "Sleeps.")]),
        ("#\n\n##", []),
        ("```py\nfox()\n```\nIt.", [("code", "fox()"), ("paragraph", "It.")]),
        ("~~~\nfox()\nand all else", [("code", "fox()\nand all else")]),
        ("Do:\n\n    fox()\n", [("paragraph", "Do:"), ("code", "fox()")]),
        ("> It *sleeps*\n> all day.\n", [("quotation", "It sleeps\nall day.")]),
        ("> # Fox\n>> Deep.", [("quotation", "Fox"), ("quotation", "Deep.")]),
        ("Fox\n: An animal.\n", [("term", "Fox"), ("definition", "An animal.")]),
        ("It sleeps.[^1]\n\n[^1]: By day.", [("paragraph", "It sleeps."), ("footnote", "By day.")]),
        ("[fox]: http://fox.example 'A fox'", [("furniture", "[fox]: http://fox.example 'A fox'")]),
        ("[![build](b.svg)](/b) ![docs](d.svg)", [("furniture", "build docs")]),
        ("![The den in May](den.png)", [("paragraph", "The den in May")]),
        ("# Fox [![build](b.svg)](/b)", [("heading", "Fox ")]),
        ("$$\na_1 * b * c\n$$", [("paragraph", "$$\na_1 * b * c\n$$")]),
        ("---\ntitle: A fox\n---\nIt.", [("metadata", "---\ntitle: A fox\n---"), ("paragraph", "It.")]),
        ("+++\na = 1\n+++\nIt.", [("metadata", "+++\na = 1\n+++"), ("paragraph", "It.")]),
        ("---\n\nIt sleeps.\n\n---\n", [("paragraph", "It sleeps.")]),
        ("\ufeff# Fox\r\n\r\nIt.\r", [("heading", "Fox"), ("paragraph", "It.")]),
    ],
)
def test_blocks_are_what_a_reader_sees(text, blocks):
    assert kinds(text) == blocks


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("**Can it climb?**\n\nIt can.", ["question", "paragraph"]),
        ("**Can it climb?** It can.", ["question", "paragraph"]),
        ("**Can it climb?**\nIt can.", ["question", "paragraph"]),
        ("Q: Can it climb?\nA: It can.", ["question", "paragraph"]),
        ("Q: Can it climb?\n\nA: It can.", ["question", "paragraph"]),
        ("## Can it climb?\n\nIt can.", ["heading", "paragraph"]),
        ("**Can it climb?**\n\n## Food", ["paragraph", "heading"]),
        ("**The den**\n\nIt is deep.", ["heading", "paragraph"]),
        ("**Never feed it.**\n\nIt bites.", ["paragraph", "paragraph"]),
        ("Table 2: Foxes\n\n|a|b|\n|-|-|\n|1|2|", ["caption", "row", "row"]),
        ("Table 2: Foxes are many.\n\nAnd old.", ["paragraph", "paragraph"]),
    ],
)
def test_what_a_paragraph_is_follows_from_its_form(text, blocks):
    assert [kind for kind, _ in kinds(text)] == blocks


def test_bold_line_that_stands_for_a_heading_is_below_the_last_one():
    assert levels("## Foxes\n\n**Food**\n\nMice.")[1] == ("heading", 3, False)


def test_items_know_their_depth_and_whether_they_are_counted():
    text = "1. One\n   goes on\n\n   and on.\n   - Two\n     1) Three\n2. ```\n   code\n   ```\n* * Five"
    assert kinds(text) == [
        ("item", "1. One\n   goes on"),
        ("item", "and on."),
        ("item", "- Two"),
        ("item", "1) Three"),
        ("item", "2."),
        ("code", "   code"),
        ("item", "* Five"),
    ]
    assert [level[1:] for level in levels(text)] == [
        (0, True), (0, True), (1, False), (2, True), (0, True), (0, False), (1, False)
    ]  # fmt: skip


def test_rows_have_their_cells():
    text = "| Fox | `a\\|b` | |\n|:--|:-:|--|\n| *red* | 1 |\nwhite|2|3|4\n\nAfter."
    assert rows(text) == [
        (True, ["Fox", "a|b", ""]),
        (False, ["red", "1"]),
        (False, ["white", "2", "3", "4"]),
    ]
    assert rows("> - | a | b |\n>   |---|---|\n>   | 1 | 2 |") == [(True, ["a", "b"]), (False, ["1", "2"])]


# Marks


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("***a** b* __c__ _d_ ~~e~~ ~~~f", "a b c d (struck out: e) ~~~f"),
        ("2 * 3 * 4, snake_case_name, **open", "2 * 3 * 4, snake_case_name, **open"),
        ("`` a`b `` and `c`, ``open`", "a`b and c, ``open`"),
        ("[the *fox*](http://x 'y') [fox][a] [a] [gone]\n\n[a]: /x", "the fox fox a [gone]"),
        ("an ![old *fox*](f.png) here, ![](g.png)", "an old fox here, "),
        ("<https://fox.example> and https://fox.example", "https://fox.example and https://fox.example"),
        ("R&amp;D, 30&nbsp;&euro;, &#x41;, &nope;", "R&D, 30 €, A, &nope;"),
        (r"\*no\* \a 1\. ok", r"*no* \a 1. ok"),
        ("H<sub>2</sub>O<br>and <kbd title='a > b'>Ctrl</kbd><!-- no -->", "H2O and Ctrl"),
        ("a ^[so *to* say] b", "a  (so to say) b"),
        ("$a*b*c$ costs $5 or *$6*", "$a*b*c$ costs $5 or $6"),
        ("one\\\ntwo", "one\ntwo"),
        ("![x](data:image/png;base64,AAAA)", "x"),
    ],
)
def test_shown_text_has_no_markup(text, seen):
    assert kinds(text)[0][1].strip("\n") == seen


def test_picture_written_out_in_figures_is_furniture():
    blocks = read_markdown(f"See ![a fox](data:image/png;base64,{'A' * 5_000}) here.".encode()).blocks
    assert [block.kind for block in blocks] == ["paragraph", "furniture"]


# HTML


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<h1 align=center>The <b>fox</b></h1>", [("heading", "The fox")]),
        (
            "<details>\n<summary>More</summary>\n\nIt.\n\n</details>",
            [("paragraph", "More"), ("paragraph", "It."), ("furniture", "")],
        ),
        ("<!-- no -->\nIt.", [("furniture", ""), ("paragraph", "It.")]),
        ("<div hidden>no</div>", [("furniture", "no")]),
        ("<ul><li>One &amp; all</ul>", [("item", "One & all")]),
        ("<p align=center>\n  <a href=/b><img src=b.svg></a>\n</p>", [("furniture", "")]),
        ("<script>\nno()\n</script>", [("furniture", "no()")]),
    ],
)  # fmt: skip
def test_html_within_is_read(text, blocks):
    assert [(kind, words.strip()) for kind, words in kinds(text)] == blocks


def test_table_in_html_has_rows():
    text = "<table><tr><th>Fox</th><th>Age</th></tr>\n<tr><td><b>Red</b></td><td>1 &lt; 2</td></tr></table>"
    assert rows(text) == [(True, ["Fox", "Age"]), (False, ["Red", "1 < 2"])]


# Any text

PIECES = (
    "#", "# ", "- ", "* ", "1. ", "> ", "    ", "\n", "\n\n", "|", "a", "fox ", "1", "```", "~~~", "`",
    "*", "**", "_", "[", "]", "(x)", "![", ": ", "[^1]", "[^1]:", "\\", "&amp;", "&", "<b>", "</b>",
    "<div>", "</div>", "<!--", "-->", "<tr>", "<td>", "<li>", "$", "$$", "|-|-|\n", "---\n", "+++\n",
    "\t", "\r", "\r\n", "é", "=", "Q: ", "?", "\ufeff",
)  # fmt: skip
markdown = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(st.one_of(markdown, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
@example("- > 1. a\n  > | a | b |\n  > |---|---|\n  > |1\\|2|\n")
@example("|a|\n|-|\n|b|c|d")
def test_every_letter_is_in_a_block(text):
    contents = read_markdown(text.encode())
    assert contents.text == text
    covered = set()
    for block in contents.blocks:
        assert 0 <= block.start < block.end <= len(text)
        assert all(block.start <= start <= end <= block.end for start, end in block.cells)
        covered.update(range(block.start, block.end))
    assert not [at for at, character in enumerate(text) if character.isalnum() and at not in covered]
    starts = [block.start for block in contents.blocks]
    assert starts == sorted(starts)
    solid = [block for block in contents.blocks if block.kind != "furniture"]
    assert all(one.end <= other.start for one, other in pairwise(solid))
    at = 0
    for mark in contents.marks:
        assert at <= mark.start < mark.end <= len(text)
        at = mark.end


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n" + "| x **y** | 1 |\n" * 5_000,
        "# Fox\n" * 5_000,
        "".join("  " * depth + f"- x{depth}\n" for depth in range(12)) * 100,
        "word " * 140_000,
        "```\n" + "fox\n" * 20_000,
        "<div>\n" * 5_000,
        "<table>" + "<tr><td>a<td>b\n" * 5_000,
        "> " * 2_000 + "fox",
        "[" * 10_000,
        "![x](data:image/png;base64," + "A" * 700_000 + ")",
    ],
    ids=["rows", "headings", "depth", "line", "fence", "tags", "cells", "quotations", "brackets", "picture"],
)
def test_long_and_broken_files_are_read(text):
    assert read_markdown(text.encode()).text == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("> [!NOTE]\n> It bites.", "Note: It bites."),
        ("> [!tip] At night\n> It bites.", "Tip: At night\nIt bites."),
        ('!!! warning "Back up"\n    It bites.', "Back up: It bites."),
        (":::tip\nIt bites.\n:::", "Tip: It bites."),
        ("- [ ] Feed it", "- To do: Feed it"),
        ("1. [x] Feed it", "1. Done: Feed it"),
        ("It costs ~~40~~ 50.", "It costs (struck out: 40) 50."),
        ("It costs <del>40</del> 50.", "It costs (struck out: 40) 50."),
        ("[x] marks the spot", "[x] marks the spot"),
    ],
)
def test_signs_are_told_in_words(text, seen):
    ((_, told),) = kinds(text)
    assert told.replace("> ", "").replace("    ", "") == seen


def test_talk_has_speakers_and_questions():
    text = "# A talk\n\n**Kay:** Why Lisbon?\n\n**Duarte:** Rents are *low* there.\n\n"
    text += "**Kay**: And who runs it?\n\nInês does.\n"
    assert kinds(text)[1:] == [
        ("speaker", "Kay:"),
        ("question", "Why Lisbon?"),
        ("speaker", "Duarte:"),
        ("paragraph", "Rents are low there."),
        ("speaker", "Kay:"),
        ("paragraph", "And who runs it?"),
        ("paragraph", "Inês does."),
    ]


def test_bold_labels_of_one_paragraph_each_are_no_talk():
    text = "**Cost:** it is free for all who come.\n\n**Place:** the hall behind the church.\n"
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "paragraph"]
