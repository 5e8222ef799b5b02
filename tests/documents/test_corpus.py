"""Files are read whole and unaltered; what cannot be read is named and the rest goes on."""

from __future__ import annotations

import os

import pytest
from colours import ColourEmbedder
from small import SEEDS, SMALL, build

import rag
from rag.documents.corpus import corpus_sha256, read_documents
from rag.documents.skipped import CLOSED
from rag.errors import EmptyCorpus


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name)
def test_seed_is_its_file_byte_for_byte(corpus, path):
    document = next(document for document in corpus.documents if document.id == path.name)
    assert document.text.encode() == path.read_bytes()


def test_seeds_are_five_documents_and_nothing_is_skipped(corpus):
    assert [document.id for document in corpus.documents] == sorted(p.name for p in SEEDS.glob("*.txt"))
    assert len(corpus.documents) == 5 and corpus.skipped == ()


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb", "a\u2028b\x85c\x0c", "a\n\n\n", "٣ עברית 🙂"])
def test_line_ends_and_marks_are_kept_on_disk(write, text):
    assert read_documents(write({"a.txt": text})).documents[0].text == text


# What cannot be read


def test_bad_files_are_named_and_the_rest_is_read(documents, bad_documents):
    corpus = read_documents(documents)
    assert [document.id for document in corpus.documents] == sorted(SMALL)
    assert {skipped.path: skipped.reason for skipped in corpus.skipped} == bad_documents


def test_linked_folder_is_named_and_not_followed(documents):
    (documents / "loop").symlink_to(documents)
    corpus = read_documents(documents)
    assert (
        rag.Skipped("loop", "unreadable: a folder that is closed, or a link to one", CLOSED) in corpus.skipped
    )
    assert [document.id for document in corpus.documents] == sorted(SMALL)


def test_name_that_is_not_utf8_does_not_stop_the_rest(documents, small_index):
    (documents / os.fsdecode(b"caf\xe9.txt")).write_text("The red cup.", encoding="utf-8")
    corpus = read_documents(documents)
    for name in [d.id for d in corpus.documents] + [s.path for s in corpus.skipped]:
        name.encode()  # it can be stored and shown
    assert len(corpus.documents) + len(corpus.skipped) == 4


def test_hidden_files_are_left_out(write):
    corpus = read_documents(write({"a.txt": "Text.", ".hidden.txt": "No.", ".git/b.txt": "No."}))
    assert [document.id for document in corpus.documents] == ["a.txt"] and corpus.skipped == ()


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "desktop.ini",
        "~$letter.docx",
        "more/.DS_Store",
        "node_modules/a/README.md",
        "__MACOSX/._a.txt",
        "a/__pycache__/b.pyc",
        "$RECYCLE.BIN/a.txt",
    ],
)
def test_files_of_systems_are_no_documents_and_not_named(write, name):
    corpus = read_documents(write({"a.txt": "Text.", name: "No."}))
    assert [document.id for document in corpus.documents] == ["a.txt"] and corpus.skipped == ()


def test_encoding_is_kept_and_the_offsets_are_of_the_decoded_text(write, tmp_path):
    text = "Señor Núñez slept. The red fox barks."
    index = tmp_path / "index"
    build(write({"a.txt": text.encode("cp1252"), "b.txt": text.encode("utf-16")}), index)
    documents = rag.open_chatbot(index, embedder=ColourEmbedder()).documents
    assert [(d.text, d.encoding) for d in documents] == [(text, "iso-8859-1"), (text, "utf-16-le")]


def test_folder_must_be_there(tmp_path):
    with pytest.raises(rag.CorpusError, match=r"no folder .*missing/: expected a folder of documents"):
        read_documents(tmp_path / "missing")
    (tmp_path / "file.txt").write_text("Text.", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="no folder"):
        read_documents(tmp_path / "file.txt")


@pytest.mark.parametrize(
    ("files", "message"),
    [({"a.png": "x"}, r"files ending in \.txt, \.md, .*; a\.png: a picture"), ({}, r"ending in")],
)
def test_folder_without_documents(write, tmp_path, files, message):
    (tmp_path / "documents").mkdir()
    with pytest.raises(EmptyCorpus, match=message) as caught:
        read_documents(write(files) if files else tmp_path / "documents")
    assert [skipped.path for skipped in caught.value.skipped] == list(files)


# The fingerprint of the folder


@pytest.mark.parametrize("change", ["alter", "add", "remove", "rename", "sources"])
def test_sha256_tells_every_change(documents, change):
    before = corpus_sha256(documents)
    assert before == corpus_sha256(documents) == read_documents(documents).sha256
    red = documents / "red.txt"
    match change:
        case "alter":
            red.write_text(SMALL["red.txt"].replace("fox", "cat"), encoding="utf-8")
        case "add":
            (documents / "new.md").touch()
        case "remove":
            red.unlink()
        case "rename":
            red.rename(documents / "rot.txt")
        case "sources":
            (documents / "sources.toml").touch()
    assert corpus_sha256(documents) != before
