"""The files of an archive are read without leaving it, within bounds."""

from __future__ import annotations

import pytest
from made import zipped

from rag.documents.readers.containers import archive
from rag.documents.readers.readers import read_file, read_members


def outcomes(raw):
    return {
        name: str(found) if isinstance(found, ValueError) else found.text for name, found in read_members(raw)
    }


def test_files_folders_and_archives_within_are_read_by_name():
    inner = zipped({"b.txt": "The sail is red."})
    found = outcomes(zipped({"a/one.md": "# The mast\n", "in.zip": inner, "__MACOSX/x.txt": "x", "a/": ""}))
    assert found == {"a/one.md": "# The mast\n", "in.zip/b.txt": "The sail is red."}


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/out.txt", "C:/out.txt", "a\\out.txt"])
def test_name_that_leads_out_is_refused(name):
    assert "leads out of the archive" in outcomes(zipped({name: "x"}))[name]


def test_file_with_a_password_is_refused_by_name():
    raw = bytearray(zipped({"a.txt": "Secret."}))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(sign) + flags] |= 1
    assert outcomes(bytes(raw))["a.txt"] == "locked by a password: pack it without one"


def test_bomb_is_refused_and_the_rest_is_read():
    found = outcomes(zipped({"a.txt": "The sail is red.", "bomb.txt": "0" * 5_000_000}))
    assert "would become 5,000,000: unpack it" in found["bomb.txt"]
    assert found["a.txt"] == "The sail is red."


def test_size_that_an_entry_understates_is_counted(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1_000)
    assert "more than 1,000 bytes" in outcomes(zipped({"a.txt": "word " * 500}))["a.txt"]


def test_too_many_files_and_too_deep_archives_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    with pytest.raises(ValueError, match="more than 2 files in it: unpack it"):
        outcomes(zipped({f"{n}.txt": "x" for n in range(3)}))
    monkeypatch.undo()
    raw = zipped({"a.txt": "Text."})
    for _ in range(4):
        raw = zipped({"a.zip": raw})
    assert list(outcomes(raw).values()) == ["archives in archives deeper than 3: unpack it"]


def test_what_is_no_archive_is_refused():
    with pytest.raises(ValueError, match="damaged, or not what its name says"):
        outcomes(b"PK\x03\x04nonsense")
    with pytest.raises(ValueError, match="whatever its name says"):
        read_file("a.txt", zipped({"a.txt": "x"}))
