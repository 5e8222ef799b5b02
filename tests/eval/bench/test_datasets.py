"""A public test set is read strictly."""

from __future__ import annotations

from datetime import date

import pytest
from animals import CORPUS, QUESTIONS, as_lines, write_animals

import rag
from eval.bench.datasets import read_set
from rag.cli.main import main


@pytest.fixture
def folder(tmp_path):
    return write_animals(tmp_path)


def test_documents_are_those_of_the_corpus(folder):
    read = read_set(folder).corpus.documents
    assert [document.id for document in read] == ["fox", "frog", "whale"]
    assert read[0] == rag.Document("fox", "Foxes", CORPUS[0]["text"], "A zoo", date(2023, 4, 5))
    assert (read[2].published, read[2].date_note, read[2].publisher) == (None, "spring", None)
    assert [d.id for d in read_set(folder, distractors=True).corpus.documents] == [
        "fox",
        "frog",
        "hen",
        "whale",
    ]


def test_questions_have_their_history_scenario_and_gold(folder):
    first, second, third = read_set(folder).questions
    assert first.places == (("fox", 0, 41),) and second.places == () and first.history == ()
    assert second.history == (rag.Turn("Tell me about the blue whale.", "A"),)
    assert third.question == "What does it catch? I have a frog." and third.gold == {"fox", "frog"}


def test_span_that_is_not_there_is_no_place(folder):
    moved = QUESTIONS[0] | {"evidence": [QUESTIONS[0]["evidence"][0] | {"start": 1}]}
    (folder / "questions.jsonl").write_text(as_lines([moved]), encoding="utf-8")
    assert read_set(folder).questions[0].places == ()


def test_limit_takes_the_same_questions_in_any_order(folder):
    some = {question.id for question in read_set(folder, limit=2).questions}
    (folder / "questions.jsonl").write_text(as_lines(QUESTIONS[::-1]), encoding="utf-8")
    assert {question.id for question in read_set(folder, limit=2).questions} == some and len(some) == 2
    assert len(read_set(folder, limit=9).questions) == 3


BAD = [
    ("corpus.jsonl", None, "cannot read corpus.jsonl (No such file or directory): expected a folder"),
    ("questions.jsonl", None, "cannot read questions.jsonl (No such file or directory)"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}\n\n{"id"\n', "corpus.jsonl, line 3: not UTF-8 JSON"),
    ("corpus.jsonl", b'{"id": "a", "text": "caf\xe9"}', "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b'{"id": "a", "text": "\\ud800"}', "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b"[" * 100_000, "corpus.jsonl, line 1: not UTF-8 JSON"),
    ("corpus.jsonl", b"[1]", "corpus.jsonl, line 1: '[1]', expected an object in braces"),
    ("corpus.jsonl", b'{"id": "a"}', "corpus.jsonl, line 1: 'text' is 'None', expected text in quotes"),
    ("corpus.jsonl", b'{"id": 7, "text": "b"}', "corpus.jsonl, line 1: 'id' is '7', expected text"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}\n' * 2, "line 2: the id 'a' is there twice"),
    ("corpus.jsonl", b'{"id": "a", "text": "b"}', "questions.jsonl, line 1: evidence in 'fox'"),
    ("questions.jsonl", b'{"id": "1", "question": "Who?"}', "has evidence: expected at least one to score"),
    ("questions.jsonl", b'{"id": "1", "evidence": "fox"}', "line 1: 'evidence' is 'fox', expected a list"),
    ("questions.jsonl", b'{"id": "1", "evidence": [{"doc": "fox"}]}', "line 1: 'question' is 'None'"),
    (
        "questions.jsonl",
        b'{"id": "1", "question": "??", "evidence": [{"doc": "fox"}]}',
        "line 1: the question '??' holds no word",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BAD)
def test_broken_set_is_one_line_that_names_the_place(folder, monkeypatch, capsys, name, content, message):
    monkeypatch.chdir(folder)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    assert main(["bench", "."]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("rag: ") and err.count("\n") == 1 and message in err
