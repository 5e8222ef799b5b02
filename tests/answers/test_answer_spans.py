"""The very words of an answer are marked in its sentence, or nothing is."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.answers.answer_spans import answer_span
from rag.questions.answer_types import answer_type_of


def marked(question, text, read=None):
    """The words marked, with what the reader sees given in words."""
    span = (text.index(read), text.index(read) + len(read)) if read else None
    found = answer_span(question, text, answer_type_of(question), span)
    return text[slice(*found)] if found else None


HUNT = "The chancellor, Jeremy Hunt, asked Patricia Hewitt in November 2022 to look at it."
COSTS = "Of the £400m promised in 2021, £250m went back to 42 boards, which have 6 years to spend £1.5bn."


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("Who did Jeremy Hunt ask?", "Jeremy Hunt asked Patricia Hewitt.", "Patricia Hewitt"),
        ("When was it asked?", HUNT, "November 2022"),
        ("When does it close?", "It closes on 6 January 2023 at noon.", "6 January 2023"),
        ("When must I pay?", "In 2019 the rule was changed: pay by 5 May.", None),
        ("When does it sail?", "It carries between 5 and 10 cars and sails at 9 am.", "9 am"),
        ("When was it built?", "Children aged 5-11 built it in 1998.", "1998"),
        ("In what year did it begin?", "It began in 1999.", "1999"),
        ("When does it leave?", "It leaves at 10.30 am from here.", "10.30 am"),
        ("How much money did they spend of the £400m?", COSTS, "£250m"),
        ("How much did it cost?", "It cost 300 pounds.", "300 pounds"),
        ("What is she paid?", "In 2022 she was paid £9,000 for it.", "£9,000"),
        ("How long was he secretary?", "He was secretary for six years.", "six years"),
    ],
)
def test_thing_of_the_kind_asked_for_is_marked(question, text, words):
    assert marked(question, text) == words


@pytest.mark.parametrize(
    ("question", "text", "read", "words"),
    [
        ("Who asked her?", HUNT, "Jeremy Hunt", "chancellor, Jeremy Hunt"),
        ("Who was asked?", HUNT, "Patricia Hewitt in November", "Patricia Hewitt"),
        ("How much money may be spent?", COSTS, "£1.5bn", "£1.5bn"),
        ("Who was asked?", "A former minister was told to look at it.", "A former", None),
        ("Where is it?", "It is in Leeds, near the mill.", "Leeds", "Leeds"),
    ],
)
def test_reader_says_which_of_several_it_is(question, text, read, words):
    assert marked(question, text, read) == words


@pytest.mark.parametrize(
    ("question", "text", "read", "words"),
    [
        ("How many boards are there?", COSTS, None, "42 boards"),
        ("How many integrated care systems are there?", "The 42 ICSs are new.", None, "42 ICSs"),
        ("How many companies are there?", "There are 30 companies here.", None, "30 companies"),
        ("What share left?", "Some 12.5% of the staff left.", None, "12.5%"),
        ("By what percentage was it cut?", "It was cut by 30 per cent.", "30 per cent", "30 per cent"),
        ("How old is she?", "She is 74 years old.", "74", "74 years old"),
        ("How old is she?", "She is a woman aged 74 now.", None, "aged 74"),
        ("How long has it been?", "It has lasted since March 2020.", None, "since March 2020"),
        ("Who leads it?", "Sir Chris Ham leads it at last.", "Sir Chris Ham", "Sir Chris Ham"),
        ("Who came?", "When Patricia Hewitt came, it began.", "Patricia Hewitt", "Patricia Hewitt"),
    ],
)
def test_mark_cuts_no_number_and_no_name(question, text, read, words):
    assert marked(question, text, read) == words


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        ("What does ICB stand for?", "An integrated care board (ICB) plans.", "integrated care board"),
        ("What do ICBs stand for?", "All integrated care boards (ICBs) plan.", "integrated care boards"),
        ("What is ICB short for?", "The ICB (integrated care board) plans.", "integrated care board"),
        ("What is the full name of MiP?", "Managers in Partnership (MiP) asks.", "Managers in Partnership"),
        (
            "What does HARPs stand for?",
            "They are High Accountability and Responsibility Partnerships (HARPs).",
            "High Accountability and Responsibility Partnerships",
        ),
        ("What does ICB stand for?", "The ICB plans care.", None),
        ("What does it stand for?", "An integrated care board (ICB) plans.", None),
        ("What does FI stand for?", "ﬁnance (FI) comes first.", None),  # a ligature is two capitals
    ],
)
def test_long_form_is_what_an_acronym_stands_for(question, text, words):
    assert marked(question, text) == words


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("Is the review over?", HUNT, "November 2022"),
        ("Did Hewitt accept in 2022?", HUNT, None),
        ("Have boards got the money?", COSTS, "£250m"),
        ("Why was it asked?", HUNT, None),
        ("Who is Jeremy Hunt?", "Jeremy Hunt said so.", None),  # named by the question itself
        ("Where is it?", "It is in Leeds.", "It is in Leeds"),  # all but all of the sentence
    ],
)
def test_nothing_is_marked_where_the_whole_sentence_answers(question, text, read):
    assert marked(question, text, read) is None


questions = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "When was it?",
            "Who was it?",
            "How many boards were there?",
            "How much money was it?",
            "How long was it?",
            "What is she paid?",
            "How old is he?",
            "How high was it?",
            "Was it so?",
            "What does IS stand for?",
            "What do ABCs stand for?",
        ]
    ),
)
PIECES = (
    "42 boards|£250m|in 1999|6 January 2023|, | and |Ada Lee|(ABC)|a big car|IS|ß|İs|ﬁ|10 am|six years|.|\n"
)
pieces = st.sampled_from(PIECES.split("|"))
texts = st.one_of(st.text(max_size=80), st.lists(pieces).map(" ".join), st.lists(pieces).map("".join))


@given(questions, texts, st.none() | st.tuples(st.integers(0, 90), st.integers(0, 90)))
def test_fact_is_a_span_of_the_text_whatever_is_asked(question, text, read):
    inside = read if read and read[0] < read[1] <= len(text) else None
    found = answer_span(question, text, answer_type_of(question), inside)
    assert found is None or 0 <= found[0] < found[1] <= len(text)


@given(questions, st.lists(pieces).map(" ".join))
def test_fact_begins_and_ends_where_words_do(question, text):
    found = answer_span(question, text, answer_type_of(question), None)
    if found:
        start, end = found
        assert not (text[:start][-1:].isalnum() and text[start].isalnum())
        assert not (text[end - 1].isalnum() and text[end:][:1].isalnum())
