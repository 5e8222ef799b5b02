"""Answers are judged as their questions say, and counted by half; those of real files stand there."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from foxes import ANSWERED, REFUSED
from small import ROOT

import eval.folders
import rag
from eval.figures.metrics import holds
from eval.folders import FolderQuestion, Outcome, ask_question, judge, main, read_folder_questions, table
from eval.installed import gather_folders

REAL = ROOT / "eval/real"


def question(*must, expect=("answer",), must_not=()):
    return FolderQuestion("f-1", "den", "fact", "Who sleeps?", (), expect, must, must_not)


class Scripted:
    """A chatbot that answers everything alike."""

    def __init__(self, answer):
        self.answer = answer

    def ask(self, question, *, history):
        return self.answer


@pytest.mark.parametrize(
    ("asked", "answer", "wrong"),
    [
        (question(("fox",), ("hen", "cock")), ANSWERED, ""),
        (question(("fox",), ("hens", "cock")), ANSWERED, "lacks hens / cock"),
        (question(("fox",), must_not=("wakes",)), ANSWERED, "holds wakes"),
        (question(("fox",)), REFUSED, "is refusal, expected answer"),
        (question(expect=("refusal",)), ANSWERED, "is answer, expected refusal"),
        (question(("fox",), expect=("answer", "refusal")), REFUSED, ""),
    ],
)
def test_answer_is_right_if_of_its_kind_and_holds_what_it_must(asked, answer, wrong):
    assert judge(asked, answer) == wrong


@pytest.mark.parametrize(
    ("asked", "answer", "wrong", "first"),
    [
        (question(("fox",)), ANSWERED, False, True),
        (question(("hen",)), ANSWERED, False, False),
        (question(("fox",), ("hen",)), ANSWERED, False, False),
        (question(("fox",), must_not=("hen",)), ANSWERED, True, False),
        (question(("fox",)), REFUSED, True, False),
        (question(expect=("refusal",)), REFUSED, False, False),
    ],
)
def test_first_statement_counts_if_it_holds_all_of_it(asked, answer, wrong, first):
    outcome = ask_question(Scripted(answer), asked)
    assert (bool(outcome.wrong), outcome.first) == (wrong, first)


def outcomes():
    """Of each half three to answer, one of them refused, and of tune two to refuse, one of them answered."""
    rows = [
        (half, "fact", "answer", kind, wrong, first)
        for half in ("tune", "report")
        for kind, wrong, first in (
            ("answer", "", True),
            ("answer", "", False),
            ("refusal", "is refusal", False),
        )
    ]
    rows += [("tune", "near_miss", "refusal", "refusal", "", False)]
    rows += [("tune", "near_miss", "refusal", "answer", "is answer", False)]
    return [
        Outcome("i", half, kind, "Who?", (expect,), "", came, wrong, first)
        for half, kind, expect, came, wrong, first in rows
    ]


def test_table_counts_each_half():
    lines = [line.partition("(")[0].split() for line in table(outcomes(), ["tune"]).splitlines()]
    assert lines == [
        ["tune"],
        ["fact", "2", "of", "3", "0.67"],
        ["near_miss", "1", "of", "2", "0.50"],
        ["all", "3", "of", "5", "0.60"],
        ["answerable:", "right", "2", "of", "3", "0.67"],
        ["answerable:", "first", "1", "of", "3", "0.33"],
        ["answerable:", "refused", "1", "of", "3", "0.33"],
        ["unanswerable:", "refused", "1", "of", "2", "0.50"],
    ]
    head, *rows = table(outcomes()).splitlines()
    assert head.split() == ["tune", "report", "all"]
    counts = {
        row[:28].strip(): [row[at : at + 28].partition("(")[0].split() for at in (28, 56, 84)] for row in rows
    }
    assert counts["answerable: first"] == [["1", "of", "3", "0.33"]] * 2 + [["2", "of", "6", "0.33"]]
    assert counts["unanswerable: refused"][1] == []  # there is none in that half
    assert "2 of   3 0.67 (0.21-0.94)" in rows[0]  # Wilson's


# From end to end


@pytest.fixture
def harbour(tmp_path):
    """A folder of questions about two files, one of which is gathered from a package; a third is missing."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf/fees.md").write_text("# Fees\n\nA berth costs £40 a night.\n")
    (tmp_path / "folders.toml").write_text(
        '[harbour]\nsha256 = "HASH"\n'
        f'sources = [{{ package = "pier", folder = "{tmp_path}/shelf", files = ["*.md"] }}]\n'
        '[away]\nsha256 = ""\nsources = [{ package = "boat", folder = "/no/such", files = ["*"] }]\n'
    )
    found = gather_folders(tmp_path / "folders.toml", tmp_path / "none")["harbour"].split()[-1].rstrip(")")
    described = (tmp_path / "folders.toml").read_text().replace("HASH", found)
    (tmp_path / "folders.toml").write_text(described)
    rows = [
        ("harbour", "What does a berth cost a night?", "answer", [["£40"]]),
        ("harbour", "What is the melting point of tungsten?", "refusal", []),
        ("away", "Who steers?", "answer", [["Bo"]]),
    ]
    fields = {"kind": "fact", "history": [], "must_not": []}
    lines = [
        json.dumps(
            fields | {"id": f"h-{n}", "folder": folder, "question": asked, "expect": [expect], "must": must}
        )
        for n, (folder, asked, expect, must) in enumerate(rows)
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_folders_are_gathered_and_asked(harbour, embedder, monkeypatch, capsys):
    monkeypatch.setattr(eval.folders, "load_embedder", lambda: embedder)
    main([str(harbour), "--json", str(harbour / "out.jsonl")])
    printed = capsys.readouterr().out
    assert "away is left out: no * of boat is in /no/such" in printed
    assert "answerable: first" in printed and "tune" in printed and "report" in printed
    came = [json.loads(line) for line in (harbour / "out.jsonl").read_text().splitlines()]
    assert [(c["id"], c["answer_kind"], c["wrong"], c["first"]) for c in came] == [
        ("h-0", "answer", "", True),
        ("h-1", "refusal", "", False),
    ]
    half = came[0]["half"]
    main([str(harbour), "--half", half, "--json", str(harbour / "out.jsonl")])
    came = [json.loads(line) for line in (harbour / "out.jsonl").read_text().splitlines()]
    assert came and {c["half"] for c in came} == {half}


def test_line_that_is_no_question_is_named(tmp_path):
    (tmp_path / "questions.jsonl").write_text('{"id": "a"}\n')
    with pytest.raises(rag.RagError, match=r"questions\.jsonl, line 1: KeyError\('folder'\)"):
        read_folder_questions(tmp_path / "questions.jsonl")


# The questions about real files


@pytest.fixture(scope="module")
def gathered(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """Where the folders are gathered, and why some are not."""
    into = tmp_path_factory.mktemp("real")
    return into, gather_folders(REAL / "folders.toml", into)


def read_rows():
    return [json.loads(line) for line in (REAL / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def test_real_set_is_large_and_halved():
    questions = read_folder_questions(REAL / "questions.jsonl")
    assert len(questions) == len({q.id for q in questions}) == len({q.question for q in questions}) == 160
    assert Counter(q.expect for q in questions) == {("answer",): 120, ("refusal",): 40}
    assert sum(q.kind == "paraphrase" for q in questions) >= 30
    assert Counter(q.half for q in questions) == {"tune": 72, "report": 88}


@pytest.mark.parametrize("folder", list(dict.fromkeys(row["folder"] for row in read_rows())))
def test_what_answers_stands_in_its_file(gathered, folder):
    into, missing = gathered
    if folder in missing:
        pytest.skip(missing[folder])
    corpus = rag.read_documents(into / folder)
    assert corpus.skipped == ()
    texts = {document.id: " ".join(document.text.split()) for document in corpus.documents}
    for row in (row for row in read_rows() if row["folder"] == folder):
        quotes = [evidence["quote"] for evidence in row["evidence"]]
        assert bool(quotes) == bool(row["must"]) == (row["expect"] == ["answer"]), row["id"]
        assert all(holds(" ".join(quotes), [group]) for group in row["must"]), row["id"]
        for evidence in row["evidence"]:
            assert " ".join(evidence["quote"].split()) in texts[evidence["document"]], (row["id"], evidence)
