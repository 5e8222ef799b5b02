"""A plain text is read as it is laid out: what is a heading, a row, an item, a page's foot."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document
from rag.documents.outline import Outline
from rag.documents.readers.plain_layout import find_blocks


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and text of each block."""
    return [(block.kind, text[block.start : block.end]) for block in find_blocks(text)]


def of_kind(text: str, kind: str) -> list[str]:
    return [body for found, body in blocks(text) if found == kind]


def rows(text: str) -> list[tuple[bool, tuple[str, ...]]]:
    """Whether it is a header, and the cells, of each row."""
    return [
        (block.header, tuple(text[start:end] for start, end in block.cells))
        for block in find_blocks(text)
        if block.kind == "row"
    ]


PROSE = "The hall may be hired by all who live in the town, and by their guests."


def test_headings_in_capitals_stand_over_prose():
    text = f"NORTH HALL\n\n{PROSE}\n\nSOUTH HALL\n\n{PROSE}\n"
    assert blocks(text) == [
        ("heading", "NORTH HALL"),
        ("paragraph", PROSE),
        ("heading", "SOUTH HALL"),
        ("paragraph", PROSE),
    ]
    assert [block.level for block in find_blocks(text) if block.kind == "heading"] == [1, 1]
    text = f"OPTIONS\n\n{PROSE}\n\nEXIT STATUS\n\n{PROSE}\n\nFEES\n\n{PROSE}\n"  # no part numbered S
    assert [block.level for block in find_blocks(text) if block.kind == "heading"] == [1, 1, 1]


def test_underlines_say_the_level():
    text = f"Manual\n======\n\nLocks\n-----\n\n{PROSE}\n\nDoors\n-----\n{PROSE}\n"
    found = [(text[b.start : b.end], b.level) for b in find_blocks(text) if b.kind == "heading"]
    assert found == [("Manual", 1), ("Locks", 2), ("Doors", 2)]


def test_numbers_say_the_level():
    text = f"1. Hire\n\n1.1 Fees\n\n{PROSE}\n\n1.1.1 Discounts\n\n{PROSE}\n\n2. Keys\n\n{PROSE}\n"
    found = [(text[b.start : b.end], b.level) for b in find_blocks(text) if b.kind == "heading"]
    assert found == [("1. Hire", 1), ("1.1 Fees", 2), ("1.1.1 Discounts", 3), ("2. Keys", 1)]


def test_a_rule_parts_sections_from_the_titles_below_it():
    rule = "=" * 70
    text = f"Manual\n\nBEFORE ALL\n\n{PROSE}\n\n"
    text += f"{rule}\n*1.1*\tLocks\t\t*key*\n\n{PROSE}\n\nDOOR LOCKS\n\n{PROSE}\n\n"
    text += f"{rule}\n*1.2*\tLights\n\n{PROSE}\n\n{rule}\nThe lights go out at ten.\n\n{PROSE}\n"
    found = [(text[b.start : b.end], b.level) for b in find_blocks(text) if b.kind == "heading"]
    locks = [("*1.1*\tLocks\t\t*key*", 2), ("DOOR LOCKS", 3)]
    assert found == [("Manual", 1), ("BEFORE ALL", 3), *locks, ("*1.2*\tLights", 2)]


def test_an_underlined_title_is_no_rule_above_the_first_section():
    text = f"Hall Rules\n==========\n\n1. Scope\n\n{PROSE}\n\n1.1 Details\n\n{PROSE}\n\n2. Fees\n\n{PROSE}\n"
    found = [b.level for b in find_blocks(text) if b.kind == "heading"]
    assert found == [1, 2, 3, 2]
    inner = f"1. Hire\n\n{PROSE}\n\n  1.1 Fees\n\n{PROSE}\n\n   OPENING HOURS\n\n{PROSE}\n"
    assert of_kind(inner, "heading") == ["1. Hire", "1.1 Fees", "OPENING HOURS"]


@pytest.mark.parametrize("example", ["SAVE", "Save all files", "save all?"])
def test_an_example_set_in_from_the_text_is_no_heading(example):
    assert of_kind(f"{PROSE}\n\n\t{example}\n\n{PROSE}\n", "heading") == []


