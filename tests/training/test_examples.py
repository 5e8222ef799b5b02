"""The examples that the reader learns from, of a test set of six short documents."""

from __future__ import annotations

import json
import random
import re

import pytest

from rag.datatypes import Turn
from training.data.cloze import cloze
from training.data.examples import Example, Text, read_examples, read_texts
from training.data.questions import read_gold_questions

TOWNS = "Arden Brook Calder Dunmore Elton Farley Garth Hadley Ilsham Jarrow Kirby Lomond".split()


def text_of(town, n):
    return (
        f"{town} is a small town on a river. "
        f"The bridge of {town} was built by the mason John {town}son in {1700 + n}. "
        f"It has {100 + n} shops and a market hall. The market of {town} is held every week in summer. "
        f"A mill stood in {town} for many years. "
        f"The school of {town} closed in {1900 + n} for want of any pupils. Its railway was never finished."
    )


TEXTS = {town.lower(): text_of(town, n) for n, town in enumerate(TOWNS)}


def questions_of(town, n):
    """One of each kind: a span, whole sentences, yes or no, a follow-up, and one without an answer."""
    doc, text = town.lower(), TEXTS[town.lower()]
    built = f"The bridge of {town} was built by the mason John {town}son in {1700 + n}."
    some = text[text.index("The market") : text.index("The school")].strip()
    closed = f"The school of {town} closed in {1900 + n} for want of any pupils."

    def row(kind, question, evidence, answers=(), **more):
        row = {"id": f"{doc}-{kind}", "question": question, "type": kind, "answerable": bool(evidence)}
        return row | {"evidence": evidence, "answers": list(answers), "history": []} | more

    year = {"doc": doc, "text": str(1700 + n), "start": text.index(str(1700 + n))}
    said = [{"role": "user", "text": f"Where is {town}?"}, {"role": "assistant", "text": "On a river."}]
    return [
        row("extractive", f"When was the bridge of {town} built?", [year]),
        row("long", f"What became of the school of {town}?", [{"doc": doc, "text": closed}]),
        row("Yes", f"Was there a mill in {town}?", [{"doc": doc, "text": some}], ["A mill stood there."]),
        row("whole", f"Is there a market in {town}?", [{"doc": doc, "text": text}], ["The market is held."]),
        row("follow-up", "Who built its bridge?", [{"doc": doc, "text": built}], history=said),
        row("none", f"Who burnt down the mill of {town}?", [], near_doc=doc),
    ]


@pytest.fixture
def folder(tmp_path):
    """The test set, whose last document has the title of the first."""
    towns = dict(zip(TEXTS, TOWNS, strict=True))
    rows = [{"id": name, "title": towns[name], "text": text} for name, text in TEXTS.items()]
    rows.append(
        {"id": "copy", "title": TOWNS[0], "text": "It was told once. The bridge of Arden fell in 1650."}
    )
    asked = [row for n, town in enumerate(TOWNS) for row in questions_of(town, n)]
    fell = {"doc": "copy", "text": "The bridge of Arden fell in 1650."}
    asked.append({"id": "copy-long", "question": "When did the bridge of Arden fall?", "type": "long"})
    asked[-1] |= {"answerable": True, "evidence": [fell], "answers": [], "history": []}
    for name, lines in (("corpus", rows), ("questions", asked)):
        written = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(written, encoding="utf-8")
    return tmp_path


@pytest.fixture
def both(folder):
    """The examples to train on, and those held out."""
    return [read_examples(folder, random.Random(1), held_out=held_out) for held_out in (False, True)]


def town_of(example: Example, texts):
    """The only document that holds the window."""
    (found,) = (name for name, text in texts.items() if example.text in text.text)
    return found


def gold_text(example):
    return [example.text[slice(*example.sentences[i])] for i in sorted(example.gold)]


# The split


def test_documents_are_split_whole_and_by_title(folder):
    texts = read_texts(folder)
    held_out = {name for name, text in texts.items() if text.held_out}
    assert 0 < len(held_out) < len(texts) == 13
    assert texts["copy"].group == texts["arden"].group
    assert texts["copy"].held_out == texts["arden"].held_out
    assert {name for name, text in read_texts(folder).items() if text.held_out} == held_out
    for text in texts.values():
        assert [text.text[s:e] for s, e in text.sentences] == re.findall(r"\S[^.]*\.", text.text)


def test_no_document_is_both_trained_on_and_held_out(folder, both):
    texts = read_texts(folder)
    train, held_out = ({town_of(example, texts) for example in examples} for examples in both)
    assert train and held_out and not train & held_out
    assert not any(texts[name].held_out for name in train) and all(texts[name].held_out for name in held_out)
    asked = [{example.question for example in examples} for examples in both]
    assert not asked[0] & asked[1]
    for question in read_gold_questions(folder):
        at = [name for name, text in texts.items() if text.group == question.group]
        assert at and all(texts[name].held_out == question.held_out for name in at)
        assert {doc for doc, _, _ in question.gold} <= set(at)


# What answers


