"""Indexes as released versions wrote them: 0.1.0 in format 2, 0.2.0 to 0.4.0 in 3, 0.5.0 and 0.6.0 in 4."""

from __future__ import annotations

import zipfile

import pytest
from small import ROOT, build

import rag
from rag.index.places import open_index
from rag.index.verification import verify_index


@pytest.mark.parametrize("format", [2, 3, 4])
def test_index_of_a_released_format_says_what_makes_it_anew(tmp_path, format):
    with zipfile.ZipFile(ROOT / f"tests/data/released/format-{format}.zip") as packed:
        packed.extractall(tmp_path)
    documents, index = tmp_path / "documents", tmp_path / "index"
    before = {path: path.read_bytes() for path in index.rglob("*") if path.is_file()}
    mend = rf"`rag index \S*documents --index {index}`"
    with pytest.raises(rag.IndexDamaged, match=f"its format is {format}, .*an earlier version.*{mend}"):
        open_index(index)
    assert {path: path.read_bytes() for path in index.rglob("*") if path.is_file()} == before
    build(documents, index)
    assert [document.text.split()[1] for document in open_index(index).documents] == ["red"]
    assert verify_index(index)[1] == [] and len([*index.glob("generation-*")]) == 1