def test_a_title_may_stand_out_of_the_text():
    assert of_kind(f"   {PROSE}\n\nSAVE\n\n   {PROSE}\n", "heading") == ["SAVE"]


def test_a_title_with_a_comma_leads_a_list():
    items = " * Doors are shut by the last to leave, who turns\n   the lights off.\n\n * Keys are numbered.\n"
    assert of_kind(f"{PROSE}\n\nDoors, Locks & Keys\n\n{items}", "heading") == ["Doors, Locks & Keys"]
    assert of_kind(f"{PROSE}\n\nDear Mr Jones, dear all\n\n{PROSE}\n", "heading") == []


def test_articles_are_headings():
    text = "Article 5\n\nNo one may smoke in the hall.\n\nRule 2.\nDogs stay outside.\n"
    assert of_kind(text, "heading") == ["Article 5", "Rule 2."]


def test_a_title_stands_above_its_sections():
    text = f"Rules of the hall\n\nHIRE\n\n{PROSE}\n\nKEYS\n\n{PROSE}\n"
    found = [(text[b.start : b.end], b.level) for b in find_blocks(text) if b.kind == "heading"]
    assert found == [("Rules of the hall", 1), ("HIRE", 2), ("KEYS", 2)]


@pytest.mark.parametrize(
    "line",
    [
        "Opening hours: Mon-Fri 9-17",
        "The desk closes at 6 pm",
        "020 7222 9500",
        "info@example.org",
        "The card costs 14 euros",
        "Bring a pencil, no pens",
        "It is closed on Monday",
        "First founded in 1884.[1]",
    ],
)
def test_a_short_line_that_says_something_is_no_heading(line):
    text = f"{PROSE}\n\n{line}\n\n{PROSE}\n"
    assert ("paragraph", line) in blocks(text)


def test_wrapped_lines_are_one_paragraph():
    text = (
        "The keys are with the clerk, who keeps them in the office on the\n"
        "second floor until Friday. After that they are at the lodge.\n"
        "\n"
        "The lodge is open\nat night.\n"
    )
    assert [body.count("\n") for _, body in blocks(text)] == [1, 1]


def test_lines_of_an_address_stand_alone():
    text = "Town Archive\n12 High Street\nNorwich NR1 2AB\n"
    assert blocks(text) == [("paragraph", line) for line in text.splitlines()]


def test_labels_with_values_stand_alone():
    text = "Opening hours: Monday to Friday from nine to five, on holidays too\nPhone: 0207\nFax: none\n"
    assert blocks(text) == [("paragraph", line) for line in text.splitlines()]


def test_items_have_depth_and_order():
    text = "Bring:\n- a coat that\n  is warm\n- shoes:\n  1. brown\n  2. black\n- [x] money\n"
    found = [(text[b.start : b.end], b.level, b.ordered) for b in find_blocks(text) if b.kind == "item"]
    assert found == [
        ("- a coat that\n  is warm", 0, False),
        ("- shoes:", 0, False),
        ("1. brown", 1, True),
        ("2. black", 1, True),
        ("- [x] money", 0, False),
    ]


def test_letters_count_only_in_their_order():
    assert of_kind("a) one\nb) two\n", "item") == ["a) one", "b) two"]
    assert of_kind("A. Hurst is chair of the council.\n\nC. Finch is clerk.\n", "item") == []
    assert of_kind("g) one\nh) two\ni) three\nj) four\n", "item")[2:] == ["i) three", "j) four"]


def test_numbers_that_end_in_one_column_are_of_one_list():
    text = "  I. Hire\n II. Fees\nIII. Keys\n IV. Dogs\n  V. Fires\n"
    assert [b.level for b in find_blocks(text) if b.kind == "item"] == [0] * 5


def test_code_that_repeats_is_no_running_head():
    step = "Then run it once more, and wait for its end:\n\n    make(all)\n\nand so on until it does.\n\n"
    assert of_kind(step * 4, "furniture") == []


def test_a_paragraph_that_repeats_is_no_running_head():
    lines = [
        "The hall is let as it is, and without any",
        "warranty of fitness",
        "for a purpose, be it told or not.",
    ]
    text = "".join(f"Hall number {n} is let by the town of\n" + "\n".join(lines) + "\n\n" for n in range(5))
    assert of_kind(text, "furniture") == []


