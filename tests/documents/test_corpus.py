"""Files are read whole and unaltered; what cannot be read is named and the rest goes on."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from colours import ColourEmbedder
from pages import SCAN, write_pdf
from small import SEEDS, SMALL, build

import rag
from eval.formats.packing import zipped
from rag.documents.corpus import Known, read_documents
from rag.documents.folder.files import digest, scan
from rag.documents.readers.readers import READERS
from rag.documents.skipped import CLOSED, MISSING, PICTURES, SCANNED
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
    before = digest(scan(documents))
    assert before == digest(scan(documents)) == read_documents(documents).sha256
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
    assert digest(scan(documents)) != before


# What is known from before


def known_of(corpus):
    return Known.of(corpus.files, corpus.documents, corpus.skipped)


def test_unchanged_file_is_not_read_again_wherever_it_stands(write):
    folder = write({"a.txt": "The red fox.", "b.txt": "The blue hen.", "torn.txt": b"\xff\xfea"})
    before = read_documents(folder)
    marked = tuple(replace(document, title="As it was") for document in before.documents)
    skipped = tuple(replace(file, reason="as it was") for file in before.skipped)
    (folder / "b.txt").write_text("The blue whale.", encoding="utf-8")
    (folder / "more").mkdir()
    (folder / "a.txt").rename(folder / "more/a.txt")
    now = read_documents(folder, known=Known.of(before.files, marked, skipped))
    assert [(d.id, d.title, d.text) for d in now.documents] == [
        ("b.txt", "b", "The blue whale."),
        ("more/a.txt", "As it was", "The red fox."),
    ]
    assert [file.reason for file in now.skipped] == ["as it was"]


def test_what_is_known_makes_the_same_corpus_as_nothing_known(documents, bad_documents):
    (documents / "copy.txt").write_text(SMALL["red.txt"], encoding="utf-8")
    before = read_documents(documents)
    (documents / "sources.toml").write_text('["green.txt"]\ntitle = "Frogs"', encoding="utf-8")
    (documents / "blue.txt").rename(documents / "whale.txt")
    (documents / "empty.txt").write_text("No more.", encoding="utf-8")
    assert read_documents(documents, known=known_of(before)) == read_documents(documents)


def test_new_name_gives_a_new_title_and_date(write):
    folder = write({"minutes 7.1.2026.txt": "The red fox sleeps, and so does the blue hen. " * 9})
    before = read_documents(folder)
    (folder / "minutes 7.1.2026.txt").rename(folder / "minutes 8.1.2026.txt")
    (now,) = read_documents(folder, known=known_of(before)).documents
    assert (now.title, str(now.published)) == ("minutes 8.1.2026", "2026-01-08")


# The same file in several places


def test_copies_are_one_document_of_the_first_name(write):
    folder = write(dict.fromkeys(["b.txt", "a/c.txt", "a/b.txt"], "The red fox.") | {"d.txt": "A hen."})
    corpus = read_documents(folder)
    assert [(d.id, d.aliases) for d in corpus.documents] == [("a/b.txt", ("a/c.txt", "b.txt")), ("d.txt", ())]
    (folder / "a/b.txt").unlink()
    now = read_documents(folder, known=known_of(corpus))
    assert [(d.id, d.aliases) for d in now.documents] == [("a/c.txt", ("b.txt",)), ("d.txt", ())]


def test_copies_of_which_other_things_are_said_are_several_documents(write):
    names = ["a.txt", "b.txt", "c.txt", "minutes 7.1.2026.txt", "minutes 8.1.2026.txt", "page.html"]
    sources = '["b.txt"]\npublisher = "The Den"\n["c.txt"]\npublisher = "The Sty"\n'
    corpus = read_documents(write(dict.fromkeys(names, "The red fox.") | {"sources.toml": sources}))
    assert {d.id: (d.publisher, d.aliases) for d in corpus.documents} == {
        "b.txt": ("The Den", ("a.txt",)),
        "c.txt": ("The Sty", ()),
        "minutes 7.1.2026.txt": (None, ()),
        "minutes 8.1.2026.txt": (None, ()),
        "page.html": (None, ()),
    }


def test_copies_that_cannot_be_read_are_all_named(write):
    corpus = read_documents(write({"a.txt": "A fox.", "b.txt": "", "c.txt": "", "d.png": "x", "e.png": "x"}))
    assert [file.path for file in corpus.skipped] == ["b.txt", "c.txt", "d.png", "e.png"]


# Names


def test_name_that_does_not_show_is_refused_and_told_with_escapes(write):
    corpus = read_documents(write({"a.txt": "A fox.", "b\nc.txt": "A hen.", "d\x1b[2J.txt": "A cat."}))
    assert [document.id for document in corpus.documents] == ["a.txt"]
    assert [file.path for file in corpus.skipped] == ["b\\nc.txt", "d\\x1b[2J.txt"]
    assert all("a character that does not show" in file.reason for file in corpus.skipped)


def test_decomposed_name_is_found_by_the_composed_one(write, tmp_path):
    sources = '["café.txt"]\ntitle = "The café"'
    folder = write({"cafe\u0301.txt": "The red cup.", "b.txt": "A blue cup.", "sources.toml": sources})
    corpus = read_documents(folder)
    assert [(d.id, d.title) for d in corpus.documents][1] == ("cafe\u0301.txt", "The café")
    build(folder, tmp_path / "index")
    bot = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder(), reader=False)
    (passage,) = bot.retrieve("Which cup?", where=rag.Where(documents=("café.txt",)))
    assert passage.text == "The red cup."


# Archives


def test_files_of_an_archive_are_documents_with_its_name_before_theirs(write):
    inner = zipped({"a/one.txt": "The red fox sleeps.", "two.md": "# Frogs", "x.exe": "x"})
    folder = write({"b.txt": "The blue whale swims."})
    (folder / "old.zip").write_bytes(inner)
    (folder / "old-copy.zip").write_bytes(inner)
    corpus = read_documents(folder)
    assert [(d.id, d.aliases) for d in corpus.documents] == [
        ("b.txt", ()),
        ("old-copy.zip/a/one.txt", ("old.zip/a/one.txt",)),
        ("old-copy.zip/two.md", ("old.zip/two.md",)),
    ]
    assert corpus.documents[2].title == "Frogs"
    assert [(file.path, file.kind) for file in corpus.skipped] == [("old-copy.zip/x.exe", "program (.exe)")]


def test_archive_that_was_read_is_not_read_again_though_it_moves(write):
    folder = write({"b.txt": "The blue whale swims."})
    (folder / "old.zip").write_bytes(zipped({"one.txt": "The red fox sleeps.", "x.exe": "x"}))
    corpus = read_documents(folder)
    known = Known.of(corpus.files, [replace(d, title="Known") for d in corpus.documents], corpus.skipped)
    (folder / "sub").mkdir()
    (folder / "old.zip").rename(folder / "sub" / "old.zip")
    now = read_documents(folder, known=known)
    assert [(d.id, d.title) for d in now.documents] == [("b.txt", "Known"), ("sub/old.zip/one.txt", "Known")]
    assert [file.path for file in now.skipped] == ["sub/old.zip/x.exe"]


def test_sources_say_what_is_known_of_a_file_in_an_archive_and_name_it_missing_once(write):
    sources = '["old.zip"]\npublisher = "The Den"\n["old.zip/one.txt"]\ntitle = "Foxes"\n["old.zip/no.txt"]\n'
    folder = write({"b.txt": "The blue whale swims.", "sources.toml": sources})
    (folder / "old.zip").write_bytes(zipped({"one.txt": "The red fox sleeps.", "two.txt": "A frog croaks."}))
    corpus = read_documents(folder)
    assert {d.id: (d.title, d.publisher) for d in corpus.documents} == {
        "b.txt": ("b", None),
        "old.zip/one.txt": ("Foxes", "The Den"),
        "old.zip/two.txt": ("two", "The Den"),
    }
    for _ in range(3):
        corpus = read_documents(folder, known=known_of(corpus))
        assert [(file.path, file.kind) for file in corpus.skipped] == [("old.zip/no.txt", MISSING)]
    (folder / "sources.toml").write_text(sources.replace("Foxes", "Vixens"), encoding="utf-8")
    assert read_documents(folder, known=known_of(corpus)).documents[1].title == "Vixens"


# What a file is made of to break the run


def test_characters_that_cannot_be_stored_become_one_that_says_so(write, tmp_path):
    raw = rb'{"pump": "Ner\ud800eid", "note": "a\u0000b"}'
    folder = write({"a.json": raw, "b.html": b"<title>x&#xd800;</title><p>The red fox &#0; sleeps.</p>"})
    (document, page) = read_documents(folder).documents
    assert document.text == "pump: Ner\ufffdeid\n\nnote: a\ufffdb"
    assert "red fox" in page.text
    build(folder, tmp_path / "index")
    bot = rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder(), reader=False)
    assert [d.text for d in bot.documents] == [document.text, page.text]


def test_fault_of_a_reader_costs_that_file_and_is_logged(write, monkeypatch, caplog):
    monkeypatch.setitem(READERS, ".md", lambda raw: {}["rope"])
    monkeypatch.setitem(READERS, ".rst", lambda raw: Path("no file").stat())
    folder = write({"a.txt": "The red fox.", "b.md": "# Hens", "c.rst": "Cats"})
    (folder / "old.zip").write_bytes(zipped({"c.md": "# Frogs", "d.txt": "The blue whale."}))
    with caplog.at_level("DEBUG", logger="rag"):
        corpus = read_documents(folder)
    assert [document.id for document in corpus.documents] == ["a.txt", "old.zip/d.txt"]
    assert [(file.path, file.reason) for file in corpus.skipped] == [
        ("b.md", "this file could not be read: KeyError: 'rope'"),
        (
            "c.rst",
            "this file could not be read: FileNotFoundError: [Errno 2] No such file or directory: 'no file'",
        ),
        ("old.zip/c.md", "this file could not be read: KeyError: 'rope'"),
    ]
    assert "in <lambda>" in caplog.text
    monkeypatch.undo()
    mended = read_documents(folder, known=known_of(corpus))
    assert [document.id for document in mended.documents][1] == "b.md" and mended.skipped == ()


# Mails


def test_attachment_that_is_a_scan_is_told_and_read_again_when_that_is_possible(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    message = EmailMessage()
    message["Subject"] = "Papers"
    message.set_content("The red fox sleeps.")
    for name, pages in (("scan.pdf", [SCAN]), ("plan.pdf", ["The blue whale swims.", SCAN])):
        message.add_attachment(write_pdf(*pages), maintype="application", subtype="pdf", filename=name)
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="logo.png")
    folder = write({"a.eml": message.as_bytes()})
    corpus = read_documents(folder)
    assert [document.id for document in corpus.documents] == ["a.eml"]
    assert [(file.path, file.kind) for file in corpus.skipped] == [
        ("a.eml/plan.pdf", PICTURES),
        ("a.eml/scan.pdf", SCANNED),
    ]
    assert known_of(corpus).outcomes
    monkeypatch.setattr("rag.documents.corpus.is_installed", lambda: True)
    assert not known_of(corpus).outcomes
