"""The files of a folder: every change is noticed, and no byte is read that need not be."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading

import pytest
from hypothesis import given, strategies as st

import rag
from rag.documents.folder.changes import Changes, compare
from rag.documents.folder.files import FileState, digest, find_ignored, scan
from rag.documents.folder.selection import Selection


def by_path(files):
    return {file.path: file for file in files}


def settled(folder, path, sha256):
    """What is known of a file that has long been as it is, with any sha256."""
    status = (folder / path).stat()
    return FileState(path, sha256, (status.st_size, status.st_mtime_ns, status.st_ctime_ns))


def test_states_are_those_of_the_bytes_by_path(write):
    folder = write({"b.txt": "B", "a/z.txt": "Z", "a.txt": "A"})
    assert [(file.path, file.sha256) for file in scan(folder)] == [
        (path, hashlib.sha256((folder / path).read_bytes()).hexdigest())
        for path in ("a.txt", "a/z.txt", "b.txt")
    ]


def test_file_of_the_same_size_and_times_is_not_read_again(write):
    folder = write({"a.txt": "A", "b.txt": "B"})
    (a, b) = scan(folder, known={"a.txt": settled(folder, "a.txt", "as it was")})
    assert a.sha256 == "as it was" and b.sha256 == hashlib.sha256(b"B").hexdigest()


def test_change_that_keeps_size_and_time_is_noticed(write):
    """As by a program that puts the time back: the entry's own time tells it."""
    folder = write({"a.txt": "The red fox."})
    known, times = {"a.txt": settled(folder, "a.txt", "as it was")}, (folder / "a.txt").stat()
    (folder / "a.txt").write_text("The red hen.", encoding="utf-8")
    os.utime(folder / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert scan(folder, known=known)[0].sha256 == hashlib.sha256(b"The red hen.").hexdigest()


def test_file_that_was_only_just_written_is_read_again(write):
    """On a file system of coarse times a second change would not show."""
    folder = write({"a.txt": "A"})
    assert scan(folder)[0].stamp is None


def test_file_that_vanishes_is_not_there_and_a_closed_one_is_named(write):
    folder = write({"a.txt": "A"})
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "dangling.txt").symlink_to("nowhere")
    os.mkfifo(folder / "fifo.txt")
    assert {file.path: file.sha256 is None for file in scan(folder)} == {
        "a.txt": False,
        "dangling.txt": True,
        "fifo.txt": True,
        "loop.txt": True,
    }


def test_folder_that_comes_and_goes_while_it_is_read(write):
    """Whatever the moment, there is a state of it or an error that names it."""
    folder = write({f"{n}/{m}.txt": "A" for n in range(10) for m in range(10)})
    store, done = folder.parent / "elsewhere", threading.Event()

    def move():
        while not done.is_set():
            folder.rename(store)
            store.rename(folder)

    mover = threading.Thread(target=move)
    mover.start()
    for _ in range(50):
        try:
            scan(folder)
        except rag.CorpusError as problem:
            assert str(folder) in str(problem)  # noqa: PT017
    done.set()
    mover.join()


# What has changed

paths = st.sampled_from(["a", "b", "c", "d", "e"])
folders = st.dictionaries(paths, st.sampled_from(["1", "2", "3"]))


def states(folder):
    return [FileState(path, sha256) for path, sha256 in sorted(folder.items())]


@given(folders, folders)
def test_changes_lead_from_one_state_to_the_other(before, now):
    changes = compare(states(before), states(now))
    came = {*changes.new, *(path for _, path in changes.moved)}
    went = {*changes.gone, *(path for path, _ in changes.moved)}
    assert came == now.keys() - before.keys() and went == before.keys() - now.keys()
    assert all(before[old] == now[new] for old, new in changes.moved)
    assert {*changes.changed, *changes.unchanged} == before.keys() & now.keys()
    assert all(before[path] != now[path] for path in changes.changed)
    assert not {before[path] for path in changes.gone} & {now[path] for path in changes.new}
    assert bool(changes) == (before != now) == (digest(states(before)) != digest(states(now)))


