"""What documents have to say to a claim, and in which words it is not as they say."""

from __future__ import annotations

import pytest
from small import open_over

import rag

TRUE = [  # and how the quote begins that proves it
    ("Each passenger may bring two bags free of charge.", "Each passenger may carry two bags"),
    ("Nobody was injured.", "No one was injured."),
    ("The master, Iona Rennie, had told the office about the fault.", "The master, Captain Iona Rennie"),
    ("Wages go up by 5.2 per cent from 1 May.", "Wages rise by 5.2 per cent"),
    ("The insurer paid for all of it but £25,000.", "The insurer paid all but £25,000"),
    ("Investigator Malcolm Tait found that the crew had acted correctly.", "Investigator Malcolm Tait"),
]
CONTRADICTED = [  # what differs, in the words of the claim and of the source
    ("Repairs to the hull took 33 days.", "number", "33 days", "23 days"),
    ("The union accepted the pay offer on 12 April.", "date", "12 April", "2 April"),
    ("His successor will be Aileen Moss, who comes from Norway.", "name", "Aileen Moss", "Priya Nair"),
    ("The office passed the report on to the engineers.", "negation", "", "not"),
    (
        "There are more sailings a day between Kilmory and Sandwick than in summer.",
        "comparison",
        "more",
        "fewer",
    ),
    ("The union says that the new shift pattern led to the fall.", "speaker", "The union", "The company"),
]
LINES = {
    "pool.txt": "The pool is free and will not open on Sundays.\n\nDogs travel free but must be on a lead.\n",
    "hall.md": "# The hall\n\nThe fee is £4 a visit\n\nThe café opens at 9 am\n",
    "shops.txt": "The café opened earlier than the shop.\n\nThe new ship is lighter than the old ferry.\n",
}
NOT_SAID = [
    ("A cinema will open on board of the ship.", None),
    ("The Kittiwake has entered service.", "certainty"),
    ("Sunday sailings may be cancelled in January because of a strike.", "cause"),
]


def verdict(ferries: rag.Chatbot, text: str) -> rag.Verdict:
    (sentence,) = ferries.check(text).sentences
    return sentence.verdict


@pytest.mark.parametrize(("text", "quote"), TRUE)
def test_truth_in_other_words_is_borne_out_by_its_sentence(ferries, text, quote):
    found = verdict(ferries, text)
    assert found.kind == "borne_out" and not found.differing
    assert any(citation.quote.startswith(quote) for citation in found.citations)


@pytest.mark.parametrize(("text", "kind", "claimed", "source"), CONTRADICTED)
def test_error_is_contradicted_by_the_sentence_that_says_otherwise(ferries, text, kind, claimed, source):
    found = verdict(ferries, text)
    assert found.kind == "contradicted"
    differing = next(one for one in found.differing if one.kind == kind)
    assert differing.claimed == claimed and source in differing.found
    assert source in found.citations[0].quote


@pytest.mark.parametrize(("text", "kind"), NOT_SAID)
def test_what_is_made_up_or_surer_is_not_said(ferries, text, kind):
    found = verdict(ferries, text)
    assert found.kind == "not_said" and len(found.citations) == 1
    assert [one.kind for one in found.differing] == ([kind] if kind else [])


def test_compound_is_as_good_as_its_worst_part(ferries):
    good = verdict(ferries, "No one was injured, and the ship reached Kilmory at 9.15 pm.")
    assert good.kind == "borne_out" and len(good.citations) == 2
    bad = verdict(ferries, "No one was injured, and the ship reached Kilmory at 8.15 pm.")
    assert (bad.kind, bad.part) == ("contradicted", "the ship reached Kilmory at 8.15 pm.")
    shared = verdict(ferries, "Dogs must be kept on a lead and are allowed in the restaurant.")
    assert (shared.kind, shared.part) == ("contradicted", "Dogs are allowed in the restaurant.")


def test_only_documents_that_the_filter_admits_say_something(ferries):
    elsewhere = rag.Where(documents=("charter.md",))
    (sentence,) = ferries.check("Repairs to the hull took 23 days.", where=elsewhere).sentences
    assert sentence.verdict.kind == "not_said"
    with pytest.raises(rag.FilterError, match=r"other\.md"):
        ferries.check("It is.", where=rag.Where(("other.md",)))


@pytest.fixture(scope="module")
def lines(tmp_path_factory, embedder):
    return open_over(LINES, tmp_path_factory.mktemp("lines"), embedder)


@pytest.mark.parametrize("text", ["The pool will open on Sundays.", "Dogs do not travel free."])
def test_denial_is_no_proof_though_a_word_beside_it_says_that_something_is_not(lines, text):
    found = verdict(lines, text)
    assert found.kind == "contradicted" and [one.kind for one in found.differing] == ["negation"]


@pytest.mark.parametrize("text", ["The fee is £4 a visit", "The café opens at 9 am"])
def test_line_without_a_full_stop_bears_out_itself(lines, text):
    assert verdict(lines, text).kind == "borne_out"


@pytest.mark.parametrize(
    "text", ["The shop opened later than the café.", "The old ferry is heavier than the new ship."]
)
def test_the_same_comparison_the_other_way_round_is_not_contradicted(lines, text):
    assert verdict(lines, text).kind != "contradicted"


def test_comparison_of_the_same_measure_turned_about_is_contradicted(lines):
    assert verdict(lines, "The shop opened earlier than the café.").kind == "contradicted"
