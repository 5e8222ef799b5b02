"""A file is whole under its name or not there, and an error says which file it was."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rag.durable import DRAFT, add_file, draft_file, replace_file, write_file


@pytest.fixture
def path(tmp_path):
    """A file that is there."""
    (tmp_path / "kept.txt").write_text("before")
    return tmp_path / "kept.txt"


def test_full_disk_is_told(tmp_path):
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        write_file(Path("/dev/full"), [b"words"])
    (tmp_path / "link").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"No space left on device: '\S+/link'"):
        replace_file(tmp_path / "link", b"words")


@pytest.mark.parametrize("write", [replace_file, lambda path, content: write_file(path, [content])])
def test_disk_that_lies_is_noticed(tmp_path, monkeypatch, write):
    """It says that all was written, and holds half."""
    real = os.write

    def write_half(descriptor, content):
        real(descriptor, bytes(content)[: len(content) // 2])
        return len(content)

    monkeypatch.setattr(os, "write", write_half)
    with pytest.raises(OSError, match="does not hold what was written") as raised:
        write(tmp_path / "file", b"words")
    assert raised.value.errno == errno.EIO and raised.value.filename


@pytest.mark.parametrize("failing", ["write", "fsync", "replace"])
def test_error_leaves_what_was_there(path, monkeypatch, failing):
    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"after")
    assert path.read_text() == "before" and [*path.parent.iterdir()] == [path]


def test_block_that_fails_leaves_what_was_there(path):
    def write_half():
        with draft_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "before" and [*path.parent.iterdir()] == [path]


def test_file_keeps_its_mode_and_its_link(path):
    path.chmod(0o640)
    link = path.with_name("link.txt")
    link.symlink_to(path.name)
    replace_file(link, b"after")
    assert link.is_symlink() and path.read_text() == "after" and path.stat().st_mode & 0o777 == 0o640


def test_private_file_is_its_owners_alone_though_the_one_before_was_not(path):
    path.chmod(0o644)
    with draft_file(path, private=True) as file:
        file.write(b"after")
    assert path.read_text() == "after" and path.stat().st_mode & 0o777 == 0o600


def test_pipe_is_written_by_its_name_among_the_open_files():
    """As /dev/stdout is, where another program reads it."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as read:
        replace_file(Path(f"/dev/fd/{writing}"), b"words")
        os.close(writing)
        assert read.read() == b"words"


def test_what_is_no_file_stays_what_it_is():
    replace_file(Path("/dev/null"), b"words")
    assert Path("/dev/null").is_char_device()


def test_new_file_never_replaces_another(path):
    with pytest.raises(FileExistsError):
        add_file(path, b"after")
    assert path.read_text() == "before" and not list(path.parent.glob(f"{DRAFT}*"))


def test_many_small_parts_and_large_ones_are_all_written(tmp_path):
    parts = [b"a" * 3, b"b" * 3_000_000, b"", b"c" * 700_000, b"d" * 700_000]
    write_file(tmp_path / "file", parts)
    assert (tmp_path / "file").read_bytes() == b"".join(parts)
