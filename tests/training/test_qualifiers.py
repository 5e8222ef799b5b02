"""A question with a qualifier swapped asks for what its source does not say, and differs in nothing else."""

from __future__ import annotations

from random import Random

from hypothesis import given, strategies as st

from training.data.qualifiers import Qualifiers

SOURCE = "In 1987 the mayor Ann Lee opened 3 bridges over the Aven. The deputy stayed away."
OTHERS = ["Did Bo Reed see it?", "What is the Bure?", "Was Ann Lee there?"]


@given(st.integers(0, 500))
def test_what_is_swapped_in_is_not_in_the_source(seed):
    question = "How many bridges did the mayor Ann Lee open over the Aven in 1987?"
    swap = Qualifiers(OTHERS).swap(question, SOURCE, Random(seed))
    assert swap
    assert swap.was in question
    assert swap.now.casefold() not in SOURCE.casefold()
    assert question.replace(swap.was, swap.now) == swap.question


def test_each_kind_is_swapped_for_its_own():
    question = "Did the mayor Ann Lee open 3 bridges in 1987?"
    swaps = [Qualifiers(OTHERS).swap(question, SOURCE, Random(seed)) for seed in range(60)]
    told = {(swap.kind, swap.was) for swap in swaps}
    assert told == {("number", "3"), ("number", "1987"), ("name", "Ann Lee"), ("office", "mayor")}
    assert {swap.now for swap in swaps if swap.kind == "name"} == {"Bo Reed"}
    assert all(swap.now.endswith(" mayor") for swap in swaps if swap.kind == "office")
    assert all(1957 <= int(swap.now) <= 2017 for swap in swaps if swap.was == "1987")


def test_a_question_whose_source_bears_no_qualifier_has_none():
    assert Qualifiers(OTHERS).swap("Who met Cy Nash in 2001?", SOURCE, Random(0)) is None
