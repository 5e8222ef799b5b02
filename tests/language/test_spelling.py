"""A word is found however it is spelled on either side of the Atlantic."""

from __future__ import annotations

import pytest

from rag.index.bm25 import Lexicon
from rag.language.spelling import spelling_variants

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
    lexicon = Lexicon(["The license ends.", "A grey den.", "A fox."], correct=lambda word: True)
    assert [row for row, _ in lexicon.search("licence", 3)] == [0]
    assert [row for row, _ in lexicon.search("gray", 3)] == [1]


def test_a_word_that_the_texts_have_is_left_alone():
    lexicon = Lexicon(["The licence.", "To license."])
    assert lexicon.terms("licence") != lexicon.terms("license")
