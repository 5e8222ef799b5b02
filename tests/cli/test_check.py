"""`rag check` on the command line."""

from __future__ import annotations

import io
import json

import pytest
from commands import is_one_line

from rag.formats.check_schema import check_json

DRAFT = "Bicycles cost £4 each way.\n\nBicycles cost £9 each way.\n"


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_file_is_checked_and_strict_says_that_it_does_not_pass(run, draft, ferries_index):
    code, out, err = run("check", draft, "--index", ferries_index)
    assert (code, err) == (0, "") and "✗ contradicted\n  Bicycles cost £9 each way." in out
    assert "\033" not in out  # it is no terminal
    code, strict, err = run("check", draft, "--index", ferries_index, "--strict")
    assert (code, strict) == (1, out)
    assert is_one_line(err) and "1 contradicted" in err


def test_stdin_is_checked_and_passes(run, monkeypatch, ferries, ferries_index):
    good = "Dogs travel free."
    monkeypatch.setattr("sys.stdin", io.StringIO(good))
    code, out, _ = run("check", "-", "--json", "--strict", "--index", ferries_index)
    assert code == 0 and json.loads(out) == json.loads(json.dumps(check_json(ferries.check(good))))


def test_verdicts_become_a_file(run, draft, ferries_index, tmp_path):
    out = tmp_path / "checked.html"
    code, _, err = run("check", draft, "--format", "html", "--out", out, "--index", ferries_index)
    assert (code, err) == (0, f"wrote {out}\n")
    assert "<strong>✗ contradicted:</strong> Bicycles cost £9" in out.read_text(encoding="utf-8")


def test_only_documents_that_are_named_say_something(run, draft, ferries_index):
    options = ("--document", "winter-timetable.md", "--index", ferries_index)
    assert "0 borne out, 0 contradicted, 2 not said" in run("check", draft, *options)[1]


@pytest.mark.parametrize("content", [b"?!", b"\1\0\0\0"])
def test_what_cannot_be_checked_is_refused_in_one_line(run, tmp_path, ferries_index, content):
    (tmp_path / "draft.txt").write_bytes(content)
    code, out, err = run("check", tmp_path / "draft.txt", "--index", ferries_index)
    assert (code, out) == (1, "") and is_one_line(err)
    code, out, err = run("check", tmp_path / "none.txt", "--index", ferries_index)
    assert (code, out) == (1, "") and is_one_line(err) and "none.txt" in err
