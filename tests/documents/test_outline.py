"""Every letter of a document is in a piece; a piece knows what it stands under, and how it is shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from layouts import markdown, outlines, plain

from rag.answers.layout.groups import list_at, table_at
from rag.datatypes import Block, Document
from rag.documents.outline import LONGEST_HEADING, Outline
from rag.documents.rendering import ADDED
from rag.documents.sentences import bullet_end
from rag.spans import MARGIN


def pieces_of(outline):
    return [outline.document.text[start:end] for start, end in outline.pieces]


def shown(outline):
    return outline.show(0, len(outline.document.text)).text


def context_of(outline, words):
    return outline.context(outline.document.text.index(words))


# What is searched


@given(outlines)
def test_every_letter_is_in_one_piece(outline):
    """But for the number of an item, which is shown with its list."""
    text = outline.document.text
    held = [0] * len(text)
    for start, end in outline.pieces:
        for at in range(start, end):
            held[at] += 1
    for block in outline.blocks:
        if block.kind == "item":
            for at in range(block.start, bullet_end(text, block.start, block.end)):
                held[at] = 1
    assert all(times == 1 for times, character in zip(held, text, strict=True) if character.isalnum())


@given(outlines)
def test_pieces_are_in_order_trimmed_and_hold_a_letter(outline):
    text, pieces = outline.document.text, outline.pieces
    assert all(
        start < end <= following for (start, end), (following, _) in pairwise([*pieces, (len(text),) * 2])
    )
    for piece in pieces_of(outline):
        assert piece == piece.strip(MARGIN) and any(map(str.isalnum, piece))
    assert pieces == [piece for run in outline.runs for piece in run]
    assert Outline(outline.document).pieces == pieces


@given(outlines)
def test_only_a_run_begins_with_a_heading_and_furniture_is_apart(outline):
    for run in outline.runs:
        kinds = [outline.kind_at(start) for start, _ in run]
        below = [kind for kind in kinds if kind != "heading"]
        assert kinds == ["heading"] * (len(kinds) - len(below)) + below
        assert len({kind == "furniture" for kind in kinds}) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Opening hours: Mon-Fri 9-17",
        "Phone of the plumber: 555 1234",
        "Mill Lane 4, Norwich",
        "Monday 19 December 2022",
        "The den was dug by Jim Ash [1]",
        "The den was dug by Jim Ash [^1]",
        "The den was dug by Jim Ash ¹",
        "The den was dug by Jim Ash 🦊",
        "Alice Zimmer,Paris,51000",
        "Published: 19 December 2022",
        "Words by: Ann Lee",
    ],
)
@pytest.mark.parametrize("read", [plain, markdown])
def test_short_line_is_searched_amid_prose(read, line):
    prose = "This is a whole sentence of the page, and it goes on for a while. " * 4
    outline = read(f"{prose}\n\n{line}\n\n{prose}")
    text = outline.document.text
    at = text.index(line)
    held = "".join(text[start:end] for start, end in outline.pieces if at <= start < at + len(line))
    letters = [c for c in line if c.isalnum()]
    assert [c for c in held if c.isalnum()] == letters
    assert outline.kind_at(at) != "furniture"


@pytest.mark.parametrize(
    "text",
    ["", " \n\t\n", "---", "***\n---\n"],
)
def test_text_without_a_letter_has_no_pieces(text):
    outline = plain(text)
    assert outline.pieces == [] and outline.section(0) == () and outline.show(0, len(text)).text is not None


# What it stands under

TOWNS = """# Towns

## Eastham

### Officers

The mayor is Bo Reed.

## Westham

The mayor is Al Sand.
"""


def test_section_is_the_path_of_headings():
    outline = markdown(TOWNS, title="Towns")
    at = TOWNS.index("The mayor")
    assert outline.section(at) == ("Eastham", "Officers")
    assert outline.section_text(at) == "Eastham › Officers"
    assert outline.section(TOWNS.index("Al Sand")) == ("Westham",)
    assert outline.context(at) == "Towns › Eastham › Officers"


def test_heading_at_the_top_is_in_the_path_unless_it_is_the_title():
    assert markdown(TOWNS, title="The county").section(TOWNS.index("Al Sand")) == ("Towns", "Westham")


@given(outlines)
def test_section_of_any_piece_is_the_headings_that_no_other_closes(outline):
    headings = [block for block in outline.blocks if block.kind == "heading"]
    for start, _ in outline.pieces:
        if outline.kind_at(start) in ("heading", "furniture"):
            continue
        path = []
        for heading in (block for block in headings if block.start < start):
            path = [*(other for other in path if other.level < heading.level), heading]
        every = [outline.shown(heading) for heading in path]
        assert list(outline.section(start)) in (every, every[1:])


def test_item_stands_under_what_introduces_it_and_the_item_around_it():
    outline = markdown("# Food\n\nIt eats:\n\n- meat\n  - hens\n- fruit\n")
    assert context_of(outline, "hens") == "A › Food › It eats: › meat"
    assert context_of(outline, "fruit") == "A › Food › It eats:"


def test_answer_stands_under_its_question_and_words_under_their_speaker():
    faq = plain("Q: When does the den open?\nA: At nine.\n\nQ: What does it cost?\nA: Nothing at all.\n")
    assert "When does the den open?" in context_of(faq, "At nine")
    assert "When does" not in context_of(faq, "Nothing at all")


def test_long_introduction_is_told_by_its_last_sentence():
    long = "The fox is known for a great many things that it does in the woods at night. " * 3
    outline = markdown(f"{long}It eats:\n\n- hens\n")
    assert outline.lead(outline.document.text.index("hens")) == "It eats:"
    heading = markdown(f"# {long}\n\nIt is so.\n")
    assert len(heading.section_text(heading.document.text.index("It is so"))) <= LONGEST_HEADING


# Lists

LIST = """Bring these:

