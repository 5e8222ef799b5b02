"""What is wrong with an index is named: the file, and what it lacks."""

from __future__ import annotations

import hashlib
import json

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
    (snapshot / "chunks.vectors.npy").unlink()
    (snapshot / "twins.npy").write_text("[[]]")
    first, second = words(small_index)
    assert first == "chunks.vectors.npy: is missing"
    assert second.startswith("twins.npy: has sha256 ") and ", expected " in second


def test_pointer_and_card_are_checked(small_index):
    (current(small_index) / "card.json").write_text("{}")
    assert "card.json was altered" in words(small_index)[0]
    (small_index / "CURRENT").write_text("elsewhere\n")
    assert "does not name a snapshot" in words(small_index)[0]


def vectors_of(path, rows):
    np.save(path, rows.astype(np.float32))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("short", "sentences.vectors.npy: 2 of 6 vectors are not of length 1"),
        ("fewer", "sentences.vectors.npy: 5 vectors, expected 6"),
        ("wide", "sentences.vectors.npy: vectors of 6 dimensions, expected 4"),
        ("outside", "chunks.npy: 1 of 3 stand in no document of the snapshot"),
        ("fewer documents", "generation-000001: cannot be understood: ValueError"),
        ("another title", "catalogue.json: 1 of 3 documents are not as documents.jsonl has them"),
        ("copied", "copied.npy: others than 3 chunks and 3 documents"),
        ("furniture", "furniture.npy: others than 3 chunks"),
        ("editions", "editions.json: other documents than the card names"),
        ("twins", "twins.npy: sentence 1 repeats 4, expected an earlier of 6"),
        ("elsewhere", r"generation-000001: cannot be understood: ValueError"),
        ("no json", r"generation-000001: cannot be understood: ValueError"),
        ("no vectors", r"generation-000001: cannot be understood: ValueError"),
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
        case "short":
            rows[0], rows[1, 1] = 0, np.nan
            vectors_of(snapshot / "sentences.vectors.npy", rows)
        case "fewer":
            vectors_of(snapshot / "sentences.vectors.npy", rows[1:])
        case "wide":
            vectors_of(snapshot / "sentences.vectors.npy", np.eye(6))
        case "outside":
            rows = np.load(snapshot / "chunks.npy")
            rows["end"][rows["end"] == 40] = 41
            np.save(snapshot / "chunks.npy", rows)
        case "fewer documents":
            path = snapshot / "documents.jsonl"
            path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
        case "another title":
            path = snapshot / "catalogue.json"
            path.write_text(path.read_text().replace('"title": ["', '"title": ["Not '))
        case "copied":
            np.save(snapshot / "copied.npy", np.array([[2, 3]], np.int32))
        case "furniture":
            np.save(snapshot / "furniture.npy", np.array([3], np.int32))
        case "editions":
            edition = {"family": ["fee"], "version": [1], "day": "2026-01-01", "valid": True}
            (snapshot / "editions.json").write_text(json.dumps({"pink.txt": edition}))
        case "twins":
            np.save(snapshot / "twins.npy", np.array([[1, 4]], np.int32))
        case "no json":
            (snapshot / "editions.json").write_text("{")
        case "elsewhere":
            rows = np.load(snapshot / "chunks.npy")
            rows["document"][0] = 3
            np.save(snapshot / "chunks.npy", rows)
        case "no vectors":
            (snapshot / "chunks.vectors.npy").write_bytes(b"no vectors")
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
