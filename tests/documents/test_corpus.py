"""Files are read whole and unaltered; what cannot be read is named and the rest goes on."""

from __future__ import annotations

import os
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import SEEDS, SMALL

import rag
from rag.documents.corpus import corpus_sha256, read_documents, read_plain_text
from rag.errors import EmptyCorpus


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name)
def test_seed_is_its_file_byte_for_byte(corpus, path):
    document = next(document for document in corpus.documents if document.id == path.name)
    assert document.text.encode() == path.read_bytes()


def test_seeds_are_five_documents_and_nothing_is_skipped(corpus):
    assert [document.id for document in corpus.documents] == sorted(p.name for p in SEEDS.glob("*.txt"))
    assert len(corpus.documents) == 5 and corpus.skipped == ()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_survives(text):
    assert read_plain_text(text.encode()).text == text


@pytest.mark.parametrize(
    "text", ["a\r\nb\r\n", "a\rb", "\ufeffa", "a\u2028b\x85c\x0c", "a\n\n\n", "٣ עברית 🙂"]
)
def test_line_ends_and_marks_are_kept_on_disk(write, text):
    assert read_documents(write({"a.txt": text})).documents[0].text == text


# What sources.toml says


def test_sources_of_the_seeds(corpus):
    mip, responds, unpacked, official, briefing = corpus.documents
    assert mip.title == "Managers suspicious of motives behind Hewitt review, MiP warns"
    assert mip.publisher == responds.publisher == "MiP, the union for health and care managers"
    assert (mip.published, responds.published) == (date(2022, 12, 19), date(2023, 4, 4))
    assert (unpacked.publisher, unpacked.published) == ("WA Communications", date(2023, 4, 5))
    assert (unpacked.kind, unpacked.date_note) == ("consultancy briefing", None)
    for undated in (official, briefing):
        assert undated.publisher is undated.published is undated.url is None
        assert undated.date_note.startswith("not dated; written ")


def test_sources_may_name_a_file_in_a_folder(write):
    source = '["more/a.txt"]\ntitle = "A"\nurl = "https://example.org/a"\n'
    folder = write({"more/a.txt": "Text.", "sources.toml": source})
    assert read_documents(folder).documents == (
        rag.Document("more/a.txt", "A", "Text.", url="https://example.org/a"),
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Copyright © 2022 MiP\n\n# A  heading \n\nText.", "A heading"),
        ("\ufeffFirst line\nText.", "First line"),
        ("A line " + "far too long for a title " * 5, "file"),
    ],
)
def test_without_sources_the_first_line_is_the_title(write, text, title):
    document = read_documents(write({"file.txt": text})).documents[0]
    assert (document.title, document.publisher, document.published) == (title, None, None)


def test_sources_have_the_last_word_on_what_a_web_page_says_of_itself(write):
    page = "<title>Its own</title><meta name=date content=2023-04-05><p>The fox sleeps."
    folder = write({"a.html": page, "sources.toml": '["a.html"]\ntitle = "Given"\nkind = "news"\n'})
    assert read_documents(folder).documents == (
        rag.Document("a.html", "Given", "The fox sleeps.", published=date(2023, 4, 5), kind="news"),
    )


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ("title = ", "not valid TOML"),
        (b'["a.txt"]\ntitle = "caf\xe9"', "not valid TOML"),
        ('title = "A"', "'title' is not a table"),
        ('["a.txt"]\nauthor = "A"', r"\[a\.txt\] has 'author'; expected one of title, publisher"),
        ('[a.txt]\ntitle = "A"', r"\[a\] has 'txt'"),
        ('questions = "Who?"', r"questions = 'Who\?'; expected a list of texts in quotes"),
        ('questions = ["Who?", 7]', r"questions = \['Who\?', 7\]; expected a list of texts"),
        ('questions = [" "]', "expected a list of texts"),
        ('["a.txt"]\ntitle = 7', r"title = 7; expected text in quotes"),
        ('["a.txt"]\npublished = "2023"', r"published = '2023'; expected a date such as 2023-04-05"),
        ('["a.txt"]\npublished = 2023-04-05T00:00:00', "expected a date"),
    ],
)
def test_wrong_sources_are_explained(write, sources, message):
    with pytest.raises(rag.CorpusError, match=message) as caught:
        read_documents(write({"a.txt": "Text.", "sources.toml": sources}))
    assert "sources.toml" in str(caught.value)


def test_questions_are_given_while_every_file_that_is_named_is_there(write):
    sources = 'questions = ["Who sleeps?", "Who sings?"]\n["a.txt"]\ntitle = "A"\n'
    folder = write({"a.txt": "Text.", "b.txt": "Text.", "sources.toml": sources})
    assert read_documents(folder).questions == ("Who sleeps?", "Who sings?")
    (folder / "b.txt").unlink()
    assert len(read_documents(folder).questions) == 2
    write({"b.txt": "Text."})
    (folder / "a.txt").unlink()
    assert read_documents(folder).questions == ()


def test_source_without_its_file_is_named(write):
    corpus = read_documents(write({"a.txt": "Text.", "sources.toml": '["b.txt"]\ntitle = "B"'}))
    assert corpus.skipped == (rag.Skipped("b.txt", "named in sources.toml but not in the folder"),)


# What cannot be read


def test_bad_files_are_named_and_the_rest_is_read(documents, bad_documents):
    corpus = read_documents(documents)
    assert [document.id for document in corpus.documents] == sorted(SMALL)
    assert {skipped.path: skipped.reason for skipped in corpus.skipped} == bad_documents


def test_linked_folder_is_named_and_not_followed(documents):
    (documents / "loop").symlink_to(documents)
    corpus = read_documents(documents)
    assert rag.Skipped("loop", "a folder that is closed, or a link to one") in corpus.skipped
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


def test_folder_must_be_there(tmp_path):
    with pytest.raises(rag.CorpusError, match=r"no folder .*missing/: expected a folder of documents"):
        read_documents(tmp_path / "missing")
    (tmp_path / "file.txt").write_text("Text.", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="no folder"):
        read_documents(tmp_path / "file.txt")


@pytest.mark.parametrize(
    ("files", "message"),
    [({"a.pdf": "x"}, r"files ending in \.txt, \.md, \.html, \.htm; a\.pdf: no"), ({}, r"ending in")],
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