def test_steps_are_items():
    text = "Step 1: Open the lid.\nStep 2: Close it.\n"
    assert [(b.kind, b.ordered) for b in find_blocks(text)] == [("item", True)] * 2


def test_a_number_at_the_start_of_a_wrapped_line_is_no_item():
    text = "The meeting was held in the hall of the town on the evening of\n12. The council agreed to this.\n"
    assert [kind for kind, _ in blocks(text)] == ["paragraph"]


def test_aligned_columns_are_rows():
    text = "Item        Size     Price\nOak shelf   80 cm    59.00\nBracket     pair      7.90\n"
    assert rows(text) == [
        (True, ("Item", "Size", "Price")),
        (False, ("Oak shelf", "80 cm", "59.00")),
        (False, ("Bracket", "pair", "7.90")),
    ]


def test_a_rule_below_the_first_row_makes_it_a_header():
    text = "Depot    Manager\n----------------\nLeeds    Brook\nYork     Ash\n"
    assert [header for header, _ in rows(text)] == [True, False, False]


def test_a_table_whose_first_row_is_data_has_no_header():
    assert [header for header, _ in rows("Leeds\t12\nYork\t30\nHull\t9\n")] == [False] * 3


def test_empty_cells_keep_their_columns():
    assert rows("Room\tFloor\tSeats\nAurora\t\t12\n\t3\t\n")[1:] == [
        (False, ("Aurora", "", "12")),
        (False, ("", "3", "")),
    ]


def test_drawn_tables():
    grid = "+------+-----+\n| Name | Age |\n+======+=====+\n| Bo   | 12  |\n+------+-----+\n"
    piped = "| a | b |\n|---|---|\n| x | y |\n"
    assert rows(grid) == [(True, ("Name", "Age")), (False, ("Bo", "12"))]
    assert rows(piped) == [(True, ("a", "b")), (False, ("x", "y"))]


def test_comma_separated_values():
    text = 'name,place,seats\n"Aurora, old",York,12\nCetus,,6\n'
    assert rows(text) == [
        (True, ("name", "place", "seats")),
        (False, ("Aurora, old", "York", "12")),
        (False, ("Cetus", "", "6")),
    ]
    assert rows("Dear Bo, hello\nYours, Al\nAs ever, Di\n") == []
    assert rows("name,place,seats\nAurora,York\nCetus,Hull,6\n")[1] == (False, ("Aurora", "York"))
    assert rows("Aurora,York,12\nCetus,Hull\nDraco,Ely,9\n") == []


def test_a_caption_stands_above_its_table():
    text = "Table 1: Shelves\nOak     59.00\nPine    32.00\n"
    assert of_kind(text, "caption") == ["Table 1: Shelves"]


def test_a_mail_has_a_head_and_quotes():
    text = "From: Ada\nTo: Bo\nSubject: Keys\n\nThey are here.\n\n> Where are\n> they?\n>\n> Bo\n"
    assert [kind for kind, _ in blocks(text)] == [*["metadata"] * 3, "paragraph", *["quotation"] * 2]


def test_questions_stand_over_their_answers():
    text = "Q: Is it free?\nA: It is.\n\nWho may park here?\nVisitors may park here.\n"
    assert blocks(text) == [
        ("question", "Q: Is it free?"),
        ("paragraph", "A: It is."),
        ("question", "Who may park here?"),
        ("paragraph", "Visitors may park here."),
    ]


def test_a_transcript_has_speakers():
    text = "ALICE: I like it.\n\n[00:12] Bob Ash: It rained\nall day.\n\nALICE: It did.\n"
    assert blocks(text) == [
        ("speaker", "ALICE:"),
        ("paragraph", "I like it."),
        ("speaker", "[00:12] Bob Ash:"),
        ("paragraph", "It rained\nall day."),
        ("speaker", "ALICE:"),
        ("paragraph", "It did."),
    ]


def test_labels_of_records_are_no_speakers():
    record = "Name: {0}\nRole: {0} keeps the keys.\nRoom: Number {0} upstairs.\n\n"
    assert of_kind("".join(record.format(n) for n in range(4)), "speaker") == []


