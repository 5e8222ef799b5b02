"""BM25 against its formula, and the words it is given."""

from __future__ import annotations

import math

import bm25s
import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag.index.bm25 import Lexicon
from rag.index.postings import collect_postings
from rag.language.words import stems

TEXTS = [
    "The fox sleeps. The fox dreams of hens, and of nothing but hens.",
    "Hens sleep in the barn, and the farmer counts the hens.",
    "The integrated care system (ICS) covers a region.",
    "England has 42 ICSs.",
    "Nothing of the kind.",
]


def bm25_lucene(query: list[str], texts: list[list[str]], k1: float = 1.5, b: float = 0.75) -> list[float]:
    """Kamphuis et al., Which BM25 Do You Mean?, ECIR 2020, table 1, "Lucene (accurate)"."""
    average = sum(map(len, texts)) / len(texts)
    scores = [0.0] * len(texts)
    for word in query:
        n = sum(word in text for text in texts)
        idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
        for row, text in enumerate(texts):
            tf = text.count(word)
            scores[row] += idf * tf / (tf + k1 * (1 - b + b * len(text) / average))
    return scores


def agrees_with_the_formula(texts: list[str], question: str) -> None:
    lexicon = Lexicon(collect_postings(texts))
    scores = bm25_lucene(list(dict.fromkeys(stems(question))), [stems(text) for text in texts])
    found = lexicon.search(question, len(texts))
    assert {row: score for row, score in enumerate(scores) if score} == pytest.approx(dict(found), rel=1e-5)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))


@pytest.mark.parametrize(
    "question", ["hens", "Where does the fox sleep?", "the farmer's hens sleep", "ICS region"]
)
def test_scores_are_those_of_the_formula(question):
    agrees_with_the_formula(TEXTS, question)


def test_acronym_and_long_form_find_each_other():
    lexicon = Lexicon(collect_postings([*TEXTS, "Integrated care systems are new."]))
    assert {2, 3, 5} == {row for row, _ in lexicon.search("ICSs", 9)}
    assert {2, 3, 5} == {row for row, _ in lexicon.search("How many integrated care systems?", 9)}


words = st.lists(st.sampled_from("fox hen frog barn lamp".split()), min_size=1).map(" ".join)


@given(st.lists(words, min_size=1, max_size=8), words)
def test_scores_are_those_of_the_formula_for_any_texts(texts, question):
    agrees_with_the_formula(texts, question)


def test_at_most_n_are_found_and_equal_ones_by_row():
    lexicon = Lexicon(collect_postings(["fox", "hen", "fox", "fox"]))
    assert [row for row, _ in lexicon.search("fox", 9)] == [0, 2, 3]
    assert [row for row, _ in lexicon.search("fox", 2)] == [0, 2]


@pytest.mark.parametrize("question", ["", "the", "of and the", "zebra", "🙂"])
def test_nothing_to_find(question):
    assert Lexicon(collect_postings(TEXTS)).search(question, 5) == []


@pytest.mark.parametrize("texts", [["The.", "And so it is."], []])
def test_texts_of_stop_words_alone_hold_nothing(texts):
    assert Lexicon(collect_postings(texts)).search("the fox", 5) == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("farmrer", "farmer"),  # a letter too many
        ("fox", "fox"),
        ("foxx", "foxx"),  # too short to be sure
        ("zntegrated", "zntegrat"),  # begins otherwise
        ("20222023", "20222023"),  # a number is never mended
    ],
)
def test_typing_errors_are_mended(word, meant):
    assert Lexicon(collect_postings(TEXTS)).terms(word) == [meant]


def test_terms_are_each_once_in_order():
    assert Lexicon(collect_postings(TEXTS)).terms("hens, the fox, a hen") == ["hen", "fox"]


def test_rarity_is_highest_for_what_no_text_has():
    lexicon = Lexicon(collect_postings(TEXTS))
    assert lexicon.idf("zebra") > lexicon.idf("fox") > lexicon.idf("hen") > 0
    assert lexicon.idf("hen") == pytest.approx(math.log(1 + (5 - 2 + 0.5) / (2 + 0.5)))
    assert "hen" in lexicon and "zebra" not in lexicon


# Only some texts


@given(st.lists(words, min_size=1, max_size=8), words, st.randoms())
def test_search_of_some_texts_gives_their_scores_among_all(texts, question, random):
    lexicon = Lexicon(collect_postings(texts))
    allowed = np.array([random.random() < 0.5 for _ in texts])
    found = lexicon.search(question, len(texts))
    assert lexicon.search(question, len(texts), allowed) == [hit for hit in found if allowed[hit[0]]]
    assert lexicon.search(question, 2, allowed) == [hit for hit in found if allowed[hit[0]]][:2]


