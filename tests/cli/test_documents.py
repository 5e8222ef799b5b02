"""The commands that keep an index in step with its folder."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from commands import spawn
from small import SMALL, build

from rag.index.places import open_index

QUIET = 60  # seconds until a line that does not come is given up


def ids(index):
    return [document.id for document in open_index(index).documents]


@pytest.fixture
def index(documents, tmp_path, embedder):
    """An index of `documents` by the model of the command, which takes seconds to load."""
    build(documents, tmp_path / "index", embedder)
    return tmp_path / "index"


@pytest.fixture
def changed(documents):
    """Change something of every kind in `documents`."""
    (documents / "green.txt").write_text("The green frog jumps.", encoding="utf-8")
    (documents / "more").mkdir()
    (documents / "red.txt").rename(documents / "more/fox.txt")
    (documents / "blue.txt").unlink()
    (documents / "cup.txt").write_text("The red cup is full.", encoding="utf-8")
    (documents / "photo.png").write_bytes(b"\x89PNG")
    (documents / "same.txt").write_text("The red cup is full.", encoding="utf-8")


def test_dry_run_says_what_would_happen_and_changes_nothing(run, documents, index, changed):
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*")}
    code, out, _ = run("index", documents, "--index", index, "--dry-run")
    assert code == 0 and out.splitlines() == [
        "new cup.txt",
        "new same.txt",
        "changed green.txt",
        "gone blue.txt",
        "moved red.txt -> more/fox.txt",
        f"{documents}/: 3 new, 1 changed, 1 moved, 1 gone",
        "1 picture (.png) was not read",
        "skipped photo.png: a picture (.png); such files are not read, save it as .txt, .md or .html",
    ]
    assert {path: path.stat().st_mtime_ns for path in index.rglob("*")} == before
    told = json.loads(run("index", documents, "--index", index, "--dry-run", "--json")[1])["report"]
    assert (told["new"], told["changed"]) == (["cup.txt", "photo.png", "same.txt"], ["green.txt"])
    assert (told["moved"], told["gone"]) == ([["red.txt", "more/fox.txt"]], ["blue.txt"])
    assert [file["path"] for file in told["refused"]] == ["photo.png"] and told["left_out"] == []


def test_what_is_said_at_the_end_is_what_was_said_before(run, documents, index, changed):
    foretold = json.loads(run("index", documents, "--index", index, "--dry-run", "--json")[1])["report"]
    _, out, err = run("index", documents, "--index", index, "--json")
    assert json.loads(out)["report"] == foretold and f"{documents}/: 3 new, 1 changed, 1 moved" in err
    assert ids(index) == ["cup.txt", "green.txt", "more/fox.txt"]
    report = json.loads(run("index", documents, "--index", index, "--json")[1])["report"]
    assert len(report["unchanged"]) == 5 and report["new"] == report["changed"] == []
    assert "same.txt is the same file as cup.txt\n" in run("info", "--index", index)[1]


def test_patterns_are_kept_until_others_are_given(run, documents, index):
    (documents / "notes.md").write_text("The red cup.", encoding="utf-8")
    (documents / ".ragignore").write_text("green.*", encoding="utf-8")
    build = ["index", documents, "--index", index]
    _, _, err = run(*build, "--include", "*.txt", "--exclude", "red*")
    assert ids(index) == ["blue.txt"] and "3 left out by patterns" in err
    assert "only files that match *.txt\nwithout files that match red*\n" in run("info", "--index", index)[1]
    (documents / "red2.txt").write_text("The red hen.", encoding="utf-8")
    assert "up to date" in run(*build)[2] and ids(index) == ["blue.txt"]
    report = json.loads(run(*build, "--include", "*", "--dry-run", "--json")[1])["report"]
    assert report["new"] == ["notes.md", "red.txt", "red2.txt"] and report["left_out"] == ["green.txt"]
    # What they keep out may be private: they outlive an index that is damaged or of another format.
    card = next(index.glob("generation-*/card.json"))
    card.write_text(card.read_text("utf-8").replace('"format": ', '"format": 1'), encoding="utf-8")
    assert json.loads(run(*build, "--dry-run", "--json")[1])["report"]["new"] == ["blue.txt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--exclude", "!"], "--exclude: '!' is no pattern; expected one of gitignore's"),
        (["--include", "*.pdf"], "no document in documents/: expected files ending in .txt"),
    ],
)
def test_pattern_that_cannot_be_used_is_one_line(run, documents, monkeypatch, options, message):
    monkeypatch.chdir(documents.parent)
    code, out, err = run("index", "documents", *options)
    assert (code, out) == (1, "") and f"rag: {message}" in err.splitlines()[-1]


def test_add_and_remove(run, documents, index, tmp_path):
    (tmp_path / "cup.txt").write_text("The red cup is full.", encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    code, out, err = run("add", tmp_path / "cup.txt", tmp_path / "photo.png", "--index", index)
    assert code == 1 and out.startswith("added cup.txt\nrefused photo.png: a picture")
    assert err.endswith("rag: 1 of 2 files were refused: see above why\n")
    assert ids(index) == sorted([*SMALL, "cup.txt"]) and (tmp_path / "cup.txt").exists()
    code, out, _ = run("remove", "cup.txt", "red.txt", "--index", index)
    there = [documents / f".removed/{name}.txt" for name in ("cup", "red")]
    assert code == 0 and [Path(line).resolve() for line in out.splitlines()] == there
    assert ids(index) == ["blue.txt", "green.txt"]
    code, _, err = run("remove", "none.txt", "--index", index)
    assert code == 1 and "no document 'none.txt' in" in err
    code, _, err = run("add", tmp_path / "missing.txt", "--index", index)
    assert code == 1 and err == f"rag: {tmp_path}/missing.txt: No such file or directory\n"


@pytest.fixture
def mails(tmp_path):
    """Another folder, with a file of a name that `documents` has too."""
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails/red.txt").write_text("The red hen flies.", encoding="utf-8")
    return tmp_path / "mails"


def test_several_folders_are_kept_in_step_as_one(run, documents, mails, index):
    both = ["index", documents, mails, "--index", index]
    code, out, _ = run(*both, "--dry-run")
    assert (code, out) == (0, f"new mails/red.txt\n{documents}/ and {mails}/: 1 new, 3 unchanged\n")
    assert "1 of 10 texts are new" in run(*both)[2]  # nothing of the folder that was alone till now
    assert ids(index) == [*(f"documents/{name}" for name in SMALL), "mails/red.txt"]
    assert "is up to date with" in run(*both)[2]
    (documents / "blue.txt").rename(mails / "blue.txt")
    (documents / "green.txt").unlink()
    (mails / ".ragignore").write_text("*.log")
    (mails / "a.log").touch()
    report = json.loads(run(*both, "--json")[1])["report"]
    assert (report["moved"], report["gone"]) == (
        [["documents/blue.txt", "mails/blue.txt"]],
        ["documents/green.txt"],
    )
    assert report["left_out"] == ["mails/a.log"]
    code, out, _ = run("info", "--index", index)
    assert "documents/… is of " in out and f"{mails.name}/, 2 documents\n" in out
    told = run("index", mails, "--index", index, "--dry-run")[1].splitlines()
    assert told[-1].endswith("/documents/ is not named: its documents leave the index")
    foretold = json.loads(run("index", mails, "--index", index, "--dry-run", "--json")[1])["report"]
    assert [Path(path).resolve() for path in foretold["leaving"]] == [documents]
    code, _, err = run("index", mails, documents / "..", "--index", index)
    assert code == 1 and "lies in" in err and "mails/red.txt" in ids(index)


def test_add_and_remove_with_several_folders(run, documents, mails, index, tmp_path):
    (tmp_path / "cup.txt").write_text("The red cup is full.", encoding="utf-8")
    assert run("index", mails, documents, "--index", index)[0] == 0
    assert run("add", tmp_path / "cup.txt", "--index", index)[1] == "added mails/cup.txt\n"
    assert (mails / "cup.txt").exists() and "mails/cup.txt" in ids(index)
    code, out, _ = run("remove", "documents/red.txt", "--index", index)
    assert code == 0 and Path(out.strip()).resolve() == documents / ".removed/red.txt"
    assert ids(index) == ["documents/blue.txt", "documents/green.txt", "mails/cup.txt", "mails/red.txt"]


def until(process, words):
    """Read what the process says until it says that."""
    end, said = time.monotonic() + QUIET, ""
    while words not in said:
        line = process.stderr.readline()
        assert line and time.monotonic() < end, said
        said += line
    return said


def test_folder_is_followed_through_an_error(documents, index):
    with spawn("index", documents, "--index", index, "--watch") as process:
        until(process, "following")
        (documents / "cup.txt").write_text("The red cup is full.", encoding="utf-8")
        assert "1 new, 3 unchanged" in until(process, "wrote")
        (documents / "sources.toml").write_text("oops", encoding="utf-8")
        until(process, "not taken in: ")
        assert ids(index) == sorted([*SMALL, "cup.txt"])
        (documents / "sources.toml").write_text('["cup.txt"]\ntitle = "Cups"', encoding="utf-8")
        until(process, "wrote")
        assert "Cups" in {document.title for document in open_index(index).documents}
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=QUIET)
    assert process.returncode == 130 and "Traceback" not in err