def test_footnotes_terms_and_code():
    text = (
        "Deposit\n    What is paid before.\n\nUse it so:\n\n    $ make install\n    $ make test\n\n"
        "```\nx = 1\n```\n\n[1] County Gazette.\n[^2]: Another.\n"
    )
    assert blocks(text) == [
        ("term", "Deposit"),
        ("definition", "What is paid before."),
        ("paragraph", "Use it so:"),
        ("code", "$ make install\n    $ make test"),
        ("code", "```\nx = 1\n```"),
        ("footnote", "[1] County Gazette."),
        ("footnote", "[^2]: Another."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "E824\tThe file was written by a newer version\n\tof the program.  Get it.\nE826\tIt is encrypted.\n",
        "E824  The file was written by a newer version\n"
        "      of the program.  Get it.\nE826  It is encrypted.\n",
    ],
    ids=["tabs", "blanks"],
)
def test_what_is_said_beside_a_term_goes_on_below_it(text):
    term, said, *others = blocks(text)
    assert term == ("term", "E824")
    assert said[0] == "definition" and " ".join(said[1].split()) == (
        "The file was written by a newer version of the program. Get it."
    )
    assert others == [("term", "E826"), ("definition", "It is encrypted.")]


def test_a_single_term_beside_what_is_said_of_it_is_no_mark():
    said = "  Breaks a line at a blank only if it was\n   {}shorter than the window before it.\n"
    assert [kind for kind, _ in blocks("gw" + said.format(" "))] == ["term", "definition"]
    assert [kind for kind, _ in blocks("<" + said.format(""))] == ["paragraph"]
    assert [kind for kind, _ in blocks("o" + said.format("") + "o  Another.\n")] == ["item", "item"]


def test_a_table_of_two_columns_whose_first_is_not_repeated_stays_one():
    text = "North   Leeds\n        York\nSouth   Dover\n"
    assert [kind for kind, _ in blocks(text)] == ["row", "row", "row"]


def test_a_sentence_goes_on_over_the_page():
    page = "\n\nAcme Ltd - Plan          Page {} of 3\nPRIVATE\n\n"
    text = "PRIVATE\n\nThe lease begins in July and runs" + page.format(1)
    text += "for five years, unless it is ended under the" + page.format(2) + "clause that follows.\n"
    paragraph, *_ = of_kind(text, "paragraph")
    assert paragraph.startswith("The lease") and paragraph.endswith("follows.")
    assert of_kind(text, "furniture").count("PRIVATE") == 3


def test_running_heads_beside_form_feeds():
    pages = [f"Annual report\n\n{PROSE} This is part {n}.\n\n{n}\n" for n in (1, 2, 3)]
    text = "\f".join(pages)
    assert of_kind(text, "furniture") == ["Annual report", "1", "Annual report", "2", "Annual report", "3"]


def test_lines_that_say_the_same_of_each_town_are_no_running_heads():
    towns = "ABCDEF"
    text = "".join(
        f"TOWN {t}\n\nThe mayor is elected.\n\nIt has {n}000 people.\n\n" for n, t in enumerate(towns)
    )
    assert of_kind(text, "furniture") == []


def test_articles_on_pages_of_their_own_are_no_running_heads():
    text = "\f".join(f"Article {n}\n\nNumber {n} says that {n * PROSE}\n" for n in range(1, 6))
    assert len(of_kind(text, "heading")) == 5


def test_menus_and_notices_at_the_edges_are_furniture():
    body = "\n\n".join(f"{PROSE} Number {n}." for n in range(8))
    text = f"Home > News > Hall\n\n{body}\n\nWe use cookies to make our site work.\n\nCopyright © 2022 Acme\n"
    assert of_kind(text, "furniture") == [
        "Home > News > Hall",
        "We use cookies to make our site work.",
        "Copyright © 2022 Acme",
    ]


def test_a_document_about_cookies_keeps_them():
    text = "\n\n".join(f"The bakery has cookies of {n} kinds, and sells them by the box." for n in range(9))
    assert of_kind(text, "furniture") == []
    assert of_kind(f"{text}\n\nOur cookies are the best.", "furniture") == []


