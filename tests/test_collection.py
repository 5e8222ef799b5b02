"""Documents come and go while others ask, and nothing is half done or lost."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime

import pytest
from colours import ColourEmbedder
from pages import write_pdf
from small import SEEDS, SMALL

import rag
from eval.formats.packing import zipped
from rag.collection import Collection
from rag.documents.folder.changes import Changes
from rag.documents.folder.folders import Folders
from rag.documents.folder.selection import Selection
from rag.documents.folder.uploads import LARGEST
from rag.errors import CorpusError, EmptyCorpus
from rag.events import Event
from rag.index.freshness import is_current
from rag.index.places import read_card
from web.page.documents import upload_html


def collection_of(folder, embedder=None, **options):
    """The collection over `folder`, indexed beside it, with the colours."""
    return Collection(folder.parent / "index", folder, embedder=embedder or ColourEmbedder(), **options)


@pytest.fixture
def collection(documents):
    return collection_of(documents)


def ids(collection):
    return [document.id for document in collection.documents]


def kinds(events):
    return [event.kind for event in events]


def files(folder):
    """Every file below the folder that is not of an index, hidden or not."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# Opening


def test_folder_is_indexed_unless_the_index_fits(documents):
    told = []
    first = collection_of(documents, progress=told.append)
    assert told and ids(first) == sorted(SMALL) and first.folder == documents
    told.clear()
    again = collection_of(documents, progress=told.append)
    assert told == [] and ids(again) == sorted(SMALL)
    (documents / "new.txt").write_text("The red cup.", encoding="utf-8")
    assert ids(collection_of(documents, progress=told.append)) == sorted([*SMALL, "new.txt"])
    assert "1 of 10 texts are new" in told[0]


def test_several_folders_are_one_collection(documents, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "red.pdf").write_bytes(write_pdf("The red sail."))
    opened = Collection(tmp_path / "index", [other, documents], embedder=ColourEmbedder())
    assert ids(opened) == [*(f"documents/{name}" for name in SMALL), "other/red.pdf"]
    assert opened.page_image("other/red.pdf", 1, (0, 3)).rectangles
    assert kinds(opened.add([("cup.txt", b"The red cup.")])) == ["added", "progress", "progress", "ready"]
    assert files(other) == ["cup.txt", "red.pdf"] and "called other" in upload_html(opened)
    (documents / "red.txt").unlink()
    again = Collection(tmp_path / "index", embedder=ColourEmbedder())
    assert again.folder.resolve() == other and "documents/red.txt" not in ids(again)
    other.rename(tmp_path / "elsewhere")
    assert ids(Collection(tmp_path / "index", embedder=ColourEmbedder())) == ids(again)  # from the index
    with pytest.raises(CorpusError, match=r"no folder \S*other/"):
        Collection(tmp_path / "index", [documents, other], embedder=ColourEmbedder())


def test_folder_that_another_program_joined_is_not_dropped(documents, tmp_path):
    (tmp_path / "other").mkdir()
    first, index = collection_of(documents), documents.parent / "index"
    Collection(index, [documents, tmp_path / "other"], embedder=ColourEmbedder())
    with pytest.raises(rag.RagError, match=r"is of \S+documents/ and \S+other/ now.*: start again"):
        list(first.add([("cup.txt", b"The red cup.")]))
    assert not (documents / "cup.txt").exists() and "documents/red.txt" in ids(
        Collection(index, embedder=ColourEmbedder())
    )


def test_card_whose_folders_lie_in_one_another_is_refused(documents, tmp_path):
    (tmp_path / "other").mkdir()
    index = tmp_path / "index"
    Collection(index, [documents, tmp_path / "other"], embedder=ColourEmbedder())
    (tmp_path / "other").rmdir()
    (tmp_path / "other").symlink_to(documents)
    with pytest.raises(CorpusError, match="is the same folder as"):
        Collection(index, embedder=ColourEmbedder())


