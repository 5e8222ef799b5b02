"""The pages are true: their blocks run and print what they say, what they name is there."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from rag.cli.main import main

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"  # names what was, too
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        ROOT / "eval/README.md",
        ROOT / "index/README.md",
        ROOT / "rag/models/weights/README.md",
    ]
)
NAMED = [page for page in PAGES if page != CHANGELOG]
FOLDERS = "rag|web|eval|training|tests|docs|index|seeds"
MADE = {"index/", "eval/results.json", "eval/report.html"}  # by commands, not committed


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(language: str) -> list[object]:
    """Every block of a language in every page, and the block of another that follows it, "" for none."""
    pattern = re.compile(
        rf"^```{language}\n(.*?)^```\n(?:\nprints\n\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE
    )
    return [
        pytest.param(match[1], match[2] or "", id=f"{name_of(page)}-{number}")
        for page in PAGES
        for number, match in enumerate(pattern.finditer(page.read_text(encoding="utf-8")), start=1)
    ]


@pytest.fixture
def in_checkout(seeds_index, tmp_path, monkeypatch):
    """A current folder whose index/ is the index of the seeds, as after `make chat`."""
    (tmp_path / "index").symlink_to(seeds_index)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("in_checkout")
@pytest.mark.parametrize(("code", "output"), blocks("python"))
def test_python_block_prints_what_the_page_says(code, output):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "page", "exec"), {})
    assert printed.getvalue() == output


@pytest.mark.usefixtures("in_checkout")
@pytest.mark.parametrize(("block", "_"), blocks("console"))
def test_shell_block_prints_what_the_page_says(capsys, block, _):
    command, _, output = block.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "rag"
    assert main(arguments) == 0
    parts = re.split(r"^…\n", output, flags=re.MULTILINE)  # stands for lines that are left out
    assert re.fullmatch("(?:.*\n)*?".join(map(re.escape, parts)) + "\n*", capsys.readouterr().out)


@pytest.mark.parametrize(("block", "_"), blocks("toml"))
def test_toml_block_says_of_the_seeds_what_their_sources_say(block, _):
    sources = tomllib.loads((ROOT / "seeds/sources.toml").read_text(encoding="utf-8"))
    for name, value in tomllib.loads(block).items():
        assert set(value) <= set(sources[name])


def test_there_are_blocks():
    assert len(blocks("python")) >= 2 and len(blocks("console")) >= 2 and blocks("toml")


def test_readme_is_a_tour():
    assert len(README.read_text(encoding="utf-8").split()) <= 1_500


def test_every_page_of_docs_is_reached_from_the_readme():
    text = README.read_text(encoding="utf-8")
    assert all(f"](docs/{page.name})" in text for page in ROOT.glob("docs/*.md"))


def test_every_verb_is_on_the_page_of_the_command_line(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    verbs = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert {"index", "search", "ask", "eval", "info", "serve"} <= set(verbs)
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    assert all(f"$ rag {verb}" in text for verb in verbs)


@pytest.mark.parametrize("page", NAMED, ids=name_of)
def test_options_and_make_targets_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^    )make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    given = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("rag/cli/*.py"))
    for command in re.findall(r"^ +\$? ?(rag \w.*)$", text, re.MULTILINE):
        for option in re.findall(r" \[?(--[a-z-]+)", command):
            assert f'"{option}"' in given, command


def test_tree_is_true():
    tree = re.search(r"((?:^    \S+/ +.*\n)+)", README.read_text(encoding="utf-8"), re.MULTILINE)[1]
    named = [line.split()[0] for line in tree.splitlines()]
    packages = [path.parent for path in ROOT.glob("rag/*/__init__.py")]
    packages += [path.parent for path in ROOT.glob("web/*/__init__.py")]
    assert all((ROOT / name).is_dir() for name in named)
    assert {f"{name_of(package)}/" for package in packages} <= set(named)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'src="([^":]+)"', text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", NAMED, ids=name_of)
def test_paths_that_a_page_names_are_there(page):
    for path in re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", page.read_text(encoding="utf-8")):
        assert path in MADE or (ROOT / path).exists(), path


def test_layers_are_those_that_are_checked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [c["layers"] for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    assert "".join(f"    {layer}\n" for layer in layers) in (ROOT / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_figure_is_still_to_be_filled_in(page):
    assert not re.search(r"\b[A-Z]+_OUTPUT\b|\bPARAPHRASE\b|@@", page.read_text(encoding="utf-8"))


def test_security_page_names_a_test_for_each_line_and_they_are_there():
    rows = [
        row
        for row in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("| ") and "|---" not in row and "| test |" not in row
    ]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, f"no test proves: {row}"
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path} has no {name}"
