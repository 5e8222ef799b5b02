"""Every real sentence is found, as a span; boilerplate and headings are not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.sentences import LONGEST_SENTENCE, boilerplate_rule, is_list_item, sentence_runs

# Each line of the seeds that is not to be searched, whole or by its beginning.  Any other line is.
MENU = [
    "MiP Logo for MiP the Union for",
    "The union for health and care managers",
    "Home > News & Campaigns > News Articles",
]
FOOT = ["If you'd like to read more from MiP, sign up", "Copyright © 2022 MiP"]
LEFT_OUT = {
    "000_f81187c414ed6d90.txt": [
        *MENU,
        "Monday 19 December 2022",
        "Managers suspicious of motives behind Hewitt review, MiP warns",
        "By MiP",
        "Patricia Hewitt, ICS review chair, 2022",
        "Hewitt review: MiP survey",
        *FOOT,
    ],
    "001_f5beb9c021f937af.txt": [
        *MENU,
        "Tuesday 04 April 2023",
        "MiP responds to the Hewitt Review of Integrated Care Systems in England",
        "By MiP",
        "Patricia Hewitt Norfolk ICB",
        *FOOT,
    ],
    "002_7e1034732e573293.txt": [
        "Hitting the ground running: The first 100 days",
        "Hitting the ground running: The first 100 days",
        "The Hewitt Review unpacked",
        "Words by:",
        "April 5, 2023",
        "What stood out?",
        "Prevention and population health",
        "The potential of delivering on placed-based priority and need",
        "Decisions on accountability and governance",
        "Better funding flows",
        "What’s next?",
        "Share this content:",
        "Register for insights",
        "Speak to us",
        "020 7222 9500",
        "6th Floor, Artillery House",
        "11-19 Artillery Row",
        "Sign Up",
        "Complete the form below to sign up to our newsletter:",
        "By submitting this form you agree",
    ],
    "003_d812065ad58ab3fb.txt": [
        "Official review expected to recommend more powers for top local health leaders",
        "Patricia Hewitt, a former health secretary, favours a system",  # a caption with its ©
        "Read the full article here",
        "Leave a Reply",
        "Your email address will not be published.",
    ],
    "004_be3d9ac302b8a3ac.txt": [
        "Leila Souss",
        "Anna Davies",
        "Vincent Buscemi",
        "Our use of cookies",
        "We use necessary cookies to make our site work.",
        "Necessary cookies",
        "Necessary cookies enable core functionality",
        "Analytics cookies",
        "We'd like to set Google Analytics cookies",
        "For more information on how these cookies work",
    ],
}


def sentences(text: str) -> list[str]:
    return [text[start:end] for run in sentence_runs(text) for start, end in run]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_seed_is_searched_but_for_its_boilerplate_and_headings(corpus, name):
    text = next(document.text for document in corpus.documents if document.id == name)
    spans = [span for run in sentence_runs(text) for span in run]
    left_out, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not any(start < at + len(line) and at < end for start, end in spans):
            left_out.append(" ".join(line.split()))
        at += len(line)
    assert len(left_out) == len(LEFT_OUT[name])
    for line, beginning in zip(left_out, LEFT_OUT[name], strict=True):
        assert line.startswith(beginning)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_no_word_of_a_searched_line_is_lost(corpus, name):
    text = next(document.text for document in corpus.documents if document.id == name)
    for line in text.splitlines():
        plain = " ".join(line.split())
        if not plain.startswith(tuple(LEFT_OUT[name])):
            assert " ".join(" ".join(sentences(line)).split()) == plain.removeprefix("• ")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Copyright © 2022 MiP", "copyright"),
        ("© Hindustan Times/Getty Images", "copyright"),
        ("All rights reserved.", "copyright"),
        ("MiP Logo for MiP the Union", "logo"),
        ("Home  >  News  >  News Articles", "breadcrumb"),
        ("We use cookies to improve this site.", "cookies"),
        ("Sign up to receive our free monthly emails", "newsletter"),
        ("By submitting this form you agree to the terms.", "form"),
        ("Your email address will not be published.", "form"),
        ("Skip to content", "link"),
        ("Read the full article here", "link"),
        ("- [Contact](https://example.org/contact)", "link"),
    ],
)
def test_boilerplate_is_known_by_its_rule(line, rule):
    assert boilerplate_rule(line) == rule
    assert sentences(f"{line}\n\nThe fox sleeps.") == ["The fox sleeps."]


@pytest.mark.parametrize(
    "line",
    [
        "A cookie is a small file that a server asks a browser to keep.",
        "Third-party cookies were phased out by most browsers in the years after 2020.",
        "The newsletter was read by a third of the members of the union.",
        "Signing up took ministers two years.",
        "The Copyright Act was passed in 1911.",
        "The sign © is put before the year.",
        "Temperatures > 30 degrees were measured.",
        "The minister agreed to privacy rules for patients.",
        "He asked them to read the full report of the inquiry before they judged it, and they did.",
    ],
)
def test_document_about_such_things_keeps_its_sentences(line):
    assert boilerplate_rule(line) is None
    assert sentences(f"{line}\n") == [line]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t\n", []),
        ("# Heading\n\nIt is so. It was so.", ["It is so.", "It was so."]),
        ("What stood out?\n\nA question stood out.", ["A question stood out."]),
        ("He named them:\n- the fox\n- the frog\n", ["the fox", "the frog"]),
        ("It rests on three old principles:\n1. Care.\n2) Trust.", ["It rests on three old principles:",
                                                                      "Care.", "Trust."]),
        ("Mr. Fox met Dr. Frog at 3.5 p.m. yesterday. They spoke.",
         ["Mr. Fox met Dr. Frog at 3.5 p.m. yesterday.", "They spoke."]),
        ("A long line that is wrapped by hand after some eighty\ncharacters goes on.",
         ["A long line that is wrapped by hand after some eighty\ncharacters goes on."]),
        ("***\nIt is so.\n---", ["It is so."]),
        ("fox\nfrog\nCopyright © 2022 MiP", ["fox", "frog"]),  # a word list has no sentences
        ("\ufeff\xa0It is so.\u200b\r\nSo it is.\r\n", ["It is so.", "So it is."]),
        ("これは文です。これも文です。", ["これは文です。", "これも文です。"]),
    ],
)  # fmt: skip
def test_sentences(text, found):
    assert sentences(text) == found


def test_runs_end_at_what_is_left_out():
    text = "One. Two.\n\nA heading\n\nThree."
    assert [len(run) for run in sentence_runs(text)] == [2, 1]


def test_list_items_are_known_by_their_bullet():
    text = "It has these two parts:\n • one\n2. two\nthree."
    assert [is_list_item(text, start) for run in sentence_runs(text) for start, _ in run] == [
        False,
        True,
        True,
        False,
    ]


@given(st.text())
def test_spans_of_any_text_are_in_order_and_trimmed(text):
    spans = [span for run in sentence_runs(text) for span in run]
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


word = st.text(st.characters(categories=["L", "Mn", "Nd", "So"]), min_size=3, max_size=8)


@given(st.lists(st.lists(word, min_size=1).map(lambda words: " ".join(words) + "."), min_size=1))
def test_no_letter_of_any_script_is_lost(lines):
    text = "\n\n".join(lines)
    kept = "".join(line for line in lines if not boilerplate_rule(line))
    found = "".join(sentences(text))
    assert [c for c in found if c.isalpha()] == [c for c in kept if c.isalpha()]


def test_notes_without_full_stops_are_searched_line_by_line():
    notes = "Shopping list\nThe garage code is 4411\nPhone of the plumber: 555 1234\nCall Ann tomorrow."
    assert sentences(notes) == notes.split("\n")


def test_rows_of_a_table_are_searched():
    table = "These are the prices of the shop in the village.\n\n| Bread loaf | 3 pounds |\n|---|---|\n"
    assert "| Bread loaf | 3 pounds |" in sentences(table)


@pytest.mark.parametrize(
    "row",
    [
        "total revenue | $11287 | $8512",
        "net income | (38,957) | $-1.5 | 12 %",
        "| Bread loaf | three pounds |",
        "Deutsche Bank | 1,200",
        "€12 | € 13",
        "rate (note 4) | 3.5% (2.1%)",
    ],
)
def test_row_of_a_table_is_a_sentence(row):
    text = f"These are the figures of the company.\n\n{row}\nIt was a good year."
    assert sentences(text) == ["These are the figures of the company.", row, "It was a good year."]


@pytest.mark.parametrize(
    "line",
    [
        "Home | News | Health",
        "Home | News",
        "About us | Contact | Privacy | Terms",
        "Home > News > 2022",
        "a | b",
    ],
)
def test_line_of_a_menu_is_no_row(line):
    text = f"These are the figures of the company.\n\n{line}\n\nIt was a good year."
    assert sentences(text) == ["These are the figures of the company.", "It was a good year."]


def test_rows_right_below_each_other_stay_apart():
    rows = ["item | 2019 | 2018", "total revenue | $11287 | $8512", "net income | $90 | $-12 (12)"]
    assert sentences("The report gives these figures below.\n" + "\n".join(rows))[1:] == rows


@pytest.mark.parametrize("gap", [" ", "\t", ""])
def test_what_has_no_full_stop_is_cut_into_sentences_of_a_length(gap):
    words = gap.join(f"word{n:04}" for n in range(5000 // (8 + len(gap))))
    text = f"It begins here.\n\n{words}"
    first, *pieces = sentences(text)
    assert first == "It begins here." and len(pieces) >= 5
    assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words.split())
    if gap:
        assert all(word.startswith("word") and len(word) == 8 for p in pieces for word in p.split())


@given(st.integers(LONGEST_SENTENCE - 3, LONGEST_SENTENCE + 3))
def test_only_what_is_longer_is_cut(length):
    text = "a" * (length - 1) + "."
    assert len(sentences(text)) == (1 if length <= LONGEST_SENTENCE else 2)


def test_unicode_line_ends_lose_no_sentence():
    text = "The well has a roof.\u2028The roof was made by Jim Ash in 1999.\u2029Done."
    assert sentences(text) == ["The well has a roof.", "The roof was made by Jim Ash in 1999.", "Done."]


@pytest.mark.parametrize(
    "line",
    [
        "total revenue | $11287 | $8512",
        "Tuesday | 9am | Dr Sturgeon",
        "Alice Zimmer,Paris,51000",
        "Alice Zimmer\tParis\t51000",
        "Opening hours: 7:30 to 18:00",
    ],
)
def test_facts_without_a_full_stop_are_searched_amid_prose(line):
    prose = "In 2022, 1,234,567 people of 3,456,789 took part, and “it went well,” they said. " * 4
    assert line in sentences(f"{prose}\n\n{line}\n\n{prose}")


@pytest.mark.parametrize("line", ["Home | News | Health", "Published: 19 December 2022", "Words by: Ann Lee"])
def test_what_a_page_says_of_itself_is_not(line):
    prose = "This is a whole sentence of the page, and it goes on for a while. " * 4
    assert line not in sentences(f"{prose}\n\n{line}\n\n{prose}")


def test_line_without_an_end_is_read_in_no_time_and_cut():
    for text in ("x 1 " * 150_000, "a | 5 " * 30_000, "a: 1 " * 50_000, "x" * 100_000):
        assert max(map(len, sentences(text))) <= LONGEST_SENTENCE
