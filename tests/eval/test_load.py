"""The load script against the real site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

import pytest
from browsing import Fixed, serving

import rag
from eval.load import DOORS, QUESTIONS, Waits, ask_ever_new, figures, main, table


@pytest.fixture(scope="module")
def address(chatbot: rag.Chatbot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(Fixed(chatbot), tmp_path_factory.mktemp("kept") / "kept.sqlite3") as address:
        yield address


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_measured(address, capsys, door):
    assert main([address, "--door", door, "--users", "2", "--seconds", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answers"] == told["first_text"]["of"] == told["whole_answer"]["of"] >= 2
    assert told["errors"] == {}
    assert 0 < told["first_text"]["p50"] <= told["whole_answer"]["p95"]
    assert told["healthz"]["of"] > 0 and told["page"]["of"] > 0
    assert len(told["memory_mb"]) == 3 and min(told["memory_mb"]) > 10


def test_as_many_are_asked_as_are_to_be(address, capsys, monkeypatch):
    monkeypatch.setattr("eval.load.OFTEN", 3)
    assert main([address, "--door", "ask", "--users", "3", "--questions", "7", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["answers"] == 7
    three, six = err.splitlines()
    assert three.startswith("3 of 7 in ") and six.startswith("6 of 7 in ") and "errors: none" in six
    assert int(re.search(r"memory: ([\d,]+) MB$", six)[1].replace(",", "")) > 10


def test_no_two_questions_are_alike():
    asked = list(islice(ask_ever_new(QUESTIONS), 10_000))
    assert len(set(asked)) == 10_000 and len({question.lower() for question in asked}) > 250


def test_what_goes_wrong_is_counted(address, capsys):
    assert main([f"{address}/nowhere", "--users", "1", "--seconds", "0.5"]) == 1
    said = capsys.readouterr().out
    assert "errors        HTTP 40" in said and "answers       0" in said


def test_figures_are_a_table():
    waits = Waits(first=[0.1, 0.2, 0.3], whole=[1.0], health=[0.01, 0.01])
    waits.note_failure(ValueError("no text"))
    assert table(figures(waits, 2.0)).splitlines() == [
        "answers       1 (0.5 a second)",
        "errors        ValueError 1",
        "                   p50      p95   of",
        "first text     0.200 s  0.290 s   3",
        "whole answer   1.000 s  1.000 s   1",
        "healthz        0.010 s  0.010 s   2",
        "page                 –        –   0",
        "memory        – MB: first, after a tenth, at the end",
    ]