def test_without_folder_the_index_must_be_there_and_is_renewed(small_index, documents):
    opened = Collection(small_index, embedder=ColourEmbedder())
    assert ids(opened) == sorted(SMALL) and opened.folder.resolve() == documents
    (documents / "red.txt").unlink()
    assert ids(Collection(small_index, embedder=ColourEmbedder())) == ["blue.txt", "green.txt"]
    for name in ("blue.txt", "green.txt"):
        (documents / name).unlink()
    assert Collection(small_index, embedder=ColourEmbedder()).documents == ()
    with pytest.raises(rag.IndexMissing, match="no index in"):
        Collection(documents, embedder=ColourEmbedder())


def test_without_folder_the_model_must_be_the_one_of_the_index(small_index, embedder):
    with pytest.raises(rag.IndexStale, match="not all-MiniLM-L6-v2"):
        Collection(small_index, embedder=embedder)


def test_texts_of_the_index_serve_if_the_folder_is_gone(small_index, documents):
    documents.rename(documents.parent / "gone")
    opened = Collection(small_index, embedder=ColourEmbedder())
    assert ids(opened) == sorted(SMALL)
    with pytest.raises(rag.CorpusError, match="cannot write"):
        list(opened.add([("new.txt", b"The red cup.")]))
    assert ids(opened) == sorted(SMALL)


def test_folder_must_be_there(tmp_path):
    with pytest.raises(rag.CorpusError, match=r"no folder \S+none/: expected"):
        collection_of(tmp_path / "none")


def test_wrong_sources_are_an_error_and_not_an_empty_collection(documents):
    (documents / "sources.toml").write_text("title =", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="not valid TOML") as caught:
        collection_of(documents)
    assert not isinstance(caught.value, EmptyCorpus)


@pytest.mark.parametrize("there", [{}, {"photo.png": b"\x89PNG"}, {"dots.txt": "…"}])
def test_folder_without_documents_is_an_empty_collection(tmp_path, write, there):
    (tmp_path / "documents").mkdir()
    write(there)
    empty = collection_of(tmp_path / "documents")
    assert (empty.documents, empty.indexing_times) == ((), {})
    assert [skip.path for skip in empty.skipped] == [name for name in there if name == "photo.png"]
    with pytest.raises(EmptyCorpus, match=r"no document in \S+documents/: add files ending in \.txt, \.md"):
        empty.chatbot  # noqa: B018
    assert kinds(empty.add([("red.txt", b"The red fox sleeps.")]))[-1] == "ready"
    assert empty.chatbot.ask("Where is the red fox?").passages[0].text == "The red fox sleeps."


# Adding


def test_added_file_is_found_and_on_disk(collection, documents):
    before = collection.chatbot
    events = list(
        collection.add([("cup.txt", b"The red cup is full.\r\n"), ("pot.html", b"<p>The blue pot.")])
    )
    assert events[:2] == [Event("added", "cup.txt", "added"), Event("added", "pot.html", "added")]
    assert kinds(events[2:]) == ["progress", "progress", "ready"]
    assert events[2].detail.endswith("2 of 11 texts are new") and events[-1].detail == "5 documents"
    assert (documents / "cup.txt").read_bytes() == b"The red cup is full.\r\n"
    assert ids(collection) == ["blue.txt", "cup.txt", "green.txt", "pot.html", "red.txt"]
    assert collection.chatbot is not before and len(before.documents) == 3
    assert files(documents) == ids(collection)
    assert ids(collection_of(documents)) == ids(collection)


def test_nothing_is_done_before_it_is_asked_for(collection, documents):
    collection.add([("cup.txt", b"The red cup.")])
    assert not (documents / "cup.txt").exists()


def test_what_was_begun_is_done_though_nobody_listens(collection):
    events = collection.add([("cup.txt", b"The red cup.")])
    next(events)
    events.close()
    list(collection.add([]))  # waits for its turn
    assert "cup.txt" in ids(collection)


def test_times_of_documents_are_kept(collection):
    before = collection.indexing_times
    list(collection.add([("cup.txt", b"The red cup.")]))
    after = collection.indexing_times
    assert {name: after[name] for name in before} == before
    assert before["red.txt"] <= after["cup.txt"] <= datetime.now(UTC)


def test_what_others_changed_is_noticed_at_the_next_change(collection, documents, bad_documents):
    (documents / "red.txt").write_text("The red fox wakes.", encoding="utf-8")
    assert collection.chatbot.documents[2].text == SMALL["red.txt"]
    list(collection.add([("cup.txt", b"The red cup.")]))
    assert collection.chatbot.documents[3].text == "The red fox wakes."
    assert {skip.path for skip in collection.skipped} == set(bad_documents)


