"""A text as somebody writes it: what of it is a claim, and where that stands."""

from __future__ import annotations

import docx
import pytest

import rag
from rag.checking.checker import MOST_SENTENCES, check_draft
from rag.checking.drafts import LONGEST, read_draft
from rag.checking.verdicts import Judge

DRAFT = """# Two bags a passenger

Good morning!

Each passenger may carry **two** bags [1]. May dogs travel, too? They are told:

- Bicycles cost £4 each way.
- Bicycles cost £9 each way.

> Nothing is paid when the delay is caused by weather.

    print("Dogs travel free.")
"""


def test_claims_of_a_draft_are_judged_where_they_stand(ferries):
    checked = ferries.check(DRAFT)
    assert [(sentence.text, sentence.verdict.kind) for sentence in checked.sentences] == [
        ("Two bags a passenger", "no_claim"),
        ("Good morning!", "no_claim"),
        ("Each passenger may carry two bags [1].", "borne_out"),
        ("May dogs travel, too?", "no_claim"),
        ("They are told:", "no_claim"),
        ("Bicycles cost £4 each way.", "borne_out"),
        ("Bicycles cost £9 each way.", "contradicted"),
        ("Nothing is paid when the delay is caused by weather.", "borne_out"),
        ('print("Dogs travel free.")', "no_claim"),
    ]
    text = checked.draft.text
    assert text == DRAFT and text[checked.sentences[2].start :].startswith("Each passenger may carry **two**")
    assert (checked.count("borne_out"), checked.count("contradicted"), checked.passes) == (3, 1, False)


def test_citations_are_numbered_through_and_quote_their_documents(ferries):
    checked = ferries.check("Bicycles cost £4 each way.\n\nDogs travel free.\n\nA bicycle costs £4 each way.")
    numbers = [[c.number for c in sentence.verdict.citations] for sentence in checked.sentences]
    assert numbers == [[1], [2], [1]] and [c.number for c in checked.citations] == [1, 2]
    assert all(c.document.text[c.start : c.end] == c.quote for c in checked.citations)


def test_sentence_that_points_back_is_searched_for_with_the_one_before():
    searched: list[str] = []  # gives None, so that nothing is judged
    text = "The Kittiwake is new. It carries 48 cars. The crew is new. What else? It sails."
    check_draft(read_draft(text), searched.append, Judge(None))
    assert searched == [
        "The Kittiwake is new.",
        "The Kittiwake is new. It carries 48 cars.",
        "The crew is new.",
        "What else? It sails.",
    ]


def test_plain_text_has_headings_and_lists_too():
    plain = "STAFF NEWS\n\nPay\nWages rise.\n\n1) One thing.\n2) Another thing.\n"
    kinds = [block.kind for block in read_draft(plain).blocks]
    assert kinds[0] == "heading" and kinds[-2:] == ["item", "item"]


def test_draft_in_a_word_file_is_read(tmp_path, ferries):
    written = docx.Document()
    written.add_heading("Bicycles")
    written.add_paragraph("Bicycles cost £5 each way.")
    written.save(tmp_path / "draft.docx")
    checked = ferries.check(rag.read_draft_file(tmp_path / "draft.docx"))
    assert [s.verdict.kind for s in checked.sentences] == ["no_claim", "contradicted"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("?!", "holds no word"),
        ("", "holds no word"),
        ("a " * LONGEST, f"{2 * LONGEST:,} characters, expected at most {LONGEST:,}: check it in parts"),
        ("He ran.\n\n" * (MOST_SENTENCES + 1), f"{MOST_SENTENCES + 1:,} sentences, expected at most"),
    ],
)
def test_draft_that_cannot_be_checked_is_refused(ferries, text, message):
    with pytest.raises(rag.DraftError, match=message):
        ferries.check(text)


def test_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "draft.png").write_bytes(b"\x89PNG")
    with pytest.raises(rag.DraftError, match=r"cannot read .*draft\.png: a picture"):
        rag.read_draft_file(tmp_path / "draft.png")
