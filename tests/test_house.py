"""The house stays one that is found through: short files, few in a folder."""

from __future__ import annotations

from collections import Counter

from small import ROOT

LONGEST, MOST = 250, 12  # lines of a file, modules of a folder beside __init__.py
NOUNS = "rag/datatypes.py"  # read whole, as a dictionary is


def modules():
    return [path for part in ("rag", "web") for path in sorted((ROOT / part).rglob("*.py"))]


def test_no_file_is_long_but_that_of_the_nouns():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
    }
    assert len(lengths) > 200
    assert [name for name, length in lengths.items() if length > LONGEST] == [NOUNS]


def test_no_folder_has_many_modules():
    counts = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in modules() if path.stem != "__init__"
    )
    assert {folder: count for folder, count in counts.items() if count > MOST} == {}