REFUSED = {
    "": "its name is empty",
    " cup.txt": "begins or ends with a blank",
    "cup.txt ": "begins or ends with a blank",
    ".cup.txt": "begins with a dot",
    ".removed": "begins with a dot",
    "..": "begins with a dot",
    "../cup.txt": "holds a path",
    "/etc/cup.txt": "holds a path",
    "more/cup.txt": "holds a path",
    "..\\cup.txt": "holds a path",
    "C:cup.txt": "holds a path",
    "c:\\cup.txt": "holds a path",
    "cup\0.txt": "a character that does not show",
    "cup\n.txt": "a character that does not show",
    "cup\x7f.txt": "a character that does not show",
    "cup\u202etxt.exe.txt": "a character that does not show",
    "cup\ud800.txt": "a character that does not show",
    "c" * 252 + ".txt": "has 256 bytes, at most 255 fit",
    "ü" * 126 + ".txt": "has 256 bytes",
    "sources.toml": "sources.toml says what is known",
    "Sources.TOML": "sources.toml says what is known",
    "cup.png": "a picture (.png); such files are not read",
    "cup.xyz": "a file (.xyz); such files are not read",
    "Thumbs.db": "that of a file of a system",
    "~$cup.txt": "that of a file of a system",
    "CURRENT": "that of a file of a system",
}


def test_names_that_cannot_be_are_refused(collection, documents):
    before = files(documents.parent)
    *refused, ready = collection.add([(name, b"The red cup.") for name in REFUSED])
    assert kinds(refused) == ["refused"] * len(REFUSED) and ready.kind == "ready"
    for event, (name, reason) in zip(refused, REFUSED.items(), strict=True):
        assert reason in event.detail and "\n" not in event.detail, ascii(name)
        event.name.encode()
    assert files(documents.parent) == before and ids(collection) == sorted(SMALL)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        ("…\n---\n".encode(), "no word in it"),
        (b"<!-- x -->", "empty"),
        (b"\1ELF\0", "binary"),
        (b"\xff\xfea", "not UTF-16-LE"),
        (b"%PDF-1.4", "damaged, or not what its name says"),
        (b"\x89PNG\r\n", "a picture"),
        (b"x" * (LARGEST + 1), "more than 20 MB"),
    ],
)
def test_content_that_cannot_be_read_is_refused(collection, documents, raw, reason):
    name = "cup.html" if raw.startswith(b"<") else "cup.txt"
    refused, _ = collection.add([(name, raw)])
    assert refused.kind == "refused" and reason in refused.detail
    assert files(documents) == sorted(SMALL)


def test_other_files_are_added_though_one_is_refused(collection):
    events = list(collection.add([("a.png", b"\x89PNG"), ("cup.txt", b"The red cup."), (".b", b"x")]))
    assert kinds(events)[:3] == ["refused", "added", "refused"] and "cup.txt" in ids(collection)


def test_file_is_never_replaced(collection, documents):
    (documents / "link.txt").symlink_to("/etc/hostname")
    (documents / "folder.txt").mkdir()
    (documents / "dangling.txt").symlink_to(documents.parent / "outside.txt")
    names = ("red.txt", "link.txt", "folder.txt", "dangling.txt")
    events = list(collection.add([(name, b"The red cup.") for name in names]))
    assert [(event.kind, event.detail) for event in events[:4]] == [
        ("refused", "another file of that name is there")
    ] * 4
    assert (documents / "red.txt").read_text("utf-8") == SMALL["red.txt"]
    assert not (documents.parent / "outside.txt").exists()


def test_same_file_again_is_already_there(collection):
    raw = SMALL["red.txt"].encode()
    events = list(collection.add([("red.txt", raw), ("cup.txt", b"The cup."), ("cup.txt", b"The cup.")]))
    assert [event.detail for event in events[:3]] == ["already there", "added", "already there"]


def test_names_are_nfc(collection, documents):
    added, *_ = collection.add([("cafe\u0301.txt", b"The red cup.")])
    assert added.name == "caf\u00e9.txt" and (documents / "caf\u00e9.txt").exists()
    again, *_ = collection.add([("caf\u00e9.txt", b"The red cup.")])
    assert again.detail == "already there"