def test_machine_text_is_furniture():
    coded = "\n".join("aB3" * 24 for _ in range(4))
    text = f"{PROSE}\n\n{coded}\n\n{PROSE} data:image/png;base64,{'Qk1' * 90} {PROSE}\n"
    assert of_kind(text, "furniture") == [coded.splitlines()[0]] * 4 + ["data:image/png;base64," + "Qk1" * 90]


def test_subtitles_are_read_without_their_timings():
    cues = [
        "1\n00:00:01,000 --> 00:00:04,000\nWelcome to the hall, which",
        "2\n00:04.000 --> 00:06.000\nis old.",
    ]
    text = "\n\n".join(cues)
    assert [body.split("\n")[0] for body in of_kind(text, "paragraph")] == ["Welcome to the hall, which"]


FRAGMENTS = """\f;NORTH HALL;Some title
=====;-----;and then it went on;1. Open it.;2.3 Title;- a;  - b;a) x;b) y
(i) z;a\tb;c\t\td;Oak   12;Pine  130;Q: Is it?;A: Yes.;ALICE: Hello.;BOB: Hello there.;> quoted;>;| a | b |
    $ make;    more text here;[1] note;Term;Page 3 of 9;- 4 -;17;From: a;Subject: b;Table 1: x;```;|---|---|
a,b,c;"a,b;Article 5;# x;## y;1;00:00:01,000 --> 00:00:02,000
We use cookies;© 2020;\ufeffx;\xa0 y;a | b | c"""
LINES = st.sampled_from(["", "", PROSE, "x" * 300, *FRAGMENTS.replace("\n", ";").split(";")])
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(LINES, max_size=40).map("\n".join),
    st.lists(
        st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\f", "\u2028"])), max_size=40
    ).map(lambda pairs: "".join(line + end for line, end in pairs)),
)


@given(TEXTS)
def test_every_letter_is_in_a_block(text):
    covered = set()
    for block in find_blocks(text):
        covered |= set(range(block.start, block.end))
    assert [at for at, c in enumerate(text) if c.isalnum() and at not in covered] == []


@given(TEXTS)
def test_blocks_stand_in_order_and_only_furniture_inside_of_others(text):
    found = find_blocks(text)
    assert all(0 <= block.start < block.end <= len(text) for block in found)
    assert [block.start for block in found] == sorted(block.start for block in found)
    outer = None
    for block in found:
        if outer and block.start < outer.end:
            assert block.kind == "furniture" and block.end <= outer.end
            assert outer.kind in ("paragraph", "item", "footnote", "code", "definition")
        else:
            outer = block
    for block in found:
        assert all(block.start <= start <= end <= block.end for start, end in block.cells)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeff",
        "word " * 70_000,
        "x" * 350_000,
        "Item   Price\n" + "Oak shelf   12.00\n" * 2_000,
        "a\tb\n" * 2_000,
        "a | b\n" * 2_000,
        "".join("a" + " | b" * (n % 3 + 1) + "\n" for n in range(2_000)),
        "a,b\n" * 2_000,
        '"a,b\n' * 2_000,
        "HEADING\n\n" * 2_000,
        "HEADING\n" * 2_000,
        "".join(f"{'#' * n} Level\n" for n in range(1, 13)) * 300,
        "- item\n\n  more\n\n" * 2_000,
        "".join(f"{' ' * (n % 50)}- item\n" for n in range(2_000)),
        "> quoted\n" * 2_000,
        "```\ncode\n" * 2_000,
        "```\n" + "x = 1\n" * 2_000,
        "Alice: Hello.\nBob: Hello.\n" * 1_500,
        "What is it?\n" * 2_000,
        "\n" * 100_000,
        "\f".join(["1"] * 2_000),
        "    deep = 1\n\n" * 2_000,
        "Term\n    Definition.\n\n" * 1_500,
        "~~~\n" * 2_001,
        "Subject: x\n" * 2_000 + "odd",
        ". . . .\n" * 1_500,
        " " * 150_000 + "x",
        "a" + "." * 150_000,
        ("Page 1 of 2\n" + "the same line\n" * 4) * 2_000,
    ],
)  # fmt: skip
def test_hostile_texts_are_read(text):  # they are long
    found = find_blocks(text)
    assert bool(found) == any(c.isalnum() for c in text)


