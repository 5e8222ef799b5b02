"""A backup holds what was there, and a bad one changes nothing."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from colours import ColourEmbedder
from small import SMALL, build, current

import rag
from rag.backup.backups import write_backup
from rag.backup.restoration import restore_backup
from rag.conversations.archive import NAME, Archive
from rag.conversations.records import Exchange
from rag.datatypes import Answer
from rag.errors import BackupError
from rag.index.card import FORMAT
from rag.index.places import open_index
from rag.index.verification import verify_index

EXCHANGE = Exchange("Who sleeps?", Answer("Who sleeps?", (), (), refused=True))


def texts(index):
    return {document.id: document.text for document in open_index(index).documents}


def tree(folder):
    """Every file below a folder with its bytes, but for the lock's."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def ask(index, id):
    with closing(Archive(index / NAME)) as archive:
        conversation = archive.conversation("me", id)
    return conversation and conversation.exchanges


@pytest.fixture
def talk(small_index):
    """The id of a conversation that is kept beside the index."""
    with closing(Archive(small_index / NAME)) as archive:
        id = archive.begin("me")
        archive.save("me", id, 1, EXCHANGE)
    return id


@pytest.fixture
def backup(small_index, documents, talk, tmp_path):
    """A backup of the index with its documents, one of them in a folder, and a conversation."""
    (documents / "more").mkdir()
    (documents / "red.txt").rename(documents / "more/red.txt")
    (documents / ".ragignore").write_text("*.log\n")
    (documents / "C:\\red:fox.txt").write_text("The red fox wakes.")  # on Windows a path, here a name
    (documents / "dangling.txt").symlink_to("nowhere")
    build(documents, small_index)
    write_backup(small_index, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def test_backup_is_restored_where_nothing_is(backup, talk, tmp_path):
    index = tmp_path / "there/index"
    assert restore_backup(backup, index) == tmp_path / "there/documents"
    assert verify_index(index)[1] == [] and ask(index, talk) == (EXCHANGE,)
    bot = rag.open_chatbot(index, embedder=ColourEmbedder(), reader=False)  # is not stale
    assert {d.id: d.text for d in bot.documents} == {
        "blue.txt": SMALL["blue.txt"],
        "green.txt": SMALL["green.txt"],
        "more/red.txt": SMALL["red.txt"],
        "C:\\red:fox.txt": "The red fox wakes.",
    }
    assert (tmp_path / "there/documents/.ragignore").read_text() == "*.log\n"
    assert (index / NAME).stat().st_mode & 0o777 == backup.stat().st_mode & 0o777 == 0o600


def test_several_folders_come_back_in_one(small_index, documents, tmp_path):
    mails, empty = tmp_path / "mails", tmp_path / "empty"
    mails.mkdir()
    empty.mkdir()
    (mails / "red.txt").write_text("The red hen flies.")
    (mails / ".ragignore").write_text("*.log")
    build([documents, mails, empty], small_index)
    write_backup(small_index, tmp_path / "backup.zip")
    index, before = tmp_path / "there/index", texts(small_index)
    folder = restore_backup(tmp_path / "backup.zip", index)
    assert folder == tmp_path / "there/documents" and texts(index) == before and "mails/red.txt" in before
    assert (folder / "mails/.ragignore").read_text() == "*.log"
    opened = rag.Collection(index, embedder=ColourEmbedder())
    assert not opened.changes() and opened.folders.paths[1].resolve() == folder / "mails"
    told = []
    assert restore_backup(tmp_path / "backup.zip", index, tell=told.append) == folder and not told
    (folder / "diary.txt").write_text("Mine.")  # would be moved aside with them
    with pytest.raises(BackupError, match=r"there/documents/ is there, and no index .* say where they go"):
        restore_backup(tmp_path / "backup.zip", index)
    assert restore_backup(tmp_path / "backup.zip", index, folder, told.append) == folder and not told


def test_several_folders_do_not_replace_the_one_of_an_index(small_index, documents, tmp_path):
    (tmp_path / "mails").mkdir()
    one = tmp_path / "one/index"
    (tmp_path / "one/papers").mkdir(parents=True)
    (tmp_path / "one/papers/red.txt").write_text("The red hen flies.")
    build(tmp_path / "one/papers", one)
    build([documents, tmp_path / "mails"], small_index)
    write_backup(small_index, tmp_path / "backup.zip")
    assert restore_backup(tmp_path / "backup.zip", one) == tmp_path / "one/documents"
    assert (tmp_path / "one/papers/red.txt").exists()
    (tmp_path / "mails").rmdir()
    with pytest.raises(BackupError, match=r"no folder \S*mails/, .* leave it out with `rag index"):
        write_backup(small_index, tmp_path / "other.zip")
    assert not (tmp_path / "other.zip").exists()


def test_what_is_there_is_moved_aside(backup, small_index, documents, talk):
    before = texts(small_index)
    (documents / "blue.txt").write_text("The blue cup.", encoding="utf-8")
    build(documents, small_index)
    with closing(Archive(small_index / NAME)) as archive:  # a chat that is open meanwhile
        archive.delete_all("me")
        told = []
        assert restore_backup(backup, small_index, tell=told.append).resolve() == documents
        assert archive.conversation("me", talk).exchanges == (EXCHANGE,)
    assert texts(small_index) == before and (documents / "blue.txt").read_text() == SMALL["blue.txt"]
    aside = documents.with_name("documents.before-restore")
    assert (aside / "blue.txt").read_text() == "The blue cup."
    assert len(told) == 2 and f"{NAME}.before-restore" in told[0] and aside.name in told[1]
    told.clear()
    restore_backup(backup, small_index, tell=told.append)  # the same documents stay where they are
    assert len(told) == 1 and not documents.with_name("documents.before-restore1").exists()


def test_damaged_conversations_are_put_aside_as_they_are(backup, small_index, talk):
    (small_index / NAME).write_bytes(b"no database")
    (small_index / f"{NAME}-wal").write_bytes(b"no log")
    told = []
    restore_backup(backup, small_index, tell=told.append)
    assert ask(small_index, talk) == (EXCHANGE,)
    aside = small_index / f"{NAME}.before-restore"
    assert told[0] == f"kept the conversations that were there in {aside}, damaged as they are"
    assert aside.read_bytes() == b"no database"
    assert (small_index / f"{NAME}.before-restore-wal").read_bytes() == b"no log"


def test_backup_alone_does_not_say_what_is_replaced(backup, tmp_path):
    home = tmp_path / "home"
    (home / "documents").mkdir(parents=True)
    (home / "documents/diary.txt").write_text("Mine.")
    (home / ".ssh").mkdir()
    before = tree(home)
    with pytest.raises(
        BackupError, match=r"documents/ is there, and no index .*`rag restore .* FOLDER --index"
    ):
        restore_backup(backup, home / "index")
    for name in (".ssh", "..", "~$x", "a\nb"):
        path = altered(backup, lambda entries, manifest, name=name: manifest.update(folder=name))
        with pytest.raises(BackupError, match=r"expected a name that is not hidden.*rag restore") as raised:
            restore_backup(path, home / "index")
        assert "\n" not in str(raised.value)
    assert tree(home) == before and not (home / "index").exists()
    told = []
    restore_backup(backup, home / "index", home / "documents", told.append)
    assert (home / "documents.before-restore/diary.txt").read_text() == "Mine." and len(told) == 1


def test_folder_may_be_the_one_where_one_is(backup, tmp_path, monkeypatch):
    (tmp_path / "there/here").mkdir(parents=True)
    (tmp_path / "there/here/diary.txt").write_text("Mine.")
    monkeypatch.chdir(tmp_path / "there/here")
    restore_backup(backup, Path("../index"), Path())
    assert (tmp_path / "there/here/blue.txt").read_text() == SMALL["blue.txt"]
    assert (tmp_path / "there/here.before-restore/diary.txt").exists()
    assert verify_index(tmp_path / "there/index")[1] == []


def test_folder_that_is_a_link_is_the_one_behind_it(backup, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/diary.txt").write_text("Mine.")
    (tmp_path / "link").symlink_to("real")
    restore_backup(backup, tmp_path / "index", tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real.before-restore/diary.txt").exists()
    assert (tmp_path / "real/blue.txt").read_text() == SMALL["blue.txt"]
    rag.open_chatbot(tmp_path / "index", embedder=ColourEmbedder(), reader=False)  # is not stale


def test_folder_with_a_wrong_ragignore_is_moved_aside(backup, small_index, documents):
    (documents / ".ragignore").write_bytes(b"\xff")
    restore_backup(backup, small_index)
    assert (documents / ".ragignore").read_text() == "*.log\n"
    assert documents.with_name("documents.before-restore").joinpath(".ragignore").read_bytes() == b"\xff"


def test_conversations_that_somebody_holds_are_left_to_him(backup, small_index, talk, monkeypatch):
    monkeypatch.setattr("rag.conversations.copies.PATIENCE", 0.01)
    with closing(sqlite3.connect(small_index / NAME)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(rag.RagError, match=r"database is locked.*end what holds it"):
            restore_backup(backup, small_index)
        assert not list(small_index.glob(f"{NAME}.before-restore*"))
    assert ask(small_index, talk) == (EXCHANGE,)


def test_backup_is_not_written_into_what_it_is_made_of(small_index, documents, tmp_path):
    (tmp_path / "link").symlink_to(documents)
    before = tree(tmp_path)
    for place in (documents, small_index, tmp_path / "link"):
        with pytest.raises(BackupError, match=r"backup.zip would be in .*: name a file elsewhere"):
            write_backup(small_index, place / "backup.zip")
    assert tree(tmp_path) == before


def test_same_content_gives_the_same_file(backup, small_index, tmp_path):
    write_backup(small_index, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == backup.read_bytes()


def test_backup_is_taken_while_others_write(small_index, documents, talk, tmp_path):
    over, failed = threading.Event(), []

    def rebuild():
        try:
            while not over.is_set():
                build(documents, small_index)
                with closing(Archive(small_index / NAME)) as archive:
                    archive.save("me", talk, 1, EXCHANGE)
        except rag.RagError as problem:
            failed.append(problem)

    writer = threading.Thread(target=rebuild)
    writer.start()
    for number in range(4):
        write_backup(small_index, tmp_path / f"{number}.zip")
    over.set()
    writer.join()
    assert not failed
    for number in range(4):
        index = tmp_path / str(number) / "index"
        restore_backup(tmp_path / f"{number}.zip", index)
        assert texts(index) == SMALL and ask(index, talk) == (EXCHANGE,)


def test_files_that_cannot_be_read_are_told_and_documents_may_be_gone(small_index, documents, tmp_path):
    (documents / "dangling.txt").symlink_to("nowhere")
    (documents / "memory.txt").symlink_to("/proc/self/mem")  # opens, and its first byte is an error
    os.mkfifo(documents / "pipe.txt")
    told = []
    write_backup(small_index, tmp_path / "one.zip", told.append)
    assert [line.split(":")[0] for line in told] == [
        f"left out '{name}.txt'" for name in ("dangling", "memory", "pipe")
    ]
    shutil.rmtree(documents)
    told.clear()
    write_backup(small_index, tmp_path / "two.zip", told.append)
    assert len(told) == 1 and "their texts in the index alone are kept" in told[0]
    restore_backup(tmp_path / "two.zip", tmp_path / "there/index")
    assert texts(tmp_path / "there/index") == SMALL


def test_damaged_index_is_not_backed_up_over_a_good_backup(backup, small_index):
    before = backup.read_bytes()
    (current(small_index) / "chunks.vectors.npy").write_bytes(b"cut")
    with pytest.raises(rag.IndexDamaged, match=r"chunks\.vectors\.npy has sha256"):
        write_backup(small_index, backup)
    assert backup.read_bytes() == before


def test_backup_that_cannot_be_written_is_told(small_index, tmp_path):
    (tmp_path / "full.zip").symlink_to("/dev/full")
    with pytest.raises(
        BackupError, match=r"cannot write the backup \S+: No space left on device; .*make room"
    ):
        write_backup(small_index, tmp_path / "full.zip")


def altered(backup, change):
    """A file with the entries of `backup`, name -> bytes, and its manifest, as `change` alters them."""
    with zipfile.ZipFile(backup) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    change(entries, manifest)
    path = backup.with_name("altered.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return path


def put(name, content):
    """What adds an entry as a writer of backups would."""

    def change(entries, manifest):
        entries[name] = content
        manifest["files"][name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}

    return change


def lengthen(entries, manifest):
    entries["documents/blue.txt"] = bytes(50_000_000)


def claim(entries, manifest):
    manifest["files"]["documents/blue.txt"]["bytes"] = 10**18


def forget(entries, manifest):
    del entries["index/chunks.vectors.npy"], manifest["files"]["index/chunks.vectors.npy"]


def renew(entries, manifest):
    manifest["backup"] = 2


def swap(entries, manifest):
    for part in (entries, manifest["files"]):
        one, other = "index/chunks.vectors.npy", "index/sentences.vectors.npy"
        part[one], part[other] = part[other], part[one]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *(
            (put(name, b"The red fox."), "names no place in a backup")
            for name in (
                "documents/../../outside.txt",
                "documents//etc/outside.txt",
                "/etc/outside.txt",
                "documents/a/../b.txt",
                "documents/..",
                "documents/.git/config",
                "card.json",
                "documents/a\nb.txt",
                "index/../outside",
                "index/other.json",
                "outside.txt",
            )
        ),
        (lengthen, "is longer than the 40 bytes it should be"),
        (claim, "the disk of .* has room for"),
        (forget, "index/chunks.vectors.npy is missing"),
        (renew, "it is of form 2, expected 1"),
        (swap, r"chunks.vectors.npy: has sha256"),
        (put("index/card.json", b"{}"), "its card is none: KeyError"),
        (put("index/card.json", b'{"format": 99}'), f"its format is 99, expected {FORMAT}"),
        (put(NAME, b"no database"), f"{NAME}: file is not a database"),
        (lambda entries, manifest: entries.pop("documents/blue.txt"), "not those of the manifest"),
        (lambda entries, manifest: manifest["files"].pop("documents/blue.txt"), "not those of the manifest"),
        (lambda entries, manifest: manifest.pop("files"), "files"),
        (lambda entries, manifest: manifest.update(files=[]), "no attribute"),
        (lambda entries, manifest: manifest["files"][NAME].update(bytes=math.inf), "infinity"),
        (put("index/card.json", json.dumps({"format": FORMAT, "files": []}).encode()), "its card is none"),
    ],
)
def test_bad_backup_changes_nothing(backup, small_index, documents, tmp_path, change, told):
    (documents / "blue.txt").write_text("The blue cup.", encoding="utf-8")
    path = altered(backup, change)
    before = tree(tmp_path)
    with pytest.raises(BackupError, match=rf"altered.zip .*{told}.*nothing was changed") as raised:
        restore_backup(path, small_index)
    assert "\n" not in str(raised.value)
    assert tree(tmp_path) == before and sorted(path.name for path in small_index.iterdir()) == sorted(
        [".lock", "CURRENT", current(small_index).name, NAME]
    )


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\5\6" + bytes(18)])
def test_file_that_is_no_backup_is_told(tmp_path, content):
    (tmp_path / "file.zip").write_bytes(content)
    with pytest.raises(BackupError, match="is no whole backup"):
        restore_backup(tmp_path / "file.zip", tmp_path / "index")
    with pytest.raises(BackupError, match=r"cannot read the backup \S+none.zip: No such file"):
        restore_backup(tmp_path / "none.zip", tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_cut_backup_changes_nothing(backup, tmp_path):
    content = backup.read_bytes()
    for part in range(10):
        (tmp_path / "cut.zip").write_bytes(content[: len(content) * part // 10])
        with pytest.raises(BackupError, match="is no whole backup"):
            restore_backup(tmp_path / "cut.zip", tmp_path / "there/index")
    assert not (tmp_path / "there").exists()


def test_folder_that_holds_the_index_is_not_replaced(backup, tmp_path):
    with pytest.raises(BackupError, match="which is to be replaced: name another folder"):
        restore_backup(backup, tmp_path / "all/index", tmp_path / "all")


def test_error_while_restoring_leaves_what_was_there(backup, small_index, documents, talk, monkeypatch):
    (documents / "blue.txt").write_text("The blue cup.", encoding="utf-8")
    build(documents, small_index)
    with closing(Archive(small_index / NAME)) as archive:
        archive.save("me", talk, 2, EXCHANGE)
    before = texts(small_index)
    real = os.replace

    def fail(source, target):
        if str(target).endswith("CURRENT"):
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(
        BackupError, match=r"cannot restore \S+ to .*: No space left on device .*what was there"
    ):
        restore_backup(backup, small_index)
    assert texts(small_index) == before and (documents / "blue.txt").read_text() == "The blue cup."
    assert [path.name for path in documents.parent.glob("*documents*")] == ["documents"]
    assert ask(small_index, talk) == (EXCHANGE, EXCHANGE)
    assert [path.name for path in small_index.glob(f"{NAME}*")] == [NAME]