class Failing(ColourEmbedder):
    """Fails on every text that names a dragon."""

    def embed_documents(self, texts):
        if any("dragon" in text for text in texts):
            raise self.problem
        return super().embed_documents(texts)


@pytest.mark.parametrize("problem", [rag.RagError("no room"), MemoryError(), KeyboardInterrupt()])
def test_files_are_taken_back_if_the_index_fails(documents, problem):
    failing = Failing()
    failing.problem = problem
    collection = collection_of(documents, failing)
    before = collection.chatbot
    events = collection.add([("cup.txt", b"The red cup."), ("egg.txt", b"The dragon egg.")])
    assert kinds(itertools.islice(events, 3)) == ["added", "added", "progress"]
    with pytest.raises(type(problem)):
        next(events)
    assert collection.chatbot is before and files(documents) == sorted(SMALL)
    assert kinds(collection.add([("cup.txt", b"The red cup.")]))[-1] == "ready"


def test_sources_that_broke_meanwhile_take_the_files_back(collection, documents):
    (documents / "sources.toml").write_text("oops", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="not valid TOML"):
        list(collection.add([("cup.txt", b"The red cup.")]))
    assert files(documents) == sorted([*SMALL, "sources.toml"]) and ids(collection) == sorted(SMALL)


def test_crash_between_writing_and_indexing_loses_nothing(collection, documents):
    """As if the machine stopped: the file is there, its temporary half too, the index is the old one."""
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    (documents / ".adding-0").write_text("The blue ha", encoding="utf-8")
    assert ids(collection) == sorted(SMALL)
    assert ids(collection_of(documents)) == sorted([*SMALL, "cup.txt"])


# Removing


def test_removed_file_is_kept_hidden(collection, documents):
    there = collection.remove("red.txt")
    assert there == documents / ".removed/red.txt" and there.read_text("utf-8") == SMALL["red.txt"]
    assert ids(collection) == ["blue.txt", "green.txt"] == sorted(collection.indexing_times)
    assert not (documents / "red.txt").exists()
    assert is_current(documents.parent / "index", Folders.of(documents), embedder="colours", weights="c" * 64)


def test_removing_never_replaces_what_was_removed_before(collection, documents):
    for number in ("one", "two", "three"):
        list(collection.add([("cup.txt", f"The red cup {number}.".encode())]))
        collection.remove("cup.txt")
    kept = {path.name: path.read_text("utf-8") for path in (documents / ".removed").iterdir()}
    assert kept == {
        "cup.txt": "The red cup one.",
        "cup-2.txt": "The red cup two.",
        "cup-3.txt": "The red cup three.",
    }


def test_where_it_went_is_told(documents):
    told = []
    collection_of(documents, progress=told.append).remove("red.txt")
    assert told[-1] == f"moved red.txt to {documents}/.removed/red.txt"


def test_document_in_a_folder_is_removed(write):
    folder = write({**SMALL, "more/cup.txt": "The red cup."})
    there = collection_of(folder).remove("more/cup.txt")
    assert there == folder / ".removed/cup.txt" and there.exists()


@pytest.mark.parametrize("name", ["none.txt", "", "../index/CURRENT", "/etc/passwd", "\0", "sources.toml"])
def test_only_a_document_can_be_removed(collection, documents, name):
    (documents / "sources.toml").touch()
    before = files(documents.parent)
    with pytest.raises(rag.RagError, match="no document"):
        collection.remove(name)
    assert files(documents.parent) == before


def test_removing_the_last_leaves_an_empty_collection(collection, documents):
    for name in SMALL:
        collection.remove(name)
    assert collection.documents == ()
    with pytest.raises(EmptyCorpus, match="add files"):
        collection.chatbot  # noqa: B018
    assert collection_of(documents).documents == ()
    list(collection.add([("red.txt", SMALL["red.txt"].encode())]))
    assert ids(collection) == ["red.txt"]


def test_file_that_had_gone_already_is_no_longer_asked(collection, documents):
    (documents / "red.txt").unlink()
    with pytest.raises(rag.RagError, match="had gone; the index was renewed without it"):
        collection.remove("red.txt")
    assert ids(collection) == ["blue.txt", "green.txt"]


