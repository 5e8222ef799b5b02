"""What was moved out of a folder comes back."""

from __future__ import annotations

import pytest

from rag.documents.folder.uploads import remove_file, restore_files
from rag.errors import RagError


def test_file_that_cannot_come_back_keeps_no_other_from_it(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    removed = {tmp_path / name: remove_file(tmp_path, name) for name in ("a.txt", "b.txt", "c.txt")}
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).mkdir()
    told = r"put \S+/a\.txt back: .* it is in \S+/a\.txt; .* \S+/b\.txt: move it there by hand"
    with pytest.raises(RagError, match=told):
        restore_files(removed)
    assert (tmp_path / "c.txt").read_text() == "c.txt"
    assert all(removed[tmp_path / name].exists() for name in ("a.txt", "b.txt"))