ROTA = (
    "TEAM         foreman        week 1   week 2   week 3\n"
    "                            2-6/6    9-13/6   16-20/6\n"
    "Hull A       B. Okonjo      early    late     early\n"
    "Hull B       S. Marchetti   late     early    late\n"
    "Rigging      D. Achebe      early    early    off\n"
    "Blasting     N. Oyelaran    night    night    night\n"
)


def test_names_of_columns_are_told_where_no_cell_is_a_figure():
    found = rows(f"SHIFTS\n\n{ROTA}")
    assert [header for header, _ in found] == [True, True, False, False, False, False]
    lines = ROTA.splitlines(keepends=True)
    bare = rows("SHIFTS\n\n" + "".join(lines[2:]))
    assert [header for header, _ in bare] == [False] * 4


def test_a_form_has_no_names_of_columns():
    text = "Model        NX-7 with a folding arm\nGain         1.6 per count\nNoise        low\n"
    assert not any(header for header, _ in rows(text))
    text = "Item         Price\nTea          2.10\nCoffee       3.10\nCake         2.80\n"
    assert [header for header, _ in rows(text)] == [True, False, False, False]


def test_labels_in_a_column_of_their_own_are_the_fields_of_a_record():
    notice = (
        "RECALL {}\n\n  Product     {}\n  Batch       {}\n  Fault       It may crack.\n\nSend it back.\n\n"
    )
    text = notice.format(1, "Eye drops", "E20") + notice.format(2, "Cream, 30 g", "M39")
    assert [cells for _, cells in rows(text)] == [
        ("Product     Eye drops", "Batch       E20", "Fault       It may crack."),
        ("Product     Cream, 30 g", "Batch       M39", "Fault       It may crack."),
    ]
    shown = [
        Outline(Document("a", "A", text)).show(*piece).text
        for piece in Outline(Document("a", "A", text)).pieces
    ]
    assert "Product: Eye drops · Batch: E20 · Fault: It may crack." in shown
    # One such table alone, or tables that name their columns, stay rows.
    assert len(rows(notice.format(1, "Eye drops", "E20"))) == 3
    price = "{}\n\nRoom      Price\nNorth     20\nSouth     30\n\n"
    assert [header for header, _ in rows(price.format("MAY") + price.format("JUNE"))] == [
        True,
        False,
        False,
    ] * 2


def test_capitals_with_a_remark_in_brackets_are_a_heading():
    text = f"A. STAFF ON DUTY (carers : guests)\n\n{PROSE}\n\nB. WHO COUNTS\n\n{PROSE}\n"
    assert of_kind(text, "heading") == ["A. STAFF ON DUTY (carers : guests)", "B. WHO COUNTS"]


def test_a_letterhead_is_a_title_and_no_table():
    text = f"NORTH HALL                    SCHEDULE 4\nValid from 6 January         B. Reed\n\n{PROSE}\n"
    assert of_kind(text, "heading") == ["NORTH HALL                    SCHEDULE 4"] and not rows(text)


def test_what_dots_lead_to_is_a_value_of_any_kind():
    text = "Soup ............ €4.20\nBread (two) ..... free\nFish of the day . . . . 12 to 15 €\n"
    assert [cells for _, cells in rows(text)] == [
        ("Soup", "€4.20"),
        ("Bread (two)", "free"),
        ("Fish of the day", "12 to 15 €"),
    ]
    assert rows("He waited.... and then he left the room without saying anything to anybody.\n") == []


def test_a_cell_that_goes_on_below_is_one():
    text = (
        "Valve     Colour    Remark\n"
        "Inlet     red       close it before the\n                    lid is opened\n"
        "Outlet    blue      leave open\n"
    )
    found = rows(text)
    assert [cells[0] for _, cells in found] == ["Valve", "Inlet", "Outlet"]
    assert " ".join(found[1][1][2].split()) == "close it before the lid is opened"


