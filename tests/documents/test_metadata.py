"""sources.toml has the last word on a document, then the file itself, then its first line."""

from __future__ import annotations

from datetime import date

import pytest

import rag
from rag.documents.corpus import read_documents
from rag.documents.skipped import MISSING


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
    (document,) = read_documents(folder).documents
    assert (document.id, document.title, document.text) == ("more/a.txt", "A", "Text.")
    assert document.url == "https://example.org/a"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("* \n\nA  heading \n=====\n\nText.", "A heading"),
        ("\ufeffFirst line\nText.", "First line"),
        ("A line " + "far too long for a title " * 5, "file"),
        ("The gate is locked at nine.\n\nThe key is at the lodge.", "file"),
    ],
)
def test_without_sources_the_first_line_is_the_title(write, text, title):
    document = read_documents(write({"file.txt": text})).documents[0]
    assert (document.title, document.publisher, document.published) == (title, None, None)


def test_sources_have_the_last_word_on_what_a_web_page_says_of_itself(write):
    page = "<title>Its own</title><meta name=date content=2023-04-05><p>The fox sleeps."
    folder = write({"a.html": page, "sources.toml": '["a.html"]\ntitle = "Given"\nkind = "news"\n'})
    (document,) = read_documents(folder).documents
    assert (document.id, document.title, document.text) == ("a.html", "Given", "The fox sleeps.")
    assert (document.published, document.kind) == (date(2023, 4, 5), "news")


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
    assert corpus.skipped == (rag.Skipped("b.txt", "named in sources.toml but not in the folder", MISSING),)
