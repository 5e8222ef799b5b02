"""The examples in the docstrings are true.

Not collected by pytest itself, which would import every module in each of its processes to look for them.
"""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest
from small import ROOT

HELPERS = ROOT / "tests"
FILES = sorted(
    file
    for folder in ("rag", "eval", "web", "training", "tests")
    for file in (ROOT / folder).rglob("*.py")
    if re.search(r"^ *>>> ", file.read_text(encoding="utf-8"), re.MULTILINE)
)


def test_there_are_examples_in_every_package():
    assert {"rag", "eval", "training", "tests"} <= {file.relative_to(ROOT).parts[0] for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_examples_of_a_module_are_true(file: Path):
    path = file.relative_to(HELPERS if HELPERS in file.parents else ROOT)
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    failed, tried = doctest.testmod(module)
    assert tried and not failed
