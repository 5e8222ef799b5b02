"""A word is found however it is spelled on either side of the Atlantic."""

from __future__ import annotations

import pytest

from rag.index.bm25 import Lexicon
from rag.index.postings import collect_postings
from rag.language.spelling import mend_common_words, spelling_variants
from rag.models.scorer import load_common_words

PAIRS = """
licence license, organise organize, organisation organization, centre center, colour color, grey gray,
programme program, analyse analyze, travelling traveling, cancelled canceled, fulfil fulfill,
enrolment enrollment, judgement judgment, defence defense, catalogue catalog, paediatric pediatric,
oestrogen estrogen, behaviour behavior, metre meter, tyres tires, ageing aging, practise practice,
aluminium aluminum, sceptical skeptical, cheque check, fibre fiber, counsellor counselor,
plough plow, mould mold
""".replace("\n", " ").split(",")


@pytest.mark.parametrize("pair", [tuple(pair.split()) for pair in PAIRS], ids=" ".join)
def test_either_spelling_is_a_variant_of_the_other(pair):
    british, american = pair
    assert american in spelling_variants(british)
    assert british in spelling_variants(american)


def test_a_word_that_is_spelled_otherwise_in_the_texts_finds_them():
    lexicon = Lexicon(
        collect_postings(["The license ends.", "A grey den.", "A fox."]), correct=lambda word: True
    )
    assert [row for row, _ in lexicon.search("licence", 3)] == [0]
    assert [row for row, _ in lexicon.search("gray", 3)] == [1]


def test_a_word_that_the_texts_have_is_left_alone():
    lexicon = Lexicon(collect_postings(["The licence.", "To license."]))
    assert lexicon.terms("licence") != lexicon.terms("license")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hwo long do i hav to wait at teh door", "how long do i have to wait at the door"),
        ("Wich of thier boats have sunk?", "Wich of their boats have sunk?"),  # a capital may begin a name
        ("why dont we pay", "why dont we pay"),  # it lost its mark, and not its sense
        ("who is dr. howe", "who is dr. howe"),  # a name of the documents
        ("wann ist teh zeit", "wann ist teh zeit"),  # no word of this language
    ],
)
def test_short_words_are_mended_where_they_are_none(typed, meant):
    known = {"long", "wait", "door", "boats", "sunk", "howe", "pay"}
    assert mend_common_words(typed, load_common_words(), known.__contains__) == meant


def test_question_in_bad_spelling_is_asked_as_it_was_meant(chatbot):
    asked = chatbot.understand("hwo many ICSs are tehre in England").standalone
    assert asked == "how many ICSs are there in England"