def test_labels_among_numbered_points_are_no_speakers():
    text = (
        "Present: U. Ode, P. Lim\n1. Paths\nThe gravel has come.\nACTION: P. Lim to hire a roller.\n"
        "2. Shed\nThe lock is broken.\nACTION: U. Ode to buy one.\n3. Bees\nThey swarmed on Friday.\n"
        "Next meeting: 3 May\n"
    )
    assert of_kind(text, "speaker") == []


def test_a_question_in_a_talk_stands_above_the_reply():
    text = (
        "DR ABEL: How many plots are empty?\n\nMS CRUZ: Nine.\n\nDR ABEL: Since when?\n\n"
        "MS CRUZ: Since the flood, I am afraid.\n"
    )
    assert of_kind(text, "question") == ["How many plots are empty?", "Since when?"]
    outline = Outline(Document("a.txt", "A", text))
    above = [outline.shown(block) for block in outline.above(text.index("Nine"))]
    assert above == ["DR ABEL:", "How many plots are empty?", "MS CRUZ:"]


def test_a_sentence_goes_on_behind_an_article_whatever_follows():
    text = "All keys are kept in the cabinet by the door of the\nSecretary, who lends them out.\n\nNo more.\n"
    first, _ = of_kind(text, "paragraph")
    assert first.endswith("lends them out.")


def test_numbers_before_a_square_bracket_count_items():
    assert of_kind("Do this:\n1] Lift the lid.\n2] Turn the key.\n", "item") == [
        "1] Lift the lid.",
        "2] Turn the key.",
    ]


def test_a_line_further_out_than_a_bullet_is_none_of_its_item():
    text = "r7 (May)\n  * New: a quiet mode\nr6 (April)\n  * The lamp dims\n"
    assert of_kind(text, "item") == ["* New: a quiet mode", "* The lamp dims"]


def test_terms_may_follow_each_other_without_a_blank_line():
    text = "POLL_EVERY\n    Seconds between looks. Default: 5.\nPOLL_MOST\n    How many looks. Default: 40.\n"
    assert of_kind(text, "term") == ["POLL_EVERY", "POLL_MOST"]


def test_first_row_of_values_names_the_columns():
    assert rows("Island,Keeper,Ferry from\nSkarn,Ole Vik,Bodal\nTrull,Ann Moe,Sund\n")[0] == (
        True,
        ("Island", "Keeper", "Ferry from"),
    )


def test_a_sum_goes_on_with_no_cell_and_a_name_in_two_lines_with_no_row():
    text = "Item     Number    Price\nChair    1         20\nTable    2         30\n                   50\n"
    assert [cells for _, cells in rows(text)][-1] == ("", "", "50")
    text = (
        "Item   Number    Price\n                 in pounds\n----   ------    ------\nLamp   2         30\n"
    )
    assert [(header, cells[0]) for header, cells in rows(text)] == [(True, "Item"), (False, "Lamp")]


CARDS = "".join(
    f"Card {n}\n{name}\nTape {n - 100}\nRestriction: none\n\n"
    for n, name in ((112, "Rowell, Edna"), (113, "Stobbs, Mary"), (115, "Straughan, G."))
)
LOG = "2.4.0 (June)\n  * ages\n  * exits\n\n2.3.2 (March)\n  * fix: lost state\n\n2.3.0\n  * zstd\n"
SHOPS = "".join(
    f"{town}\n{number} Harbour Parade\n{code}\nPhone: 0170{number}\nManager: {who}\n\n"
    for town, number, code, who in (
        ("Southport", 2, "PR8 1QX", "Lena Voss"),
        ("Formby", 7, "L37 4DL", "Idris Kane"),
        ("Ainsdale", 9, "PR8 3HH", "Petra Quill"),
    )
)
MONTHS = "RUNS\n\nMARCH\n  2  Killin ...... Morag\n  9  Comrie ...... Euan\nAPRIL\n  6  Kinross ..... Ade\n"
MONTHS += "MAY\n  4  Dam ... Kirsty\n"


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        (CARDS, ["Card 112", "Card 113", "Card 115"]),
        (LOG, ["2.4.0 (June)", "2.3.2 (March)", "2.3.0"]),
        (SHOPS, ["Southport", "Formby", "Ainsdale"]),
        (MONTHS, ["RUNS", "MARCH", "APRIL", "MAY"]),
        ("".join(f"No. {n}   {n} May   pale\n OG 1.0{n}\n kegged\n\n" for n in (31, 32, 33)), None),
    ],
)
def test_first_lines_of_parts_that_are_alike_are_headings(text, headings):
    assert of_kind(text, "heading") == (headings or [line for line in text.split("\n") if line[:2] == "No"])