def test_document_stays_if_the_index_cannot_be_renewed(collection, documents):
    (documents / "sources.toml").write_text("oops", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="not valid TOML"):
        collection.remove("red.txt")
    assert (documents / "red.txt").exists() and ids(collection) == sorted(SMALL)


def test_removed_folder_that_is_a_link_is_not_followed(collection, documents, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (documents / ".removed").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(rag.RagError, match=r"\.removed is a link"):
        collection.remove("red.txt")
    assert (documents / "red.txt").exists() and not list((tmp_path / "elsewhere").iterdir())


def test_document_is_removed_with_all_its_files_or_by_one_name(collection, documents):
    for name in ("copy.txt", "other.txt"):
        (documents / name).write_text(SMALL["red.txt"], encoding="utf-8")
    list(collection.sync())
    assert {d.id: d.aliases for d in collection.documents}["copy.txt"] == ("other.txt", "red.txt")
    collection.remove("red.txt")
    assert {d.id: d.aliases for d in collection.documents}["copy.txt"] == ("other.txt",)
    assert collection.remove("copy.txt") == documents / ".removed/copy.txt"
    assert ids(collection) == ["blue.txt", "green.txt"]
    assert files(documents / ".removed") == ["copy.txt", "other.txt", "red.txt"]


# In step with the folder


def test_what_changed_in_the_folder_is_told_and_taken_in(collection, documents):
    assert not collection.changes()
    (documents / "green.txt").write_text("The green frog jumps.", encoding="utf-8")
    (documents / "blue.txt").unlink()
    (documents / "red.txt").rename(documents / "fox.txt")
    (documents / "cup.txt").write_text("The red cup.", encoding="utf-8")
    (documents / "photo.png").write_bytes(b"\x89PNG")
    assert collection.changes() == Changes(
        new=("cup.txt", "photo.png"),
        changed=("green.txt",),
        moved=(("red.txt", "fox.txt"),),
        gone=("blue.txt",),
    )
    assert ids(collection) == sorted(SMALL)
    events = [(e.kind, e.name, e.detail) for e in collection.sync() if e.kind != "progress"]
    assert events == [
        ("added", "cup.txt", "added"),
        ("refused", "photo.png", "a picture (.png); such files are not read, save it as .txt, .md or .html"),
        ("changed", "green.txt", "changed"),
        ("moved", "fox.txt", "moved from red.txt"),
        ("removed", "blue.txt", "removed"),
        ("ready", "", "3 documents"),
    ]
    assert ids(collection) == ["cup.txt", "fox.txt", "green.txt"] and not collection.changes()
    before = collection.chatbot
    assert kinds(collection.sync()) == ["ready"] and collection.chatbot is before


def test_folder_that_was_emptied_and_filled_again_is_followed(collection, documents):
    for name in SMALL:
        (documents / name).rename(documents.parent / name)
    assert kinds(collection.sync())[-1] == "ready" and collection.documents == () and not collection.changes()
    for name in SMALL:
        (documents.parent / name).rename(documents / name)
    assert collection.changes().new == tuple(SMALL) and kinds(collection.sync())[-1] == "ready"
    assert ids(collection) == sorted(SMALL)


def test_index_stays_if_the_folder_goes_or_breaks(collection, documents):
    before = collection.chatbot
    (documents / "sources.toml").write_text("oops", encoding="utf-8")
    with pytest.raises(rag.CorpusError, match="not valid TOML"):
        list(collection.sync())
    (documents / "sources.toml").unlink()
    documents.rename(documents.parent / "elsewhere")
    for look in (collection.changes, lambda: list(collection.sync())):
        with pytest.raises(rag.CorpusError, match=r"no folder \S+documents/"):
            look()
    (documents.parent / "elsewhere").rename(documents)
    assert collection.chatbot is before and not collection.changes()


def test_patterns_of_the_index_are_those_of_the_collection(documents, tmp_path):
    corpus = rag.read_documents(documents, selection=Selection(exclude=("red*",)))
    rag.build_index(corpus, tmp_path / "index", ColourEmbedder())
    collection = collection_of(documents)
    (documents / "red2.txt").write_text("The red hen.", encoding="utf-8")
    (documents / "cup.txt").write_text("The blue cup.", encoding="utf-8")
    assert collection.changes().new == ("cup.txt",)
    list(collection.sync())
    assert ids(collection) == ids(collection_of(documents)) == ["blue.txt", "cup.txt", "green.txt"]


def test_files_that_the_patterns_leave_out_are_not_added_nor_noticed(collection, documents):
    (documents / ".ragignore").write_text("*.tmp\ndraft*\n", encoding="utf-8")
    (documents / "draft.txt").write_text("The red draft.", encoding="utf-8")
    assert not collection.changes()
    refused, *_ = collection.add([("draft2.txt", b"The blue draft.")])
    assert (refused.kind, refused.detail) == (
        "refused",
        "the patterns of .ragignore or of `rag index` leave it out",
    )
    assert not (documents / "draft2.txt").exists()


# While others ask


def test_those_who_ask_are_answered_by_one_chatbot_while_documents_come_and_go(write):
    folder = write(SMALL)
    collection = collection_of(folder)
    problems, done, asked = [], threading.Event(), []

    def ask():
        while not done.is_set():
            chatbot = collection.chatbot
            try:
                answer = chatbot.ask("How many eggs does the red hen lay?")
                for citation in answer.citations:
                    assert citation.document in chatbot.documents
                    assert citation.document.text[citation.start : citation.end] == citation.quote
                asked.append(answer)
            except BaseException as problem:
                problems.append(problem)
                return

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for count in range(8):
        assert kinds(collection.add([("hen.txt", f"The red hen lays {count} eggs.".encode())]))[-1] == "ready"
        quotes = {c.quote for c in collection.chatbot.ask("How many eggs does the red hen lay?").citations}
        assert f"The red hen lays {count} eggs." in quotes
        collection.remove("hen.txt")
    done.set()
    for asker in askers:
        asker.join()
    assert problems == [] and asked


def test_question_is_finished_by_the_chatbot_it_began_with(collection):
    growing = collection.chatbot.stream("Where is the red fox?")
    begun = next(growing)
    collection.remove("red.txt")
    *_, last = begun, *growing
    assert all(c.document.id in SMALL for c in last.citations) and "red.txt" not in ids(collection)


def test_changes_wait_for_each_other(collection):
    def change(name):
        assert kinds(collection.add([(name, f"The red {name} is here.".encode())]))[-1] == "ready"

    threads = [threading.Thread(target=change, args=(f"cup{n}.txt",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids(collection) == sorted([*SMALL, *(f"cup{n}.txt" for n in range(6))])


# With the real model and documents


def test_seeds_are_answered_the_same_after_a_document_came_and_went(tmp_path, embedder, chatbot):
    folder = tmp_path / "documents"
    folder.mkdir()
    for path in SEEDS.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    collection = Collection(tmp_path / "index", folder, embedder=embedder)
    list(collection.add([("barn.html", b"<p>The old barn at Hollow Bridge was painted green in 1931.</p>")]))
    answer = collection.chatbot.ask("When was the barn at Hollow Bridge painted?")
    assert answer.citations[0].quote == "The old barn at Hollow Bridge was painted green in 1931."
    collection.remove("barn.html")
    for question in (
        "Who ordered the review?",
        "How many national priorities does Hewitt recommend?",
        "When was the barn at Hollow Bridge painted?",
    ):
        now, before = collection.chatbot.ask(question), chatbot.ask(question)
        assert (now.text, now.citations, now.refused) == (before.text, before.citations, before.refused)
    assert read_card(tmp_path / "index").documents == 5


# Archives


def test_archive_is_removed_as_one_and_what_lies_in_it_is_not(documents):
    (documents / "old.zip").write_bytes(
        zipped({"pink.txt": "The pink hen clucks.", "grey.txt": "The grey owl."})
    )
    collection = collection_of(documents)
    assert {"old.zip/grey.txt", "old.zip/pink.txt"} < set(ids(collection))
    with pytest.raises(rag.RagError, match=r"lies in the archive old\.zip: remove that, or pack it anew"):
        collection.remove("old.zip/pink.txt")
    assert collection.remove("old.zip").name == "old.zip"
    assert ids(collection) == sorted(SMALL)
