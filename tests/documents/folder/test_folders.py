"""Several folders are one corpus: each file has one path, whatever the folders are called."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from rag.documents.folder.folders import Folders


@pytest.fixture
def folders(tmp_path):
    """Two folders with files of the same names, one of which says something of its own."""
    files = {
        "notes/a.txt": "The red fox sleeps.",
        "notes/draft.txt": "The red hen sleeps.",
        "notes/.ragignore": "draft.txt",
        "notes/sources.toml": 'questions = ["Who sleeps?"]\n["a.txt"]\ntitle = "Foxes"',
        "mails/a.txt": "The blue whale swims.",
        "mails/draft.txt": "The blue cup is full.",
        "mails/copy.txt": "The red fox sleeps.",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / "notes", tmp_path / "mails"]


def names(*paths, known=None):
    return [name for name, _ in Folders.of(list(paths), known).named]


def test_one_folder_alone_has_no_name(tmp_path):
    one = Folders.of(tmp_path)
    assert one == Folders.of([tmp_path]) == Folders.of(str(tmp_path)) == Folders((("", tmp_path),))
    assert one.split("a/b.txt") == (tmp_path, "a/b.txt") and str(one) == str(tmp_path)
    assert one.format(tmp_path / "index") == ".."


def test_each_of_several_has_a_name_of_its_own_and_keeps_it():
    assert names("a/x", "b/x", "c/X", "d/.git", "e/~$f") == ["x", "x-2", "X-3", "documents", "documents-2"]
    known = Folders.of(["a/x", "b/x"])
    assert names("b/x", "c/x", "a/x", known=known) == ["x-2", "x-3", "x"]
    assert names("a/x", "b/y", known=Folders.of("a/x")) == ["x", "y"]


def test_what_is_on_the_card_is_read_again(tmp_path):
    several = Folders.of([tmp_path / "a", tmp_path / "b"])
    corpus = several.format(tmp_path / "index")
    assert corpus == {"a": "../a", "b": "../b"}
    read = Folders.parse(corpus, tmp_path / "index")
    assert [(name, path.resolve()) for name, path in read.named] == list(several.named)
    texts = ("a\0b", "\ud800", {"a": "\0"}, {"e\u0301": "x"})
    for wrong in (*texts, {}, None, 1, {"a": 1}, {"../a": "x"}, {"": "x"}, {"a/b": "x"}, {".a": "x"}):
        with pytest.raises(ValueError, match="expected a folder, or several by their names"):
            Folders.parse(wrong, tmp_path)


def test_folder_that_is_given_twice_or_lies_in_another_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(rag.CorpusError, match=r"link/ is the same folder as \S+/: name it once"):
        rag.read_documents([tmp_path, tmp_path / "link"])
    for given in ([tmp_path, tmp_path / "link/a"], [tmp_path / "link/a", tmp_path]):
        with pytest.raises(rag.CorpusError, match=r"link/a/ lies in \S+/, .* name \S+/ alone"):
            rag.read_documents(given)


def test_folder_that_is_a_file_or_missing_is_named(folders):
    for wrong in (folders[0] / "a.txt", Path("nowhere")):
        with pytest.raises(rag.CorpusError, match=f"no folder {wrong}/: expected a folder"):
            rag.read_documents([folders[1], wrong])


def test_link_that_leads_in_a_circle_is_no_folder(folders, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(rag.CorpusError, match=r"no folder \S+loop/: expected a folder"):
        rag.read_documents([folders[0], tmp_path / "loop"])


def test_none_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="no folder is given"):
        rag.read_documents([])


def test_all_are_looked_for_before_one_is_read(folders, monkeypatch):
    monkeypatch.setattr("rag.documents.folder.folders.scan", lambda *_: pytest.fail("was read"))
    with pytest.raises(rag.CorpusError, match="no folder nowhere/"):
        Folders.of([folders[0], "nowhere"]).scan()


def test_name_is_composed_as_ids_are(folders, tmp_path):
    (tmp_path / "cafe\u0301").mkdir()
    (tmp_path / "cafe\u0301/a.txt").write_text("The red cup.", encoding="utf-8")
    (tmp_path / "cafe\u0301/sources.toml").write_text('["gone.txt"]\ntitle = "Gone"', encoding="utf-8")
    corpus = rag.read_documents([folders[0], tmp_path / "cafe\u0301"])
    assert [document.id for document in corpus.documents] == ["caf\u00e9/a.txt", "notes/a.txt"]
    assert [file.path for file in corpus.skipped] == ["caf\u00e9/gone.txt"]
    with pytest.raises(rag.CorpusError, match=r"lies in none .* begins with notes/ or caf"):
        corpus.folders.split("mails/a.txt")


def test_files_of_one_name_are_two_documents_and_the_same_file_is_one(folders):
    corpus = rag.read_documents(folders)
    assert [(d.id, d.title, d.aliases) for d in corpus.documents] == [
        ("mails/a.txt", "a", ()),
        ("mails/draft.txt", "draft", ()),
        ("notes/a.txt", "Foxes", ("mails/copy.txt",)),
    ]
    assert corpus.questions == ("Who sleeps?",) and not corpus.skipped
    assert corpus.folders.find_ignored(corpus.selection) == ("notes/draft.txt",)
    assert [file.path for file in corpus.files][-1] == "notes/sources.toml"
    assert rag.read_documents(folders[::-1]).sha256 == corpus.sha256


def test_sources_toml_speaks_of_its_own_folder_alone(folders):
    (folders[0] / "sources.toml").write_text('["mails/a.txt"]\ntitle = "Whales"', encoding="utf-8")
    assert "Whales" not in {document.title for document in rag.read_documents(folders).documents}


def test_what_is_known_of_a_folder_is_known_of_it_under_another_name(folders):
    alone, both = Folders.of(folders[0]), Folders.of(folders)
    known = {file.path: file for file in alone.scan()}
    adopted = both.adopt(known, alone)
    assert sorted(adopted) == ["notes/a.txt", "notes/sources.toml"]
    assert both.adopt(adopted, both) == adopted and alone.adopt(adopted, both) == known
