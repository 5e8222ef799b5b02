"""A folder is followed: what changes is told, once it is quiet, and the folder may come and go."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager

import pytest

from rag.documents.folder.watch import watch_folders


@pytest.fixture
def folder(write):
    return write({"a.txt": "A", "index/CURRENT": "x"})


@contextmanager
def signs(folder):
    """Yield a function that waits for the next sign."""
    with closing(watch_folders([folder], folder / "index")) as watch:
        yield lambda: next(watch) is None


def later(change):
    """Make a change while somebody waits."""
    timer = threading.Timer(0.5, change)
    timer.start()
    return timer


def test_every_kind_of_change_gives_a_sign(folder):
    changes = [
        lambda: (folder / "b.txt").write_text("B", encoding="utf-8"),
        lambda: (folder / "b.txt").rename(folder / "c.txt"),
        lambda: (folder / "c.txt").unlink(),
        lambda: (folder / ".ragignore").write_text("*.tmp", encoding="utf-8"),
        lambda: (folder / "new/deep").mkdir(parents=True),
        lambda: (folder / "new/deep/d.txt").write_text("D", encoding="utf-8"),
    ]
    with signs(folder) as wait:
        assert wait()  # at once
        for change in changes:
            later(change)
            assert wait()


def test_change_in_any_of_several_gives_a_sign(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with closing(watch_folders([folder, other], folder / "index")) as watch:
        assert next(watch) is None
        for name in (folder / "b.txt", other / "b.txt"):
            later(lambda name=name: name.write_text("B", encoding="utf-8"))
            assert next(watch) is None and name.exists()


def test_what_is_hidden_or_of_the_index_gives_none(folder):
    """The sign that comes is that of the document, which is written long after."""
    with signs(folder) as wait:
        wait()
        later(lambda: (folder / ".git").mkdir())
        later(lambda: (folder / "index/conversations.sqlite3").write_bytes(b"x"))
        written = threading.Timer(3, lambda: (folder / "b.txt").write_text("B", encoding="utf-8"))
        written.start()
        assert wait() and written.finished.is_set()


def test_folder_that_goes_and_comes_back_is_followed_on(folder):
    with signs(folder) as wait:
        wait()
        later(lambda: folder.rename(folder.parent / "elsewhere"))
        assert wait() and not folder.exists()
        later(lambda: (folder.parent / "elsewhere").rename(folder))
        while not folder.exists():
            wait()
        later(lambda: (folder / "b.txt").write_text("B", encoding="utf-8"))
        assert wait()
