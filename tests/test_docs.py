"""README.md is true: its blocks run and print what it says, its tree is there, its verbs exist."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from rag.cli.main import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def in_checkout(seeds_index, tmp_path, monkeypatch):
    """A current folder whose index/ is the index of the seeds, as after `make chat`."""
    (tmp_path / "index").symlink_to(seeds_index)
    monkeypatch.chdir(tmp_path)


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("in_checkout")
def test_python_block_prints_what_the_readme_says():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block("python"), "README.md", "exec"), {})
    assert printed.getvalue() == block("text")


@pytest.mark.usefixtures("in_checkout")
def test_shell_block_prints_what_the_readme_says(capsys):
    command, _, output = block("console").partition("\n")
    question = re.fullmatch(r'\$ rag ask "(.*)"', command)
    assert main(["ask", question[1]]) == 0
    assert capsys.readouterr().out == output


def test_every_verb_and_make_target_is_in_the_readme(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    verbs = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert {"index", "search", "ask", "eval", "info"} <= set(verbs)
    assert all(f"rag {verb}" in README for verb in verbs)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_tree_is_true():
    tree = re.search(r"## The tree\n\n(.*?)\n\n", README, re.DOTALL)[1]
    named = {line.split()[0] for line in tree.splitlines()}
    assert all((ROOT / name).exists() for name in named)
    assert {f"rag/{path.name}" for path in (ROOT / "rag").glob("[a-z]*.py")} <= named


def test_links_of_the_documents_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "eval/README.md", ROOT / "index/README.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), link


def test_no_figure_is_still_to_be_filled_in():
    for page in (ROOT / "README.md", ROOT / "eval/README.md"):
        assert not re.search(r"\b[A-Z]+_OUTPUT\b|\bPARAPHRASE\b", page.read_text(encoding="utf-8"))
