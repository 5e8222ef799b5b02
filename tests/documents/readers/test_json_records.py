"""Records of JSON are rows below their names, or values below what they are of."""

from __future__ import annotations

import json

import pytest
from small import open_over

from rag.documents.readers.readers import read_file


def test_question_finds_the_value_of_a_record_and_its_number(tmp_path, embedder):
    pumps = [{"pump": "Nereid", "capacity": 340}, {"pump": "Triton", "capacity": 515}]
    depots = {"depots": {"Leeds": {"bays": 14, "staff": ["Ada", "Bo"]}, "York": {"bays": 9, "staff": []}}}
    lines = '{"name": "Larch", "height": {"metres": 31}}\n\n{"name": "Alder", "height": {"metres": 18}}\n'
    files = {"pumps.json": json.dumps(pumps), "depots.json": json.dumps(depots), "trees.jsonl": lines}
    chatbot = open_over({name: text.encode() for name, text in files.items()}, tmp_path, embedder)
    answer = chatbot.ask("What is the capacity of Triton?")
    assert "515" in answer.text and answer.citations[0].place == "record 2"
    assert "14" in chatbot.ask("How many bays does Leeds have?").text
    assert chatbot.documents[2].place_at(chatbot.documents[2].text.index("18")) == "record 2"


def test_records_that_are_alike_are_a_table():
    contents = read_file("a.json", json.dumps([{"a": "x", "b": None}, {"a": True, "b": 1.50}]).encode())
    assert contents.text == "a | b\nx | \ntrue | 1.5"
    assert [block.header for block in contents.blocks] == [True, False, False]


def test_values_stand_below_the_headings_of_what_they_are_of():
    value = {"crew": {"cook": "Ann"}, "masts": [{"name": "Fore", "sails": {"top": "red"}}, {"wood": "ash"}]}
    contents = read_file("a.json", json.dumps(value).encode())
    headings = [(contents.text[b.start : b.end], b.level) for b in contents.blocks if b.kind == "heading"]
    assert headings == [("crew", 1), ("masts", 1), ("Fore", 2), ("sails", 3), ("masts 2", 2)]
    contents = read_file("a.jsonl", b'{"name": "Larch", "height": {"metres": 31}}\n{"name": "Alder"}\n')
    headings = [(contents.text[b.start : b.end], b.level) for b in contents.blocks if b.kind == "heading"]
    assert headings == [("Larch", 1), ("height", 2), ("Alder", 1)]


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.json", b'{"a": 1,}', "not JSON: .* at line 1, column 9"),
        ("a.jsonl", b'{"a": 1}\n\n{"a": \n', "not JSON: .* at line 3, column"),
        ("a.json", b"[" * 100_000, "nested too deep|not JSON"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(name, raw, reason):
    with pytest.raises(ValueError, match=reason):
        read_file(name, raw)
