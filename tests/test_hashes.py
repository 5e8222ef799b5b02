"""The versions that are installed by their hashes are those that the tests pass with."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from small import ROOT

EXTRAS = ("postgres", "telemetry")


def versions(text):
    """The version of each package of a file of requirements."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def test_what_a_server_needs_is_locked_by_its_sha256():
    locked = (ROOT / "hashes.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", locked.strip())
    for entry in entries:
        assert re.fullmatch(r"\S+==[^\n\\]+( \\\n    --hash=sha256:[0-9a-f]{64})+", entry), entry[:80]
    tried = versions((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    others = {
        name: version for name, version in versions(locked).items() if tried.get(name, version) != version
    }
    assert not others, "make lock writes hashes.txt anew"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *(line for extra in EXTRAS for line in extras[extra])]
    missing = {canonicalize_name(Requirement(line).name) for line in needed} - versions(locked).keys()
    assert not missing, "make lock writes hashes.txt anew"
