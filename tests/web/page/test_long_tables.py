"""Tables of thousands of rows, as they are drawn."""

from __future__ import annotations

import re

from lxml import html

from rag.datatypes import Block, Document
from rag.documents.outline import Outline
from web.page import document_view as module
from web.page.document_view import document_view


def span(document, words):
    start = document.text.index(words)
    return start, start + len(words)


def long_table(rows):
    lines = ["| A | B | C | D | E | F |", "|---|---|---|---|---|---|"]
    lines += [f"| a{n} | b{n} | c{n} | d{n} | e{n} | f{n} |" for n in range(rows)]
    text, cells, blocks, at = "\n".join(lines), [], [], 0
    for number, line in enumerate(lines):
        cells = [(at + found.start(), at + found.end()) for found in re.finditer(r"\w+", line)]
        if number != 1:
            blocks.append(Block("row", at, at + len(line), header=number == 0, cells=tuple(cells)))
        at += len(line) + 1
    return Document("a.md", "A", text, blocks=tuple(blocks))


def test_long_table_is_shown_whole():
    table = long_table(5_000)
    Outline(table)
    page = document_view(table, span(table, "a4999"))
    assert page.count("<tr>") == 5_001 and '<td><mark id="cited" tabindex="-1">a4999</mark></td>' in page


def test_rows_beyond_the_bound_are_lines(monkeypatch):
    monkeypatch.setattr(module, "MOST_CELLS", 6 * 11)
    table = long_table(20)
    page = html.fromstring(f"<div>{document_view(table, span(table, 'f19'))}</div>")
    assert len(list(page.iter("tr"))) == 11 and len(page.xpath("./p")) == 10
    assert re.findall(r"\w+", page.text_content()) == re.findall(r"\w+", table.text)
    assert [mark.text for mark in page.iter("mark")] == ["f19"]