1. A saw
   - with teeth
2. A rope
3. A lamp

Then go.

- Another list
"""


def test_list_has_all_its_items_from_any_of_them():
    outline = markdown(LIST)
    blocks = outline.blocks
    items = [place for place, block in enumerate(blocks) if block.kind == "item"]
    assert len(items) == 5
    for item in items[:4]:
        assert list_at(outline, item) == items[:4]
    assert list_at(outline, items[4]) == items[4:]


def test_below_what_introduces_a_list_are_its_items():
    outline = markdown(LIST)
    assert [outline.shown(outline.blocks[place]) for place in outline.below(0)] == [
        "A saw",
        "A rope",
        "A lamp",
    ]


def test_shown_list_has_a_line_for_each_item():
    outline = markdown("It eats:\n\n1. **hens**\n2. [moles](http://a.b)\n")
    assert shown(outline) == "It eats:\n1. hens\n2. moles"


# Tables

DEPOTS = """| Depot | Manager | Opened |
|---|---|---|
| Leeds | A. Brook | 1987 |
| York | B. Lane | |
"""


def place_of(outline, words):
    return outline.block_at(outline.document.text.index(words))


def test_rows_of_a_table_and_the_names_of_its_columns():
    outline = markdown(f"{DEPOTS}\nText.\n\n{DEPOTS}")
    leeds = place_of(outline, "Leeds")
    assert table_at(outline, leeds) == [leeds, leeds + 1] == table_at(outline, leeds + 1)
    assert outline.rows.column_names(leeds) == ["Depot", "Manager", "Opened"]


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("| Leeds", "Depot: Leeds · Manager: A. Brook · Opened: 1987"),
        ("| York", "Depot: York · Manager: B. Lane"),  # an empty cell is not shown
        ("| Depot", "Depot · Manager · Opened"),
    ],
)
def test_row_is_shown_with_the_names_of_its_columns(words, row):
    outline = markdown(DEPOTS)
    block = outline.blocks[place_of(outline, words)]
    assert outline.show(block.start, block.end).text == row


def test_part_of_a_row_is_shown_with_the_names_of_the_cells_that_are_whole():
    outline = markdown(DEPOTS)
    start = DEPOTS.index("Leeds")
    assert outline.show(start, DEPOTS.index("Brook")).text == "Depot: Leeds · A."


def test_cell_over_several_columns_is_shown_once():
    text = "Size all one"
    row = Block("row", 5, 12, cells=((5, 8), (5, 8), (9, 12)))
    outline = Outline(Document("a.txt", "A", text, blocks=(Block("paragraph", 0, 4), row)))
    assert outline.show(5, 12).text == "all · one"


def test_several_rows_of_names_are_joined():
    text = "Fee Fee adult child 12 6"
    cells = [((0, 3), (4, 7)), ((8, 13), (14, 19)), ((20, 22), (23, 24))]
    rows = [Block("row", row[0][0], row[1][1], header=at < 2, cells=row) for at, row in enumerate(cells)]
    outline = Outline(Document("a.txt", "A", text, blocks=tuple(rows)))
    assert outline.rows.column_names(2) == ["Fee adult", "Fee child"]
    assert outline.show(20, 24).text == "Fee adult: 12 · Fee child: 6"


# How it is shown


@given(outlines)
def test_each_character_that_is_shown_has_its_place(outline):
    text, marks = outline.document.text, outline.document.marks
    for start, end in [(0, len(text)), *outline.pieces]:
        rendering = outline.show(start, end)
        assert len(rendering.text) == len(rendering.places)
        for character, at in zip(rendering.text, rendering.places, strict=True):
            if at == ADDED:
                continue
            blank = character == " " and (text[at].isspace() or text[at] in MARGIN)
            marked = any(mark.start <= at < mark.end for mark in marks)
            assert start <= at < end and (text[at] == character or blank or marked)


@given(outlines)
def test_showing_a_document_shows_every_letter_that_is_not_marked(outline):
    text, marks = outline.document.text, outline.document.marks
    hidden = {at for mark in marks for at in range(mark.start, mark.end)}
    hidden |= {at for b in outline.blocks if b.kind == "furniture" for at in range(b.start, b.end)}
    hidden |= {
        at
        for b in outline.blocks
        if b.kind == "row"
        for at in range(b.start, b.end)
        if not any(first <= at < last for first, last in b.cells)
    }
    places = set(outline.show(0, len(text)).places)
    assert all(at in places or at in hidden for at, c in enumerate(text) if c.isalnum())


def test_code_keeps_its_lines():
    outline = markdown("Run it:\n\n```sh\nfind . \\\n  -name fox\n```\n")
    start = outline.document.text.index("find")
    assert outline.show(start, outline.document.text.index("fox") + 3).text == "find . \\\n  -name fox"
