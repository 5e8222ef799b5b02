"""A citation is the exact words in their place, or it is not made."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from quoting import quote

from rag.datatypes import Citation, Document, Statement, with_markers
from rag.documents.outline import Outline

NOTE = Document("note.txt", "A note", "The fox sleeps. The frog sings.")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 15, "The frog sings."),  # of another place
        (16, 31, "The frog sang."),  # altered
        (16, 31, "the frog sings."),
        (16, 31, ""),
        (15, 15, ""),
        (16, 100, "The frog sings."),  # beyond the end
        (-15, 31, "The frog sings."),  # before the beginning
        (-15, -1, "The frog sings"),
        (31, 16, "The frog sings."),
    ],
)
def test_wrong_citation_is_refused(start, end, words):
    with pytest.raises(ValueError, match=r"citation \[1\] does not quote note\.txt"):
        Citation(1, NOTE, start, end, words)


@given(st.text(min_size=1), st.integers(-5, 40), st.integers(-5, 40), st.text(max_size=3))
def test_no_citation_points_outside_its_document(text, start, end, other):
    document = Document("a", "A", text)
    for words in (text[start:end], other):
        try:
            citation = Citation(1, document, start, end, words)
        except ValueError:
            continue
        assert 0 <= citation.start < citation.end <= len(text)
        assert citation.quote == text[citation.start : citation.end]


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 31)).filter(lambda s: s[0] < s[1]), max_size=5)


@given(spans)
def test_quotes_are_numbered_in_order_and_verbatim(spans):
    statements = quote((NOTE, *span) for span in spans)
    assert [c.number for s in statements for c in s.citations] == list(range(1, len(spans) + 1))
    for statement, (start, end) in zip(statements, spans, strict=True):
        assert statement.citations[0].quote == NOTE.text[start:end]
        assert statement.text == " ".join(NOTE.text[start:end].split())
        assert statement.support == (1.0 if any(c.isalnum() for c in statement.text) else 0.0)
        assert statement.unsupported == ()


def test_no_sentence_of_the_documents_lacks_support_of_its_own(corpus):
    spans = [(document, *piece) for document in corpus.documents for piece in Outline(document).pieces]
    assert len(spans) > 100
    assert {(s.support, s.unsupported) for s in quote(spans)} == {(1.0, ())}


def test_markers_stand_behind_the_statement():
    citations = (Citation(1, NOTE, 0, 15, "The fox sleeps."), Citation(2, NOTE, 4, 7, "fox"))
    assert with_markers(Statement("The fox sleeps.", citations, 1.0)) == "The fox sleeps. [1][2]"
