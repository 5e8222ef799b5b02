"""A document as it is laid out: headings, lists, tables; every letter of it, and none of its markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, strategies as st
from lxml import html

from rag.datatypes import Block, Document
from rag.documents.readers.markdown import read_layout
from web.page.document_view import document_view

TOWN = """\
---
title: Eastham
---
# Eastham

A *town* on the coast, with [a pier](https://x.org/a_b).

## Officers

The officers are:

1. Ann Brook, mayor
   - deputy: Carl
   - clerk: Dora
2. Bob Stone

   He has stayed.

3. Eve

| Depot | Manager |
|-------|:-------:|
| Leeds | A. **Brook** |
| | \\| pipe |

> It is ours.
>
> It was theirs.

Quay
: where ships lie

A claim.[^1]

[^1]: The note.

```sh
ls  /tmp
  indented
```

* * *

Last line  
with a break.
"""
HOSTILE = [
    "<script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "- <b onclick=alert(1)>item</b>\n- </li></ul></div>",
    "| <td> | </table> |\n|---|---|\n| \" onload=x | <mark id='cited'> |",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    "> </blockquote><iframe src=//evil.org>",
    "[^\"><script>]: note\n\nsaid[^\"><script>]",
    "&lt;b&gt; &amp;amp; <!-- <b> -->",
    "<table><tr><td>1</td></tr></table><style>*{}</style>",
]  # fmt: skip
OURS = set(
    "div h3 h4 h5 h6 p ul ol li span table caption thead tbody tr th td pre code blockquote dl dt dd sup "
    "mark br hr strong".split()
)
OWN_ATTRIBUTES = {"class", "id", "tabindex", "role", "aria-label", "colspan", "rowspan"}


def markdown(text):
    blocks, marks = read_layout(text)
    return Document("a.md", "A", text, blocks=blocks, marks=marks)


def plain(text):
    return Document("a.txt", "A", text)


def drawn(document, quote=None, others=()):
    return html.fromstring(f'<div class="page">{document_view(document, quote, others)}</div>')


def letters(text):
    return [character for character in text if character.isalnum()]


def unmarked(document, within=None):
    """The letters of a document, or of a span of it, that are no markup."""
    hidden = {place for mark in document.marks for place in range(mark.start, mark.end)}
    places = range(*(within or (0, len(document.text))))
    return letters(document.text[place] for place in places if place not in hidden)


def span(document, first, last=None):
    start = document.text.index(first)
    return start, document.text.index(last or first, start) + len(last or first)


def test_each_block_is_shown_as_what_it_is():
    page = drawn(markdown(TOWN))
    assert [(e.tag, e.text_content()) for e in page.iter("h3", "h4")] == [
        ("h3", "Eastham"),
        ("h4", "Officers"),
    ]
    assert [" ".join(e.text_content().split()) for e in page.xpath("./ol/li")] == [
        "1. Ann Brook, mayor deputy: Carl clerk: Dora", "2. Bob Stone He has stayed.", "3. Eve",
    ]  # fmt: skip
    assert [e.text_content().strip() for e in page.xpath("./ol/li/ul/li")] == ["deputy: Carl", "clerk: Dora"]
    rows = [[cell.text_content() for cell in row] for row in page.iter("tr")]
    assert rows == [["Depot", "Manager"], ["Leeds", "A. Brook"], ["", "| pipe"]]
    assert [e.text for e in page.xpath("./div[@class='table']/table/thead/tr/th")] == ["Depot", "Manager"]
    assert [e.text for e in page.xpath("./blockquote/p")] == ["It is ours.", "It was theirs."]
    assert [(e.tag, e.text_content()) for e in page.xpath("./dl/*")] == [
        ("dt", "Quay"),
        ("dd", "where ships lie"),
    ]
    assert page.xpath("./pre/code")[0].text_content() == "ls  /tmp\n  indented"
    assert page.xpath("./p[@class='metadata-text']") and page.xpath("./hr") and page.xpath("./p/br")
    assert [e.text for e in page.iter("sup")] == ["1", "1"]
    assert "town on the coast, with a pier." in page.text_content()


def test_plain_text_has_its_paragraphs_lists_and_tables():
    page = drawn(plain("Tools.\n\nThe warden lit a lamp\nat dusk.\n\n1. A saw\n2. A plane\n\n"
                       "Name      Age   Town\nAnn       12    York\nBob       13    Leeds\n"))  # fmt: skip
    assert "The warden lit a lamp\nat dusk." in [e.text for e in page.iter("p")]
    assert [e.text_content().strip() for e in page.iter("li")] == ["1. A saw", "2. A plane"]
    assert [e.text for e in page.iter("td")] == ["Ann", "12", "York", "Bob", "13", "Leeds"]


def test_prose_is_shown_line_for_line():
    story = "It was dusk.\nThe lamp was lit.\n\nNobody came."
    assert drawn(plain(story)).text_content() == "It was dusk.\nThe lamp was lit.\nNobody came."


def test_cell_over_columns_and_rows_is_shown_once():
    text = "Both Z\na b\n"
    rows = (
        Block("row", 0, 6, header=True, cells=((0, 4), (0, 4), (5, 6))),
        Block("row", 7, 10, header=True, cells=((7, 8), (9, 10), (5, 6))),
    )
    page = drawn(Document("a", "A", text, blocks=rows))
    cells = [(cell.text, cell.get("colspan"), cell.get("rowspan")) for cell in page.iter("th")]
    assert cells == [("Both", "2", None), ("Z", None, "2"), ("a", None, None), ("b", None, None)]


def test_table_of_a_page_has_its_caption():
    page = drawn(markdown("<table><caption>Fees</caption><tr><th>A</th></tr><tr><td>1</td></tr></table>\n"))
    assert [e.text for e in page.xpath("//table/caption")] == ["Fees"]


def test_furniture_and_metadata_are_there_but_faint():
    text = "It goes on\nPage 3\nto the end."
    blocks = (Block("paragraph", 0, len(text)), Block("furniture", 11, 17))
    page = drawn(Document("a", "A", text, blocks=blocks))
    assert [e.text for e in page.xpath("./p/span[@class='furniture-text']")] == ["Page 3"]
    assert page.text_content() == text


# Quotes


def test_quote_is_marked_across_blocks_and_inside_cells():
    town = markdown(TOWN)
    page = drawn(town, span(town, "He has", "Leeds"), [span(town, "town"), span(town, "Eve")])
    marks = list(page.iter("mark"))
    assert [mark.text for mark in marks] == [
        "town", "He has stayed.", "3. ", "Eve", "Depot", "Manager", "Leeds"
    ]  # fmt: skip
    assert [mark.get("class") for mark in marks] == ["other", None, *["cited"] * 5]
    (cited,) = page.xpath("//*[@id='cited']")
    assert cited is marks[1] and cited.get("tabindex") == "-1"
    assert marks[-1].getparent().tag == "td"


def test_quote_of_a_part_of_a_word_with_markup_is_one_mark():
    town = markdown(TOWN)
    (mark,) = drawn(town, span(town, "A *town", "* on")).iter("mark")
    assert mark.text == "A town on"


def test_quote_of_nothing_that_is_shown_marks_nothing():
    town = markdown(TOWN)
    assert not list(drawn(town, span(town, "(https://x.org")).iter("mark"))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("read", [markdown, plain])
def test_hostile_document_is_only_text(read, text):
    document = read(text)
    page = drawn(document, (0, len(text)))
    assert {e.tag for e in page.iter()} <= OURS
    assert {name for e in page.iter() for name in e.attrib} <= OWN_ATTRIBUTES
    assert len(page.xpath("//*[@id]")) <= 1


PARTS = [
    *TOWN.split("\n\n"),
    *HOSTILE,
    "",
    "***",
    "😀",
    "   - deep\n\n     more",
    "1) one\n2) two",
    "Q: Why?\nA: So.",
]


@given(st.lists(st.sampled_from(PARTS), max_size=8), st.sampled_from([markdown, plain]), st.data())
def test_every_letter_is_shown_in_its_order(parts, read, data):
    document = read("\n\n".join(parts))
    document = read(re.sub(r"\[\^[^\]]*\](:?)", r"\1", document.text))  # the numbers of notes are shown, too
    start = data.draw(st.integers(0, len(document.text)))
    quote = start, data.draw(st.integers(start, len(document.text)))
    page = drawn(document, quote if quote[0] < quote[1] else None)
    if not any(mark.shown for mark in document.marks):
        assert letters(page.text_content()) == unmarked(document)
        inside = unmarked(document, quote)
        assert letters("".join(mark.text_content() for mark in page.iter("mark"))) == inside
    assert {e.tag for e in page.iter()} <= OURS


@given(st.text())
@example("\x00\x0c<b>\u2028")
def test_any_text_is_shown(text):
    page = document_view(plain(text), (0, 1) if text else None)
    bare = html.fromstring(f"<div>{page}</div>").text_content() if "\x00" not in page else None
    assert bare is None or letters(bare) == letters(text)


def test_real_documents_are_whole(corpus):
    for document in corpus.documents:
        assert letters(drawn(document).text_content()) == unmarked(document), document.id
