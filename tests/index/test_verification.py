"""What is wrong with an index is named: the file, and what it lacks."""

from __future__ import annotations

import hashlib
import json

import faiss
import numpy as np
import pytest
from small import certify, current

from rag.errors import IndexMissing
from rag.index.card import FORMAT
from rag.index.verification import verify_index


def words(root):
    return [f"{fault.part}: {fault.what}" for fault in verify_index(root)[1]]


def test_whole_index_has_no_fault(small_index, tmp_path):
    assert words(small_index) == []
    certify(small_index)
    assert words(small_index) == []
    with pytest.raises(IndexMissing):
        verify_index(tmp_path / "nowhere")


def test_every_damaged_file_is_named(small_index):
    snapshot = current(small_index)
    (snapshot / "chunks.faiss").unlink()
    (snapshot / "twins.json").write_text("[[]]")
    first, second = words(small_index)
    assert first == "chunks.faiss: is missing"
    assert second.startswith("twins.json: has sha256 ") and ", expected " in second


def test_pointer_and_card_are_checked(small_index):
    (current(small_index) / "card.json").write_text("{}")
    assert "card.json was altered" in words(small_index)[0]
    (small_index / "CURRENT").write_text("elsewhere\n")
    assert "does not name a snapshot" in words(small_index)[0]


def vectors_of(path, rows):
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows.astype(np.float32))
    faiss.write_index(index, str(path))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("short.faiss", "sentences.faiss: 2 of 6 vectors are not of length 1"),
        ("fewer.faiss", "sentences.faiss: 5 vectors, expected 6"),
        ("wide.faiss", "sentences.faiss: vectors of 6 dimensions, expected 4"),
        ("outside", "chunks.npy: 1 of 3 stand in no document of the snapshot"),
        ("fewer documents", "documents.jsonl: 2 documents, expected 3"),
        ("twins", "twins.json: sentence 1 repeats 4, expected an earlier of 6"),
        ("elsewhere", r"generation-000001: cannot be understood: ValueError"),
        ("no json", r"generation-000001: cannot be understood: JSONDecodeError"),
        ("no faiss", r"generation-000001: cannot be understood: RuntimeError"),
        ("words", "words.json: 2 texts, expected 3"),
        ("entry", "postings.npy: 1 of 15 entries are of no chunk, or weigh nothing"),
        ("entries", r"generation-000001: cannot be understood: ValueError"),
        ("files", "files.jsonl: other files than those of the card"),
    ],
)
def test_files_that_do_not_fit_together_are_named(small_index, name, what):
    """As a writer with a fault would leave them: each with the sha256 that the card has."""
    snapshot = current(small_index)
    rows = np.tile([1.0, 0, 0, 0], (6, 1))
    match name:
        case "short.faiss":
            rows[0], rows[1, 1] = 0, np.nan
            vectors_of(snapshot / "sentences.faiss", rows)
        case "fewer.faiss":
            vectors_of(snapshot / "sentences.faiss", rows[1:])
        case "wide.faiss":
            vectors_of(snapshot / "sentences.faiss", np.eye(6))
        case "outside":
            rows = np.load(snapshot / "chunks.npy")
            rows["end"][rows["end"] == 40] = 41
            np.save(snapshot / "chunks.npy", rows)
        case "fewer documents":
            path = snapshot / "documents.jsonl"
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
        case "twins":
            (snapshot / "twins.json").write_text("[[1, 4]]")
        case "no json":
            (snapshot / "twins.json").write_text("{")
        case "elsewhere":
            rows = np.load(snapshot / "chunks.npy")
            rows["document"][0] = 3
            np.save(snapshot / "chunks.npy", rows)
        case "no faiss":
            (snapshot / "chunks.faiss").write_bytes(b"no vectors")
        case "words":
            path = snapshot / "words.json"
            path.write_text(path.read_text().replace('"texts": 3', '"texts": 2'))
        case "entry":
            entries = np.load(snapshot / "postings.npy")
            entries["row"][1] = 3
            np.save(snapshot / "postings.npy", entries)
        case "entries":
            np.save(snapshot / "postings.npy", np.load(snapshot / "postings.npy")[1:])
        case "files":
            (snapshot / "files.jsonl").write_text("")
    certify(small_index)
    assert what in words(small_index)


def test_card_names_no_file_elsewhere_and_holds_what_a_card_does(small_index):
    certify(small_index, files={"/dev/zero": ""})  # never ends, if it is read
    assert "/dev/zero: is no file of a snapshot" in words(small_index)
    for card in ([], {"format": FORMAT}, {"format": FORMAT, "files": []}):
        content = json.dumps(card).encode()
        (current(small_index) / "card.json").write_bytes(content)
        pointer = f"{current(small_index).name} {hashlib.sha256(content).hexdigest()}\n"
        (small_index / "CURRENT").write_text(pointer)
        assert "card.json is no card" in words(small_index)[0]