def test_changes_are_counted_and_their_names_fit_to_be_shown(tmp_path):
    changes = compare(states({"a": "1", "b": "2"}), states({"c": "2", "d\n\x1b[31m": "3"}))
    assert changes == Changes(new=("d\\n\\x1b[31m",), moved=(("b", "c"),), gone=("a",))
    assert changes.summary == "1 new, 1 moved, 1 gone" and Changes().summary == "no files"


# Which files count

PATTERNS = [
    "*.tmp", "!keep.tmp", "drafts/", "/top.txt", "a/**/z.txt", "# a comment", "", "with\\ blank.txt",
    "[0-9]*",
]  # fmt: skip
TREE = [
    "a.txt", "a.tmp", "keep.tmp", "top.txt", "more/top.txt", "drafts/a.txt", "more/drafts/keep.tmp",
    "a/z.txt", "a/b/c/z.txt", "b/z.txt", "with blank.txt", "1.txt", "more/2/a.txt", "drafts.txt",
]  # fmt: skip


def test_ragignore_is_read_as_git_reads_gitignore(write):
    git = shutil.which("git")
    if git is None:
        pytest.skip("what is compared with is git")
    folder = write(dict.fromkeys(TREE, "A") | {".ragignore": "\n".join(PATTERNS)})
    (folder / ".gitignore").write_text("\n".join(PATTERNS), encoding="utf-8")
    subprocess.run([git, "init", "-q", str(folder)], check=True, timeout=60)
    command = [git, "-C", str(folder), "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=60
    ).stdout.splitlines()
    expected = sorted(path for path in listed if not path.startswith("."))
    assert [file.path for file in scan(folder)] == expected != sorted(TREE)


def test_patterns_select_and_what_is_left_out_is_told(write):
    folder = write(dict.fromkeys(["a.md", "b.txt", "old/c.md", "sources.toml"], "") | {".ragignore": "/b.*"})
    for include, exclude, found, left_out in (
        ((), (), ["a.md", "old/c.md"], ("b.txt",)),
        (("*.md",), (), ["a.md", "old/c.md"], ("b.txt",)),
        (("*.md",), ("old/",), ["a.md"], ("b.txt", "old/")),
        (("old/*.md",), (), ["old/c.md"], ("a.md", "b.txt")),
        ((), ("*",), [], ("a.md", "b.txt", "old/")),
    ):
        selection = Selection(include, exclude)
        assert [file.path for file in scan(folder, selection)] == [*found, "sources.toml"]
        assert find_ignored(folder, selection) == left_out


@pytest.mark.parametrize("pattern", ["!", "\\", "[z-a]"])
def test_pattern_that_is_none_is_named(write, pattern):
    folder = write({"a.txt": "A", ".ragignore": f"*.tmp\n{pattern}\n"})
    with pytest.raises(rag.CorpusError, match=r"\.ragignore: .* is no pattern; expected one of gitignore's"):
        scan(folder)
    (folder / ".ragignore").unlink()
    with pytest.raises(rag.CorpusError, match=r"--exclude: .* is no pattern"):
        scan(folder, Selection(exclude=("*.tmp", pattern)))


def test_ragignore_that_cannot_be_read_is_an_error(write):
    """Not an empty one: what it keeps out may be private."""
    folder = write({"a.txt": "A", ".ragignore": b"\xff\xfe*"})
    with pytest.raises(rag.CorpusError, match=r"\.ragignore is not UTF-8"):
        scan(folder)
    (folder / ".ragignore").unlink()
    (folder / ".ragignore").mkdir()
    with pytest.raises(rag.CorpusError, match=r"cannot read \S+\.ragignore: Is a directory"):
        scan(folder)
