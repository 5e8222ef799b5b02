"""The commands that keep an index from being lost."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from commands import is_one_line
from small import SMALL, build, certify, current

from rag.cli.printing import write_output
from rag.conversations.archive import NAME, Archive
from rag.errors import RagError
from rag.index.card import FILES
from rag.index.places import open_index
from rag.models.embedder import ShippedEmbedder


def test_verify_says_whether_all_is_whole(run, small_index):
    Archive(small_index / NAME).close()
    whole = f"{small_index}: whole\n{small_index / NAME}: whole\n"
    assert run("verify", "--index", small_index) == (0, whole, "")
    code, out, _ = run("verify", "--index", small_index, "--json")
    told = {"index": str(small_index), "faults": [], "repaired": False, "conversations": []}
    assert code == 0 and json.loads(out) == told


def test_verify_names_what_is_damaged_and_what_mends_it(run, small_index):
    (current(small_index) / "chunks.vectors.npy").unlink()
    (small_index / NAME).write_text("no database")
    code, out, error = run("verify", "--index", small_index)
    assert code == 1 and out.splitlines() == [
        f"{small_index}: chunks.vectors.npy: is missing",
        f"{small_index / NAME}: {NAME}: file is not a database",
    ]
    assert is_one_line(error) and f"`rag verify --index {small_index} --repair`" in error
    code, out, _ = run("verify", "--index", small_index, "--json")
    assert code == 1 and json.loads(out)["faults"] == [{"part": "chunks.vectors.npy", "what": "is missing"}]


def test_damaged_conversations_are_told(run, small_index):
    (small_index / NAME).write_text("no database")
    code, _, error = run("verify", "--index", small_index)
    assert code == 1 and is_one_line(error) and "move the file away" in error


def test_missing_index_is_told(run, tmp_path):
    code, _, error = run("verify", "--index", tmp_path)
    assert code == 1 and is_one_line(error) and "no index in" in error


def test_repair_makes_anew_only_what_is_broken(run, documents, embedder, tmp_path, monkeypatch):
    index, texts = tmp_path / "index", []
    build(documents, index, embedder)
    before = current(index)
    whole = {path.name: path.read_bytes() for path in before.iterdir()}
    (before / "sentences.vectors.npy").write_bytes(b"cut")
    real = ShippedEmbedder.embed_documents
    monkeypatch.setattr(
        ShippedEmbedder, "embed_documents", lambda self, new: texts.extend(new) or real(self, new)
    )
    code, out, _ = run("verify", "--index", index, "--repair")
    assert code == 0 and out.splitlines()[0].startswith(f"{index}: sentences.vectors.npy: has sha256 ")
    assert out.splitlines()[1:] == [f"{index}/: made anew, whole"]
    assert len(texts) == 6 and not set(texts) & set(SMALL.values())
    made = {path.name: path.read_bytes() for path in current(index).iterdir()}
    assert {name for name in whole if whole[name] != made[name]} <= {"card.json", "sentences.vectors.npy"}
    assert run("verify", "--index", index)[0] == 0


@pytest.mark.parametrize("damage", ["vectors of no length", "no JSON", "both, and a lost file"])
def test_repair_makes_anew_what_is_wrong_though_it_was_written_so(run, documents, embedder, tmp_path, damage):
    index = tmp_path / "index"
    build(documents, index, embedder)
    whole = {name: (current(index) / name).read_bytes() for name in FILES}
    if damage != "no JSON":
        np.save(current(index) / "sentences.vectors.npy", np.zeros((6, embedder.dim), np.float32))
    if damage != "vectors of no length":
        (current(index) / "documents.jsonl").write_text("{")
    certify(index)
    if "lost" in damage:
        (current(index) / "chunks.vectors.npy").unlink()
    code, out, _ = run("verify", "--index", index, "--repair")
    assert code == 0 and f"{index}/: made anew, whole" in out
    assert {name: (current(index) / name).read_bytes() for name in FILES} == whole


def test_repair_without_the_documents_is_refused(run, small_index, documents):
    documents.rename(documents.with_name("gone"))
    (current(small_index) / "chunks.vectors.npy").unlink()
    code, _, error = run("verify", "--index", small_index, "--repair")
    assert code == 1 and is_one_line(error) and "no documents are in" in error and "rag restore FILE" in error


def test_backup_and_restore(run, small_index, documents, tmp_path):
    with closing(Archive(small_index / NAME)) as archive:
        archive.begin("me")
    file, there = tmp_path / "backup.zip", tmp_path / "there"
    assert run("backup", file, "--index", small_index) == (0, "", f"wrote {file}\n")
    code, _, error = run("restore", file, there / "papers", "--index", there / "index")
    assert code == 0 and error == f"restored {there}/index/ and the documents in {there}/papers/\n"
    assert {document.id: document.text for document in open_index(there / "index").documents} == SMALL
    assert (there / "papers/red.txt").read_text() == SMALL["red.txt"]
    file.write_bytes(file.read_bytes()[:-9])
    code, _, error = run("restore", file, there / "papers", "--index", there / "index")
    assert code == 1 and is_one_line(error) and "is no whole backup" in error


def test_full_disk_is_told_by_a_file_that_was_asked_for():
    told = "cannot write /dev/full: No space left on device; what was there stays: make room"
    with pytest.raises(RagError, match=told):
        write_output(Path("/dev/full"), b"words")
