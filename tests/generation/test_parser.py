"""What a model writes is taken apart into bare sentences, wherever the stream of it is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, strategies as st

from rag.generation.parser import ParsedSentence, parse_sentences


@pytest.mark.parametrize(
    ("marked", "hints"),
    [
        ("There are 42 ICSs [1].", {1}),
        ("There are 42 ICSs.[1]", {1}),
        ("There are 42 ICSs [1][2].", {1, 2}),
        ("There are 42 ICSs [1, 2; 4 and 12].", {1, 2, 4, 12}),
        ("There are 42 ICSs [1-3].", {1, 3}),
        ("There are 42 ICSs [^1].", {1}),
        ("There are 42 ICSs【2】.", {2}),
        ("There are 42 ICSs【2†source】.", {2}),
        ("There are 42 ICSs [Passage 1; passage 2].", {1, 2}),
        ("There are 42 ICSs (passages 1 and 2).", {1, 2}),
        ("There are 42 ICSs. (Source: 3)", {3}),
        ("There are 42 ICSs. (1)", {1}),
        ("There [1] are 42 ICSs [2].", {1, 2}),
        ("[1] There are 42 ICSs.", {1}),
        ("[1]: There are 42 ICSs.", {1}),
        ("There are 42 ICSs [[1]].", {1}),
        ("There are 42 ICSs [[1]1].", {1}),
        ("<[1]b>There are 42 ICSs.", {1}),
        ("There are 42 ICSs [\u200b1].", {1}),
        ("There are 42 ICSs [**1**].", {1}),
        ("According to [2], there are 42 ICSs.", {2}),
        ("As stated in passage [2]: there are 42 ICSs.", {2}),
    ],
)
def test_markers_are_hints_and_no_part_of_the_sentence(marked, hints):
    (only,) = parse_sentences(marked)
    assert only == ParsedSentence("There are 42 ICSs.", frozenset(hints))


WRAPPED = """According to passage 2, there are 42 ICSs.|According to the passages, there are 42 ICSs.
    In document 1, there are 42 ICSs.|As noted in source number 3, there are 42 ICSs.|- There are 42 ICSs.
    From the context: there are 42 ICSs.|• There are 42 ICSs.|12) There are 42 ICSs.|3. There are 42 ICSs.
    **There** are *42* `ICSs`.|__There are 42 ICSs.__|There are <b>42</b> ICSs.
    \u2060There\u200b are 42 ICSs."""
ITS_OWN = """It began in the summer (2022).|It has 5 km² of it.|The cut (30%) is due by then.
    It has five (5) work streams.|There were (12, 13) cases.|Section 4(2) says so.|It grew 3*4 times.
    The first (1) and the second (2) principle hold.|It is “[at] a different stage”.|In 2022, Hewitt began.
    Costs fell by <5 and >3 per cent.|According to Hewitt, there are 42.|It fell to -5 degrees."""


def listed(texts: str) -> list[str]:
    return [text.strip() for text in re.split(r"\||\n", texts)]


@pytest.mark.parametrize("written", [*listed(WRAPPED), "## How many?\n\nThere are 42 ICSs."])
def test_talk_of_passages_markup_and_bullets_go(written):
    assert parse_sentences(written) == [ParsedSentence("There are 42 ICSs.")]


@pytest.mark.parametrize("text", listed(ITS_OWN))
def test_numbers_and_brackets_of_the_sentence_itself_stay(text):
    assert parse_sentences(text) == [ParsedSentence(text)]


def test_bracket_that_is_never_closed_takes_no_time():
    """With a pattern that tries every way to take the figures apart, this would not end."""
    text = f"It is [{'1' * 400} so."
    assert parse_sentences(text) == [ParsedSentence(text)]


def test_sentences_of_a_list_come_in_order():
    written = "Two things:\n\n1. ICSs sing. [1]\n2. *They* dance [2]. They rest.\n\n| a | b |\n|---|---|\n"
    texts = [s.text for s in parse_sentences(written)]
    assert texts[:4] == ["Two things:", "ICSs sing.", "They dance.", "They rest."]
    assert [sorted(s.hints) for s in parse_sentences(written)[1:4]] == [[1], [2], []]


@pytest.mark.parametrize("written", ["", " \n", "…", "[1]", "[1].", "# Heading", "|---|---|", "- \n- ", "**"])
def test_nothing_is_said_in_no_words(written):
    assert parse_sentences(written) == parse_sentences(written, whole=False) == []


@pytest.mark.parametrize(
    ("written", "whole", "begun"),
    [
        ("One is. Two are", ["One is."], ["One is."]),
        ("One is. Two are.", ["One is.", "Two are."], ["One is."]),
        ("One is. “Two are.”", ["One is.", "“Two are.”"], ["One is."]),
        ("One is", ["One is"], []),
    ],
)
def test_last_sentence_is_left_out_if_it_is_cut_off_or_more_is_to_come(written, whole, begun):
    assert [s.text for s in parse_sentences(written)] == whole
    assert [s.text for s in parse_sentences(written, whole=False)] == begun


PIECES = "There are 42 ICSs|Hewitt said|. |.| |? |[1]|[2, 3]|(1)|【1†s】|**|- |# |1. |Mr. |“|”|[|]|1|2022|^"
PIECES += "|†|5%|According to passage 1, |…|:|,|)|(|<b>|`|\n|\r\n|\u2028|\u200b|\\"
WRITTEN = st.lists(st.sampled_from([*PIECES.split("|"), "|"]), max_size=14).map("".join) | st.text()


@given(WRITTEN)
@example("[[[[1]1]1]1]")
@example("[\u200b1] [*2*] [<b>3]")
def test_no_marker_is_left_in_what_was_said(written):
    for one in parse_sentences(written):
        assert not re.search(r"[\[【]\s*\^?\d{1,2}\s*[\]】]", one.text)
        assert one.text.strip() == one.text and any(c.isalnum() for c in one.text)
        assert len(one.text.splitlines()) == 1


SENTENCES = ["There are 42 ICSs.", "It costs £3.2bn, e.g. in the U.S. or at 6 p.m. in May.", "Is it so?"]
SENTENCES += ["Dr. Jones and Mr. Smith said: “It is so.”", "It rose by 1.5% [2022].", "That is all…"]
MARKERS = st.sampled_from(["", " [1]", "[1, 2]", " [^3]", " (Source 4)", "【5】"])


@given(st.lists(st.tuples(st.sampled_from(SENTENCES), MARKERS, st.sampled_from([" ", "\n- "])), max_size=5))
def test_what_is_said_so_far_stays_wherever_it_is_cut(parts):
    """A marker that comes late may still add a hint."""
    written = "".join("".join(part) for part in parts)
    whole = [s.text for s in parse_sentences(written)]
    for end in range(len(written)):
        begun = [s.text for s in parse_sentences(written[:end], whole=False)]
        assert begun == whole[: len(begun)]
