"""A list answers whole or by one item; a row is marked at its cell; the greatest is the greatest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layouts import markdown

from rag.answers.layout.lists import MOST_ITEMS, WITHIN, find_list
from rag.answers.layout.tables import find_extreme, mark_cell
from rag.answers.sentences.candidates import Candidate
from rag.datatypes import Question
from rag.questions.forms import form_of, step_of


def ask(text):
    return Question(text, form=form_of(text), step=step_of(text))


def sentences(outline, *scores):
    """The pieces of an outline that have a score, best first."""
    found = []
    for (start, end), score in zip(outline.pieces, scores, strict=False):
        shown, above = outline.show(start, end).text, outline.context(start)
        kind = outline.kind_at(start)
        found.append(Candidate(outline, start, end, len(found), kind, shown, above, "", score))
    return sorted(found, key=lambda one: -one.score)


RULES = markdown(
    "# Rules\n\nIn the den:\n\n1. Sleep by day.\n   - or by night\n2. Eat no hens.\n3. Be kind.\n"
)
EVERY = "In the den:\n1. Sleep by day.\n- or by night\n2. Eat no hens.\n3. Be kind."


def told(outline, answer):
    return answer and outline.show(*answer.span).text


@pytest.mark.parametrize("best", [1, 2, 3, 4])
def test_list_is_told_whole_whichever_of_it_is_best(best):
    scores = [5.0 if place == best else 0.0 for place in range(6)]
    assert told(RULES, find_list(ask("What are the rules?"), sentences(RULES, *scores))) == EVERY


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("What is rule 2?", "2. Eat no hens."),
        ("What do I do after I sleep?", "2. Eat no hens."),
        ("What is rule 9?", None),
        ("What do I do after I am kind?", None),
    ],
)
def test_one_item_is_told_where_one_is_asked_for(question, item):
    found = find_list(ask(question), sentences(RULES, 0, 1, 2, 0, 0, 0))
    assert told(RULES, found) == item


def test_item_that_the_question_singles_out_stands_alone():
    assert find_list(ask("What are the rules about hens?"), sentences(RULES, 0, 0, 0, 0, 5, 0)) is None


def test_items_are_counted():
    assert (
        find_list(ask("How many rules are there?"), sentences(RULES, 0, 2)).notice == "the list has 3 items"
    )


@pytest.mark.parametrize("count", [2, MOST_ITEMS, MOST_ITEMS + 1, MOST_ITEMS + 30])
def test_long_list_is_cut_and_the_rest_counted(count):
    outline = markdown("Tools:\n\n" + "".join(f"- tool {n}\n" for n in range(count)))
    found = find_list(ask("What are all the tools?"), sentences(outline, 1))
    assert len(told(outline, found).split("\n")) == 1 + min(count, MOST_ITEMS)
    assert found.notice == (f"the list goes on: {count - MOST_ITEMS} more" if count > MOST_ITEMS else "")


def test_far_behind_the_best_no_list_answers():
    outline = markdown("It is so.\n\n# Rules\n\n- one\n- two\n")
    near, far = (sentences(outline, WITHIN, -1, -1, by) for by in (0.1, -0.1))
    question = ask("What are the rules for guests at night?")
    assert find_list(question, near) and not find_list(question, far)


def test_section_that_is_called_as_what_is_asked_for_is_told_whole():
    outline = markdown("It is so.\n\n# 3 Limits\n\nNo hens. No dogs.\n\nQuiet at night.\n\n# Fees\n\nNone.\n")
    best = sentences(outline, 9, 0, 0, 0, 0, 0, 0)
    found = find_list(ask("What are the limits of the study?"), best)
    assert outline.document.text[slice(*found.span)] == "No hens. No dogs.\n\nQuiet at night."
    assert find_list(ask("What are the limits for dogs?"), best) is None  # which one sentence says
    assert find_list(ask("What are the rules?"), []) is None


DEPOTS = markdown(
    "| Depot | Manager | Rent |\n|---|---|---|\n| Leeds | Ann Brook | 4,200 |\n| York | Ben Lane | 900 |\n"
    "| Hull | | £5,600.50 |\n"
)


def words(outline, span):
    return span and outline.document.text[slice(*span)]


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Who is the manager in Leeds?", "Ann Brook"),
        ("What is the rent in Leeds?", "4,200"),
        ("Which depot has Ann Brook as manager?", "Leeds"),
        ("Tell me of Leeds.", None),
    ],
)
def test_cell_is_marked_by_the_name_of_its_column(question, cell):
    (_, leeds, *_) = sorted(sentences(DEPOTS, 0, 0, 0, 0), key=lambda one: one.start)
    assert words(DEPOTS, mark_cell(ask(question), leeds, lambda stem: 1.0).fact) == cell


def test_what_is_no_row_keeps_its_mark():
    (sentence,) = sentences(markdown("The manager is Ann."), 1)
    assert mark_cell(ask("Who is the manager?"), sentence, lambda stem: 1.0) is sentence


@pytest.mark.parametrize(
    ("question", "row", "how"),
    [
        ("Which depot has the highest rent?", "Hull", "the greatest “Rent” of 3 rows"),
        ("Which depot has the lowest rent?", "York", "the least “Rent” of 3 rows"),
    ],
)
def test_greatest_and_least_are_found_by_number(question, row, how):
    found, said = find_extreme(ask(question), sentences(DEPOTS, 0, 2, 1, 1))
    assert found.text.startswith(f"Depot: {row}") and said == how
    assert words(DEPOTS, found.fact) in found.text


@pytest.mark.parametrize("question", ["Which depot has the highest tower?", "What is the rent?"])
def test_without_a_column_of_numbers_there_is_no_greatest(question):
    assert find_extreme(ask(question), sentences(DEPOTS, 0, 2, 1, 1)) is None


DENS = markdown(
    "# Dens\n\nThere are two kinds.\n\n## Winter dens\n\nThey are deep.\n\n| Den | Keeper |\n|---|---|\n"
    "| Oak | Ann |\n| Elm | Bo |\n\n## Summer dens\n\nThey are shallow.\n\n- Fern\n- Moss\n"
)
WINTER = "Den: Oak · Keeper: Ann\nDen: Elm · Keeper: Bo"


def scored(outline, **scores):
    """The pieces whose words hold a key, with its score, best first; all others with 0."""
    found = sentences(outline, *[0.0] * len(outline.pieces))
    with_scores = [
        replace(one, score=next((s for word, s in scores.items() if word in one.text), 0.0)) for one in found
    ]
    return sorted(with_scores, key=lambda one: -one.score)


@pytest.mark.parametrize("best", ["Oak", "deep"])
def test_table_is_told_whole_if_its_rows_or_its_section_are_asked_for(best):
    near = scored(DENS, **{best: 5.0})
    assert told(DENS, find_list(ask("Which are the winter dens?"), near)) == WINTER


def test_a_row_that_the_question_names_is_not_lost_in_its_table():
    assert find_list(ask("Which are the dens of Ann?"), scored(DENS, Oak=5.0)) is None


def test_the_list_below_the_heading_that_the_question_has_is_told_though_another_is_nearer():
    near = scored(DENS, Oak=5.0, Fern=5.0 - WITHIN / 2)
    assert (
        told(DENS, find_list(ask("What are the summer dens?"), near)) == "They are shallow.\n- Fern\n- Moss"
    )


@pytest.mark.parametrize(
    ("question", "whole"), [("How do I mend a fence?", True), ("How do I sell a den?", False)]
)
def test_bullets_are_steps_only_to_what_stands_above_them(question, whole):
    outline = markdown("# Mending fences\n\n- Find the gap in the den.\n- Nail a board over it.\n")
    found = find_list(ask(question), sentences(outline, 0, 2, 1))
    assert (told(outline, found) is not None) == whole
