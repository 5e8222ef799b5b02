"""Of two runs it is said which differences are real."""

from __future__ import annotations

import json

import pytest
from runs import run_of
from small import ROOT

import rag
from eval.figures.aggregate import intervals, points
from eval.figures.compare import compare, comparison_table, read_rows
from rag.cli.main import main


@pytest.fixture
def written(tmp_path):
    """Write rows as the result of a run; its path."""

    def write(rows, name="run.json"):
        path = tmp_path / name
        path.write_text(json.dumps({"questions": rows}), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def compared():
    """Two runs, and what is said of them."""
    before, after = run_of(40, skill=0.1), run_of(40, skill=0.5)
    return before, after, compare(before, after)


def test_only_a_difference_that_leaves_out_0_is_real(compared):
    before, after, comparison = compared
    auroc = comparison["differences"]["all"]["auroc"]
    assert auroc["real"] and auroc["low"] > 0
    assert auroc["difference"] == pytest.approx(points(after)["auroc"] - points(before)["auroc"], abs=1e-4)
    other_way = compare(after, before)["differences"]["all"]["auroc"]
    assert other_way["real"] and other_way["high"] == -auroc["low"]
    same = compare(after, after)["differences"]
    assert not any(values["real"] or values["high"] for half in same.values() for values in half.values())


def test_interval_of_a_difference_is_of_pairs():
    """Of two runs that each vary much but always by the same, the difference is known well."""
    before, after = run_of(60), run_of(60)
    for number, r in enumerate(after):
        r["confidence"] += 0.001 * (number % 2)
    apart = intervals(before)["brier"]
    brier = compare(before, after)["differences"]["all"]["brier"]
    assert brier["high"] - brier["low"] < 0.01 < apart[1] - apart[0]


def test_questions_of_one_run_alone_are_left_out():
    rows = run_of(40)
    comparison = compare(rows[:30], rows[10:])
    assert (comparison["questions"], comparison["left_out"]) == (20, 20)
    shown = comparison_table(comparison)
    assert "20 questions that both have (20 left out)" in shown
    tune = [r | {"half": "tune"} for r in rows]
    assert "report" not in comparison_table(compare(tune, tune)) and "report" in shown


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"question": "When?"}, r"differ in the question of question a000: 'Who\?', then 'When\?'"),
        ({"expects": "either"}, "differ in the expects of question a000: 'answer', then 'either'"),
        ({"id": "b000"}, "no question in common: compare two runs of one set"),
    ],
)
def test_other_questions_are_an_error(changed, message):
    rows = run_of(20)
    after = [rows[0] | changed, *(rows[1:] if "id" not in changed else ())]
    with pytest.raises(rag.RagError, match=message):
        compare(rows, after)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "JSONDecodeError"),
        (b"\xff", "UnicodeDecodeError"),
        (b"7", "TypeError"),
        (b"{}", "KeyError: 'questions'"),
        (b'{"questions": [7]}', "TypeError"),
        (b'{"questions": [{"expects": "answer", "refused": true}]}', "KeyError: 'statements'"),
        (b'{"questions": {"a": {}}}', "TypeError"),
    ],
)
def test_file_that_is_no_result_is_named(tmp_path, content, problem):
    (tmp_path / "no.json").write_bytes(content)
    with pytest.raises(rag.RagError, match=rf"cannot compare .*no\.json \({problem}.*`rag eval --out"):
        read_rows(tmp_path / "no.json")


def test_result_that_lacks_something_is_named(written, tmp_path):
    rows = run_of(4)
    del rows[2]["id"]
    with pytest.raises(rag.RagError, match=r"run\.json \(a question lacks a field\)"):
        read_rows(written(rows))
    with pytest.raises(rag.RagError, match=r"gone\.json \(No such file or directory\)"):
        read_rows(tmp_path / "gone.json")


def test_command_compares_two_files(compared, written, capsys):
    before, after, comparison = compared
    call = ["eval", "--compare", str(written(before, "a.json")), str(written(after, "b.json"))]
    assert main(call) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("auroc"))
    assert line.endswith(" real")
    assert main([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == comparison
    for option in ("--out", "--report", "--baseline"):
        assert main([*call, option, "x"]) == 1
        assert "leave out --out, --report and --baseline" in capsys.readouterr().err
    assert main(["eval", "--compare", call[2], str(ROOT / "README.md")]) == 1
    assert "rag: cannot compare" in capsys.readouterr().err