def test_short_answer_stands_at_its_span_in_its_sentence(both):
    dated = [
        e for examples in both for e in examples if e.question.startswith("When was the bridge") and e.gold
    ]
    assert len(dated) == 12
    for example in dated:
        start, end = example.answer
        assert re.fullmatch(r"17\d\d", example.text[start:end])
        (sentence,) = gold_text(example)
        assert sentence.startswith("The bridge of") and example.text[start:end] in sentence


def test_sentences_that_answer_are_gold(both):
    examples = [example for examples in both for example in examples]
    for asked, begins in (
        ("What became", "The school of"),
        ("Was there a mill", "A mill stood in"),
        ("Is there a market", "The market of"),
    ):
        told = [example for example in examples if example.question.startswith(asked) and example.gold]
        assert len(told) == 12 and all(example.answer is None for example in told)
        assert all([s[: len(begins)] for s in gold_text(example)] == [begins] for example in told)


def test_each_answerable_question_stands_beside_a_wrong_window_too(both):
    for examples in both:
        for question in {e.question for e in examples}:
            gold = sorted(bool(e.gold) for e in examples if e.question == question)
            assert gold == ([False] if "burnt" in question else [False, True])
            (told,) = [s for e in examples if e.question == question and e.gold for s in gold_text(e)] or [
                None
            ]
            wrong = [e for e in examples if e.question == question and not e.gold]
            assert all(e.answer is None and (told is None or told not in e.text) for e in wrong)


def test_unanswerable_question_stands_beside_the_text_it_is_about(both, folder):
    texts = read_texts(folder)
    burnt = [e for examples in both for e in examples if "burnt" in e.question]
    assert len(burnt) == 12
    assert all(town_of(e, texts).capitalize() in e.question for e in burnt)


def test_windows_are_runs_of_whole_sentences(both, folder):
    texts = read_texts(folder)
    for example in [example for examples in both for example in examples]:
        text = texts[town_of(example, texts)]
        at = text.text.index(example.text)
        spans = [(start + at, end + at) for start, end in example.sentences]
        first = text.sentences.index(spans[0])
        assert spans == list(text.sentences[first : first + len(spans)])
        assert (example.sentences[0][0], example.sentences[-1][1]) == (0, len(example.text))
        assert len(example.text) <= 600


def test_follow_up_stands_alone(both, folder):
    asked = [e.question for examples in both for e in examples if e.question.startswith("Who built")]
    assert set(asked) == {f"Who built its bridge? (after: Where is {town}?)" for town in TOWNS}
    follow_ups = [q for q in read_gold_questions(folder) if q.question == "Who built its bridge?"]
    assert {q.history for q in follow_ups} == {(Turn(f"Where is {town}?", "On a river."),) for town in TOWNS}


def test_questions_to_weigh_have_their_gold(folder):
    asked = list(read_gold_questions(folder))
    assert len(asked) == 73 and sum(q.answerable for q in asked) == 61
    texts = read_texts(folder)
    for q in asked:
        assert bool(q.gold) == q.answerable
        assert all((start, end) in texts[doc].sentences for doc, start, end in q.gold)


def test_same_seed_gives_the_same_examples(folder, both):
    assert both[0] == read_examples(folder, random.Random(1), held_out=False)
    assert both[0] != read_examples(folder, random.Random(2), held_out=False)


# Questions made by rule


def test_cloze_of_a_text_with_nothing_to_take_out_ends():
    bare = Text("a", "", "it is so", ((0, 8),))
    with pytest.raises(ValueError, match="0 of 2 questions"):
        cloze([bare], 2, random.Random(3))


def test_cloze_answers_stand_at_their_span(folder):
    texts = list(read_texts(folder).values())
    made = cloze(texts, 200, random.Random(3))
    assert len(made) == 200 and made == cloze(texts, 200, random.Random(3))
    told = [example for example in made if example.gold]
    assert 100 < len(told) < 200
    for example in told:
        start, end = example.answer
        (row,) = example.gold
        assert example.sentences[row][0] <= start < end <= example.sentences[row][1]
        sentence, taken = example.text[slice(*example.sentences[row])], example.text[start:end]
        assert re.fullmatch(r"\d+|[A-Z]\w+(?: [A-Z]\w+)?", taken) and example.question.endswith("?")
        kept = set(re.findall(r"\w+", example.question)) & set(re.findall(r"\w+", sentence))
        assert len(kept) > 1
        if sentence.count(taken) == 1:
            assert taken not in example.question


def test_cloze_window_without_an_answer_does_not_hold_the_sentence(folder):
    texts = list(read_texts(folder).values())
    wrong = [example for example in cloze(texts, 200, random.Random(3)) if not example.gold]
    assert wrong
    for example in wrong:
        words = set(re.findall(r"[A-Z]\w+|\d+|\w{5,}", example.question)) - {"percentage"}
        held = [set(re.findall(r"\w+", example.text[slice(*span)])) for span in example.sentences]
        assert example.answer is None and not any(words <= sentence for sentence in held if len(words) > 2)