def test_search_of_some_seeds_is_bm25s_over_those(chatbot):
    documents = {document.id: document for document in chatbot.documents}
    texts = [
        f"{documents[c.document_id].title}\n{documents[c.document_id].text[c.start : c.end]}"
        for c in chatbot.index.chunks
    ]
    lexicon, plain = Lexicon(collect_postings(texts)), bm25s.BM25()
    plain.index([lexicon.words(text) for text in texts], show_progress=False)
    for name in documents:
        allowed = np.array([chunk.document_id == name for chunk in chatbot.index.chunks])
        for question in ("national targets", "Who ordered the review of integrated care systems?"):
            scores = plain.get_scores(lexicon.terms(question))
            rows = [row for row in np.argsort(-scores, kind="stable") if allowed[row] and scores[row] > 0]
            found = lexicon.search(question, 9, allowed)
            assert [row for row, _ in found] == rows[:9]
            assert [score for _, score in found] == pytest.approx([scores[row] for row in rows[:9]])


@pytest.mark.parametrize(
    ("question", "row", "matched"),
    [
        ("Where does the FOX sleep?", 0, ["FOX", "sleep"]),
        ("sleeping foxes", 0, ["sleeping", "foxes"]),  # as typed
        ("How many ICSs?", 2, ["ICSs"]),
        ("How many ICSs?", 3, ["ICSs"]),
        ("Which Integrated Care System?", 3, ["Integrated Care System"]),  # it says ICSs
        ("Which Integrated Care System?", 2, ["Integrated Care System"]),
        ("the integrated barn", 2, ["integrated"]),
        ("the integrated barn", 1, ["barn"]),
        ("a farmrer and a zebra", 1, ["farmrer"]),
        ("of the and", 0, []),
        ("", 0, []),
        ("dreams, hens, dreams", 0, ["dreams", "hens"]),
    ],
)
def test_matched_words_are_those_of_the_question_as_typed(question, row, matched):
    lexicon = Lexicon(collect_postings(TEXTS))
    assert lexicon.matched_words(lexicon.query_words(question), [row]) == matched


@given(st.lists(words, min_size=1, max_size=6), st.lists(st.sampled_from("fox hen lamp zebra the".split())))
def test_matched_words_are_those_that_the_texts_hold(texts, asked):
    lexicon = Lexicon(collect_postings(texts))
    wanted = lexicon.query_words(" ".join(asked))
    for row, text in enumerate(texts):
        assert lexicon.matched_words(wanted, [row]) == [w for w in dict.fromkeys(asked) if w in text.split()]
    everything = " ".join(texts).split()
    assert lexicon.matched_words(wanted, range(len(texts))) == [
        w for w in dict.fromkeys(asked) if w in everything
    ]


def test_word_that_is_spelled_rightly_is_not_taken_for_another():
    lexicon = Lexicon(collect_postings(["You may cancel the plan."]), correct=lambda word: word == "cancer")
    assert lexicon.terms("cancer") == ["cancer"] and lexicon.terms("cancell") == ["cancel"]


def test_errors_in_the_middle_of_words_are_mended(chatbot):
    [found] = chatbot.retrieve("What does the goverment do for accountabilty?", 1)
    assert found.matched == ("goverment", "accountabilty")


def test_a_long_form_is_read_as_the_acronym_of_the_text():
    lexicon = Lexicon(collect_postings(["The High Care Scheme (HCS) is new.", "There are 42 HCSs."]))
    question = "How many high care schemes are there?"
    assert lexicon.as_in("There are 42 HCSs.", question) == "How many HCSs are there?"
    assert lexicon.as_in("The high care scheme (HCS) is new.", question) == question
    assert lexicon.as_in("There are 42 of them.", question) == question


def test_several_long_forms_and_thousands_are_matched_each():
    texts = ["Each Integrated Care System (ICS) gets £1,200.", "The Care Quality Commission (CQC) inspects."]
    lexicon = Lexicon(collect_postings(texts))
    asked = lexicon.query_words("Does the Care Quality Commission give Integrated Care Systems 1,200 pounds?")
    assert lexicon.matched_words(asked, [0, 1]) == [
        "Care Quality Commission",
        "Integrated Care Systems",
        "1,200",
    ]
    assert lexicon.search("1200", 2) == lexicon.search("1,200", 2) != []
