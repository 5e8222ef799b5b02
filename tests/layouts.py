"""Documents of random blocks, in Markdown and in plain text, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.documents.readers.markdown import read_markdown

WORDS = (
    "fox hens 1987 Leeds red AX-1032 café 日本語 sleeps. wakes! 12 pounds; e.g. Dr. under_score x [1] "
    "[link](http://a.b/c) **bold** `code` &amp; 🙂"
).split()

words = st.sampled_from(WORDS)
lines = st.lists(words, min_size=1, max_size=8).map(" ".join)
several = st.lists(lines, min_size=1, max_size=4)
rows = st.lists(st.lists(words, min_size=3, max_size=3), min_size=2, max_size=4)


def _as_table(cells: list[list[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([head, "|---|---|---|", *body])


blocks = st.one_of(
    lines,
    lines.map("{}.".format),
    st.builds(lambda level, line: f"{'#' * level} {line}", st.integers(1, 6), lines),
    lines.map(lambda line: f"{line}\n{'=' * len(line)}"),
    lines.map(str.upper),
    several.map(lambda items: "\n".join(f"- {item}" for item in items)),
    several.map(lambda items: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))),
    several.map(lambda items: "\n".join(f"{'  ' * n}* {item}" for n, item in enumerate(items))),
    several.map(lambda code: "\n".join(["```", *code, "```"])),
    several.map(lambda code: "\n".join(f"    {line}" for line in code)),
    several.map(lambda said: "\n".join(f"> {line}" for line in said)),
    rows.map(_as_table),
    rows.map(lambda cells: "\n".join("\t".join(row) for row in cells)),
    st.builds("Q: {}?\nA: {}".format, lines, lines),
    st.builds("Ann: {}\nBo: {}".format, lines, lines),
    lines.map("Den\n: {}".format),
    lines.map("[^1]: {}".format),
    lines.map("Opening hours: {}".format),
    lines.map("<div>{}".format),
    st.sampled_from(
        ["Copyright © 2022 The Den", "We use cookies.", "Home > News > 2022", "---", "```", "\f"]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
)
texts = st.builds(
    lambda parts, gap: gap.join(parts),
    st.lists(blocks, max_size=7),
    st.sampled_from(["\n\n", "\n", "\r\n\r\n"]),
)


def markdown(text: str, title: str = "A") -> Outline:
    """The outline of a text in Markdown."""
    contents = read_markdown(text.encode())
    return Outline(Document("a.md", title, contents.text, blocks=contents.blocks, marks=contents.marks))


def plain(text: str, title: str = "A") -> Outline:
    """The outline of a plain text."""
    return Outline(Document("a.txt", title, text))


outlines = texts.map(plain) | texts.map(lambda text: text or "x").map(markdown)


def rows_of(outline: Outline) -> list[Candidate]:
    """The rows of its tables as candidates, as good as one another."""
    return [
        Candidate(outline, start, end, row, "row", outline.show(start, end).text, "", "")
        for row, (start, end) in enumerate(outline.pieces)
        if outline.kind_at(start) == "row" and not outline.blocks[outline.block_at(start)].header
    ]
