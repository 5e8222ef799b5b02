"""What a statement says beyond its quotes is found; what it says in other words is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, strategies as st

from rag.answers.support import find_unsupported, support

SAME = [
    ("There are 42 ICSs.", "There are forty-two ICSs."),
    ("a 10 per cent cut", "a 10% cut"),
    ("a ten percent cut", "a 10% cut"),
    ("3,000 million pounds", "£3bn"),
    ("£2.5 million", "two and a half million pounds"),
    ("1,200 staff", "1200 staff"),
    ("a dozen staff", "twelve staff"),
    ("half of staff", "50% of staff"),
    ("three-quarters of staff", "75 per cent of staff"),
    ("5 to 7 years", "between five years and seven years"),
    ("a five-year plan", "a plan of 5 years"),
    ("the 42-year-old", "John Smith, 42, is"),
    ("a fall of 5%", "-5%"),
    ("the third time", "the 3rd time"),
    ("at 6pm", "at 18:00"),
    ("It had 2000 beds.", "It had 2,000 beds."),
    ("It was in 2022.", "It was on 5/12/2022."),
    ("It was in December 2022.", "It was on 5 Dec 2022."),
    ("It was on 2022-12-05.", "It was on December 5th, 2022."),
    ("It was on the 12th of May 2022.", "It was on 05/12/2022."),
    ("It was in mid-March.", "It was on 15 March 2023."),
    ("It was in the 1990s.", "It was in 1993."),
    ("from 2005 to 2007", "2005–2007"),
    ("in 2022–23", "in 2022/23"),
    ("Ms Hewitt led it.", "Patricia Hewitt led it."),
    ("It was Hunt’s idea.", "It was the idea of Jeremy Hunt."),
    ("the Hewitt Review", "Hewitt's review"),
    ("Chancellor Jeremy Hunt ordered it.", "Jeremy Hunt, the chancellor, ordered it."),
    ("It was Thomas Arnold.", "It was Thomas K. Arnold."),
    ("He met Renee Muller.", "He met Renée Müller."),
    ("He met Jean Luc.", "He met Jean-Luc."),
    ("the ICSs", "an integrated care system"),
    ("the Integrated Care Systems", "the ICS"),
    ("the Department of Health and Social Care", "the DHSC"),
    ("the U.S. budget", "the US budget"),
    ("Managers are wary of it.", "They are wary of it."),
    ("He said “strike the right balance”.", 'It must "Strike the  right balance", he said.'),
    ("He said “we … need [it] now”.", "He said: “We all need this now.”"),
    ("It won’t be affected.", "It will not be affected."),
    ("It did not change.", "It is unchanged."),
    ("There will be no more than 10.", "There will be at most 10."),
]
OTHER = [
    ("There are 43 systems.", "There are 42 systems.", "43"),
    ("a 10% cut", "10 staff", "10%"),
    ("It takes 5 years.", "It takes 5 months.", "5 years"),
    ("5 percentage points", "5%", "5 percentage points"),
    ("£3m", "£3bn", "£3m"),
    ("£3m", "$3m", "£3m"),
    ("at 9pm", "at 9am", "9pm"),
    ("the fourth time", "the third time", "fourth"),
    ("the fifth", "five", "fifth"),
    ("hundreds of staff", "thousands of staff", "hundreds"),
    ("half of them", "a third of them", "half"),
    ("It was on 5 December 2022.", "It was in December 2022.", "5 December 2022"),
    ("It was on 6 December.", "It was on 5 December.", "6 December"),
    ("It was in mid-March.", "It was in March.", "mid-March"),
    ("It was in 2023.", "It was in 2022.", "2023"),
    ("before 2025/26", "before 2025", "26"),
    ("He met Ms Barclay.", "He met Patricia Hewitt.", "Ms Barclay"),
    ("Patricia Barclay said so.", "Patricia Hewitt and Steve Barclay said so.", "Patricia Barclay"),
    ("Hunt said so.", "Barclay said so.", "Hunt"),
    ("Hunt’s plan is new.", "Barclay’s plan is new.", "Hunt’s"),
    ("It is NHS England.", "It is the NHS.", "NHS England"),
    ("It is NHS England.", "It is the NHS in England.", "NHS England"),
    ("They are ICBs.", "They are integrated care systems.", "ICBs"),
    ("He said “very motivated”.", "He said “motivated”.", "“very motivated”"),
    ("He said “act”.", "He said it was a factor.", "“act”"),
    ("It did not change.", "It did change.", "not"),
    ("The review won’t scrap targets.", "No patient pays. It will scrap targets.", "won’t"),
    ("Targets will be affected.", "Targets will not be affected.", "affected"),
]


@pytest.mark.parametrize(("text", "quote"), SAME)
def test_other_words_for_the_same_are_supported(text, quote):
    assert find_unsupported(text, [quote]) == ()


@pytest.mark.parametrize(("text", "quote", "lacking"), OTHER)
def test_what_is_not_the_same_is_not(text, quote, lacking):
    assert find_unsupported(text, [quote]) == (lacking,)


def test_everything_is_told_once_and_in_order():
    text = "Hunt said in May 2020 that “42 of Wales” did not pay 7%, or 7%."
    assert find_unsupported(text, []) == ("Hunt", "May 2020", "“42 of Wales”", "not", "7%", "7%")


def test_quotes_support_together():
    assert find_unsupported("Hewitt proposed 10.", ["Hewitt wrote it.", "It had 10."]) == ()


def test_what_is_known_of_the_document_supports_names_and_dates_alone():
    also = "The 42 systems, Patricia Hewitt, 19 December 2022, not final"
    text = "On 19 December 2022 Patricia Hewitt did not name 42 systems."
    assert find_unsupported(text, ["She did name systems."], also=also) == ("not", "42")
    assert find_unsupported("It came in March 2022.", ["It came in March."], also=also) == ()
    assert find_unsupported("It came in March 2021.", ["It came in March."], also=also) == ("March 2021",)


@given(st.text(st.sampled_from("aA1 2.,'’“”\"‘-%£s\u0301Bn…[]&/May\n"), max_size=40) | st.text())
@example("‘a’‘b’ a“b”c")
@example("“5”%, 5 not")
@example("A.B.’s “…”")
def test_a_text_supports_itself(text):
    assert find_unsupported(text, [text]) == ()


@given(st.text(), st.text())
def test_what_is_reported_stands_in_the_text(text, quote):
    at = 0
    for lacking in find_unsupported(text, [quote]):
        at = text.index(lacking, at) + len(lacking)


PIECES = [
    "a",
    "A ",
    "1",
    "1,",
    "“",
    "'",
    " 'a",
    "not ",
    "one ",
    "1 May ",
    "U.",
    "- ",
    "2022-",
    "[",
    '" ',
    "a’b",
    " ",
]
PIECES += ["half a ", "a million and ", "twenty-", "Ab of ", "“x” "]


@pytest.mark.parametrize("piece", PIECES)
def test_a_line_four_times_as_long_takes_no_more_than_twice_that(piece):
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_unsupported(text, [f"{text} more"])
        return time.process_time() - start

    assert any(seconds(20_000) < 8 * seconds(5_000) + 0.1 for _ in range(3))


# The share of words


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The fox sleeps.", 1.0),
        ("THE FOX sleeps", 1.0),
        ("The fox dreams of hens", 2 / 5),
        ("Hens dream", 0.0),
        ("", 0.0),
        ("…", 0.0),
    ],
)
def test_support_is_the_share_of_quoted_words(text, share):
    assert support(text, ["The fox sleeps."]) == share


@given(st.text(), st.text())
def test_support_is_a_share(text, source):
    assert 0 <= support(text, [source]) <= 1
    assert support(text, []) == 0
