"""Conversations that were altered on the disk are found out, and a copy is of one moment."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from rag.conversations.archive import Archive
from rag.conversations.copies import copy_archive, replacing_archive, verify_archive
from rag.conversations.database import READING
from rag.conversations.records import Exchange
from rag.datatypes import Answer, Citation, Document, Statement
from rag.errors import ArchiveError

FOX = Document("fox.txt", "Foxes", "The red fox sleeps.")
CITATION = Citation(1, FOX, 0, 19, "The red fox sleeps.")
ANSWER = Answer("Who sleeps?", (Statement("The red fox sleeps.", (CITATION,), 1.0),), (), refused=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "conversations.sqlite3"


@pytest.fixture
def id(path):
    """The id of a conversation with an exchange that was rated and a title, in the file `path`."""
    with closing(Archive(path)) as archive:
        id = archive.begin("me")
        archive.save("me", id, 1, Exchange("Who sleeps?", ANSWER))
        archive.rate("me", id, 1, "down", "It wakes.")
        archive.rename("me", id, "Foxes")
    return id


def alter(path, *statements):
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_whole_file_has_no_fault(path, id):
    assert verify_archive(path) == []


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE exchanges SET question = CAST('Who wakes?' AS BLOB)", "exchanges"),
        ("UPDATE exchanges SET comment = CAST('It sleeps.' AS BLOB)", "exchanges"),
        ("UPDATE exchanges SET thumb = CAST('up' AS BLOB)", "exchanges"),
        ("UPDATE exchanges SET content = CAST(replace(content, '1.0', '0.5') AS BLOB)", "exchanges"),
        ("UPDATE documents SET content = CAST(replace(content, 'Foxes', 'Hens') AS BLOB)", "documents"),
        ("UPDATE conversations SET title = CAST('Hens' AS BLOB)", "conversations"),
        ("UPDATE conversations SET owner = X'00'", "conversations"),
        ("UPDATE documents SET content = 7", "documents"),
        ("UPDATE exchanges SET content = 'text'", "exchanges"),
        ("DELETE FROM documents", "conversations.sqlite3"),
        ("PRAGMA application_id = 7", "conversations.sqlite3"),
        ("PRAGMA user_version = 99", "conversations.sqlite3"),
    ],
)
def test_what_was_altered_is_found(path, id, statement, part):
    alter(path, statement)
    assert part in {fault.part for fault in verify_archive(path)}
    if part in ("exchanges", "documents"):
        with closing(Archive(path)) as archive, pytest.raises(ArchiveError, match="a record is damaged"):
            archive.conversation("me", id)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE exchanges SET question = CAST('Who wakes?' AS BLOB)", "exchanges"),
        ("UPDATE conversations SET title = CAST('Hens' AS BLOB)", "conversations"),
    ],
)
def test_what_was_altered_is_not_sealed_again(path, id, statement, part):
    alter(path, statement)
    changes = {
        "exchanges": [lambda archive: archive.rate("me", id, 1, "up", "")],
        "conversations": [
            lambda archive: archive.rename("me", id, "Hens and foxes"),
            lambda archive: archive.save("me", id, 2, Exchange("Who wakes?", ANSWER)),
        ],
    }
    before = verify_archive(path)
    with closing(Archive(path)) as archive:
        for change in changes[part]:
            with pytest.raises(ArchiveError, match="a record is damaged"):
                change(archive)
        archive.truncate("me", id, 1)  # what is damaged can be asked anew, or forgotten
    assert before and (part == "exchanges") == (verify_archive(path) == [])


def test_file_that_cannot_be_read_is_a_fault(path, tmp_path):
    path.write_bytes(b"no database" * 100)
    assert [fault.what for fault in verify_archive(path)] == ["file is not a database"]


def test_file_that_is_held_or_missing_is_not_called_damaged(path, id, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.conversations.copies.PATIENCE", 0.01)
    with pytest.raises(ArchiveError, match=r"none \(unable to open"):
        verify_archive(tmp_path / "none")
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveError, match=rf"{path.name} \(database is locked\).*end what holds it"):
            verify_archive(path)
    assert verify_archive(path) == []


def test_damaged_names_of_tables_are_a_fault(path, id):
    """SQLite quotes them in its message, which is no UTF-8 then."""
    content = path.read_bytes()
    assert b"indexix_uses" in content
    path.write_bytes(content.replace(b"indexix_uses", b"index\xff\xfe_uses"))
    assert [fault.what for fault in verify_archive(path)] == ["its tables are damaged"]


def test_rows_of_earlier_forms_are_read(path, id):
    alter(path, "UPDATE exchanges SET sha256 = NULL", "UPDATE conversations SET sha256 = NULL")
    assert verify_archive(path) == []
    with closing(Archive(path)) as archive:
        assert archive.conversation("me", id).exchanges[0].comment == "It wakes."


def test_copy_is_of_one_moment_and_replaces_all(path, id, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    with closing(Archive(copy)) as archive:
        other = archive.begin("me")
    with closing(Archive(path)) as archive:
        copy_archive(path, copy)
        archive.delete_all("me")
    with closing(Archive(copy)) as archive:
        assert archive.conversation("me", id).exchanges[0].answer == ANSWER
        assert archive.conversation("me", other) is None
    path.write_bytes(b"no database" * 100)
    with pytest.raises(ArchiveError, match="file is not a database"):
        copy_archive(path, copy)
    assert verify_archive(copy) == []


def test_nothing_that_is_saved_while_it_is_replaced_is_lost(path, id, tmp_path):
    """Whatever was saved is in what is kept aside, or came after the change: SQLite's locks part the two."""
    source = tmp_path / "source.sqlite3"
    copy_archive(path, source)
    over, saved = threading.Event(), []

    def save():
        with closing(Archive(path)) as archive:
            while not over.is_set():
                saved.append(archive.begin("me"))

    writer = threading.Thread(target=save)
    writer.start()
    while not saved:
        time.sleep(0.001)
    with replacing_archive(source, path, lambda line: None):
        pass
    over.set()
    writer.join()
    assert set(saved) <= ids(path) | ids(path.with_name(f"{path.name}.before-restore"))


def test_what_is_saved_before_a_change_is_undone_is_kept(path, id, tmp_path):
    source, aside = tmp_path / "source.sqlite3", path.with_name(f"{path.name}.before-restore1")
    copy_archive(path, source)
    told = []
    later = []

    def fail(saves):
        with replacing_archive(source, path, told.append):
            if saves:
                with closing(Archive(path)) as archive:
                    later.append(archive.begin("me"))
            raise OSError("full")

    for saves in (False, True):
        with pytest.raises(OSError, match="full"):
            fail(saves)
        assert ids(path) == {id} and aside.exists() == bool(told) == saves
    assert ids(aside) == {id, *later} and str(aside) in told[0]


def test_copy_to_a_file_that_somebody_writes_ends(path, id, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.conversations.copies.PATIENCE", 0.01)
    monkeypatch.setattr("rag.conversations.database.PATIENCE", 0.01)
    copy_archive(path, tmp_path / "source.sqlite3")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match=r"database is locked.*those that were there stay"):
            copy_archive(tmp_path / "source.sqlite3", path)
    assert verify_archive(path) == []


def ids(path):
    with closing(sqlite3.connect(path)) as file:
        return {row[0] for row in file.execute("SELECT CAST(id AS TEXT) FROM conversations")}


def test_what_is_saved_is_flushed_to_the_disk(path):
    """SQLite's 2 is FULL: its log is flushed before a change counts."""
    with closing(Archive(path)) as archive, archive._file.open(READING) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
