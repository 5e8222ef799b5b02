"""The one JSON form of an answer.

To renew the golden file, look at the change and run:

    .venv/bin/rag ask "How many ICSs are there in England?" --json \
        | .venv/bin/python -m json.tool --no-ensure-ascii > tests/formats/golden/answer.json
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from foxes import ANSWERED, CARRYING, HEN, PASSAGE, REFUSED, SAID
from pydantic import TypeAdapter, ValidationError

from rag.datatypes import REFUSAL, Where
from rag.formats import schema
from rag.formats.serialisation import answer_json, citation_json, passage_json

GOLDEN = Path(__file__).parent / "golden/answer.json"


def taken_apart(value):
    """The value without its fractions, and these in their order."""
    fractions = []

    def without(value):
        if isinstance(value, float):
            return fractions.append(value)
        if isinstance(value, dict):
            return {key: without(inner) for key, inner in value.items()}
        return [without(inner) for inner in value] if isinstance(value, list) else value

    return without(value), fractions


def test_golden_answer(chatbot):
    answer = answer_json(chatbot.ask("How many ICSs are there in England?"))
    words, scores = taken_apart(json.loads(json.dumps(answer)))
    golden_words, golden_scores = taken_apart(json.loads(GOLDEN.read_text(encoding="utf-8")))
    assert words == golden_words
    assert scores == pytest.approx(golden_scores, abs=1e-4)  # the last digits are the CPU's


def test_answer_as_json():
    assert answer_json(CARRYING) == {
        "question": "Who sleeps?",
        "kind": "answer",
        "refused": False,
        "reason": None,
        "prefers": None,
        "confidence": 0.9877,
        "author": None,
        "notice": None,
        "reply": None,
        "verdict": None,
        "text": "The Den, 5 April 2023: The fox sleeps. [1] The hen wakes. [2]",
        "statements": [
            {"text": "The fox sleeps.", "citations": [1], "attribution": "The Den, 5 April 2023",
             "fact": [4, 7], "support": 1.0, "unsupported": []},
            {"text": "The hen wakes.", "citations": [2], "attribution": None, "fact": None, "support": 1.0,
             "unsupported": ["42", "Leeds"]},
        ],
        "differences": [{"kind": "differ", "citations": [1, 2], "values": ["sleeps", "wakes"]}],
        "citations": [
            {"number": 1, "document": "fox.txt", "title": "Foxes", "publisher": "The Den",
             "published": "2023-04-05", "date_note": None, "start": 0, "end": 15, "quote": "The fox sleeps.",
             "section": None, "page": None, "place": None},
            {"number": 2, "document": "hen.txt", "title": "Hens", "publisher": None, "published": None,
             "date_note": "written in spring", "start": 0, "end": 14, "quote": "The hen wakes.",
             "section": None, "page": None, "place": None},
        ],
        "passages": [passage_json(PASSAGE)],
    }  # fmt: skip


def test_sections_are_told():
    cited = replace(SAID.citations[0], section="Eastham › Officers")
    assert citation_json(cited)["section"] == "Eastham › Officers"
    assert passage_json(replace(PASSAGE, section="Officers"))["section"] == "Officers"


def test_passage_as_json():
    assert passage_json(replace(PASSAGE, matched=("sleeps",), also_in=(HEN,))) == {
        "rank": 1,
        "score": 0.016393,
        "document": "fox.txt",
        "title": "Foxes",
        "publisher": "The Den",
        "published": "2023-04-05",
        "date_note": None,
        "start": 0,
        "end": 15,
        "text": "The fox sleeps.",
        "section": None,
        "page": None,
        "place": None,
        "stages": [
            {"stage": "dense", "rank": 1, "score": 0.123457},
            {"stage": "bm25", "rank": 2, "score": 3.0},
        ],
        "matched": ["sleeps"],
        "also_in": [
            {"document": "hen.txt", "title": "Hens", "publisher": None, "published": None,
             "date_note": "written in spring"},
        ],
    }  # fmt: skip


def test_refusal_as_json():
    shown = answer_json(REFUSED)
    assert (shown["refused"], shown["text"], shown["reason"]) == (
        True,
        REFUSAL,
        "nothing here mentions flies",
    )
    assert shown["statements"] == shown["citations"] == []
    assert json.loads(json.dumps(shown)) == shown


def test_preference_as_json():
    preferring = replace(ANSWERED, prefers=Where((), ("The Den",), date(2022, 12, 1)))
    assert answer_json(preferring)["prefers"] == {
        "documents": [],
        "publishers": ["The Den"],
        "since": "2022-12-01",
        "until": None,
    }


FULL = replace(
    CARRYING,
    passages=(replace(PASSAGE, matched=("sleeps",), also_in=(HEN,)),),
    reason="Who flies? – nothing here mentions flies",
    prefers=Where(("fox.txt",), ("The Den",), date(2023, 1, 1), date(2023, 12, 31)),
    author="a-model",
    notice="one sentence was left out",
)
ANSWER = TypeAdapter(schema.Answer)


@pytest.mark.parametrize("answer", [FULL, REFUSED], ids=["full", "refused"])
def test_types_describe_what_is_filled_in(answer):
    shown = answer_json(answer)
    assert json.dumps(ANSWER.validate_python(shown, strict=True)) == json.dumps(shown)


@pytest.mark.parametrize("path", [(), ("statements", 0), ("citations", 0), ("passages", 0), ("prefers",)])
def test_field_more_or_less_is_an_error(path):
    for change in ("more", "less"):
        shown = answer_json(FULL)
        inner: Any = shown
        for step in path:
            inner = inner[step]
        if change == "more":
            inner["new"] = 1
        else:
            inner.popitem()
        with pytest.raises(ValidationError):
            ANSWER.validate_python(shown)