@pytest.mark.parametrize(
    "text",
    [
        # Paragraphs that begin with years are none, nor are those that count down and up again.
        "".join(
            f"In {y} the town built a wall and a tower of stone\nbeside the mill.\n\n"
            for y in (1987, 1990, 1994)
        ),
        "Card 3\nA fox.\n\nCard 1\nA hen.\n\nCard 7\nA cow.\n",
        # Of two shops nothing is repeated.
        "\n\n".join(SHOPS.split("\n\n")[:2]),
        # Lines that go on further in.
        "Eggs from the\n  house with the door\nMilk from the\n  farm by the mill\nFlour from\n  the mill\n",
        # Terms with what is said of them below.
        "orphan\n   A file whose folder is gone.\nsweep\n   One pass over all.\nroot\n   Where it begins.\n",
    ],
)
def test_what_only_looks_repeated_is_no_heading(text):
    assert of_kind(text, "heading") == []


def test_dots_lead_to_words_as_to_figures():
    cast = "The Surveyor ............ Dev Malhotra\nBoy ..................... Sonny Pike (Tues)\n" + " " * 26
    cast += "Bea Lomas (Weds)\n"
    assert rows(cast) == [
        (False, ("The Surveyor", "Dev Malhotra")),
        (False, ("Boy", "Sonny Pike (Tues)\n                          Bea Lomas (Weds)")),
    ]
    # The first of them names no columns, whatever its value is.
    assert [header for header, _ in rows("In stock ......... free\nFrom afar ........ £3.50\n")] == [
        False
    ] * 2
    assert rows("I thought ...... maybe he was there.\n") == []


def test_columns_with_slashes_are_no_row_of_links():
    text = "NIGHT      seats / comps / takings\nTues 4     61 / 12 / £792.00\nWeds 5     74 / 4  / £996.00\n"
    assert of_kind(text, "furniture") == [] and len(rows(text)) == 3
    assert of_kind("Home / News / Sport\n\n" + PROSE, "furniture") == ["Home / News / Sport"]


CHATS = [
    ("[03/05/2024, 18:02:11] Marta: ", "[03/05/2024, 18:04:57] Prof Hale: "),
    ("2024-05-03 18:02 - Marta: ", "2024-05-03 18:04 - Prof Hale: "),
    ("marta     18:02   ", "hale      18:04   "),
    ("18:02 <marta> ", "18:04 <hale> "),
]


@pytest.mark.parametrize(("one", "other"), CHATS)
def test_messages_of_a_chat_have_a_sender(one, other):
    text = f"{one}who has the extractor?\n{other}me. needs a tap\n{one}thanks\n"
    assert of_kind(text, "speaker") == [sender.strip() for sender in (one, other, one)]
    assert of_kind(text, "question") == ["who has the extractor?"]
    assert of_kind(text, "paragraph") == ["me. needs a tap", "thanks"]


@pytest.mark.parametrize(
    "text",
    [
        "09:00 Registration: main hall\n09:30 Keynote: room A\n10:15 Coffee: lobby\n",
        "<b> bold\n<i> italic\n<b> more\n",
    ],
)
def test_what_nobody_says_again_is_no_chat(text):
    assert of_kind(text, "speaker") == []


def test_remark_of_several_sentences_is_no_question_though_it_ends_as_one():
    text = "Ann: Got them. Three pounds. Blue, so she is old, or not?\nBo: Yes, she is.\nAnn: Good to know.\n"
    assert of_kind(text, "question") == []


def test_line_above_a_transcript_does_not_swallow_it():
    text = "[call 12, recorded]\nDESK: Bea speaking.\nCALLER: Is the vet there today?\nDESK: She is out.\n"
    assert of_kind(text, "speaker") == ["DESK:", "CALLER:", "DESK:"]
