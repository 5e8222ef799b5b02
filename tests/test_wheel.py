"""The wheel holds all that an installed program needs, and nothing of the tests."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rag", "web", "eval")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this very tree, built offline from links to its files.

    Not in the tree itself: the build leaves a folder behind, and would take up what an older one left.
    """
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in (*PACKAGES, "README.md", "LICENSE", "pyproject.toml"):
        (source / name).symlink_to(ROOT / name)
    backend = "import setuptools.build_meta as backend, sys; print(backend.build_wheel(sys.argv[1]))"
    command = [sys.executable, "-W", "ignore", "-c", backend, str(built)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (file,) = built.glob("*.whl")
    return zipfile.ZipFile(file)


def test_every_module_and_all_its_data_are_in_the_wheel(wheel):
    names = set(wheel.namelist())
    kinds = {".py", ".toml", ".css", ".js", ".json", ".safetensors"}
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in kinds and not (package == "eval" and path.suffix == ".json")
    }
    assert expected <= names
    assert {"rag/models/weights/reader.safetensors", "web/page/static/chat.js"} <= expected


def test_nothing_else_is_in_the_wheel(wheel):
    top = {name.partition("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_program_is_called_rag(wheel):
    (points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert wheel.read(points).decode().split("\n")[1] == f"rag = {scripts['rag']}"
