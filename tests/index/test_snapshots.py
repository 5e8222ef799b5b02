"""A snapshot is on the disk, folders and all, before the pointer is."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
from colours import ColourEmbedder
from small import SMALL, build, current

import rag
from rag.index.card import FILES, find_snapshot
from rag.index.places import open_index


@pytest.fixture
def steps(monkeypatch):
    """What is flushed and renamed, in order, by the name that it has then."""
    steps = []

    def record(name, what):
        real = getattr(os, name)

        def recording(*arguments):
            steps.append((name, what(arguments)))
            return real(*arguments)

        monkeypatch.setattr(os, name, recording)

    record("fsync", lambda arguments: Path(f"/proc/self/fd/{arguments[0]}").readlink().name)
    record("rename", lambda arguments: Path(arguments[1]).name)
    record("replace", lambda arguments: Path(arguments[1]).name)
    return steps


def test_pointer_is_replaced_after_all_that_it_points_to_is_flushed(small_index, documents, steps):
    build(documents, small_index)
    names = [name for _, name in steps]
    renamed, pointed = names.index("generation-000002"), names.index("CURRENT")
    assert FILES | {"card.json"} <= set(names[:renamed])
    building = names[renamed - 1]
    assert building.startswith("building-") and names[renamed + 1 : pointed][0] == small_index.name
    assert names[pointed - 1].startswith(".writing-") and names[pointed + 1 :] == [small_index.name]


@pytest.mark.parametrize("failing", ["fsync", "rename", "replace"])
def test_error_leaves_the_last_good_one_and_says_so(small_index, documents, monkeypatch, failing):
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    real, left = getattr(os, failing), {"fsync": 9, "rename": 0, "replace": 0}[failing]

    def fail(*arguments):
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.EIO, "Input/output error")
        return real(*arguments)

    monkeypatch.setattr(os, failing, fail)
    told = r"cannot write the index to \S+/index/: Input/output error.*; the index that was there stays"
    with pytest.raises(rag.RagError, match=told):
        build(documents, small_index)
    assert {document.id: document.text for document in open_index(small_index).documents} == SMALL
    assert sorted(path.name for path in small_index.iterdir()) == [
        ".lock",
        "CURRENT",
        current(small_index).name,
    ]


def test_reader_keeps_its_snapshot(small_index, documents):
    before = open_index(small_index)
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    build(documents, small_index)
    assert before.documents[2].text == SMALL["red.txt"]
    assert before.search(before.chunk_vectors.fetch([2])[0], 1) == [(2, 1.0)]


def test_reader_of_small_files_neither_ends_nor_errs_where_they_are_cut(small_index):
    """What is mapped and no longer there would end the process; large files are (docs/reliability.md)."""
    bot = rag.Chatbot(open_index(small_index), ColourEmbedder())
    before = bot.ask("What does the red fox do?")
    for path in current(small_index).iterdir():
        os.truncate(path, 0)
    assert bot.ask("What does the red fox do?") == before and before.statements
    with pytest.raises(rag.IndexDamaged):
        open_index(small_index)


def test_index_that_was_copied_opens(small_index, documents, tmp_path):
    copy = tmp_path / "elsewhere/deep/index"
    copy.parent.mkdir(parents=True)
    small_index.rename(copy)
    assert {document.id: document.text for document in open_index(copy).documents} == SMALL


def test_snapshot_that_is_replaced_once_its_pointer_was_read_is_no_damage(small_index, documents):
    """A reader has the old pointer in hand when the old snapshot goes: a pipe in its place says when."""
    old = (small_index / "CURRENT").read_bytes()
    build(documents, small_index)
    pointer, new = small_index / "CURRENT", small_index / "new"
    pointer.rename(new)
    os.mkfifo(pointer)

    def point():
        with pointer.open("wb") as pipe:  # waits for the reader
            pipe.write(old)
            new.replace(pointer)

    pointing = threading.Thread(target=point)
    pointing.start()
    snapshot, _ = find_snapshot(small_index)
    pointing.join()
    assert snapshot.name == "generation-000002"
