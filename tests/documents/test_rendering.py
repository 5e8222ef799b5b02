"""What is shown has its place in the document, and what is not shown is gone."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.datatypes import Document, Mark
from rag.documents.rendering import ADDED, Rendering, render

BOLD = "The **red** fox &amp; hen."
DOCUMENT = Document("a.md", "A", BOLD, marks=(Mark(4, 6), Mark(9, 11), Mark(16, 21, "&")))


def test_marks_are_not_shown_and_references_are_resolved():
    shown = render(DOCUMENT, (0, len(BOLD)), [])
    assert shown.text == "The red fox & hen."
    assert shown.places[shown.text.index("red")] == BOLD.index("red")
    assert shown.places[shown.text.index("&")] == BOLD.index("&amp;")


def test_marks_at_the_edges_of_a_span():
    assert render(DOCUMENT, (4, 11), []).text == "red"
    assert render(DOCUMENT, (5, 10), []).text == "red"
    assert render(DOCUMENT, (11, 18), []).text == "fox &"


def test_white_space_is_one_space_unless_it_is_code():
    document = Document("a.txt", "A", " a \n\t b\u00a0\u200b c ")
    assert render(document, (0, len(document.text)), []).text == "a b c"
    assert render(document, (1, 7), [], verbatim=True).text == "a \n\t b"


def test_hidden_parts_are_a_space():
    document = Document("a.txt", "A", "one 12 two")
    assert render(document, (0, 10), [(4, 6)]).text == "one two"
    assert render(document, (0, 10), [(3, 7)]).text == "one two"


def test_spans_are_found_there_and_back():
    shown = Rendering()
    shown.append_text("Name: ")
    shown.append(render(DOCUMENT, (4, 15), []))
    assert shown.text == "Name: red fox" and shown.places[:6] == [ADDED] * 6
    assert shown.span_of((6, 9)) == (6, 9) and shown.source_of((6, 9)) == (6, 9)
    assert shown.source_of((0, 6)) is None and shown.span_of((4, 6)) is None
    assert shown.source_of((0, 13)) == (6, 15)


def test_lines_are_apart_and_none_is_empty():
    shown = Rendering()
    for span in ((0, 3), (3, 4), (12, 15)):
        shown.append_line(render(DOCUMENT, span, []))
    assert shown.text == "The\nfox"


marked = st.builds(
    lambda cuts, shown: tuple(Mark(a, b, shown) for a, b in zip(cuts[::2], cuts[1::2], strict=False)),
    st.lists(st.integers(0, 30), unique=True, max_size=8).map(sorted),
    st.sampled_from(["", "&", "->"]),
)
spans = st.sets(st.integers(0, 30), min_size=2, max_size=2).map(sorted).map(tuple)


@pytest.mark.parametrize("verbatim", [True, False])
@given(st.text(min_size=30, max_size=30), marked, spans)
def test_what_is_shown_of_any_span_lies_in_it(verbatim, text, marks, span):
    shown = render(Document("a.md", "A", text, marks=marks), span, [], verbatim=verbatim)
    assert len(shown.text) == len(shown.places) and shown.places == sorted(shown.places)
    assert all(span[0] <= place < span[1] for place in shown.places)
    hidden = {at for mark in marks for at in range(mark.start, mark.end)}
    visible = [at for at in range(*span) if text[at].isalnum() and at not in hidden]
    assert set(visible) <= set(shown.places)
